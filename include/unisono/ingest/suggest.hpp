// A mapping file for a file that no format fits: columns are guessed by their names and by what they hold, and a person
// checks the guesses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/ingest/csv.hpp"
#include "unisono/ingest/detect.hpp"
#include "unisono/ingest/file_import.hpp"
#include "unisono/ingest/json.hpp"
#include "unisono/ingest/source.hpp"

namespace unisono::ingest {

// TOML text that parse_mapping accepts. Each line of a guess says why in a comment: name, or share of values that look
// like a link, an id, a time. Looks at 200 records.
std::string suggest_mapping(std::string_view path, TextFamily family, const std::vector<std::string>& columns,
                            const std::vector<std::string>& keys, const CsvBatch& csv, const JsonBatch& json);

// The same for a file, whether or not a format fits it. Errors as import_file.
Result<std::string> suggest_for(const std::string& path, const ImportSettings& settings, const Control& control);

// What an import says when no format is clearly the best: the top three, a ready mapping file and the next command.
Error unrecognised(const std::string& path, const Detection& detection, const std::string& mapping);

}  // namespace unisono::ingest
