// The one JSON form in which results leave the program: `--json`, findings.json, receipt.json.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unisono/core/table.hpp"

namespace unisono::output {

// {"schema":"unisono.<verb>/1","run":{...},"tables":{name:[{...}]},"notes":[...]}
struct JsonDocument {
  std::string verb;
  std::string run_json = "{}";                        // an object, already JSON
  std::vector<std::pair<std::string, Table>> tables;  // in the order in which they are written
  std::vector<std::string> notes;
};

// Ids and texts as strings, numbers as numbers, times as ISO 8601 strings, missing as null. Columns whose name ends in
// "_json" hold JSON and are written as such under their name without the ending. Invalid UTF-8 becomes U+FFFD. Ends
// with a newline.
std::string write_json(const JsonDocument& document);

std::string quote_json(std::string_view text);  // "..." with escapes

}  // namespace unisono::output
