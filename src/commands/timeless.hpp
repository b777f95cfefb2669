// What can be said of a channel without its times: test D and the order of accounts. Shared by rank and detect.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/detect_channel.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/evidence/findings.hpp"
#include "unisono/network/degrees.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/ranking.hpp"
#include "unisono/store/action_scan.hpp"
#include "unisono/store/case_file.hpp"
#include "unisono/store/indicator_tables.hpp"

namespace unisono::commands {

struct TimelessOptions {
  double alpha = 0.05;
  std::uint32_t max_sharers = network::DegreeOptions{}.max_sharers;  // of objects that count for pairs; 0 = all
  bool allow_lossy = false;
};

struct TimelessChannel {
  store::ActionSet actions;
  network::Events events;  // times are 0
  network::DegreeResult degrees;
  network::Ranking ranking;
};

// Reads times of no action. Errors: those of scan_actions, test_degrees and rank_accounts.
Result<TimelessChannel> test_without_times(store::CaseFile& file, const std::string& channel,
                                           const TimelessOptions& options, const Control& control);

struct TimelessOutcome {
  store::TimelessRows rows;                             // of each channel the first accounts and pairs
  std::vector<evidence::FindingWithEvidence> findings;  // level T1, of the first pairs
  std::vector<std::string> notes;
};

// For the channels of `outcomes` in which no window has a usable time for at least half of the actions. With --since
// or --until nothing is done, because they choose by time. Reads account labels from `file` and writes nothing.
Result<TimelessOutcome> detect_without_times(store::CaseFile& file, const std::vector<ChannelOutcome>& outcomes,
                                             const DetectOptions& options, const std::string& run_id,
                                             const Control& control);

}  // namespace unisono::commands
