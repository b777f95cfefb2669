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

std::string to_text(const Column& column, std::size_t row) {
  const auto* real = std::get_if<double>(&column.cells[row]);
  return column.exact && real != nullptr ? fmt::format("{}", *real) : to_text(column.cells[row], column.type);
}

namespace {

const Cell* cell_at(const Table& table, std::size_t row, std::string_view column) {
  const Column* found = table.find(column);
  return found == nullptr || row >= found->cells.size() ? nullptr : &found->cells[row];
}

}  // namespace

std::int64_t integer_at(const Table& table, std::size_t row, std::string_view column) {
  const Cell* cell = cell_at(table, row, column);
  const auto* value = cell == nullptr ? nullptr : std::get_if<std::int64_t>(cell);
  return value == nullptr ? 0 : *value;
}

double real_at(const Table& table, std::size_t row, std::string_view column) {
  const Cell* cell = cell_at(table, row, column);
  if (cell == nullptr) return 0;
  if (const auto* value = std::get_if<double>(cell)) return *value;
  const auto* whole = std::get_if<std::int64_t>(cell);
  return whole == nullptr ? 0 : static_cast<double>(*whole);
}

std::string text_at(const Table& table, std::size_t row, std::string_view column) {
  const Cell* cell = cell_at(table, row, column);
  const auto* value = cell == nullptr ? nullptr : std::get_if<std::string>(cell);
  return value == nullptr ? std::string() : *value;
}

bool has_value(const Table& table, std::size_t row, std::string_view column) {
  const Cell* cell = cell_at(table, row, column);
  return cell != nullptr && !is_missing(*cell);
}

}  // namespace unisono
