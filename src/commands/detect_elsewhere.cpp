// Groups of one channel, tested in the others.
#include <algorithm>
#include <memory>
#include <utility>

#include "commands/channel_tests.hpp"
#include "commands/detect_channel.hpp"
#include "commands/detect_rows.hpp"

namespace unisono::commands {
namespace {

constexpr std::size_t k_least_accounts = 3;

struct Visitor {
  FoundGroup* group = nullptr;
  std::vector<std::uint32_t> members;  // those who act in this channel, ascending
};

std::vector<std::uint32_t> ids_of(const std::vector<AccountKey>& accounts, const store::ActionSet& actions) {
  std::vector<std::uint32_t> ids;
  for (const auto& [platform, id] : accounts) {
    if (const auto rank = store::account_rank(actions, platform, id)) ids.push_back(*rank);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<Visitor> visitors_of(std::vector<ChannelOutcome>& outcomes, const ChannelOutcome& here,
                                 const store::ActionSet& actions) {
  std::vector<Visitor> visitors;
  for (ChannelOutcome& outcome : outcomes) {
    if (outcome.channel == here.channel) continue;
    for (FoundGroup& group : outcome.groups) {
      std::vector<std::uint32_t> members = ids_of(group.members, actions);
      if (members.size() >= k_least_accounts) visitors.push_back({&group, std::move(members)});
    }
  }
  return visitors;
}

// The events without the posts that are evidence in the channels of the groups; null if there are none of them.
std::shared_ptr<const network::Events> independent_events(const WindowEvents& window,
                                                          const std::vector<Visitor>& visitors,
                                                          const store::ActionSet& actions) {
  std::vector<std::uint8_t> taken(window.events->n_posts, 0);
  for (const Visitor& visitor : visitors) {
    const auto posts = visitor.group->close_posts.find(window.window_us);
    if (posts == visitor.group->close_posts.end()) continue;
    for (const auto& [platform, id] : posts->second) {
      if (const auto post = store::post_rank(actions, platform, id)) taken[*post] = 1;
    }
  }
  std::vector<std::uint8_t> keep(window.events->size(), 1);
  bool any = false;
  for (std::size_t e = 0; e < keep.size(); ++e) {
    if (taken[window.events->post[e]] == 0) continue;
    keep[e] = 0;
    any = true;
  }
  if (!any) return nullptr;
  return std::make_shared<const network::Events>(network::select_events(*window.events, keep));
}

Result<void> test_visitors(const std::vector<WindowEvents>& windows, const store::ActionSet& actions,
                           const ChannelPlan& plan, const DetectOptions& options, const ChannelOutcome& here,
                           std::vector<Visitor>& visitors, const Control& control) {
  const std::vector<std::uint64_t> hashes = object_hashes(actions, options.split_seed);
  std::vector<std::vector<std::uint32_t>> groups;
  for (const Visitor& visitor : visitors) groups.push_back(visitor.members);
  std::vector<std::shared_ptr<const network::Events>> events;
  for (const WindowEvents& window : windows) {
    std::shared_ptr<const network::Events> left =
        window.events ? independent_events(window, visitors, actions) : nullptr;
    events.push_back(left ? std::move(left) : window.events);
  }
  for (std::size_t begin = 0, end = 0; begin < windows.size(); begin = end) {
    std::vector<network::GroupOptions> together;
    for (; end < windows.size() && events[end] == events[begin]; ++end)
      together.push_back(group_options(windows[end].window_us, here.blind.at(windows[end].window_us), plan, options));
    UNISONO_TRY(const auto results, network::test_given_groups(*events[begin], hashes, groups, together, control));
    for (std::size_t w = 0; w < results.size(); ++w) {
      for (std::size_t g = 0; g < visitors.size(); ++g) {
        for (const network::GroupTestResult& test : results[w][g])
          visitors[g].group->elsewhere.push_back(
              test_row(visitors[g].group->group_id, here.channel, windows[begin + w].window_us, test));
      }
    }
  }
  return {};
}

}  // namespace

Result<void> test_elsewhere(store::CaseFile& file, const DetectOptions& options, const std::string& run_id,
                            const std::vector<std::int64_t>& windows_us, std::vector<ChannelOutcome>& outcomes,
                            const Control& control) {
  for (const ChannelOutcome& here : outcomes) {
    const bool visited = std::any_of(outcomes.begin(), outcomes.end(), [&](const ChannelOutcome& outcome) {
      return outcome.channel != here.channel && !outcome.groups.empty();
    });
    if (!visited || here.blind.empty()) continue;
    UNISONO_TRY(const store::ActionSet actions,
                store::scan_actions(file, {here.channel, options.since, options.until, options.allow_lossy}, control));
    std::vector<Visitor> visitors = visitors_of(outcomes, here, actions);
    if (visitors.empty()) continue;
    UNISONO_TRY(const ChannelPlan plan, plan_channel(file, actions, run_id, here.channel, windows_us, control));
    std::vector<WindowEvents> windows = events_of_windows(actions, windows_us);
    std::erase_if(windows, [](const WindowEvents& window) { return !window.events; });
    UNISONO_CHECK(test_visitors(windows, actions, plan, options, here, visitors, control));
  }
  return {};
}

}  // namespace unisono::commands
