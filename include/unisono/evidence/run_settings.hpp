// The options of a run of `detect` that change its result, as it stored them, and the command that repeats it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"

namespace unisono::evidence {

struct RunSettings {
  double alpha = 0.05;
  std::uint64_t seed = 1, split_seed = 1;
  std::vector<std::string> channels;
  std::vector<std::int64_t> windows_us;
  std::uint64_t min_days = 2, min_objects = 2, max_coactions = 0;  // 0 = not stored
  std::string since, until;                                        // ISO 8601, "" = none
  bool weak = false, allow_lossy = false, calibrate = false;
};

// Of the table `run`. Absent keys keep their defaults. Error{bad_input}: not a JSON object.
Result<RunSettings> run_settings(std::string_view options_json, std::uint64_t seed);

// `unisono detect case.uni --channel repost --window 60s ... --seed 1`: the same run id on the same case. `case_path`
// as a word of a shell.
std::string detect_command(const RunSettings& settings, std::string_view case_path = "case.uni");

// `unisono rank case.uni --channel link ...`: what this run compared without times.
std::string rank_command(const RunSettings& settings, const std::string& channel, std::int64_t max_sharers);

// `unisono calibrate case.uni ...` with the same options: what the tests of this run find in permuted data.
std::string calibrate_command(const RunSettings& settings, std::int64_t copies,
                              const std::vector<std::string>& permutations);

// The same tests with the same options, whatever the channels, and whether or not they were tried on copies.
bool same_tests(const RunSettings& a, const RunSettings& b);

// The rows of one channel that the tests of a window used, as a condition on the view `action`.
std::string tested_actions(const RunSettings& settings, const std::string& channel, std::int64_t window_us);

// The posts that the bins of one width hold, as a relation: platform, account_id, t_us.
std::string binned_posts(const RunSettings& settings, std::int64_t width_us);

// "60s", "1500ms": what the program reads back as the same window.
std::string window_argument(std::int64_t window_us);

}  // namespace unisono::evidence
