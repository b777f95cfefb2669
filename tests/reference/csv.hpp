// CSV by definition: one state, one byte at a time. Twin of the CSV reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/ingest/csv.hpp"

namespace unisono::reference {

struct CsvRecord {
  std::uint64_t line = 0, offset = 0, length = 0;  // of the content, line break excluded
  std::vector<std::string> fields;
  bool open_quote = false;  // the text ends inside a quote
  bool ended_by_text = false;
};

inline std::vector<CsvRecord> split_csv(std::string_view text, const ingest::CsvDialect& dialect) {
  enum { start, plain, quoted, closed } state = start;
  std::vector<CsvRecord> records;
  CsvRecord record{1, 0, 0, {""}};
  std::uint64_t line = 1;
  const auto finish = [&](std::size_t end, std::size_t next) {
    record.length = end - record.offset;
    record.open_quote = state == quoted;
    record.ended_by_text = end == text.size() && next == end;
    records.push_back(record);
    record = {line, next, 0, {""}};
    state = start;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool has_next = i + 1 < text.size();
    if (c == '\n' || (c == '\r' && next != '\n')) ++line;  // LF, CRLF and CR are one line break each
    if (state == quoted) {
      const bool escapes = dialect.escape != '\0' && c == dialect.escape && has_next;
      if (escapes && (next == dialect.quote || next == dialect.escape)) {
        record.fields.back() += text[++i];
      } else if (c == dialect.quote && has_next && next == dialect.quote) {
        record.fields.back() += text[++i];
      } else if (c == dialect.quote) {
        state = closed;
      } else {
        record.fields.back() += c;
      }
    } else if (c == dialect.delimiter) {
      record.fields.emplace_back();
      state = start;
    } else if (c == '\n') {
      finish(i, i + 1);
    } else if (c == '\r') {
      const std::size_t end = i;
      if (next == '\n' && has_next) ++i, ++line;
      finish(end, i + 1);
    } else if (state == start && dialect.quote != '\0' && c == dialect.quote) {
      state = quoted;
    } else {
      record.fields.back() += c;
      state = plain;
    }
  }
  if (record.offset < text.size()) finish(text.size(), text.size());
  return records;
}

}  // namespace unisono::reference
