// Tables as text: for a person on a terminal, for the next program in a pipe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "frame/command.hpp"

namespace unisono::app {

struct Style {
  std::size_t width = 80;  // columns of the terminal
  bool color = false;      // emphasis only; nothing is told by colour alone
};

// Aligned columns, numbers to the right, cut to style.width: the widest text columns shrink first (not below 8), then
// columns at the end are left out and counted in the last line. Shows at most section.rows_on_terminal rows and says
// how many follow. Every text goes through visible().
std::string format_for_terminal(const Section& section, const Style& style);

// A header line and a line per row, cells separated by tabs; tab, line break, backslash and hidden characters are
// escaped (visible(), reversible). With `named`, "# name" stands before the header. Of a section that a file holds as a
// whole only the first rows, and "# N more rows (... file ...)".
std::string format_tsv(const Section& section, bool named);

// One JSON object per row and line, with "table" as its first key. Same rules for values as the JSON document.
std::string format_ndjson(const Section& section);

// JSON text in which hidden and direction-changing characters are \u escapes: the same value, safe on a terminal.
std::string escape_hidden_in_json(std::string_view json);

}  // namespace unisono::app
