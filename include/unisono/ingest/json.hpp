// JSON -> records: lines, elements of an array, or values one after another; and a small door to the parser.
//
//   UNISONO_TRY(JsonReader reader, JsonReader::open(*member, {}, control));
//   JsonBatch batch; JsonParser parser;                       // one parser per thread
//   while (true) {
//     UNISONO_TRY(const bool more, reader.next(batch));
//     for (std::size_t i = 0; i < batch.size(); ++i) {
//       const auto value = parser.parse(batch, i);            // JsonValue, or the Reject to keep
//       ...
//     }
//     if (!more) break;
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/ingest/encoding.hpp"
#include "unisono/ingest/record.hpp"
#include "unisono/ingest/reject.hpp"
#include "unisono/ingest/source.hpp"

namespace unisono::ingest {

enum class JsonLayout : std::uint8_t {
  lines,   // one value a line; blank lines are ignored
  array,   // the elements of one array
  values,  // one value after another, each over any number of lines: a pretty-printed object is one record
};
const char* name_of(JsonLayout layout);

struct JsonOptions {
  std::optional<JsonLayout> layout;  // absent: detected
  // The array inside one (huge) object whose elements are the records: "messages", "chats.list[].messages". "" = whole
  // values. Everything outside it is skipped. Forces the streaming scanner.
  std::string each;
  std::string encoding;  // --encoding; "" = decide
  std::size_t batch_bytes = std::size_t{4} << 20;
  std::size_t max_record = std::size_t{256} << 20;
  unsigned max_depth = 256;
};

// `[` first: array. Otherwise lines if the first line is a complete value or most lines of the sample are; else values.
JsonLayout detect_json_layout(std::string_view sample, bool whole);

class JsonBatch {
 public:
  std::size_t size() const { return texts_.size(); }
  const RecordRef& ref(std::size_t i) const { return refs_[i]; }
  std::string_view text(std::size_t i) const { return texts_[i]; }  // readable for at least 64 bytes behind its end
  bool last_line(std::size_t i) const { return ends_member_ && i + 1 == size(); }

  std::vector<Reject> rejects;  // what could not even be cut: too large, too deep, ended early

 private:
  friend class JsonReader;
  std::vector<std::string_view> texts_;
  std::vector<RecordRef> refs_;
  std::shared_ptr<char[]> bytes_;
  bool ends_member_ = false;  // the last record is ended by the end of the file, not by a line break
};

// Cuts records; does not parse them.
class JsonReader {
 public:
  // Errors: needs_decision (encoding), usage (`each`), as Member::read. `member` and `control` must outlive the reader.
  static Result<JsonReader> open(Member& member, const JsonOptions& options, const Control& control);
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;
  ~JsonReader();

  JsonLayout layout() const;
  const Encoding& encoding() const;

  // The next batch; false = it was the last one (it may be empty, and rejects may stand in it). Errors as Member::read.
  Result<bool> next(JsonBatch& batch);

  const ReadCounts& counts() const;

  struct Implementation;

 private:
  explicit JsonReader(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

enum class JsonKind : std::uint8_t { null, boolean, integer, unsigned_integer, real, string, array, object };
const char* name_of(JsonKind kind);

// A value inside the document of a JsonParser: two words, copied freely, valid until that parser parses again.
// The functions state what they need of kind(); asked for another kind they return an empty value, never crash.
class JsonValue {
 public:
  JsonValue() = default;  // null

  JsonKind kind() const;
  bool is_object() const { return kind() == JsonKind::object; }
  bool is_array() const { return kind() == JsonKind::array; }
  bool is_string() const { return kind() == JsonKind::string; }
  bool is_null() const { return kind() == JsonKind::null; }
  bool is_number() const;

  std::optional<JsonValue> find(std::string_view key) const;  // object: the first member of that name; O(members)
  std::string_view string() const;                            // string, UTF-8
  bool boolean() const;
  std::optional<std::int64_t> integer() const;  // integer, or unsigned_integer that fits
  double real() const;                          // any number; 0 otherwise
  // Any number as text: integers exactly, all 64 bits; reals in the shortest form that reads back the same, always with
  // a point or exponent ("1.0", "1.347361549413978e+18"), so that an id that went through a float can be told.
  std::string number_text() const;
  std::size_t size() const;  // members of an array or object; O(members)

 private:
  friend class JsonParser;
  friend class JsonMembers;
  const void* document_ = nullptr;
  std::size_t index_ = 0;
};

// The members of an array or object in the order of the text (none for other kinds):
//   for (JsonMembers each(value); each.next();) use(each.key(), each.value());
class JsonMembers {
 public:
  explicit JsonMembers(const JsonValue& value);
  bool next();
  std::string_view key() const { return key_; }  // "" in an array
  const JsonValue& value() const { return value_; }

 private:
  const void* document_ = nullptr;
  std::size_t at_ = 0, end_ = 0;
  bool keyed_ = false;
  std::string_view key_;
  JsonValue value_;
};

struct JsonFault {
  RejectReason reason = RejectReason::bad_json;  // or depth_limit
  std::string detail;                            // what the parser says
  std::optional<std::size_t> byte;               // inside the text, where known
};

// Parses one record at a time and keeps its document. What fails is repaired once and parsed again: invalid UTF-8 and
// lone surrogates become U+FFFD, NaN and Infinity null, integers beyond 64 bit strings of their digits; all counted. Of
// duplicate keys the first is used; they are counted. Not for concurrent use: one per thread.
class JsonParser {
 public:
  explicit JsonParser(unsigned max_depth = 256, bool count_duplicates = true);
  JsonParser(JsonParser&&) noexcept;
  JsonParser& operator=(JsonParser&&) noexcept;
  ~JsonParser();

  // Record i of a batch, or its reject: bad_json with the byte, depth_limit, or truncated_line for a last line that is
  // cut.
  tl::expected<JsonValue, Reject> parse(const JsonBatch& batch, std::size_t i);
  tl::expected<JsonValue, JsonFault> parse(std::string_view text);  // copied; for small texts

  const ReadCounts& counts()
      const;  // repaired_json, invalid_utf8, lone_surrogates, nan_values, big_integers, duplicate_keys, rejects

  struct Implementation;

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace unisono::ingest
