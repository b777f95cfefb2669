// From a path to bytes: containers are unwrapped, bytes hashed, bombs refused.
//
//   UNISONO_TRY(Source source, open_source("posts.csv.xz", {}, control));
//   while (true) {
//     UNISONO_TRY(Member* member, source.next_member());
//     if (member == nullptr) break;
//     UNISONO_TRY(const TextSample sample, sample_text(*member, ""));       // does not consume
//     UNISONO_TRY(CsvReader reader, CsvReader::open(*member, {}, control));  // or JsonReader; reads to the end
//   }
//   UNISONO_TRY(const Sha256 sha256, source.finish());
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "unisono/core/control.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/result.hpp"
#include "unisono/ingest/encoding.hpp"

namespace unisono::ingest {

class Source;

struct SourceLimits {
  std::uint64_t max_unpacked = 1ull << 40;  // decompressed bytes of one file (--max-unpacked)
  std::uint64_t max_ratio = 250;            // decompressed : compressed, looked at above ratio_floor bytes
  std::uint64_t ratio_floor = 64ull << 20;
  int max_nesting = 3;  // containers inside containers
};

// One stream of decompressed bytes. Owned by its Source, valid until the next next_member().
class Member {
 public:
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  ~Member();

  // The path inside the container; none for a plain file and for a single compressed stream.
  const std::optional<std::string>& name() const;

  // The first bytes, at most `bytes`, without consuming them; shorter only if the member is. Valid until the next call.
  // Errors as read(). Only before the first read().
  Result<std::string_view> peek(std::size_t bytes);

  // Fills `out` from the front; fewer bytes than asked for only at the end, 0 = the end. Compressed data that is cut or
  // broken ends the stream and sets damage(). Errors: too_large (a bomb; both numbers), io, cancelled.
  Result<std::size_t> read(std::span<char> out);

  std::uint64_t bytes() const;                 // decompressed bytes delivered so far
  const std::optional<Error>& damage() const;  // why the stream ended before its time
  Result<Sha256> sha256();                     // of all decompressed bytes; reads what is left

  struct Implementation;

 private:
  friend Result<Source> open_source(const std::string&, const SourceLimits&, const Control&);
  explicit Member(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

class Source {
 public:
  Source(Source&&) noexcept;
  Source& operator=(Source&&) noexcept;
  ~Source();

  const std::string& name() const;       // base name; "stdin" for "-"
  const std::string& container() const;  // "plain", "gz", "xz", "zst", "bz2"; nested: outermost first, "gz+xz"
  std::uint64_t bytes() const;           // size of the file as given
  std::uint64_t bytes_read() const;      // of those, read so far: for progress

  // In the order of the container; nullptr after the last. A plain file or single stream has one member, also when
  // empty.
  Result<Member*> next_member();

  // Reads what is left and returns the SHA-256 of the file as given.
  Result<Sha256> finish();

  struct Implementation;

 private:
  friend Result<Source> open_source(const std::string&, const SourceLimits&, const Control&);
  explicit Source(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

// `path`, or "-" for standard input, which is first copied to an unlinked temporary file. Errors: not_found; io (a
// directory, not readable); unrecognised (zip, tar, Parquet, Arrow, SQLite, DuckDB: named, with advice); too_large
// (nested too deeply). An empty file is valid: one member of no bytes. `control` must outlive the source.
Result<Source> open_source(const std::string& path, const SourceLimits& limits, const Control& control);

// The SHA-256 of a file as given, in one pass of its own: known before the first record, as ids made from it need.
// Errors as open_source.
Result<Sha256> hash_file(const std::string& path, const Control& control);

enum class TextFamily : std::uint8_t { empty, json, csv };

// The beginning of a member as text, for detection.
struct TextSample {
  Encoding encoding;
  std::string text;                       // UTF-8, without byte order mark, invalid sequences replaced
  bool whole = false;                     // the member ends here
  TextFamily family = TextFamily::empty;  // json: the first byte that is not white space is { or [
};

// At most `bytes` of the member, without consuming them. `asked` = the value of --encoding, "" = decide.
// Errors: needs_decision (encoding: the option to give), usage (an unknown name), as Member::read.
Result<TextSample> sample_text(Member& member, std::string_view asked, std::size_t bytes = std::size_t{1} << 20);

}  // namespace unisono::ingest
