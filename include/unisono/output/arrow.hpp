// A table as a stream of the Arrow IPC format: what pyarrow, Polars, DuckDB, R and ClickHouse read without conversion.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unisono/core/table.hpp"

namespace unisono::output {

struct ArrowOptions {
  std::vector<std::pair<std::string, std::string>> metadata;  // of the schema, in this order
  std::size_t rows_per_batch = 65536;                         // at least 1
};

// One schema message, record batches, end of stream (Arrow columnar format 1.x, metadata version V5, little endian,
// uncompressed). Columns: text -> utf8, integer -> int64, real -> float64, boolean -> bool, time_us -> timestamp[us,
// UTC]; all may be null. A column that holds a cell of another kind than its type says becomes utf8. Invalid UTF-8
// becomes U+FFFD, as the format asks for. A batch ends early before its texts exceed 1 GiB. Equal tables give equal
// bytes. O(cells + bytes) time, twice the bytes of memory.
std::string write_arrow_stream(const Table& table, const ArrowOptions& options = {});

}  // namespace unisono::output
