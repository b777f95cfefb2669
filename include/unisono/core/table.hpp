// Table: named columns of equal length with missing values. The one form in which results leave the library:
// a query's rows, the ties of a run, what a command prints, what an export writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace unisono {

enum class ColumnType : std::uint8_t { text, integer, real, boolean, time_us };

// A missing value is std::monostate: never 0, never "".
using Cell = std::variant<std::monostate, std::string, std::int64_t, double, bool>;

struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  std::vector<Cell> cells;
  bool exact = false;  // real: written with all its digits (the shortest form that reads back), not with 6
};

class Table {
 public:
  Table() = default;
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  const std::vector<Column>& columns() const { return columns_; }
  std::vector<Column>& columns() { return columns_; }
  std::size_t rows() const { return columns_.empty() ? 0 : columns_.front().cells.size(); }
  const Column* find(std::string_view name) const;  // nullptr if there is none
  void append_row(std::vector<Cell> cells);         // cells.size() == columns().size()

 private:
  std::vector<Column> columns_;
};

bool is_missing(const Cell& cell);

// The cell as a person reads it: integers and ids unlocalised, times ISO 8601 with Z, reals with up to 6 significant
// digits, missing as "".
std::string to_text(const Cell& cell, ColumnType type);
std::string to_text(const Column& column, std::size_t row);

// A cell by row and name of its column; where there is no such row or column, or no value of the type, 0 or "".
std::int64_t integer_at(const Table& table, std::size_t row, std::string_view column);
double real_at(const Table& table, std::size_t row, std::string_view column);  // of whole numbers too
std::string text_at(const Table& table, std::size_t row, std::string_view column);
bool has_value(const Table& table, std::size_t row, std::string_view column);

}  // namespace unisono
