// calibrate: how often the tests of detect find something where nothing is left to be found. The whole pipeline runs on
// permuted copies of the case. Docs: docs/network/calibrate.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unisono/commands/detect.hpp"
#include "unisono/network/permute.hpp"

namespace unisono::commands {

struct CalibrateOptions {
  DetectOptions detect;                            // what is calibrated: case, channels, windows, alpha, seeds, ...
  std::uint32_t runs = 20;                         // copies for each permutation
  std::vector<network::Permutation> permutations;  // empty = bins, within, and habit where publication times are known
};

struct CalibrateResult {
  std::string run_id;
  Table verdicts;  // one row per channel
  Table copies;    // one row per channel and permutation: mean and maximum over the copies
  Table runs;      // one row per copy
  Table fits;      // one row per channel, window, permutation and test: Kolmogorov's distance, c-bar, F, K
  Table points;    // the quantiles behind them
  std::vector<std::string> notes;
};

// Time: that of detect, times the copies. One atomic step: interrupted, the case holds the previous state. The same
// case, options and seed give the same rows for any number of threads. The `targets` and `allow` lists of the options
// mark accounts as in detect. Errors: those of detect.
Result<CalibrateResult> calibrate(const CalibrateOptions& options, const Control& control);

}  // namespace unisono::commands
