// A table with the query that anybody can run on the case to get the same rows (names of accounts aside), and, where it
// holds p-values and lifts, the command that computes them anew.
#pragma once

#include <cstdint>
#include <string>

#include "unisono/core/table.hpp"

namespace unisono::evidence {

struct SourcedTable {
  Table table;
  std::string sql, command;
  std::uint64_t total_rows = 0;  // the table may show fewer
};

}  // namespace unisono::evidence
