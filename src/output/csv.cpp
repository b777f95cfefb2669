#include "unisono/output/csv.hpp"

#include <algorithm>
#include <vector>

namespace unisono::output {
namespace {

bool would_run_as_formula(std::string_view cell) {
  return !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
}

void append_cell(std::string& out, std::string_view cell) {
  if (cell.find_first_of(",\"\n\r") == std::string_view::npos) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

bool is_guarded(const Column& column, std::size_t row) {
  const auto* text = std::get_if<std::string>(&column.cells[row]);
  return column.type == ColumnType::text && text != nullptr && would_run_as_formula(*text);
}

void append_comment(std::string& out, std::string_view comment) {
  while (!comment.empty()) {
    const std::size_t end = std::min(comment.find('\n'), comment.size());
    out += "# ";
    out += comment.substr(0, end);
    out += '\n';
    comment.remove_prefix(std::min(end + 1, comment.size()));
  }
}

}  // namespace

CsvText write_csv(const Table& table, const CsvOptions& options) {
  CsvText csv;
  std::vector<bool> guarded_rows(table.rows(), false);
  if (options.guard) {
    for (const Column& column : table.columns()) {
      for (std::size_t row = 0; row < table.rows(); ++row) {
        if (is_guarded(column, row)) {
          guarded_rows[row] = true;
          ++csv.guarded_cells;
        }
      }
    }
  }

  append_comment(csv.text, options.comment);
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    if (i > 0) csv.text += ',';
    append_cell(csv.text, table.columns()[i].name);
  }
  if (csv.guarded_cells > 0) csv.text += ",_guarded";
  csv.text += '\n';

  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
      const Column& column = table.columns()[i];
      if (i > 0) csv.text += ',';
      std::string cell = to_text(column, row);
      if (options.guard && is_guarded(column, row)) cell.insert(cell.begin(), '\'');
      append_cell(csv.text, cell);
    }
    if (csv.guarded_cells > 0) csv.text += guarded_rows[row] ? ",1" : ",";
    csv.text += '\n';
  }
  return csv;
}

}  // namespace unisono::output
