// Everything that is tested in one channel, without any row of the case: the ties of every window, the groups of every
// window, and the groups of all windows together. detect writes it down; calibrate asks it of permuted data.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "commands/channel_plan.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/groups.hpp"
#include "unisono/network/ties.hpp"
#include "unisono/store/action_scan.hpp"

namespace unisono::commands {

// The events of one window: first actions whose time is known well enough for it.
struct WindowEvents {
  std::uint64_t window_us = 0;
  std::shared_ptr<const network::Events> events;  // shared by windows with equal events; null: times too coarse
  std::uint64_t usable = 0, excluded_coarse = 0;  // actions
  Precision coarsest = Precision::us;             // among the usable
  Precision coarsest_of_all = Precision::us;
};

// The actions whose time is known well enough for window.window_us; counts them and the others in `window`.
struct UsableActions {
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
};
UsableActions usable_actions(const store::ActionSet& actions, WindowEvents& window);
signals::Actions columns_of(const UsableActions& usable, const store::ActionSet& actions);

// One per window, in their order. A window for which more than half of the actions are too coarse has no events.
// O(windows x actions).
std::vector<WindowEvents> events_of_windows(const store::ActionSet& actions, std::span<const std::int64_t> windows_us);

// hash64 of the key of every object: decides the halves.
std::vector<std::uint64_t> object_hashes(const store::ActionSet& actions, std::uint64_t split_seed);

struct TestedWindow {
  std::size_t window = 0;  // which of the WindowEvents
  std::uint64_t window_us = 0;
  std::shared_ptr<const network::Events> events;
  network::TieResult ties;
};

struct WindowGroups {
  std::uint64_t window_us = 0;
  network::GroupResult result;
};

struct ChannelTests {
  std::vector<TestedWindow> windows;  // those that have events
  std::vector<WindowGroups> groups;   // one for each of them
};

enum class Effort : std::uint8_t {
  full,
  decisions,  // leaves out what decides nothing: stability of groups, what T alone would accept
  activity,   // only ties; of the group tests only G_T, and only its decisions
  pace        // only ties; of the group tests only G_X and G_H, and only their decisions
};

// How the pairs of one window are tested: at alpha / number of windows of the plan.
network::TieOptions tie_options(std::uint64_t window_us, const ChannelPlan& plan, const DetectOptions& options,
                                Effort effort);

// Windows are tested one after the other at alpha / number of windows of the plan, first for ties, then for groups;
// those with the same events share their permutations. Errors: those of test_ties and find_groups.
Result<ChannelTests> test_channel(std::span<const WindowEvents> windows, std::span<const std::uint64_t> object_hash,
                                  const ChannelPlan& plan, const DetectOptions& options, Effort effort,
                                  const Control& control);

// Only the joins that test_channel would make, through options.joiner.
Result<void> run_joins(std::span<const WindowEvents> windows, std::span<const std::uint64_t> object_hash,
                       const ChannelPlan& plan, const DetectOptions& options, const Control& control);

// What the group tests of a window are run with.
network::GroupOptions group_options(std::uint64_t window_us, bool blind, const ChannelPlan& plan,
                                    const DetectOptions& options);

// A group of one channel over all its windows. Its members are those of the window where it stands out most (largest
// lower end of the lift of its main candidates); groups of other windows that share at least half of the smaller one
// support it with their tests, and accounts that only they hold are kept apart. (Taking the union instead lets a wide
// window blur what a narrow one shows.)
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

// Sorted by (size descending, members). O(groups^2 * size).
std::vector<UnitedGroup> unite_windows(const std::vector<WindowGroups>& windows);

}  // namespace unisono::commands
