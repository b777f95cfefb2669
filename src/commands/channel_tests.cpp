#include "commands/channel_tests.hpp"

#include <algorithm>
#include <utility>

#include "unisono/core/hash.hpp"

namespace unisono::commands {
namespace {

struct UsableActions {
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
};

// Counts what is usable, and collects it unless the events of the window before serve.
UsableActions usable_actions(const store::ActionSet& actions, WindowEvents& window) {
  UsableActions usable;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const auto precision = static_cast<Precision>(actions.precision[i]);
    window.coarsest_of_all = std::max(window.coarsest_of_all, precision);
    if (length_us(precision) > static_cast<std::int64_t>(window.window_us)) {
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

network::Events first_events_of(const store::ActionSet& actions, const UsableActions& usable) {
  return network::first_events({usable.account, usable.object, usable.post, usable.t_us,
                                static_cast<std::uint32_t>(actions.account_id_of.size()),
                                static_cast<std::uint32_t>(actions.object_key_of.size()),
                                static_cast<std::uint32_t>(actions.post_id_of.size())});
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
  return group;
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
