#include "mapped_row.hpp"

namespace unisono::ingest {
namespace {

constexpr std::array<const char*, k_flags> k_flag_names = {"id_lossy",
                                                           "id_repaired",
                                                           "id_hashed",
                                                           "id_synthetic",
                                                           "id_is_handle",
                                                           "internal_id",
                                                           "ref_lossy",
                                                           "ref_by_name",
                                                           "ref_by_handle",
                                                           "ref_from_text",
                                                           "clock_conflict",
                                                           "clock_offset",
                                                           "clock_future",
                                                           "tz_assumed",
                                                           "year_missing",
                                                           "ambiguous_local",
                                                           "metrics_of_original",
                                                           "text_from_html",
                                                           "partial",
                                                           "tombstone",
                                                           "self_thread",
                                                           "promoted",
                                                           "edited",
                                                           "deleted",
                                                           "mojibake_suspect",
                                                           "experimental_format"};

constexpr std::array<const char*, 8> k_kind_names = {"original", "repost",  "quote", "reply",
                                                     "forward",  "comment", "duet",  "live"};

template <typename T, std::size_t N>
void add(std::array<T, N>& into, const std::array<T, N>& other) {
  for (std::size_t i = 0; i < N; ++i) into[i] += other[i];
}

}  // namespace

const char* name_of(Flag flag) {
  return k_flag_names[static_cast<std::size_t>(flag)];
}
const char* name_of(PostKind kind) {
  return k_kind_names[static_cast<std::size_t>(kind)];
}

ReferenceCounts& ReferenceCounts::operator+=(const ReferenceCounts& other) {
  by_id += other.by_id;
  by_handle += other.by_handle;
  from_text += other.from_text;
  by_text_key += other.by_text_key;
  account_only += other.account_only;
  lossy += other.lossy;
  return *this;
}

MapStatistics& MapStatistics::operator+=(const MapStatistics& other) {
  add(times, other.times);
  add(ids, other.ids);
  add(text_filled, other.text_filled);
  add(text_errors, other.text_errors);
  add(int_filled, other.int_filled);
  add(int_errors, other.int_errors);
  add(bool_filled, other.bool_filled);
  add(bool_errors, other.bool_errors);
  add(time_filled, other.time_filled);
  add(time_errors, other.time_errors);
  if (column_filled.size() < other.column_filled.size()) column_filled.resize(other.column_filled.size());
  for (std::size_t i = 0; i < other.column_filled.size(); ++i) column_filled[i] += other.column_filled[i];
  add(flags, other.flags);
  add(account_flags, other.account_flags);
  repost += other.repost;
  quote += other.quote;
  reply += other.reply;
  rows += other.rows;
  references += other.references;
  skipped += other.skipped;
  page_extra += other.page_extra;
  list_errors += other.list_errors;
  disagreements += other.disagreements;
  add(from_text, other.from_text);
  add(sources, other.sources);
  return *this;
}

void MappedBatch::clear() {
  arena = TextArena();
  rows.clear();
  targets.clear();
  labels.clear();
  media.clear();
  rejects.clear();
  statistics = MapStatistics();
  counts = ReadCounts();
}

}  // namespace unisono::ingest
