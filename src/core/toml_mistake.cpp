#include "unisono/core/toml_mistake.hpp"

#include <algorithm>

namespace unisono {
namespace {

bool begins_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '"' || c == '\'' || c == ']';
}

// Behind the string that opens at `at`; a string on one line ends with it, closed or not.
std::size_t behind_string(std::string_view toml, std::size_t at) {
  const char quote = toml[at];
  const std::string_view closing = toml.substr(at, 3);
  const bool over_lines = closing.size() == 3 && closing[1] == quote && closing[2] == quote;
  const std::size_t width = over_lines ? 3 : 1;
  at += width;
  while (at < toml.size()) {
    if (toml.substr(at, width) == closing.substr(0, width)) return at + width;
    if (!over_lines && toml[at] == '\n') return at;
    const bool escaped = quote == '"' && toml[at] == '\\';
    at += escaped ? 2U : 1U;
  }
  return toml.size();
}

bool header_has_key(std::string_view toml, std::size_t at) {
  at = toml.find_first_not_of(" \t", at + 1);
  if (at != std::string_view::npos && toml[at] == '[') at = toml.find_first_not_of(" \t", at + 1);
  return at != std::string_view::npos && begins_key(toml[at]);
}

}  // namespace

std::optional<TomlMistake> toml_mistake(std::string_view toml) {
  std::size_t line = 1, at = toml.starts_with("\xef\xbb\xbf") ? 3 : 0;
  bool line_begins = true;
  while (at < toml.size()) {
    const char c = toml[at];
    if (c == '\n') {
      ++line;
      line_begins = true;
      ++at;
    } else if (c == '#') {
      at = std::min(toml.find('\n', at), toml.size());
    } else if (c == '"' || c == '\'') {
      const std::size_t end = std::min(behind_string(toml, at), toml.size());
      line += static_cast<std::size_t>(std::count(toml.data() + at, toml.data() + end, '\n'));
      line_begins = false;
      at = end;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      return TomlMistake{line, "a character beyond ASCII outside of a string or comment"};
    } else if (c == '[' && line_begins && !header_has_key(toml, at)) {
      return TomlMistake{line, "a table header without a name: write [name], or [[name]] for a list of tables"};
    } else {
      line_begins = line_begins && (c == ' ' || c == '\t');
      ++at;
    }
  }
  return std::nullopt;
}

}  // namespace unisono
