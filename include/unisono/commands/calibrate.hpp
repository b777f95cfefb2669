// calibrate: how often the tests of detect find something where nothing is left to be found. The whole pipeline runs on
// permuted copies of the case (docs/network/calibrate.md); or, with `plant`, how often they find a squad that was
// planted (docs/network/planting.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "unisono/commands/detect.hpp"
#include "unisono/network/permute.hpp"
#include "unisono/network/planting.hpp"

namespace unisono::commands {

struct CalibrateOptions {
  DetectOptions detect;     // what is calibrated: case, channels, windows, alpha, seeds, ...
  std::uint32_t runs = 20;  // copies for each permutation; squads of each size and number of tasks
  // Empty = bins, within, habit where publication times are known, and fastball where no window can be tested.
  std::vector<network::Permutation> permutations;
  std::optional<network::SquadPlan> plant;  // the largest squad to try; nothing is permuted then
  bool smallest = true;                     // also looks for the smallest squads that are found
};

struct CalibrateResult {
  std::string run_id;
  Table verdicts;  // one row per channel, and one more where test D was tried
  Table copies;    // one row per channel and permutation: mean and maximum over the copies
  Table runs;      // one row per copy
  Table fits;      // one row per channel, window, permutation and test: Kolmogorov's distance, c-bar, F, K
  Table points;    // the quantiles behind them
  Table squads;    // with `plant`: one row per channel, squad and window; the other tables are empty
  std::vector<std::string> notes;
};

// Planted squads stay in memory: no post of the case changes. Time: that of detect, times the copies. One atomic step:
// interrupted, the case holds the previous state. The same case, options and seed give the same rows for any number of
// threads. The `targets` and `allow` lists of the options mark accounts as in detect. Errors: those of detect.
Result<CalibrateResult> calibrate(const CalibrateOptions& options, const Control& control);

}  // namespace unisono::commands
