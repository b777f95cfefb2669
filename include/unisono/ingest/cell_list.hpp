// Lists inside one cell of a CSV file: how the exports of this field write several values into one column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "unisono/ingest/mapping.hpp"

namespace unisono::ingest {

// A Python list of strings and integers, as str(list) writes it: ['a', "b", 12], with the escapes \' \" \\ \n \r \t
// \xNN
// \uNNNN \UNNNNNNNN. None is left out. "[]" and blanks give no items. False if the text is anything else; what was read
// up to there stays in `items`. O(length).
bool parse_python_list(std::string_view text, std::vector<std::string>& items);

// Items between separators, trimmed of ASCII blanks; empty ones are left out. With `urls`, a separator only counts
// where an address begins after it, because addresses contain commas.
void split_list(std::string_view text, std::string_view separator, bool urls, std::vector<std::string>& items);

// The items of a cell under `spec` (json: by the caller, which has a parser). False if the cell is not of that form.
bool decode_list(std::string_view cell, const ListSpec& spec, std::vector<std::string>& items);

}  // namespace unisono::ingest
