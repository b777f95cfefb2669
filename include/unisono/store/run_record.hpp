// Run records and custody: what was computed from which inputs, so that the same run has the same name everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::store {

// One input: a file as given, or a member of a container. `options` and `receipt` are JSON text.
struct ImportFile {
  std::int32_t file_id = 0;
  std::string sha256;  // of the file as given, lower-case hex
  std::string name;    // base name
  std::optional<std::int64_t> bytes;
  std::optional<std::string> container, member, member_sha256, encoding, format_id, mapping_sha256, tz_decision,
      options;
  std::optional<std::string> receipt;
  std::string state = "complete";  // or "incomplete"
};

Result<std::int32_t> next_file_id(CaseFile& file);                     // 1 for an empty case
Result<void> record_import(CaseFile& file, const ImportFile& import);  // inside the Step that writes its rows
Result<std::vector<ImportFile>> imported_files(CaseFile& file);        // by file_id
Result<bool> is_imported(CaseFile& file, std::string_view sha256);     // any member of a file with this hash

// SHA-256 in hex over the set of (sha256, member, member_sha256, format, mapping, zone decision, options) of all files:
// independent of the order in which they were imported.
Result<std::string> input_hash(CaseFile& file);

// A run before it is written. `options_json` holds the result-changing options only (not threads, memory, paths,
// progress), with sorted keys; `version` names the program and its Unicode data.
struct Run {
  std::string verb;
  std::string options_json;
  std::uint64_t seed = 0;
  std::string input_hash;
  std::string version;
};

// 32 hex digits: SHA-256 over version, verb, options, seed and input hash, cut to 128 bits.
std::string run_id(const Run& run);

// Writes `run` (replacing the row of an equal run) and returns its id. Inside the Step that writes its results.
Result<std::string> record_run(CaseFile& file, const Run& run);
struct StoredRun {
  std::string run_id;
  Run run;
};
Result<std::vector<StoredRun>> stored_runs(CaseFile& file);  // in the order in which they were written

// The run `run_id`, or with "" the latest run of `verb`. Error{not_found} with advice if there is none.
Result<StoredRun> find_run(CaseFile& file, std::string_view verb, std::string_view run_id);

// One line of run_log; appended, never replaced.
struct RunLog {
  std::string run_id;
  TimeUs started = 0, ended = 0;
  unsigned threads = 1;
  std::string host;
};
Result<void> log_run(CaseFile& file, const RunLog& log);

}  // namespace unisono::store
