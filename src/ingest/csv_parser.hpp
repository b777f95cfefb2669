// The inner loop of the CSV reader: one record out of memory, as fast as the bytes allow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "byte_finder.hpp"
#include "unisono/ingest/csv.hpp"

namespace unisono::ingest {

class CsvRecordParser {
 public:
  enum class Outcome : std::uint8_t {
    record,
    need_more,     // the record goes on behind the end of the memory
    open_quote,    // the member ends inside a quote
    ended_record,  // a record that the end of the member ends
  };

  // A record keeps its first `max_fields` fields; the others are only counted.
  CsvRecordParser(const CsvDialect& dialect, std::size_t max_fields);

  // Parses the record at `at` (at < end). Fields point into the memory, quotes removed but not yet unescaped.
  Outcome parse(char* at, const char* end, bool at_end);

  // Of the last record:
  const std::string_view* fields() const { return fields_.data(); }
  std::size_t n_fields() const { return n_fields_; }        // all of them
  const char* content_end() const { return content_end_; }  // behind its last byte, line break excluded
  const char* next() const { return next_; }                // the next record
  std::uint64_t lines() const { return lines_; }            // line breaks inside quotes
  bool has_content() const { return has_content_; }         // some field is not empty
  std::size_t longest_field() const { return longest_; }
  const char* quote_at() const { return quote_at_; }  // need_more, open_quote: where the open quote stands, or nullptr
  std::uint64_t quote_line() const { return quote_line_; }  // line breaks of the record before it
  std::size_t strays() const { return strays_; }            // fields with bytes after their closing quote

  // Rewrites in place (fields only get shorter) what the quotes of the last record ask for.
  void unescape_fields();

 private:
  const char* parse_quoted(const char* at, const char* end, bool at_end);
  void keep_field(const char* begin, const char* end);

  CsvDialect dialect_;
  ByteFinder<3> plain_;   // delimiter, LF, CR
  ByteFinder<4> quoted_;  // quote, escape, LF, CR
  std::vector<std::string_view> fields_;
  std::vector<std::size_t> to_unescape_;
  std::size_t n_fields_ = 0;
  std::size_t longest_ = 0;
  std::size_t strays_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t quote_line_ = 0;
  char* record_ = nullptr;
  const char* content_end_ = nullptr;
  const char* next_ = nullptr;
  const char* quote_at_ = nullptr;
  bool has_content_ = false;
};

// Walks over one record that is too large to keep, in pieces: same rules, byte by byte, nothing stored.
class CsvRecordSkipper {
 public:
  explicit CsvRecordSkipper(const CsvDialect& dialect) : dialect_(dialect) {}

  // Takes the next piece; returns where the next record begins, or nullptr if this one goes on.
  const char* feed(const char* at, const char* end);

  bool in_quote() const { return state_ == State::quoted || state_ == State::quoted_escape; }
  std::uint64_t length() const { return length_; }          // content, line break excluded
  std::uint64_t lines() const { return lines_; }            // line breaks inside quotes
  std::uint64_t quote_at() const { return quote_at_; }      // of the last quoted field, from the record's start
  std::uint64_t quote_line() const { return quote_line_; }  // line breaks before it

 private:
  enum class State : std::uint8_t { field_start, plain, quoted, quoted_escape, quote_seen, after_cr };
  State step(char c);
  void count_line(char c);

  CsvDialect dialect_;
  State state_ = State::field_start;
  char before_ = '\0';
  std::uint64_t length_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t quote_at_ = 0;
  std::uint64_t quote_line_ = 0;
};

}  // namespace unisono::ingest
