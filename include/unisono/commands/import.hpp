// import: exported files into a case, each as one atomic step, with a receipt for each.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/ingest/file_import.hpp"
#include "unisono/ingest/receipt.hpp"

namespace unisono::commands {

struct ImportOptions {
  std::vector<std::string> inputs;     // files, folders (their data files, sorted by path), or "-" for standard input
  std::filesystem::path case_path;     // -o NEW.uni, or the case of --append
  bool append = false;                 // the case may exist and hold other files
  bool force = false;                  // an existing case at case_path is replaced
  bool reuse = false;                  // an existing case that holds exactly these inputs is taken as it is (for `run`)
  bool dry_run = false;                // receipts only, no case is made
  std::filesystem::path rejects_file;  // --rejects FILE: one JSON line a reject; "" = none
  ingest::ImportSettings settings;
};

struct ImportResult {
  std::vector<ingest::Receipt> receipts;                      // in the order of the files
  std::vector<std::pair<std::string, std::string>> left_out;  // files of a folder that no format fits, with the reason
  bool reused = false;                                        // the case held exactly these inputs already
  bool continued = false;                                     // an unfinished import of these inputs was continued
  std::uint64_t rejects_written = 0;
};

// Files already in the case (same hash) are skipped with a receipt that says so. Interrupted, the case keeps the files
// that are finished, and the same command continues. Errors: those of ingest::import_file; usage (no input); io (a case
// that exists and holds something else: the message says what to add); after too_many_rejects the rows of that file are
// in the case.
Result<ImportResult> import(const ImportOptions& options, const Control& control);

// The files behind `inputs`: folders become the data files in them (csv, tsv, json, jsonl, ndjson, also compressed),
// recursively, sorted by path. `from_folder` says for each whether a person named it. Errors: not_found; bad_input (a
// folder without any).
struct InputFile {
  std::string path;
  bool from_folder = false;
};
Result<std::vector<InputFile>> input_files(const std::vector<std::string>& inputs);

}  // namespace unisono::commands
