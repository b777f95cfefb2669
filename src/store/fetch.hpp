// DuckDB results as Tables.
#pragma once

#include <cstdint>

#include "duckdb_api.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"

namespace unisono::store {

struct FetchLimits {
  std::uint64_t rows = 0;   // 0 = all
  std::uint64_t bytes = 0;  // of the Table in memory; 0 = no limit; more is Error{memory}
};

// Reads the chunks of a result, O(cells). Decimals become real, timestamps time_us; dates, times of day, intervals,
// blobs (hex), UUIDs and nested values (as JSON) become text, and so does a whole column of wide integers or times if
// one value does not fit 64 bits. Errors: memory, usage (a type that cannot be shown).
Result<Table> fetch_table(OwnedResult& result, const FetchLimits& limits);

}  // namespace unisono::store
