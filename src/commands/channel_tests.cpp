#include "commands/channel_tests.hpp"

#include <algorithm>
#include <utility>

#include "unisono/core/hash.hpp"

namespace unisono::commands {

UsableActions usable_actions(const store::ActionSet& actions, WindowEvents& window) {
  UsableActions usable;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const auto precision = static_cast<Precision>(actions.precision[i]);
    window.coarsest_of_all = std::max(window.coarsest_of_all, precision);
    if (static_cast<std::uint64_t>(length_us(precision)) > window.window_us) {
      ++window.excluded_coarse;
      continue;
    }
    window.coarsest = std::max(window.coarsest, precision);
    usable.account.push_back(actions.account[i]);
    usable.object.push_back(actions.object[i]);
    usable.post.push_back(actions.post[i]);
    usable.t_us.push_back(actions.t_us[i]);
  }
  window.usable = usable.account.size();
  return usable;
}

signals::Actions columns_of(const UsableActions& usable, const store::ActionSet& actions) {
  return {usable.account,
          usable.object,
          usable.post,
          usable.t_us,
          static_cast<std::uint32_t>(actions.account_id_of.size()),
          static_cast<std::uint32_t>(actions.object_key_of.size()),
          static_cast<std::uint32_t>(actions.post_id_of.size())};
}

namespace {

Result<std::vector<WindowGroups>> groups_of(std::span<const TestedWindow> windows,
                                            std::span<const std::uint64_t> object_hash, const ChannelPlan& plan,
                                            const DetectOptions& options, Effort effort, const Control& control) {
  std::vector<WindowGroups> found;
  for (std::size_t begin = 0, end = 0; begin < windows.size(); begin = end) {
    std::vector<network::GroupOptions> together;
    for (; end < windows.size() && windows[end].events == windows[begin].events; ++end) {
      together.push_back(group_options(windows[end].window_us, windows[end].ties.check.blind, plan, options));
      if (effort != Effort::full) together.back().stability_seeds = 1;
      if (effort == Effort::activity) together.back().without_pace = true;
      if (effort == Effort::pace) together.back().activity_blind = true;
    }
    UNISONO_TRY(std::vector<network::GroupResult> results,
                network::find_groups(*windows[begin].events, object_hash, together, control));
    for (std::size_t i = 0; i < results.size(); ++i)
      found.push_back({windows[begin + i].window_us, std::move(results[i])});
  }
  return found;
}

}  // namespace

std::vector<WindowEvents> events_of_windows(const store::ActionSet& actions, std::span<const std::int64_t> windows_us) {
  std::vector<WindowEvents> windows;
  const WindowEvents* before = nullptr;  // the last one that has events
  windows.reserve(windows_us.size());    // `before` points into it
  for (const std::int64_t window_us : windows_us) {
    WindowEvents window{static_cast<std::uint64_t>(window_us), nullptr};
    const UsableActions usable = usable_actions(actions, window);
    const bool too_coarse = window.usable * 2 < actions.size();
    if (!too_coarse) {
      const bool same_actions = before != nullptr && before->excluded_coarse == window.excluded_coarse;
      window.events = same_actions
                          ? before->events
                          : std::make_shared<const network::Events>(network::first_events(columns_of(usable, actions)));
    }
    windows.push_back(std::move(window));
    if (!too_coarse) before = &windows.back();
  }
  return windows;
}

std::vector<std::uint64_t> object_hashes(const store::ActionSet& actions, std::uint64_t split_seed) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(actions.object_key_of.size());
  for (const std::string& key : actions.object_key_of) hashes.push_back(hash64(key, split_seed));
  return hashes;
}

network::TieOptions tie_options(std::uint64_t window_us, const ChannelPlan& plan, const DetectOptions& options,
                                Effort effort) {
  network::TieOptions tie;
  tie.window_us = window_us;
  tie.alpha = options.alpha / static_cast<double>(plan.windows_us.size());
  tie.min_objects = options.min_objects;
  tie.seed = options.seed;
  tie.collected_by_object = plan.collected_by_object;
  tie.declared = plan.declared;
  tie.max_coactions = options.max_coactions;
  tie.report_t_alone = effort == Effort::full;
  tie.joiner = options.joiner;
  tie.only_ties = effort == Effort::activity || effort == Effort::pace;
  return tie;
}

network::GroupOptions group_options(std::uint64_t window_us, bool blind, const ChannelPlan& plan,
                                    const DetectOptions& options) {
  network::GroupOptions group;
  group.window_us = window_us;
  group.alpha = options.alpha / static_cast<double>(plan.windows_us.size());
  group.seed = options.seed;
  group.split_seed = options.split_seed;
  group.min_close = options.weak ? 1 : 2;
  group.min_days = options.min_days;
  group.activity_blind = blind;
  group.declared = plan.declared;
  group.max_coactions = options.max_coactions;
  group.published = {plan.published.t_us, plan.published.source};
  group.joiner = options.joiner;
  return group;
}

Result<void> run_joins(std::span<const WindowEvents> windows, std::span<const std::uint64_t> object_hash,
                       const ChannelPlan& plan, const DetectOptions& options, const Control& control) {
  for (const WindowEvents& window : windows) {
    UNISONO_CHECK(control.check_cancelled());
    if (!window.events) continue;
    const network::TieOptions tie = tie_options(window.window_us, plan, options, Effort::decisions);
    UNISONO_CHECK(network::tie_candidates(*window.events, tie, control));
    const network::GroupOptions group = group_options(window.window_us, false, plan, options);
    UNISONO_CHECK(network::run_screen_joins(*window.events, object_hash, std::span(&group, 1), control));
  }
  return {};
}

Result<ChannelTests> test_channel(std::span<const WindowEvents> windows, std::span<const std::uint64_t> object_hash,
                                  const ChannelPlan& plan, const DetectOptions& options, Effort effort,
                                  const Control& control) {
  ChannelTests tests;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    UNISONO_CHECK(control.check_cancelled());
    if (!windows[i].events) continue;
    UNISONO_TRY(
        network::TieResult ties,
        network::test_ties(*windows[i].events, tie_options(windows[i].window_us, plan, options, effort), control));
    tests.windows.push_back({i, windows[i].window_us, windows[i].events, std::move(ties)});
  }
  UNISONO_TRY(tests.groups, groups_of(tests.windows, object_hash, plan, options, effort, control));
  return tests;
}

}  // namespace unisono::commands
