// A small reader of RFC 4180 files for tests: independent of the product's own readers, so that it can judge them.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace unisono::test {

using CsvRow = std::vector<std::string>;

struct Csv {
  std::unordered_map<std::string, std::size_t> column;  // name -> place
  std::vector<CsvRow> rows;
};

inline std::vector<CsvRow> parse_csv(const std::string& text) {
  std::vector<CsvRow> rows;
  CsvRow row;
  std::string cell;
  bool quoted = false, any = false;
  const auto end_cell = [&] {
    row.push_back(std::move(cell));
    cell.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    any = true;
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      end_cell();
    } else if (c == '\n') {
      if (!cell.empty() && cell.back() == '\r') cell.pop_back();
      end_cell();
      rows.push_back(std::move(row));
      row.clear();
      any = false;
    } else {
      cell += c;
    }
  }
  if (any) {
    end_cell();
    rows.push_back(std::move(row));
  }
  return rows;
}

// The output of a command such as "xz -dc FILE"; nothing when it cannot be run or fails.
inline std::optional<std::string> output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::vector<char> buffer(1 << 16);
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), n);
  return pclose(pipe) == 0 ? std::optional(std::move(text)) : std::nullopt;
}

// A file compressed by xz; nothing when it is absent.
inline std::optional<Csv> read_csv_xz(const std::string& path) {
  const auto text = output_of("xz -dc '" + path + "' 2>/dev/null");
  if (!text) return std::nullopt;
  Csv csv;
  csv.rows = parse_csv(*text);
  if (csv.rows.empty()) return std::nullopt;
  for (std::size_t i = 0; i < csv.rows.front().size(); ++i) csv.column[csv.rows.front()[i]] = i;
  csv.rows.erase(csv.rows.begin());
  return csv;
}

}  // namespace unisono::test
