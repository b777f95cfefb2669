// CSV that a spreadsheet can open safely: RFC 4180, LF, UTF-8, with a guard against cells that would run as formulas.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "unisono/core/table.hpp"

namespace unisono::output {

struct CsvOptions {
  bool guard = true;         // a text cell that begins with = + - @ tab or CR gets a leading '
  std::string_view comment;  // lines put before the header, each with a leading "# "; empty = none
};

struct CsvText {
  std::string text;
  std::uint64_t guarded_cells = 0;
};

// One header row and one row per table row. With guarded cells a last column `_guarded` (1 or empty) marks their rows,
// so that a later import can undo the guard. O(bytes).
CsvText write_csv(const Table& table, const CsvOptions& options = {});

}  // namespace unisono::output
