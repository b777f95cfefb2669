// The library as a stranger uses it: a Result that fails, and a computation that works.
#include <cstdio>

#include "unisono/commands/query.hpp"
#include "unisono/core/time.hpp"

int main() {
  const auto rows = unisono::commands::query({.case_path = "nothing-here.uni", .sql = "SELECT 1", .max_rows = 0}, {});
  if (rows || rows.error().code != unisono::ErrorCode::not_found) return 1;
  std::printf("%s\n", unisono::format_iso(0).c_str());
  return 0;
}
