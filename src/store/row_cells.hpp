// Between plain structs and the cells of a Table: one column after the other, in the order of the statement.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/store/case_file.hpp"

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
  double real() { return optional_real().value_or(0); }
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

// Appends one row from left to right; an empty optional is NULL.
class RowWriter {
 public:
  explicit RowWriter(Appender& appender) : appender_(appender) {}

  RowWriter& text(std::string_view value) {
    appender_.text(value);
    return *this;
  }
  RowWriter& optional_text(const std::optional<std::string>& value) {
    value ? appender_.text(*value) : appender_.null();
    return *this;
  }
  RowWriter& integer(std::optional<std::int64_t> value) {
    value ? appender_.integer(*value) : appender_.null();
    return *this;
  }
  RowWriter& real(std::optional<double> value) {
    value ? appender_.real(*value) : appender_.null();
    return *this;
  }
  RowWriter& boolean(bool value) {
    appender_.boolean(value);
    return *this;
  }
  template <typename Wide>
  RowWriter& huge(Wide value) {
    appender_.huge(value);
    return *this;
  }
  Result<void> end() { return appender_.end_row(); }

 private:
  Appender& appender_;
};

// Every struct of a table has write_row(RowWriter&, run_id, row) and read_row(RowReader&, row) in namespace
// unisono::store, where these templates find them (not in an unnamed one: argument-dependent lookup does not look
// there).
template <typename Row>
Result<void> write_rows(CaseFile& file, std::string_view table, std::string_view run, const std::vector<Row>& rows) {
  UNISONO_TRY(Appender appender, file.append_to(table));
  RowWriter writer(appender);
  for (const Row& row : rows) UNISONO_CHECK(write_row(writer, run, row));
  return appender.close();
}

// `from` holds a WHERE with the run as $1; rows come in the order in which they were written.
template <typename Row>
Result<void> read_rows(CaseFile& file, std::string_view columns, std::string_view from, std::string_view run,
                       std::vector<Row>& rows) {
  const Cell key = std::string(run);
  UNISONO_TRY(const Table table,
              file.query(fmt::format("SELECT {} FROM {} ORDER BY rowid", columns, from), std::span(&key, 1)));
  rows.resize(table.rows());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RowReader reader(table, i);
    read_row(reader, rows[i]);
  }
  return {};
}

}  // namespace unisono::store
