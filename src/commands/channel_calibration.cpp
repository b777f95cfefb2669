#include "commands/channel_calibration.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "commands/channel_copy.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/core/random.hpp"
#include "unisono/evidence/calibration.hpp"
#include "unisono/network/randomised_p.hpp"

namespace unisono::commands {
namespace {

using network::Permutation;

constexpr std::uint64_t k_bytes_per_event = 600;

// What the copies of one kind share, for each window; windows that share their events share it.
using Permuters = std::map<std::pair<const network::Events*, Permutation>, network::Permuter>;

Permuters permuters_for(std::span<const WindowEvents> windows, std::span<const CopyJob> jobs, const CopyPlan& plan) {
  Permuters permuters;
  for (const WindowEvents& window : windows) {
    for (const CopyJob& job : jobs) {
      if (!window.events || !job.permutation || permuters.contains({window.events.get(), *job.permutation})) continue;
      permuters.emplace(std::pair(window.events.get(), *job.permutation),
                        network::Permuter(*window.events, *job.permutation, plan.published_us, plan.seed));
    }
  }
  return permuters;
}

// Windows that share their events in the data share them in the copy.
Result<std::vector<WindowEvents>> permuted(std::span<const WindowEvents> windows, const CopyJob& job,
                                           const Permuters& permuters, const Control& control) {
  std::vector<WindowEvents> copies(windows.begin(), windows.end());
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (!windows[i].events) continue;
    if (i > 0 && windows[i - 1].events == windows[i].events) {
      copies[i].events = copies[i - 1].events;
      continue;
    }
    UNISONO_TRY(network::Events events,
                permuters.at({windows[i].events.get(), *job.permutation}).copy(job.run, control));
    copies[i].events = std::make_shared<const network::Events>(std::move(events));
  }
  return copies;
}

using AccountPair = std::pair<std::uint32_t, std::uint32_t>;

// Pairs that passed in some window, and those of them that may not pass under this permutation.
struct Ties {
  std::set<AccountPair> all, wrong;
};

Ties ties_of(const ChannelTests& tests, std::optional<Permutation> permutation) {
  Ties ties;
  for (const TestedWindow& window : tests.windows) {
    for (const network::Tie& tie : window.ties.ties) {
      if (tie.test != network::TieTest::rule) continue;
      ties.all.emplace(tie.a, tie.b);
      // Exchanged times cannot part two accounts on an object whose sharers are all close; and within a decile of habit
      // pairs may stay closer than chance.
      const bool wrong = permutation == Permutation::bins ||
                         (permutation == Permutation::within &&
                          !network::close_on_exclusive_object(*window.events, tie.a, tie.b, window.window_us));
      if (wrong) ties.wrong.emplace(tie.a, tie.b);
    }
  }
  return ties;
}

// Of the group tests, those whose null hypothesis a permutation makes true. `bins` leaves the accounts their times, so
// accounts that are always active together stay closer than other sharers, as G_X and G_H say; `within` leaves who
// shared what, so a group stays on the same objects, as G_T says.
Effort effort_for(Permutation permutation) {
  return permutation == Permutation::bins ? Effort::activity : Effort::pace;
}

bool is_wrong(const UnitedGroup& group, Permutation permutation) {
  const auto wrong = [&](const UnitedGroup::Test& test) {
    if (!test.result.passed) return false;
    if (permutation == Permutation::bins) return test.result.test == network::GroupTest::activity;
    if (permutation == Permutation::habit) return test.result.test == network::GroupTest::habit;
    return test.result.test != network::GroupTest::activity;
  };
  return std::any_of(group.tests.begin(), group.tests.end(), wrong) ||
         std::any_of(group.supports.begin(), group.supports.end(), wrong);
}

store::CalibrationRow row_of(const ChannelTests& tests, const CopyJob& job, const CopyPlan& plan) {
  store::CalibrationRow row;
  row.channel = plan.channel;
  row.permutation = network::name_of(*job.permutation);
  row.run_no = job.run;
  const Ties ties = ties_of(tests, *job.permutation);
  row.surviving_ties = static_cast<std::int64_t>(ties.all.size());
  row.false_ties = static_cast<std::int64_t>(ties.wrong.size());
  std::set<std::uint32_t> accounts;
  for (const auto& [a, b] : ties.wrong) accounts.insert({a, b});
  for (const UnitedGroup& group : unite_windows(tests.groups)) {
    ++row.surviving_groups;
    if (!is_wrong(group, *job.permutation)) continue;
    ++row.false_groups;
    accounts.insert(group.members.begin(), group.members.end());
  }
  row.accounts = static_cast<std::int64_t>(accounts.size());
  return row;
}

Result<void> add_randomised(std::span<const WindowEvents> windows, const CopyJob& job, const CopyPlan& plan,
                            ChannelCopy& copy, const Control& control) {
  const std::uint64_t seed = mix64(plan.seed ^ (job.permutation ? static_cast<std::uint64_t>(*job.permutation) : 99));
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (!windows[i].events) continue;
    UNISONO_TRY(network::RandomisedP p, network::randomised_p(*windows[i].events, plan.pair_tests[i], k_pairs_per_copy,
                                                              seed, job.run, control));
    WindowView& view = copy.windows[i];
    if (is_compared(ComparedTest::t, job.permutation)) view.of(ComparedTest::t) = std::move(p.activity);
    if (is_compared(ComparedTest::x, job.permutation)) view.of(ComparedTest::x) = std::move(p.pace);
  }
  return {};
}

// Candidates are chosen on one half and tested on the other, so their p are uniform where the null is true.
void add_groups(const ChannelTests& tests, const CopyJob& job, const CopyPlan& plan, ChannelCopy& copy) {
  for (std::size_t i = 0; i < tests.groups.size() && i < tests.windows.size(); ++i) {
    Random random = Random::stream(mix64(plan.seed ^ tests.groups[i].window_us), job.run);
    WindowView& view = copy.windows[tests.windows[i].window];
    for (const network::TestedP& tested : tests.groups[i].result.all_p) {
      const auto test = static_cast<ComparedTest>(static_cast<std::size_t>(ComparedTest::g_t) +
                                                  static_cast<std::size_t>(tested.test));
      const double p = tested.p_above + random.uniform() * (tested.p - tested.p_above);
      if (is_compared(test, job.permutation)) view.of(test).push_back(p);
    }
  }
}

Result<ChannelCopy> look_at(std::span<const WindowEvents> windows, const CopyJob& job, const Permuters& permuters,
                            const ChannelTester& tester, const CopyPlan& plan, const Control& control) {
  ChannelCopy copy;
  if (!job.permutation) {
    UNISONO_CHECK(add_randomised(windows, job, plan, copy, control));
    return copy;
  }
  UNISONO_TRY(const std::vector<WindowEvents> events, permuted(windows, job, permuters, control));
  UNISONO_TRY(const ChannelTests tests, tester(events, effort_for(*job.permutation), control));
  copy.row = row_of(tests, job, plan);
  add_checks(tests, copy);
  add_groups(tests, job, plan, copy);
  if (*job.permutation != Permutation::habit) UNISONO_CHECK(add_randomised(events, job, plan, copy, control));
  return copy;
}

Result<std::vector<ChannelCopy>> look_at_all(std::span<const WindowEvents> windows, std::span<const CopyJob> jobs,
                                             const ChannelTester& tester, const CopyPlan& plan,
                                             const Control& control) {
  Control outer = control, inner = control;
  outer.threads = copies_at_once(windows, control);
  inner.threads = std::max(1U, control.threads / outer.threads);
  inner.memory_bytes = control.memory_bytes / outer.threads;
  inner.progress = {};
  const Permuters permuters = permuters_for(windows, jobs, plan);
  std::vector<ChannelCopy> copies(jobs.size());
  std::atomic<std::uint64_t> done{0};
  UNISONO_CHECK(for_each_block(jobs.size(), outer, [&](std::size_t i, unsigned worker) -> Result<void> {
    UNISONO_TRY(copies[i], look_at(windows, jobs[i], permuters, tester, plan, inner));
    const std::uint64_t n = ++done;
    if (worker == 0) control.report("permute", n, jobs.size(), "copies");
    return {};
  }));
  return copies;
}

bool habit_is_tested(const ChannelTests& tests) {
  return std::any_of(tests.groups.begin(), tests.groups.end(), [](const WindowGroups& window) {
    return window.result.published_share >= network::GroupOptions{}.min_published;
  });
}

std::vector<CopyJob> jobs_of(const ChannelTests& real, const CopyPlan& plan) {
  std::vector<std::optional<Permutation>> kinds = {std::nullopt};
  if (plan.permutations.empty()) {
    kinds.insert(kinds.end(), {Permutation::bins, Permutation::within});
    if (habit_is_tested(real)) kinds.emplace_back(Permutation::habit);
  }
  for (const Permutation permutation : plan.permutations) {
    if (permutation == Permutation::fastball) continue;  // judges D, which is no test of detect
    if (permutation != Permutation::habit || habit_is_tested(real)) kinds.emplace_back(permutation);
  }
  std::vector<CopyJob> jobs;
  for (const auto& kind : kinds)
    for (std::uint32_t run = 1; run <= plan.runs; ++run) jobs.push_back({kind, run});
  return jobs;
}

}  // namespace

unsigned copies_at_once(std::span<const WindowEvents> windows, const Control& control) {
  if (control.memory_bytes == 0) return std::max(1U, control.threads);
  std::uint64_t bytes = 1;
  for (const WindowEvents& window : windows)
    if (window.events) bytes = std::max<std::uint64_t>(bytes, k_bytes_per_event * window.events->size());
  return static_cast<unsigned>(
      std::clamp<std::uint64_t>(control.memory_bytes / bytes, 1, std::max(1U, control.threads)));
}

Result<store::CalibrationRows> calibrate_copies(std::span<const WindowEvents> windows, const ChannelTester& tester,
                                                const CopyPlan& plan, const Control& control) {
  store::CalibrationRows rows;
  UNISONO_TRY(const ChannelTests real, tester(windows, Effort::decisions, control));
  const auto ties = static_cast<std::int64_t>(ties_of(real, std::nullopt).all.size());
  const auto groups = static_cast<std::int64_t>(unite_windows(real.groups).size());
  const bool has_events = std::any_of(real.windows.begin(), real.windows.end(),
                                      [](const TestedWindow& window) { return window.events->size() > 0; });
  if (has_events) {
    const std::vector<CopyJob> jobs = jobs_of(real, plan);
    UNISONO_TRY(std::vector<ChannelCopy> copies, look_at_all(windows, jobs, tester, plan, control));
    append_fits(jobs, copies, real, plan, rows);
    for (std::size_t i = 0; i < jobs.size(); ++i)
      if (jobs[i].permutation) rows.copies.push_back(std::move(copies[i].row));
  }
  rows.verdicts.push_back(evidence::calibration_verdict(plan.channel, rows.copies, ties, groups, plan.alpha));
  return rows;
}

Result<ChannelCalibration> calibrate_channel(store::CaseFile& file, const std::string& channel,
                                             const CalibrateOptions& options, const std::string& run_id,
                                             const Control& control) {
  const DetectOptions& detect = options.detect;
  UNISONO_TRY(const store::ActionSet actions,
              store::scan_actions(file, {channel, detect.since, detect.until, detect.allow_lossy}, control));
  UNISONO_TRY(const ChannelPlan plan, plan_channel(file, actions, run_id, channel, windows_of(detect), control));
  const std::vector<WindowEvents> windows = events_of_windows(actions, plan.windows_us);
  const std::vector<std::uint64_t> hashes = object_hashes(actions, detect.split_seed);
  const ChannelTester tester = [&](std::span<const WindowEvents> events, Effort effort, const Control& of_copy) {
    return test_channel(events, hashes, plan, detect, effort, of_copy);
  };
  CopyPlan copies{channel, options.runs, options.permutations, detect.seed, detect.alpha, {}, plan.published.t_us};
  for (const WindowEvents& window : windows)
    copies.pair_tests.push_back(tie_options(window.window_us, plan, detect, Effort::decisions));

  ChannelCalibration result;
  note_exclusions(actions, channel, result.notes);
  UNISONO_TRY(result.rows, calibrate_copies(windows, tester, copies, control));
  const store::CalibrationVerdictRow& verdict = result.rows.verdicts.front();
  result.verdict = evidence::calibration_of(result.rows.copies, verdict.ties, verdict.alpha);
  result.sentence = verdict.sentence;
  const evidence::Basis basis{run_id, actions.size(), actions.account_id_of.size(), 0, actions.excluded_no_time};
  result.finding = evidence::calibration_finding(verdict, result.rows.copies, basis);
  return result;
}

void add_calibration(ChannelCalibration& channel, store::RunResults& results) {
  const auto move_all = [](auto& from, auto& to) { std::move(from.begin(), from.end(), std::back_inserter(to)); };
  move_all(channel.rows.copies, results.calibration.copies);
  move_all(channel.rows.fits, results.calibration.fits);
  move_all(channel.rows.points, results.calibration.points);
  move_all(channel.rows.verdicts, results.calibration.verdicts);
  results.findings.push_back(std::move(channel.finding.finding));
  move_all(channel.finding.evidence, results.evidence);
}

}  // namespace unisono::commands
