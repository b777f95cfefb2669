#include "unisono/core/table.hpp"

#include <fmt/format.h>

#include <cassert>

#include "unisono/core/time.hpp"

namespace unisono {

const Column* Table::find(std::string_view name) const {
  for (const Column& column : columns_) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

void Table::append_row(std::vector<Cell> cells) {
  assert(cells.size() == columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) columns_[i].cells.push_back(std::move(cells[i]));
}

bool is_missing(const Cell& cell) {
  return std::holds_alternative<std::monostate>(cell);
}

std::string to_text(const Cell& cell, ColumnType type) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    return type == ColumnType::time_us ? format_iso(*number) : fmt::format("{}", *number);
  }
  if (const auto* real = std::get_if<double>(&cell)) return fmt::format("{:.6g}", *real);
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "true" : "false";
  return {};
}

}  // namespace unisono
