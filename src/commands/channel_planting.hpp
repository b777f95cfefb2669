// What the tests of one channel could have found: squads planted into its events, and how often they were found.
// Docs: docs/network/planting.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "commands/channel_calibration.hpp"
#include "unisono/commands/calibrate.hpp"
#include "unisono/network/planting.hpp"
#include "unisono/store/calibration_tables.hpp"

namespace unisono::commands {

struct PlantPlan {
  std::string channel;
  network::SquadPlan largest;  // its precision is set from the data
  std::uint32_t draws = 20;
  bool smallest = true;  // false: only `largest`
  std::uint64_t seed = 1;
  std::span<const std::uint8_t> declared;  // per account, or empty
};

// The sizes and numbers of tasks that are tried: `largest` and the steps of a fixed grid below it, ascending.
std::vector<std::uint32_t> tried_sizes(std::uint32_t largest);
std::vector<std::uint32_t> tried_tasks(std::uint32_t largest);

// Plants `draws` squads of `largest`, then walks along the border of what is found in 80 % of the draws: for every size
// from the largest down, the fewest tasks. What is not visited is implied: larger squads and more tasks are taken to be
// found as often. Accounts in groups or ties that the tests find in the data itself are left out of the squads. Rows in
// the order of the walk: for each squad one without a window (all windows united, as a run does) and one for each
// tested window. Equal rows for any number of threads. Errors: those of the tester; usage; cancelled.
Result<std::vector<store::PlantingRow>> try_squads(std::span<const WindowEvents> windows, const ChannelTester& tester,
                                                   const PlantPlan& plan, const Control& control);

struct ChannelPlanting {
  std::vector<store::PlantingRow> rows;
  std::vector<std::string> notes;  // actions that were left out; windows too coarse
};

// Reads one channel of the case and tries squads under options.detect; writes nothing. Errors: those of detect.
Result<ChannelPlanting> plant_channel(store::CaseFile& file, const std::string& channel,
                                      const CalibrateOptions& options, const Control& control);

}  // namespace unisono::commands
