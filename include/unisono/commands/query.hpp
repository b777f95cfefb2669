// `unisono query CASE "SQL"`: one question of a person to the case, which cannot change anything.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"

namespace unisono::commands {

struct QueryOptions {
  std::filesystem::path case_path;
  std::string sql;             // one SELECT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN
  std::uint64_t max_rows = 0;  // 0 = all
};

// The rows as DuckDB gives them: in a stated order only with ORDER BY. Errors: usage (the statement), those of opening
// a case, memory, cancelled.
Result<Table> query(const QueryOptions& options, const Control& control);

}  // namespace unisono::commands
