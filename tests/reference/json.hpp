// Cutting JSON by definition. Twin of JsonReader for lines, and for well-formed arrays and values one after another.
#pragma once

#include <cctype>
#include <cstdint>
#include <string_view>
#include <vector>

namespace unisono::reference {

struct JsonCut {
  std::uint64_t line, offset, length;
};

inline bool is_json_white(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

inline std::vector<JsonCut> cut_json_lines(std::string_view text) {
  std::vector<JsonCut> cuts;
  std::size_t begin = 0;
  for (std::uint64_t line = 1; begin < text.size(); ++line) {
    std::size_t end = begin;
    while (end < text.size() && text[end] != '\n') ++end;
    std::size_t first = begin, last = end;
    while (first < last && is_json_white(text[first])) ++first;
    while (last > first && is_json_white(text[last - 1])) --last;
    if (first < last) cuts.push_back({line, first, last - first});
    begin = end + 1;
  }
  return cuts;
}

// Objects, arrays and strings at bracket depth `depth` (0: the whole text is values; 1: the text is one array).
inline std::vector<JsonCut> cut_json_values(std::string_view text, int depth) {
  std::vector<JsonCut> cuts;
  int open = 0;
  bool in_string = false;
  std::uint64_t line = 1;
  JsonCut cut{};
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!inside && open == depth && !is_json_white(c) && c != ',' && !(c == ']' && depth == 1)) {
      if (!(depth == 1 && open == 0)) cut = {line, i, 0}, inside = true;
    }
    if (c == '\n') ++line;
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++open;
    } else if (c == '}' || c == ']') {
      --open;
    }
    const bool next_ends =
        i + 1 >= text.size() || is_json_white(text[i + 1]) || text[i + 1] == ',' || text[i + 1] == ']';
    const bool bracket = c == '}' || c == ']' || c == '"';
    if (inside && open == depth && !in_string && (bracket || next_ends)) {
      cut.length = i + 1 - cut.offset;
      cuts.push_back(cut);
      inside = false;
    }
  }
  return cuts;
}

}  // namespace unisono::reference
