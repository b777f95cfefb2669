// Cuts JSON values out of a stream without parsing them: knows strings, brackets and the way to the array that holds
// the records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"

namespace unisono::ingest {

// Walks over one value, in pieces.
class JsonScanner {
 public:
  // Starts at the first byte of a value (not white space).
  void start() { *this = JsonScanner(); }
  // Takes the next piece; returns the end of the value, or nullptr if it goes on. A number or word ends before the
  // first byte that cannot belong to it, which may be the very first: such a value has at least one byte.
  const char* feed(const char* at, const char* end);
  std::size_t deepest() const { return deepest_; }
  bool is_scalar() const { return kind_ == Kind::scalar; }

 private:
  enum class Kind : std::uint8_t { unknown, scalar, string, container };
  const char* feed_string(const char* at, const char* end);

  Kind kind_ = Kind::unknown;
  bool in_string_ = false;
  bool escaped_ = false;
  bool empty_ = true;
  std::size_t depth_ = 0;
  std::size_t deepest_ = 0;
};

// One step on the way to the records: the member of an object, or every element of an array.
struct JsonStep {
  bool every = false;  // every element
  std::string key;     // otherwise the member of that name
};

// "chats.list[].messages" -> chats, list, every, messages, every. Error{usage} for an empty key or a misplaced bracket.
Result<std::vector<JsonStep>> parse_each(std::string_view each);

// Finds the records along a way. The caller feeds memory and keeps what the cutter asks to keep.
class JsonCutter {
 public:
  enum class Outcome : std::uint8_t {
    record,     // [record_begin, record_end) is one
    too_deep,   // the same, but nested deeper than allowed
    too_large,  // the same, but record_begin is gone: record_length says how much it was
    need_more,  // feed again, keeping the bytes from keep() on
    cut,        // the member ends inside a value that is a record: it begins at record_begin
    end,        // the member ends between values
    open_end,   // the member ends inside a container on the way
  };

  // An empty way: every value at the top is a record. `open_arrays`: arrays at the top are opened, their elements are
  // the records.
  JsonCutter(std::vector<JsonStep> way, bool open_arrays, std::size_t max_depth, std::size_t max_record);

  // Goes on at `at`: keep() of the last need_more, wherever it is now, or else at() of the last outcome.
  Outcome advance(const char* at, const char* end, bool at_end);

  const char* record_begin() const { return record_begin_; }
  const char* record_end() const { return at_; }
  const char* at() const { return at_; }
  const char* keep() const { return keep_; }
  std::uint64_t record_line() const { return record_line_; }
  std::uint64_t line() const { return line_; }                    // up to where lines were counted
  std::uint64_t record_length() const { return record_length_; }  // bytes, of every kind of record
  bool is_record_dropped() const { return state_ == State::inside && is_record_ && is_dropped_; }

 private:
  struct Level {
    bool object = false;
    std::size_t step = 0;  // the next step of the way, for what is inside
  };
  enum class State : std::uint8_t { between, key, colon, value, inside };

  std::optional<Outcome> step_between();
  std::optional<Outcome> step_key();
  std::optional<Outcome> step_colon();
  std::optional<Outcome> begin_value();
  std::optional<Outcome> continue_value();
  Outcome finish();
  Outcome ask_for_more(const char* keep);
  void skip_white();
  void count_lines(const char* to);

  std::vector<JsonStep> way_;
  bool open_arrays_;
  std::size_t max_depth_;
  std::size_t max_record_;

  std::vector<Level> levels_;
  State state_ = State::between;
  std::size_t step_ = 0;     // of the value about to begin
  bool is_wanted_ = true;    // the value about to begin, or in progress, is not to be skipped
  bool is_record_ = false;   // the value in progress is a record
  bool is_dropped_ = false;  // its beginning is no longer kept
  std::string key_;          // as written, with its quotes
  JsonScanner scanner_;
  std::uint64_t line_ = 1;  // of counted_
  std::uint64_t record_line_ = 0;
  std::uint64_t record_length_ = 0;
  std::size_t resume_ = 0;  // bytes from keep() on that have been walked over
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  const char* counted_ = nullptr;
  const char* record_begin_ = nullptr;
  const char* keep_ = nullptr;
  bool at_end_ = false;
};

}  // namespace unisono::ingest
