// The parts of a detect run: the results of each channel, the tests of its groups in the other channels, and the levels
// that all of them open together.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "commands/channel_plan.hpp"
#include "unisono/evidence/findings.hpp"
#include "unisono/evidence/levels.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::commands {

using AccountKey = std::pair<std::string, std::string>;  // platform, account id

struct FoundGroup {
  std::string group_id;
  std::vector<AccountKey> members, others;  // others: of the groups of other windows that support it
  std::vector<store::GroupTestRow> tests;   // of its own window, on held-out objects
  std::vector<store::GroupTestRow> supports, elsewhere;
  double stability = 1;
  bool stable = true;
  std::vector<evidence::PostKey> posts;  // with a close co-action of members in the window whose figures are shown
  std::map<std::uint64_t, std::vector<evidence::PostKey>> close_posts;  // in every window, sorted
  std::vector<store::JoiningRow> joining;  // accounts outside that act with the group, in the window of its members
};

struct AcceptedTie {
  std::size_t row = 0;  // in ChannelOutcome::ties
  std::string label_a, label_b;
  std::vector<evidence::PostKey> posts;
};

struct ChannelOutcome {
  std::string channel;
  evidence::Basis basis;
  std::vector<store::ChannelCheckRow> checks;
  std::vector<store::TieRow> ties;
  std::vector<AcceptedTie> accepted;  // one per pair, the pairs with a finding of their own
  std::vector<FoundGroup> groups;
  store::SecondOpinionRows second;          // on these groups
  std::vector<store::GroupTestRow> failed;  // of candidates that became no group
  std::map<std::uint64_t, bool> blind;      // per tested window: T cannot be used
  double published_share = 0;
  std::vector<std::string> notes;
};

// Reads account labels from `file` and writes nothing. `close_posts` only where other channels are tested too.
Result<ChannelOutcome> detect_channel(store::CaseFile& file, const store::ActionSet& actions, const ChannelPlan& plan,
                                      const DetectOptions& options, bool several_channels, const Control& control);

// Tests every group in all other channels, members unchanged, and fills FoundGroup::elsewhere. A post of a member that
// is close to another member in the group's own channel is evidence there and taken out here: what is left is
// independent. Channels are read again: memory holds one at a time.
Result<void> test_elsewhere(store::CaseFile& file, const DetectOptions& options, const std::string& run_id,
                            const std::vector<std::int64_t>& windows_us, std::vector<ChannelOutcome>& outcomes,
                            const Control& control);

using Calibrations = std::map<std::string, evidence::Calibration>;  // by channel

// Channels that must be calibrated before a tie can be T3 or a group G1; empty if none could be.
std::vector<std::string> channels_to_calibrate(const std::vector<ChannelOutcome>& outcomes);

// Everything as rows, with levels.
store::RunResults results_of(std::vector<ChannelOutcome> outcomes, const Calibrations& calibrations);

}  // namespace unisono::commands
