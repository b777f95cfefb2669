#include "commands/channel_calibration.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "unisono/core/parallel.hpp"
#include "unisono/core/random.hpp"
#include "unisono/evidence/calibration.hpp"
#include "unisono/network/randomised_p.hpp"

namespace unisono::commands {
namespace {

using network::Permutation;

constexpr std::size_t k_pairs_per_copy = 500;  // whose randomised p are drawn, for each window and test
constexpr std::uint64_t k_bytes_per_event = 600;
constexpr std::array k_rare_shares = {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005};

// What one copy, or the data itself, shows in one window.
struct WindowView {
  std::optional<double> c_bar, habit_f;
  double family_k = 0;
  std::vector<double> activity, pace;  // randomised p
};

struct Copy {
  store::CalibrationRow row;
  std::map<std::size_t, WindowView> windows;  // by their place in the plan
};

struct Job {
  std::optional<Permutation> permutation;  // empty = the data itself: randomised p only
  std::uint32_t run = 0;
};

// Windows that share their events in the data share them in the copy.
Result<std::vector<WindowEvents>> permuted(std::span<const WindowEvents> windows, const Job& job, const CopyPlan& plan,
                                           const Control& control) {
  std::vector<WindowEvents> copies(windows.begin(), windows.end());
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (!windows[i].events) continue;
    if (i > 0 && windows[i - 1].events == windows[i].events) {
      copies[i].events = copies[i - 1].events;
      continue;
    }
    UNISONO_TRY(network::Events events,
                network::permute(*windows[i].events, *job.permutation, plan.published_us, plan.seed, job.run, control));
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

store::CalibrationRow row_of(const ChannelTests& tests, const Job& job, const CopyPlan& plan) {
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

Result<void> add_randomised(std::span<const WindowEvents> windows, const Job& job, const CopyPlan& plan, Copy& copy,
                            const Control& control) {
  const std::uint64_t seed = mix64(plan.seed ^ (job.permutation ? static_cast<std::uint64_t>(*job.permutation) : 99));
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (!windows[i].events) continue;
    UNISONO_TRY(network::RandomisedP p, network::randomised_p(*windows[i].events, plan.pair_tests[i], k_pairs_per_copy,
                                                              seed, job.run, control));
    WindowView& view = copy.windows[i];
    // Each test where its null is true; both on the data.
    if (job.permutation != Permutation::within) view.activity = std::move(p.activity);
    if (job.permutation != Permutation::bins) view.pace = std::move(p.pace);
  }
  return {};
}

void add_checks(const ChannelTests& tests, Copy& copy) {
  for (const TestedWindow& window : tests.windows) {
    WindowView& view = copy.windows[window.window];
    view.c_bar = window.ties.check.collision;
    view.habit_f = window.ties.check.habit_factor;
    view.family_k = static_cast<double>(window.ties.check.family_k);
  }
}

Result<Copy> look_at(std::span<const WindowEvents> windows, const Job& job, const ChannelTester& tester,
                     const CopyPlan& plan, const Control& control) {
  Copy copy;
  if (!job.permutation) {
    UNISONO_CHECK(add_randomised(windows, job, plan, copy, control));
    return copy;
  }
  UNISONO_TRY(const std::vector<WindowEvents> events, permuted(windows, job, plan, control));
  UNISONO_TRY(const ChannelTests tests, tester(events, effort_for(*job.permutation), control));
  copy.row = row_of(tests, job, plan);
  add_checks(tests, copy);
  if (*job.permutation != Permutation::habit) UNISONO_CHECK(add_randomised(events, job, plan, copy, control));
  return copy;
}

Result<std::vector<Copy>> look_at_all(std::span<const WindowEvents> windows, std::span<const Job> jobs,
                                      const ChannelTester& tester, const CopyPlan& plan, const Control& control) {
  Control outer = control, inner = control;
  outer.threads = copies_at_once(windows, control);
  inner.threads = std::max(1U, control.threads / outer.threads);
  inner.memory_bytes = control.memory_bytes / outer.threads;
  inner.progress = {};
  std::vector<Copy> copies(jobs.size());
  std::atomic<std::uint64_t> done{0};
  UNISONO_CHECK(for_each_block(jobs.size(), outer, [&](std::size_t i, unsigned worker) -> Result<void> {
    UNISONO_TRY(copies[i], look_at(windows, jobs[i], tester, plan, inner));
    const std::uint64_t n = ++done;
    if (worker == 0) control.report("permute", n, jobs.size(), "copies");
    return {};
  }));
  return copies;
}

std::optional<double> mean(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

void add_points(std::vector<double> p, store::CalibrationPointRow point,
                std::vector<store::CalibrationPointRow>& rows) {
  if (p.empty()) return;
  std::sort(p.begin(), p.end());
  const auto add = [&](double expected) {
    point.expected = expected;
    point.observed = network::quantile(p, expected);
    rows.push_back(point);
  };
  for (const double share : k_rare_shares)
    if (share * static_cast<double>(p.size()) >= 1) add(share);
  for (int percent = 1; percent <= 100; ++percent) add(percent / 100.0);
}

// The p-values and means of one window over all copies of one kind.
class Fit {
 public:
  Fit(std::span<const Job> jobs, std::span<const Copy> copies, std::optional<Permutation> permutation,
      std::size_t window) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const auto found = copies[i].windows.find(window);
      if (jobs[i].permutation != permutation || found == copies[i].windows.end()) continue;
      add(found->second);
    }
  }

  void write(const std::string& test, const CopyPlan& plan, std::uint64_t window_us, const char* permutation,
             store::CalibrationRows& rows) const {
    const std::vector<double>& p = test == "T" ? activity_ : pace_;
    if (p.empty()) return;
    const auto us = static_cast<std::int64_t>(window_us);
    rows.fits.push_back({plan.channel, us, permutation, test, static_cast<std::int64_t>(p.size()),
                         network::distance_from_uniform(p), mean(c_bar_), mean(habit_f_), mean(family_k_)});
    add_points(p, {plan.channel, us, permutation, test, 0, 0}, rows.points);
  }

  void add(const WindowView& view) {
    if (view.c_bar) {
      c_bar_.push_back(*view.c_bar);
      family_k_.push_back(view.family_k);
    }
    if (view.habit_f) habit_f_.push_back(*view.habit_f);
    activity_.insert(activity_.end(), view.activity.begin(), view.activity.end());
    pace_.insert(pace_.end(), view.pace.begin(), view.pace.end());
  }

 private:
  std::vector<double> activity_, pace_, c_bar_, habit_f_, family_k_;
};

void add_fits(std::span<const Job> jobs, std::span<const Copy> copies, const ChannelTests& real, const CopyPlan& plan,
              store::CalibrationRows& rows) {
  Copy data;
  add_checks(real, data);
  for (const TestedWindow& window : real.windows) {
    Fit none(jobs, copies, std::nullopt, window.window);
    none.add(data.windows[window.window]);
    for (const char* test : {"T", "X"}) none.write(test, plan, window.window_us, "none", rows);
    for (const auto& [permutation, test] : {std::pair(Permutation::bins, "T"), std::pair(Permutation::within, "X")})
      Fit(jobs, copies, permutation, window.window)
          .write(test, plan, window.window_us, network::name_of(permutation), rows);
  }
}

bool habit_is_tested(const ChannelTests& tests) {
  return std::any_of(tests.groups.begin(), tests.groups.end(), [](const WindowGroups& window) {
    return window.result.published_share >= network::GroupOptions{}.min_published;
  });
}

std::vector<Job> jobs_of(const ChannelTests& real, const CopyPlan& plan) {
  std::vector<std::optional<Permutation>> kinds = {std::nullopt};
  if (plan.permutations.empty()) {
    kinds.insert(kinds.end(), {Permutation::bins, Permutation::within});
    if (habit_is_tested(real)) kinds.emplace_back(Permutation::habit);
  }
  for (const Permutation permutation : plan.permutations) {
    if (permutation != Permutation::habit || habit_is_tested(real)) kinds.emplace_back(permutation);
  }
  std::vector<Job> jobs;
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
    const std::vector<Job> jobs = jobs_of(real, plan);
    UNISONO_TRY(std::vector<Copy> copies, look_at_all(windows, jobs, tester, plan, control));
    add_fits(jobs, copies, real, plan, rows);
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
