#include "unisono/ingest/cell_list.hpp"

#include <charconv>

#include "unisono/core/unicode.hpp"

namespace unisono::ingest {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// \xNN, \uNNNN, \UNNNNNNNN after the backslash and letter; moves `at` behind the digits.
bool hex_escape(std::string_view text, std::size_t& at, std::size_t digits, std::string& out) {
  if (at + digits > text.size()) return false;
  std::uint32_t value = 0;
  const char* const begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + digits, value, 16);
  if (error != std::errc() || end != begin + digits) return false;
  append_utf8(out, static_cast<char32_t>(value));
  at += digits;
  return true;
}

bool string_item(std::string_view text, std::size_t& at, std::string& out) {
  const char quote = text[at++];
  while (at < text.size() && text[at] != quote) {
    char c = text[at++];
    if (c != '\\') {
      out.push_back(c);
      continue;
    }
    if (at >= text.size()) return false;
    c = text[at++];
    switch (c) {
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 't':
        out.push_back('\t');
        break;
      case '\'':
      case '"':
      case '\\':
        out.push_back(c);
        break;
      case 'x':
        if (!hex_escape(text, at, 2, out)) return false;
        break;
      case 'u':
        if (!hex_escape(text, at, 4, out)) return false;
        break;
      case 'U':
        if (!hex_escape(text, at, 8, out)) return false;
        break;
      default:  // Python keeps the backslash of an escape that it does not know
        out.push_back('\\');
        out.push_back(c);
    }
  }
  if (at >= text.size()) return false;
  ++at;
  return true;
}

}  // namespace

bool parse_python_list(std::string_view text, std::vector<std::string>& items) {
  text = trimmed(text);
  if (text.empty()) return true;
  if (text.front() != '[' || text.back() != ']') return false;
  std::size_t at = 1;
  const std::size_t end = text.size() - 1;
  bool expects_item = true;
  while (at < end) {
    const char c = text[at];
    if (is_blank(c)) {
      ++at;
    } else if (c == ',') {
      if (expects_item) return false;
      expects_item = true;
      ++at;
    } else if (!expects_item) {
      return false;
    } else if (c == '\'' || c == '"') {
      std::string item;
      if (!string_item(text.substr(0, end), at, item)) return false;
      items.push_back(std::move(item));
      expects_item = false;
    } else {
      const std::size_t start = at;
      while (at < end && text[at] != ',' && !is_blank(text[at])) ++at;
      const std::string_view word = text.substr(start, at - start);
      const std::string_view digits = word.front() == '-' ? word.substr(1) : word;
      const bool number = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
      if (!number && word != "None") return false;
      if (number) items.emplace_back(word);
      expects_item = false;
    }
  }
  return true;
}

void split_list(std::string_view text, std::string_view separator, bool urls, std::vector<std::string>& items) {
  std::size_t start = 0;
  for (std::size_t at = text.find(separator); start <= text.size(); at = text.find(separator, at + separator.size())) {
    if (urls && at != std::string_view::npos) {
      const std::string_view rest = trimmed(text.substr(at + separator.size()));
      if (!rest.starts_with("http://") && !rest.starts_with("https://")) continue;
    }
    const std::size_t stop = at == std::string_view::npos ? text.size() : at;
    const std::string_view item = trimmed(text.substr(start, stop - start));
    if (!item.empty()) items.emplace_back(item);
    if (at == std::string_view::npos) return;
    start = at + separator.size();
  }
}

bool decode_list(std::string_view cell, const ListSpec& spec, std::vector<std::string>& items) {
  switch (spec.encoding) {
    case ListEncoding::python_literal:
      return parse_python_list(cell, items);
    case ListEncoding::separated:
    case ListEncoding::separated_urls:
      split_list(cell, spec.separator, spec.encoding == ListEncoding::separated_urls, items);
      return true;
    case ListEncoding::json:
    case ListEncoding::none:
      break;
  }
  const std::string_view item = trimmed(cell);
  if (!item.empty()) items.emplace_back(item);
  return true;
}

}  // namespace unisono::ingest
