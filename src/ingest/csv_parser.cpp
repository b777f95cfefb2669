#include "csv_parser.hpp"

#include <algorithm>

namespace unisono::ingest {

CsvRecordParser::CsvRecordParser(const CsvDialect& dialect, std::size_t max_fields)
    : dialect_(dialect),
      plain_({dialect.delimiter, '\n', '\r'}),
      quoted_({dialect.quote, dialect.escape == '\0' ? dialect.quote : dialect.escape, '\n', '\r'}),
      fields_(max_fields) {}

inline void CsvRecordParser::keep_field(const char* begin, const char* end) {
  const auto length = static_cast<std::size_t>(end - begin);
  if (n_fields_ < fields_.size()) fields_[n_fields_] = {begin, length};
  ++n_fields_;
  longest_ = std::max(longest_, length);
  has_content_ = has_content_ || length > 0;
}

CsvRecordParser::Outcome CsvRecordParser::parse(char* at, const char* end, bool at_end) {
  n_fields_ = longest_ = strays_ = 0;
  lines_ = quote_line_ = 0;
  quote_at_ = nullptr;
  has_content_ = false;
  to_unescape_.clear();
  record_ = at;
  const bool quotes = dialect_.quote != '\0';
  const char* p = at;
  while (true) {
    if (quotes && p < end && *p == dialect_.quote) {
      p = parse_quoted(p, end, at_end);
      if (p == nullptr) return at_end ? Outcome::open_quote : Outcome::need_more;
    } else {
      const char* const field = p;
      p = plain_.find(field, end);
      if (p == end && !at_end) return Outcome::need_more;
      keep_field(field, p);
    }
    if (p == end) {
      content_end_ = next_ = end;
      return Outcome::ended_record;
    }
    if (*p == dialect_.delimiter) {
      ++p;
      continue;
    }
    content_end_ = p;
    if (*p == '\r') {
      if (p + 1 == end && !at_end) return Outcome::need_more;
      if (p + 1 < end && p[1] == '\n') ++p;
    }
    next_ = p + 1;
    return Outcome::record;
  }
}

// From the opening quote to the delimiter or line break behind the field; nullptr: the memory ends first.
const char* CsvRecordParser::parse_quoted(const char* at, const char* end, bool at_end) {
  quote_at_ = at;
  quote_line_ = lines_;
  const char* const content = at + 1;
  bool rewrite = false;
  const char* p = content;
  while (true) {
    p = quoted_.find(p, end);
    if (p == end) return nullptr;
    const bool last = p + 1 == end;
    if (*p == dialect_.quote) {
      if (last && !at_end) return nullptr;
      if (last || p[1] != dialect_.quote) break;
      rewrite = true;
      p += 2;
    } else if (*p == '\n') {
      ++lines_;
      ++p;
    } else if (*p == '\r') {
      if (last && !at_end) return nullptr;
      if (last || p[1] != '\n') ++lines_;
      ++p;
    } else {  // the escape
      if (last) return nullptr;
      const bool meant = p[1] == dialect_.quote || p[1] == dialect_.escape;
      rewrite = rewrite || meant;
      p += meant ? 2 : 1;
    }
  }
  const char* const closing = p;
  p = plain_.find(closing + 1, end);
  if (p == end && !at_end) return nullptr;
  const bool stray = p != closing + 1;
  strays_ += stray ? 1u : 0u;
  if ((rewrite || stray) && n_fields_ < fields_.size()) to_unescape_.push_back(n_fields_);
  keep_field(content, stray ? p : closing);
  quote_at_ = nullptr;
  return p;
}

void CsvRecordParser::unescape_fields() {
  for (const std::size_t index : to_unescape_) {
    const std::string_view from = fields_[index];
    char* const begin = record_ + (from.data() - record_);
    char* to = begin;
    std::size_t i = 0;
    bool open = true;
    while (i < from.size()) {
      const char c = from[i];
      const char next = i + 1 < from.size() ? from[i + 1] : '\0';
      const bool has_next = i + 1 < from.size();
      if (open && has_next && dialect_.escape != '\0' && c == dialect_.escape &&
          (next == dialect_.quote || next == dialect_.escape)) {
        *to++ = next;
        i += 2;
      } else if (open && c == dialect_.quote && has_next && next == dialect_.quote) {
        *to++ = c;
        i += 2;
      } else if (open && c == dialect_.quote) {
        open = false;  // the closing quote: what follows is taken as it is
        ++i;
      } else {
        *to++ = c;
        ++i;
      }
    }
    fields_[index] = {begin, static_cast<std::size_t>(to - begin)};
  }
}

// A line break inside quotes: LF, CRLF or CR, counted once, at its last byte if that is an LF.
void CsvRecordSkipper::count_line(char c) {
  if (c == '\n') {
    ++lines_;
  } else if (before_ == '\r') {
    ++lines_;
  }
  before_ = c;
}

CsvRecordSkipper::State CsvRecordSkipper::step(char c) {
  const bool quotes = dialect_.quote != '\0';
  switch (state_) {
    case State::quoted_escape:
      if (c == dialect_.quote || c == dialect_.escape) {
        count_line(c);
        return State::quoted;
      }
      [[fallthrough]];
    case State::quoted:
      count_line(c);
      if (c == dialect_.quote) return State::quote_seen;
      return dialect_.escape != '\0' && c == dialect_.escape ? State::quoted_escape : State::quoted;
    case State::quote_seen:
      if (c == dialect_.quote) {
        before_ = c;
        return State::quoted;
      }
      break;
    case State::field_start:
      if (quotes && c == dialect_.quote) {
        before_ = c;
        quote_at_ = length_;
        quote_line_ = lines_;
        return State::quoted;
      }
      break;
    case State::plain:
    case State::after_cr:
      break;
  }
  if (c == dialect_.delimiter) return State::field_start;
  if (c == '\r') return State::after_cr;
  return State::plain;
}

const char* CsvRecordSkipper::feed(const char* at, const char* end) {
  for (; at < end; ++at) {
    if (state_ == State::after_cr) return *at == '\n' ? at + 1 : at;
    const bool inside = state_ == State::quoted || state_ == State::quoted_escape;
    if (!inside && *at == '\n') return at + 1;
    state_ = step(*at);
    if (state_ != State::after_cr) ++length_;
  }
  return nullptr;
}

}  // namespace unisono::ingest
