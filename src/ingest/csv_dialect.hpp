// Looks that the CSV reader takes at the beginning of a text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/ingest/csv.hpp"

namespace unisono::ingest {

// Length of a first line "sep=;" (a hint that Excel writes and reads) with its line break; 0 without one.
std::size_t separator_hint(std::string_view text);

// The first records, fields as meant, of a text that may end inside a record (`whole`: it does not).
std::vector<std::vector<std::string>> first_records(std::string_view text, bool whole, const CsvDialect& dialect,
                                                    std::size_t max_records);

}  // namespace unisono::ingest
