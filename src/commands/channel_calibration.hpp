// One channel on trial: its tests on permuted copies of its events.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "commands/channel_tests.hpp"
#include "unisono/commands/calibrate.hpp"
#include "unisono/evidence/findings.hpp"
#include "unisono/evidence/levels.hpp"
#include "unisono/store/calibration_tables.hpp"

namespace unisono::commands {

// What is tested in a channel with these events; called from several threads at once.
using ChannelTester = std::function<Result<ChannelTests>(std::span<const WindowEvents>, Effort, const Control&)>;

struct CopyPlan {
  std::string channel;
  std::uint32_t runs = 20;
  std::vector<network::Permutation> permutations;  // empty = bins, within, and habit where publication is known
  std::uint64_t seed = 1;
  double alpha = 0.05;                          // of the channel
  std::vector<network::TieOptions> pair_tests;  // of every window: whose p-values are compared with uniform ones
  std::span<const std::int64_t> published_us;   // per object, or empty
};

// The tests on the data, then on every copy those whose null hypothesis the permutation makes true: the others may
// rightly find what it leaves in. Copies are looked at side by side as far as threads and memory allow; copy r of a
// permutation is the same whatever else is drawn. Errors: those of the tester; cancelled.
Result<store::CalibrationRows> calibrate_copies(std::span<const WindowEvents> windows, const ChannelTester& tester,
                                                const CopyPlan& plan, const Control& control);

// As many copies of the windows side by side as threads and memory allow; never changes a result.
unsigned copies_at_once(std::span<const WindowEvents> windows, const Control& control);

struct ChannelCalibration {
  evidence::Calibration verdict = evidence::Calibration::not_run;  // not_run: no window could be tested
  std::string sentence;
  store::CalibrationRows rows;            // of this channel, to be stored with the run (RunResults::calibration)
  evidence::FindingWithEvidence finding;  // level 0: the verdict, as a finding of the run
  std::vector<std::string> notes;         // actions that were left out
};

// Reads one channel of the case and calibrates its tests under options.detect; writes nothing. calibrate calls it for
// every channel, detect where a level depends on it. Errors: those of detect.
Result<ChannelCalibration> calibrate_channel(store::CaseFile& file, const std::string& channel,
                                             const CalibrateOptions& options, const std::string& run_id,
                                             const Control& control);

// Moves the rows and the finding of one channel to those of its run.
void add_calibration(ChannelCalibration& channel, store::RunResults& results);

}  // namespace unisono::commands
