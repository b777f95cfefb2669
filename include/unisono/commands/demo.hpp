// demo: writes a generated campaign with planted truth, in a real export format. Rows are planted, never results: every
// number of the published case is counted back from the written file by the tests. All accounts and texts are invented.
// Docs: docs/demo.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"

namespace unisono::commands {

struct DemoOptions {
  std::string name = "uk";    // the only campaign so far: two diplomatic accounts and a network of 62 amplifiers
  std::filesystem::path out;  // a folder, made if it is missing
  std::uint64_t seed = 1;     // the same seed gives the same bytes
};

// What was written. Files of the same name are replaced.
struct DemoFiles {
  std::filesystem::path posts;    // posts.jsonl: X API v2, one post a line, its author inside; ordered by time
  std::filesystem::path targets;  // targets.csv: the two accounts under study
  std::filesystem::path status;   // status.csv: account status on 2021-03-01, and again on 2021-05-01 for the network
  std::filesystem::path groups;   // groups.csv: the 62 accounts as a given group
  std::filesystem::path allow;    // allow.csv: the declared news feed
  std::filesystem::path truth;    // truth.json: what was planted where
  TimeUs since = 0, until = 0;    // the study's window: all of its counts are of rows with since <= t < until
};

// About 140,000 rows, 110 MB, one to two seconds. Errors: usage (unknown name), io, cancelled.
Result<DemoFiles> write_demo(const DemoOptions& options, const Control& control);

}  // namespace unisono::commands
