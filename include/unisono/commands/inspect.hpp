// inspect: what a file would be read as, what a case holds, and the exact bytes behind a row.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/ingest/file_import.hpp"
#include "unisono/ingest/receipt.hpp"

namespace unisono::commands {

struct InspectOptions {
  std::filesystem::path input;      // a data file, or a case
  ingest::ImportSettings settings;  // for a data file, as for import
};

struct InspectResult {
  std::optional<ingest::Receipt> receipt;  // of a data file; nothing is written
  // Of a case:
  Table files;      // one row a file: what it holds, to be compared with what was announced (E7)
  Table fill;       // column of `post`, rows that have it
  Table histogram;  // posts or actions by hour, day or month, whichever gives at most about 100 rows; gaps are rows
                    // with 0
  Table ids;        // rows by flag, of posts and accounts
  Table gaps;       // the ten longest stretches of hours without any post
  Table channels;   // actions, accounts and objects of every channel
  std::vector<std::string> notes;
};

// Errors: those of import for a file; not_found, newer_version for a case.
Result<InspectResult> inspect(const InspectOptions& options, const Control& control);

struct RawOptions {
  std::filesystem::path case_path;
  std::string post_id;
  std::string platform;          // "" = any; needed when two platforms have the id
  std::filesystem::path inputs;  // the folder with the files that were imported, or the file itself
};

struct RawRecord {
  std::string bytes;  // exactly as in the decompressed file, before decoding
  std::string file, sha256;
  std::uint64_t offset = 0, length = 0;
};

// Finds the file by its hash, checks it, and cuts the record out. Errors: not_found (no such post; no file with that
// hash under `inputs`), bad_input (a file of that name whose hash is another: both are named), usage (the id stands on
// several platforms).
Result<RawRecord> raw_record(const RawOptions& options, const Control& control);

}  // namespace unisono::commands
