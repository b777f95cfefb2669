// demo: writes a generated campaign with planted truth, in a real export format. Rows are planted, never results: every
// number of the published case is counted back from the written file by the tests. All accounts and texts are invented.
// Docs: docs/demo.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "unisono/commands/amplify.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/core/time.hpp"

namespace unisono::commands {

// What `demo world` plants into a public.
struct DemoWorld {
  std::uint32_t squads = 3, size = 10;       // squads, and accounts of each
  std::uint32_t tasks = 12;                  // of a squad, in each of two channels
  std::int64_t jitter_us = 30 * k_us_per_s;  // all of a squad do a task within this
  std::uint32_t accounts = 1'000;            // of the public
  std::uint32_t days = 10;
};

struct DemoOptions {
  std::string name = "uk";    // or "concentration", "world": see docs/demo.md
  std::filesystem::path out;  // a folder, made if it is missing
  std::uint64_t seed = 1;     // the same seed gives the same bytes
  DemoWorld world;            // world only
};

// What was written; an empty path = this campaign has no such file. Files of the same name are replaced.
struct DemoFiles {
  std::filesystem::path posts;  // posts.jsonl: X API v2, one post a line, its author inside; ordered by time
  std::filesystem::path even;  // even.jsonl: concentration only, the same targets shared by accounts that are all alike
  std::filesystem::path targets;  // targets.csv: the accounts under study
  std::filesystem::path status;   // status.csv: account status on certain days
  std::filesystem::path groups;   // groups.csv: uk only, the 62 accounts as a given group
  std::filesystem::path allow;    // allow.csv: uk and world, the declared news feed
  std::filesystem::path truth;    // truth.json: what was planted where
  TimeUs since = 0, until = 0;    // the study's window: all of its counts are of rows with since <= t < until
  TimeUs status_at = 0;           // the day of its status snapshot
};

// uk: about 140,000 rows, 110 MB, one to two seconds; concentration: two files of 20,000 rows; world: about 2.5 rows
// per account and day. Errors: usage (unknown name, a world out of range), io, cancelled.
Result<DemoFiles> write_demo(const DemoOptions& options, const Control& control);

// What `demo uk` found, as sentences that begin with "given group:" (shares of the 62 accounts of groups.csv, computed
// from the case) and "found by detection:" (members of the groups at G1 or above of the run against that list, misses
// and extras by pseudonym). Errors: those of opening the case; bad_input (no group was given to amplify).
Result<std::vector<std::string>> uk_lines(const std::filesystem::path& case_path, const std::string& detect_run,
                                          const AmplifyResult& amplified, const Control& control);

// What `demo concentration` found in one of its files: sentences that begin with its name.
std::vector<std::string> concentration_lines(const std::string& file, const AmplifyResult& amplified);

// What a run found of every role that truth.json of `demo world` names: accounts, and how many of them are in groups at
// G1 or above, in groups at any level, and in ties. Columns role, accounts, in_g1, in_groups, in_ties; squads first.
// Errors: those of opening the case; io and bad_input (truth.json cannot be read).
Result<Table> world_roles(const std::filesystem::path& case_path, const std::string& detect_run,
                          const std::filesystem::path& truth, const Control& control);

// The same as sentences: recall of the squads, and false alarms by role.
std::vector<std::string> world_lines(const Table& roles);

}  // namespace unisono::commands
