// One channel of a detect run: scan, check, test ties, find groups, and turn everything into rows of the case.
#pragma once

#include <string>
#include <vector>

#include "unisono/commands/detect.hpp"
#include "unisono/network/groups.hpp"
#include "unisono/network/ties.hpp"
#include "unisono/store/action_scan.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::commands {

inline constexpr std::int64_t k_default_windows_us[] = {10'000'000, 60'000'000, 300'000'000, 3'600'000'000};

struct ChannelPlan {
  std::string run_id;
  std::string channel;
  std::vector<std::int64_t> windows_us;
  std::vector<std::uint8_t> declared;  // per account of the actions; 1 = on the allow list
  bool collected_by_object = false;    // at least 90 % of the objects are posts of the targets
};

struct ChannelRows {
  std::vector<store::ChannelCheckRow> checks;
  std::vector<store::TieRow> ties;
  std::vector<store::GroupRow> groups;
  std::vector<store::GroupMemberRow> members;
  std::vector<store::GroupTestRow> tests;
  std::vector<store::FindingRow> findings;
  std::vector<store::EvidenceRow> evidence;  // without raw references
  std::vector<std::string> notes;
};

// Reads account labels from `file` and writes nothing. Windows are tested one after the other at alpha / number of
// windows.
Result<ChannelRows> detect_channel(store::CaseFile& file, const store::ActionSet& actions, const ChannelPlan& plan,
                                   const DetectOptions& options, const Control& control);

// A group of one channel over all its windows. Its members are those of the window where it stands out most (largest
// lower end of the lift); groups of other windows that share at least half of the smaller one support it with their
// tests, and accounts that only they hold are kept apart. (Taking the union instead lets a wide window blur what a
// narrow one shows.)
struct UnitedGroup {
  std::vector<std::uint32_t> members;  // ascending
  std::vector<std::uint32_t> others;   // ascending; members of supporting groups only
  struct Test {
    std::uint64_t window_us = 0;
    network::GroupTestResult result;
  };
  std::vector<Test> tests;     // of the window that gives the members
  std::vector<Test> supports;  // of the other windows
  double stability = 1;
  bool stable = true;
};

struct WindowGroups {
  std::uint64_t window_us = 0;
  network::GroupResult result;
};

// Sorted by (size descending, members). O(groups^2 * size).
std::vector<UnitedGroup> unite_windows(const std::vector<WindowGroups>& windows);

}  // namespace unisono::commands
