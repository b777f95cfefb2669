// Cells of a network file: what its two formats share.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "unisono/core/table.hpp"

namespace unisono::output {

// Both formats know these four; times are text.
inline std::string_view attribute_type(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return "long";
    case ColumnType::real:
      return "double";
    case ColumnType::boolean:
      return "boolean";
    case ColumnType::text:
    case ColumnType::time_us:
      break;
  }
  return "string";
}

// Missing values, NaN and infinities are left out.
inline bool is_writable(const Cell& cell) {
  const auto* real = std::get_if<double>(&cell);
  return !is_missing(cell) && (real == nullptr || std::isfinite(*real));
}

}  // namespace unisono::output
