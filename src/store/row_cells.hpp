// Between plain structs and the cells of a Table: one column after the other, in the order of the statement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "unisono/core/table.hpp"

namespace unisono::store {

template <typename T>
Cell cell_of(const std::optional<T>& value) {
  if (value) return *value;
  return std::monostate{};
}

// Reads one row from left to right. A NULL is an empty optional, or the empty value where the struct knows no missing
// one.
class RowReader {
 public:
  RowReader(const Table& table, std::size_t row) : table_(table), row_(row) {}

  std::optional<std::string> optional_text() { return optional<std::string>(); }
  std::optional<std::int64_t> optional_integer() { return optional<std::int64_t>(); }
  std::optional<double> optional_real() { return optional<double>(); }
  std::string text() { return optional_text().value_or(""); }
  std::int64_t integer() { return optional_integer().value_or(0); }
  bool boolean() { return optional<bool>().value_or(false); }

 private:
  template <typename T>
  std::optional<T> optional() {
    const auto* value = std::get_if<T>(&table_.columns()[column_++].cells[row_]);
    if (value == nullptr) return std::nullopt;
    return *value;
  }

  const Table& table_;
  std::size_t row_;
  std::size_t column_ = 0;
};

}  // namespace unisono::store
