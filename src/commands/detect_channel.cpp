#include "commands/detect_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "commands/channel_tests.hpp"
#include "commands/detect_rows.hpp"
#include "commands/second_opinion.hpp"
#include "unisono/evidence/account_names.hpp"
#include "unisono/evidence/close_posts.hpp"
#include "unisono/network/group_id.hpp"
#include "unisono/network/joining.hpp"
#include "unisono/network/multiplicity.hpp"

namespace unisono::commands {
namespace {

constexpr std::size_t k_max_tie_findings = 1000;  // the table of ties holds all of them

std::string key_of(const store::ActionSet& actions, std::uint32_t account) {
  return network::account_key(actions.platform_of[account], actions.account_id_of[account]);
}

// The share of events by accounts outside every group that was found: the comparison public.
double background_share(const network::Events& events, const network::GroupResult& result) {
  std::vector<std::uint8_t> inside(events.n_accounts, 0);
  for (const network::Group& group : result.groups) {
    for (const std::uint32_t account : group.members) inside[account] = 1;
  }
  const auto n = std::count_if(events.account.begin(), events.account.end(),
                               [&](std::uint32_t account) { return inside[account] == 0; });
  return events.size() == 0 ? 0.0 : static_cast<double>(n) / static_cast<double>(events.size());
}

// What precision does to a window, in words; empty if nothing. The same words in every channel: they are said once.
std::string precision_note(const WindowEvents& window) {
  if (length_us(window.coarsest) < k_us_per_s * 2 || window.usable == 0) return {};
  const auto window_us = static_cast<std::int64_t>(window.window_us);
  return fmt::format("Times are known to the {}: 'within {}' means up to {} apart.", name_of(window.coarsest),
                     format_duration(window_us), format_duration(window_us + length_us(window.coarsest)));
}

void refuse_coarse(ChannelOutcome& outcome, const WindowEvents& window, std::size_t n, const std::string& channel) {
  network::ChannelCheck check;
  check.window_us = window.window_us;
  check.n_events = window.usable;
  check.verdict = "too_coarse";
  check.reason = fmt::format(
      "times are known to the {} in {} of {} actions, the window is {}; use --window {}s or more",
      name_of(window.coarsest_of_all), window.excluded_coarse, n,
      format_duration(static_cast<std::int64_t>(window.window_us)), length_us(window.coarsest_of_all) / k_us_per_s);
  outcome.checks.push_back(check_row(channel, check));
}

std::vector<evidence::PostKey> post_keys(const store::ActionSet& actions, const std::vector<std::uint32_t>& posts) {
  std::vector<evidence::PostKey> keys;
  for (const std::uint32_t post : posts) keys.emplace_back(actions.post_platform_of[post], actions.post_id_of[post]);
  return keys;
}

std::vector<std::uint8_t> flags_of(std::span<const std::uint32_t> members, std::uint32_t n_accounts) {
  std::vector<std::uint8_t> flags(n_accounts, 0);
  for (const std::uint32_t account : members) flags[account] = 1;
  return flags;
}

void add_group(ChannelOutcome& outcome, const store::ActionSet& actions, const UnitedGroup& united,
               std::span<const TestedWindow> windows, bool several_channels) {
  FoundGroup group{.stability = united.stability, .stable = united.stable};
  std::vector<std::string> keys;
  for (const std::uint32_t account : united.members) keys.push_back(key_of(actions, account));
  group.group_id = network::group_id(keys);
  const auto add = [&](std::span<const std::uint32_t> accounts, std::vector<AccountKey>& to) {
    for (const std::uint32_t account : accounts)
      to.emplace_back(actions.platform_of[account], actions.account_id_of[account]);
  };
  add(united.members, group.members);
  add(united.others, group.others);
  for (const UnitedGroup::Test& test : united.tests)
    group.tests.push_back(test_row(group.group_id, outcome.channel, test.window_us, test.result));
  for (const UnitedGroup::Test& test : united.supports)
    group.supports.push_back(test_row(group.group_id, outcome.channel, test.window_us, test.result));

  const auto shown_us = static_cast<std::uint64_t>(evidence::weakest_passing(group.tests).window_us.value_or(0));
  for (const TestedWindow& window : windows) {
    if (window.window_us != shown_us && !several_channels) continue;
    const network::Events& events = *window.events;
    std::vector<evidence::PostKey> posts = post_keys(
        actions, evidence::close_posts(events, flags_of(united.members, events.n_accounts), window.window_us));
    if (window.window_us == shown_us) group.posts = posts;
    if (!several_channels) continue;
    std::sort(posts.begin(), posts.end());
    group.close_posts.emplace(window.window_us, std::move(posts));
  }
  outcome.groups.push_back(std::move(group));
}

// Which accounts outside act with the groups: for each window those whose members it gave, all of them in one family.
// Where T is blind the test is too: it asks the same null.
Result<void> add_joining(ChannelOutcome& outcome, const store::ActionSet& actions,
                         const std::vector<UnitedGroup>& groups, std::span<const TestedWindow> windows,
                         const ChannelPlan& plan, const DetectOptions& options, const Control& control) {
  for (const TestedWindow& window : windows) {
    if (window.ties.check.blind) continue;
    std::vector<std::size_t> which;
    std::vector<std::vector<std::uint32_t>> members;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (groups[g].tests.front().window_us != window.window_us) continue;
      which.push_back(g);
      members.push_back(groups[g].members);
    }
    if (members.empty()) continue;
    const network::JoiningOptions joining{
        .window_us = window.window_us,
        .alpha = network::alpha_each(options.alpha, plan.windows_us.size()),
        .declared = plan.declared,
    };
    UNISONO_TRY(const network::JoiningResult result, network::test_joining(*window.events, members, joining, control));
    for (const network::Joining& found : result.joined) {
      FoundGroup& group = outcome.groups[which[found.group]];
      group.joining.push_back({group.group_id, outcome.channel, static_cast<std::int64_t>(window.window_us),
                               actions.platform_of[found.account], actions.account_id_of[found.account], found.marked,
                               found.posts, found.expected, found.p, found.q, found.objects, found.days});
    }
  }
  return {};
}

struct Pair {
  std::size_t row = 0;  // in ChannelOutcome::ties
  std::uint32_t a = 0, b = 0;
};

// One finding per pair, at the window with the smallest q; the pairs with the smallest q first.
Result<void> keep_accepted(ChannelOutcome& outcome, store::CaseFile& file, const store::ActionSet& actions,
                           std::vector<Pair> accepted, std::span<const TestedWindow> windows) {
  const auto rank = [&](const Pair& tie) {
    return std::tuple(outcome.ties[tie.row].q.value_or(1), outcome.ties[tie.row].p.value_or(1), tie.a, tie.b, tie.row);
  };
  std::sort(accepted.begin(), accepted.end(), [&](const Pair& x, const Pair& y) { return rank(x) < rank(y); });
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  std::erase_if(accepted, [&](const Pair& tie) { return !seen.emplace(tie.a, tie.b).second; });
  if (accepted.size() > k_max_tie_findings) {
    outcome.notes.push_back(fmt::format("{} pairs have findings of their own; all {} are in the table `tie`.",
                                        k_max_tie_findings, accepted.size()));
    accepted.resize(k_max_tie_findings);
  }

  std::vector<evidence::PostKey> accounts;  // (platform, account id)
  for (const Pair& tie : accepted) {
    for (const std::uint32_t account : {tie.a, tie.b})
      accounts.emplace_back(actions.platform_of[account], actions.account_id_of[account]);
  }
  UNISONO_TRY(const std::vector<std::string> labels, evidence::account_labels(file, accounts));
  for (std::size_t i = 0; i < accepted.size(); ++i) {
    const store::TieRow& tie = outcome.ties[accepted[i].row];
    const auto window = std::find_if(windows.begin(), windows.end(), [&](const TestedWindow& w) {
      return w.window_us == static_cast<std::uint64_t>(tie.window_us.value_or(0));
    });
    const std::vector<std::uint32_t> posts =
        evidence::close_posts_of_pair(*window->events, accepted[i].a, accepted[i].b, window->window_us);
    outcome.accepted.push_back({accepted[i].row, labels[2 * i], labels[2 * i + 1], post_keys(actions, posts)});
  }
  return {};
}

}  // namespace

Result<ChannelOutcome> detect_channel(store::CaseFile& file, const store::ActionSet& actions, const ChannelPlan& plan,
                                      const DetectOptions& options, bool several_channels, const Control& control) {
  ChannelOutcome outcome{.channel = plan.channel};
  const std::vector<WindowEvents> windows = events_of_windows(actions, plan.windows_us);
  UNISONO_TRY(const ChannelTests tests,
              test_channel(windows, object_hashes(actions, options.split_seed), plan, options, Effort::full, control));

  outcome.basis = {plan.run_id, actions.size(), actions.account_id_of.size(), 0, actions.excluded_no_time};
  std::vector<Pair> accepted;
  std::size_t next = 0;  // of the tested windows
  for (const WindowEvents& window : windows) {
    if (!window.events) {
      refuse_coarse(outcome, window, actions.size(), plan.channel);
      continue;
    }
    if (std::string note = precision_note(window); !note.empty()) outcome.notes.push_back(std::move(note));
    const network::TieResult& ties = tests.windows[next].ties;
    const network::GroupResult& groups = tests.groups[next++].result;
    outcome.blind.emplace(window.window_us, ties.check.blind);
    outcome.published_share = groups.published_share;
    outcome.basis.eligible_accounts = std::max(outcome.basis.eligible_accounts, ties.check.n_eligible);
    for (const network::Tie& tie : ties.ties) {
      if (tie.test == network::TieTest::rule) accepted.push_back({outcome.ties.size(), tie.a, tie.b});
      outcome.ties.push_back(tie_row(actions, plan.channel, window.window_us, tie));
    }
    store::ChannelCheckRow check = check_row(plan.channel, ties.check);
    check.background = background_share(*window.events, groups);
    check.publication = groups.published_share;
    check.smallest_group = groups.smallest_detectable;
    outcome.checks.push_back(std::move(check));
    for (const network::GroupTestResult& failed : groups.failed)
      outcome.failed.push_back(test_row("", plan.channel, window.window_us, failed));
  }

  UNISONO_CHECK(keep_accepted(outcome, file, actions, std::move(accepted), tests.windows));
  const std::vector<UnitedGroup> groups = unite_windows(tests.groups);
  for (const UnitedGroup& group : groups) add_group(outcome, actions, group, tests.windows, several_channels);
  UNISONO_CHECK(add_joining(outcome, actions, groups, tests.windows, plan, options, control));
  std::vector<std::string> group_ids;
  for (const FoundGroup& group : outcome.groups) group_ids.push_back(group.group_id);
  UNISONO_TRY(outcome.second,
              second_opinions(actions, plan.channel, groups, group_ids, tests.windows, options.seed, control));
  return outcome;
}

}  // namespace unisono::commands
