#include "commands/detect_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "commands/channel_tests.hpp"
#include "unisono/evidence/account_names.hpp"
#include "unisono/evidence/close_posts.hpp"
#include "unisono/evidence/findings.hpp"
#include "unisono/network/group_id.hpp"

namespace unisono::commands {
namespace {

constexpr std::size_t k_max_tie_findings = 1000;  // the table of ties holds all of them

std::string key_of(const store::ActionSet& actions, std::uint32_t account) {
  return network::account_key(actions.platform_of[account], actions.account_id_of[account]);
}

store::ChannelCheckRow check_row(const std::string& channel, const network::ChannelCheck& check) {
  store::ChannelCheckRow row;
  const auto integer = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  row.channel = channel;
  row.window_us = integer(check.window_us);
  row.n_events = integer(check.n_events);
  row.n_accounts = integer(check.n_accounts);
  row.n_eligible = integer(check.n_eligible);
  row.n_objects = integer(check.n_objects);
  row.n_shared_objects = integer(check.n_shared_objects);
  row.n_pairs = integer(check.n_pairs);
  row.family_k = integer(check.family_k);
  row.least_p = check.least_p;
  row.c_bar = check.collision;
  row.habit_f = check.habit_factor;
  row.verdict = check.verdict;
  row.reason = check.reason;
  return row;
}

store::TieRow tie_row(const store::ActionSet& actions, const std::string& channel, std::uint64_t window_us,
                      const network::Tie& tie) {
  store::TieRow row;
  row.channel = channel;
  row.window_us = static_cast<std::int64_t>(window_us);
  row.test = tie.test == network::TieTest::rule ? "rule" : "pace";
  row.level = tie.test == network::TieTest::rule ? "T2" : "0";
  row.platform_a = actions.platform_of[tie.a];
  row.account_a = actions.account_id_of[tie.a];
  row.platform_b = actions.platform_of[tie.b];
  row.account_b = actions.account_id_of[tie.b];
  row.n_objects = tie.counts.objects;
  row.n_actions = tie.counts.actions;
  row.w_t = tie.w_t;
  row.w_x = tie.w_x;
  row.lambda_t = tie.lambda_t;
  row.lambda_x = tie.lambda_x;
  row.p_t = tie.p_t;
  row.p_x = tie.p_x;
  row.p = tie.p;
  row.q = tie.q;
  row.gap_min_us = static_cast<std::int64_t>(tie.counts.min_gap_us);
  row.gap_max_us = static_cast<std::int64_t>(tie.counts.max_gap_us);
  row.gap_sum_us = static_cast<__int128>(tie.counts.gap_sum_us);
  row.median_lag_us = tie.median_lag_us;
  row.first_us = tie.counts.first_us;
  row.last_us = tie.counts.last_us;
  row.n_days = tie.n_days;
  return row;
}

store::GroupTestRow test_row(const std::string& group_id, const std::string& channel, std::uint64_t window_us,
                             const network::GroupTestResult& test) {
  store::GroupTestRow row;
  row.group_id = group_id;
  row.channel = channel;
  row.window_us = static_cast<std::int64_t>(window_us);
  row.direction = test.direction == network::Direction::first_to_second ? "1to2" : "2to1";
  row.test = test.test == network::GroupTest::activity ? "G_T" : "G_X";
  row.n_tested = static_cast<std::int64_t>(test.n_tested);
  row.w = static_cast<std::int64_t>(test.w);
  row.expected = test.expected;
  row.lift = test.lift;
  row.lo = test.low;
  row.hi = test.high;
  row.p = test.p;
  row.q = test.q;
  row.objects = test.objects;
  row.days = test.days;
  row.accounts = test.accounts;
  row.skipped_objects = test.skipped_objects;
  row.passed = test.passed;
  row.reason = test.reason;
  return row;
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

void refuse_coarse(ChannelRows& rows, const WindowEvents& window, std::size_t n, const std::string& channel) {
  network::ChannelCheck check;
  check.window_us = window.window_us;
  check.n_events = window.usable;
  check.verdict = "too_coarse";
  check.reason = fmt::format(
      "times are known to the {} in {} of {} actions, the window is {}; use --window {}s or more",
      name_of(window.coarsest_of_all), window.excluded_coarse, n,
      format_duration(static_cast<std::int64_t>(window.window_us)), length_us(window.coarsest_of_all) / k_us_per_s);
  rows.checks.push_back(check_row(channel, check));
}

std::vector<evidence::PostKey> post_keys(const store::ActionSet& actions, const std::vector<std::uint32_t>& posts) {
  std::vector<evidence::PostKey> keys;
  for (const std::uint32_t post : posts) keys.emplace_back(actions.post_platform_of[post], actions.post_id_of[post]);
  return keys;
}

void keep(ChannelRows& rows, evidence::FindingWithEvidence finding) {
  rows.findings.push_back(std::move(finding.finding));
  std::move(finding.evidence.begin(), finding.evidence.end(), std::back_inserter(rows.evidence));
}

std::vector<std::uint8_t> flags_of(std::span<const std::uint32_t> members, std::uint32_t n_accounts) {
  std::vector<std::uint8_t> flags(n_accounts, 0);
  for (const std::uint32_t account : members) flags[account] = 1;
  return flags;
}

void add_group(ChannelRows& rows, const store::ActionSet& actions, const ChannelPlan& plan, const UnitedGroup& united,
               std::span<const TestedWindow> windows, const evidence::Basis& basis) {
  std::vector<std::string> keys;
  for (const std::uint32_t account : united.members) keys.push_back(key_of(actions, account));
  const std::string group_id = network::group_id(keys);
  std::vector<store::GroupTestRow> tests;
  for (const UnitedGroup::Test& test : united.tests)
    tests.push_back(test_row(group_id, plan.channel, test.window_us, test.result));

  const evidence::GroupSubject subject{plan.channel,     group_id,      united.members.size(),
                                       united.stability, united.stable, tests};
  rows.groups.push_back({group_id, static_cast<std::int64_t>(united.members.size()), "G0",
                         evidence::group_reasons_json(subject), united.stability});
  const auto add_members = [&](std::span<const std::uint32_t> accounts, const char* how) {
    for (const std::uint32_t account : accounts)
      rows.members.push_back({group_id, actions.platform_of[account], actions.account_id_of[account], how});
  };
  add_members(united.members, "found");
  add_members(united.others, "other window");
  const auto shown_us = static_cast<std::uint64_t>(evidence::weakest_passing(tests).window_us.value_or(0));
  const auto window =
      std::find_if(windows.begin(), windows.end(), [&](const TestedWindow& w) { return w.window_us == shown_us; });
  const network::Events& events = *window->events;
  const std::vector<std::uint32_t> posts =
      evidence::close_posts(events, flags_of(united.members, events.n_accounts), shown_us);
  keep(rows, evidence::group_finding(subject, basis, post_keys(actions, posts)));
  std::move(tests.begin(), tests.end(), std::back_inserter(rows.tests));
  for (const UnitedGroup::Test& test : united.supports)
    rows.tests.push_back(test_row(group_id, plan.channel, test.window_us, test.result));
}

struct AcceptedTie {
  std::size_t row = 0;  // in ChannelRows::ties
  std::uint32_t a = 0, b = 0;
};

// One finding per pair, at the window with the smallest q; the pairs with the smallest q first.
Result<void> add_tie_findings(ChannelRows& rows, store::CaseFile& file, const store::ActionSet& actions,
                              std::vector<AcceptedTie> accepted, std::span<const TestedWindow> windows,
                              const evidence::Basis& basis) {
  const auto rank = [&](const AcceptedTie& tie) {
    return std::tuple(rows.ties[tie.row].q.value_or(1), rows.ties[tie.row].p.value_or(1), tie.a, tie.b, tie.row);
  };
  std::sort(accepted.begin(), accepted.end(),
            [&](const AcceptedTie& x, const AcceptedTie& y) { return rank(x) < rank(y); });
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  std::erase_if(accepted, [&](const AcceptedTie& tie) { return !seen.emplace(tie.a, tie.b).second; });
  if (accepted.size() > k_max_tie_findings) {
    rows.notes.push_back(fmt::format("{} pairs have findings of their own; all {} are in the table `tie`.",
                                     k_max_tie_findings, accepted.size()));
    accepted.resize(k_max_tie_findings);
  }

  std::vector<evidence::PostKey> accounts;  // (platform, account id)
  for (const AcceptedTie& tie : accepted) {
    for (const std::uint32_t account : {tie.a, tie.b})
      accounts.emplace_back(actions.platform_of[account], actions.account_id_of[account]);
  }
  UNISONO_TRY(const std::vector<std::string> labels, evidence::account_labels(file, accounts));
  for (std::size_t i = 0; i < accepted.size(); ++i) {
    const store::TieRow& tie = rows.ties[accepted[i].row];
    const auto window = std::find_if(windows.begin(), windows.end(), [&](const TestedWindow& w) {
      return w.window_us == static_cast<std::uint64_t>(tie.window_us.value_or(0));
    });
    const std::vector<std::uint32_t> posts =
        evidence::close_posts_of_pair(*window->events, accepted[i].a, accepted[i].b, window->window_us);
    keep(rows, evidence::tie_finding(tie, labels[2 * i], labels[2 * i + 1], basis, post_keys(actions, posts)));
  }
  return {};
}

}  // namespace

Result<ChannelRows> detect_channel(store::CaseFile& file, const store::ActionSet& actions, const ChannelPlan& plan,
                                   const DetectOptions& options, const Control& control) {
  ChannelRows rows;
  const std::vector<WindowEvents> windows = events_of_windows(actions, plan.windows_us);
  UNISONO_TRY(const ChannelTests tests,
              test_channel(windows, object_hashes(actions, options.split_seed), plan, options, Effort::full, control));

  evidence::Basis basis{plan.run_id, actions.size(), actions.account_id_of.size(), 0, actions.excluded_no_time};
  std::vector<AcceptedTie> accepted;
  std::size_t next = 0;  // of the tested windows
  for (const WindowEvents& window : windows) {
    if (!window.events) {
      refuse_coarse(rows, window, actions.size(), plan.channel);
      continue;
    }
    if (std::string note = precision_note(window); !note.empty()) rows.notes.push_back(std::move(note));
    const network::TieResult& ties = tests.windows[next].ties;
    const network::GroupResult& groups = tests.groups[next++].result;
    basis.eligible_accounts = std::max(basis.eligible_accounts, ties.check.n_eligible);
    for (const network::Tie& tie : ties.ties) {
      if (tie.test == network::TieTest::rule) accepted.push_back({rows.ties.size(), tie.a, tie.b});
      rows.ties.push_back(tie_row(actions, plan.channel, window.window_us, tie));
    }
    store::ChannelCheckRow check = check_row(plan.channel, ties.check);
    check.background = background_share(*window.events, groups);
    check.smallest_group = groups.smallest_detectable;
    rows.checks.push_back(std::move(check));
    for (const network::GroupTestResult& failed : groups.failed)
      rows.tests.push_back(test_row("", plan.channel, window.window_us, failed));
  }

  keep(rows, evidence::count_finding(plan.channel, basis));
  UNISONO_CHECK(add_tie_findings(rows, file, actions, std::move(accepted), tests.windows, basis));
  for (const UnitedGroup& group : unite_windows(tests.groups))
    add_group(rows, actions, plan, group, tests.windows, basis);
  return rows;
}

}  // namespace unisono::commands
