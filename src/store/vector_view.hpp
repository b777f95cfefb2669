// One DuckDB vector, read value by value: as a Cell, or as JSON inside a nested value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "duckdb_api.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"

namespace unisono::store {

// The form in which values of a type leave the store.
ColumnType column_type_of(duckdb_type type);

class VectorView {
 public:
  // Error{usage} for a type that we do not read. Valid as long as the chunk of the vector.
  static Result<VectorView> of(duckdb_vector vector, const std::string& column);

  duckdb_type type() const { return type_; }
  // std::monostate for NULL. A value that its column type cannot hold (too wide, infinite) is a std::string.
  Cell cell(std::size_t row) const;

 private:
  void write_json(std::size_t row, std::string& out) const;
  void write_list(std::size_t begin, std::size_t end, std::string& out) const;
  void write_map(std::size_t begin, std::size_t end, std::string& out) const;
  void write_struct(std::size_t row, std::string& out) const;
  Cell wide_integer(std::size_t row) const;
  Cell decimal(std::size_t row) const;
  Cell time(std::size_t row) const;
  std::string text(std::size_t row) const;
  template <typename T>
  T at(std::size_t row) const {
    return static_cast<const T*>(data_)[row];
  }

  duckdb_type type_ = DUCKDB_TYPE_INVALID;
  duckdb_type internal_type_ = DUCKDB_TYPE_INVALID;  // of decimals and enums
  const void* data_ = nullptr;
  const std::uint64_t* validity_ = nullptr;
  std::uint8_t scale_ = 0;
  std::size_t array_size_ = 0;
  std::vector<std::string> names_;  // of struct fields, or enum values
  std::vector<VectorView> children_;
};

}  // namespace unisono::store
