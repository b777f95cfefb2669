// A record after mapping: the columns of the model, still without a place in the case.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text_arena.hpp"
#include "unisono/ingest/csv.hpp"
#include "unisono/ingest/decision.hpp"
#include "unisono/ingest/json.hpp"
#include "unisono/ingest/mapping.hpp"
#include "unisono/ingest/reject.hpp"

namespace unisono::ingest {

// The closed list of formats.md 3.7, as bits.
enum class Flag : std::uint8_t {
  id_lossy,
  id_repaired,
  id_hashed,
  id_synthetic,
  id_is_handle,
  internal_id,
  ref_lossy,
  ref_by_name,
  ref_by_handle,
  ref_from_text,
  clock_conflict,
  clock_offset,
  clock_future,
  tz_assumed,
  year_missing,
  ambiguous_local,
  metrics_of_original,
  text_from_html,
  partial,
  tombstone,
  self_thread,
  promoted,
  edited,
  deleted,
  mojibake_suspect,
  experimental_format,
};
inline constexpr std::size_t k_flags = 26;
const char* name_of(Flag flag);

struct Flags {
  std::uint32_t bits = 0;
  void set(Flag flag) { bits |= 1U << static_cast<unsigned>(flag); }
  bool has(Flag flag) const { return (bits >> static_cast<unsigned>(flag) & 1U) != 0; }
};

// A missing text is a view with data() == nullptr.
struct MappedTarget {
  std::string_view kind, raw, id, account, canonical, domain;
  std::int64_t position = -1;  // bytes; -1 = unknown
  Flags flags;
};

struct MappedLabel {
  const LabelSpec* spec = nullptr;
  std::string_view value;
};

struct MappedMedia {
  std::string_view key, type, url, alt;
  std::optional<std::int64_t> width, height;
  std::optional<double> duration_s;
};

enum class Zoned : std::uint8_t { none, utc, offset, named, assumed };

struct MappedTime {
  std::optional<TimeUs> t;
  Precision precision = Precision::s;
  Zoned zoned = Zoned::none;
  bool ambiguous_local = false, year_missing = false;
};

enum class PostKind : std::uint8_t { original, repost, quote, reply, forward, comment, duet, live };
const char* name_of(PostKind kind);

struct MappedRow {
  RecordRef ref;
  std::array<std::string_view, k_text_fields> text;
  std::array<std::int64_t, k_int_fields> ints{};
  std::array<std::int8_t, k_bool_fields> bools{};  // -1 = missing
  std::array<MappedTime, k_time_fields> times;
  std::uint32_t ints_present = 0;
  TimeSource t_source = TimeSource::none;
  std::string_view t_zone;  // "utc", "offset", "named", "assumed:ZONE"; missing without a time
  std::optional<TimeUs> t_field, t_id;
  std::array<std::string_view, k_verbatim_fields> verbatim;  // cells as in the source, for formats that keep them
  PostKind kind = PostKind::original;
  bool reference = false;  // only included with another post
  bool text_of_original = false;
  Flags flags, account_flags;
  std::uint32_t first_target = 0, n_targets = 0, first_label = 0, n_labels = 0, first_media = 0, n_media = 0;

  std::string_view& at(TextField f) { return text[static_cast<std::size_t>(f)]; }
  std::string_view at(TextField f) const { return text[static_cast<std::size_t>(f)]; }
  bool has(TextField f) const { return at(f).data() != nullptr; }
  MappedTime& at(TimeField f) { return times[static_cast<std::size_t>(f)]; }
  const MappedTime& at(TimeField f) const { return times[static_cast<std::size_t>(f)]; }
  std::optional<std::int64_t> at(IntField f) const {
    const auto i = static_cast<std::size_t>(f);
    if ((ints_present >> i & 1U) == 0) return std::nullopt;
    return ints[i];
  }
  std::int8_t at(BoolField f) const { return bools[static_cast<std::size_t>(f)]; }
};

// How a reference was found, for the receipt.
struct ReferenceCounts {
  std::uint64_t by_id = 0, by_handle = 0, from_text = 0, by_text_key = 0, account_only = 0, lossy = 0;
  ReferenceCounts& operator+=(const ReferenceCounts& other);
};

// Counts over the rows of a file; sums over batches.
struct MapStatistics {
  std::array<TimeStatistics, k_time_fields> times;
  std::array<IdStatistics, k_text_fields> ids;  // of the fields that hold ids
  std::array<std::uint64_t, k_text_fields> text_filled{}, text_errors{};
  std::array<std::uint64_t, k_int_fields> int_filled{}, int_errors{};
  std::array<std::uint64_t, k_bool_fields> bool_filled{}, bool_errors{};
  std::array<std::uint64_t, k_time_fields> time_filled{}, time_errors{};
  std::vector<std::uint64_t> column_filled;  // CSV: of every column of the file
  std::array<std::uint64_t, k_flags> flags{}, account_flags{};
  ReferenceCounts repost, quote, reply;
  std::uint64_t rows = 0, references = 0, skipped = 0, page_extra = 0, list_errors = 0, disagreements = 0;
  std::array<std::uint64_t, 3> from_text{};  // hashtags, mentions, URLs read from the text
  std::array<std::uint64_t, 4> sources{};    // by TimeSource

  MapStatistics& operator+=(const MapStatistics& other);
};

// What one batch of records became. Owns the bytes that its rows look at.
struct MappedBatch {
  CsvBatch csv;
  JsonBatch json;
  TextArena arena;
  std::vector<MappedRow> rows;
  std::vector<MappedTarget> targets;
  std::vector<MappedLabel> labels;
  std::vector<MappedMedia> media;
  std::vector<Reject> rejects;
  MapStatistics statistics;
  ReadCounts counts;  // of the JSON parser

  void clear();  // keeps the capacity; the batches stay for the next read
};

}  // namespace unisono::ingest
