#include "unisono/network/groups.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "network/group_activity.hpp"
#include "network/group_decision.hpp"
#include "network/group_null.hpp"
#include "network/group_pace.hpp"
#include "network/group_power.hpp"
#include "network/group_screen.hpp"
#include "network/halves.hpp"
#include "network/lift.hpp"
#include "unisono/core/random.hpp"
#include "unisono/network/components.hpp"

namespace unisono::network {
namespace {

enum class Stream : std::uint64_t { communities, stability, activity, pace, habit };

std::uint64_t seed_of(const GroupOptions& options, Direction direction, Stream stream) {
  return mix64(options.seed ^ mix64((static_cast<std::uint64_t>(direction) << 8) | static_cast<std::uint64_t>(stream)));
}

// A candidate of one direction with its tests.
struct Tested {
  std::vector<std::uint32_t> members;
  std::vector<GroupTestResult> tests;
  double stability = 0;
  bool passed = false;
};

struct DirectionResult {
  std::vector<Tested> candidates;
  std::uint64_t too_large = 0, testable_activity = 0, testable_pace = 0, testable_habit = 0;
};

// The tests of one kind, in the order of the candidates, decided together.
void decide_kind(std::vector<Tested>& tested, GroupTest kind, double alpha, const GroupOptions& options) {
  std::vector<GroupTestResult*> tests;
  for (Tested& candidate : tested) {
    for (GroupTestResult& test : candidate.tests) {
      if (test.test == kind) tests.push_back(&test);
    }
  }
  decide(tests, alpha, options);
}

// One direction of one window.
struct WindowRun {
  const GroupOptions& options;
  Screen screen;
  Candidates candidates;
  DirectionResult result;

  double alpha() const { return options.alpha / 2; }
};

Result<void> add_activity_tests(std::span<WindowRun> runs, const Events& half, Direction direction,
                                const Control& control) {
  std::vector<ActivityCase> cases;
  std::vector<WindowRun*> tested;
  const bool multi = has_multi_object_posts(half);
  for (WindowRun& run : runs) {
    if (run.options.activity_blind || run.candidates.members.empty()) continue;
    tested.push_back(&run);
    cases.push_back(
        {run.candidates,
         observe(half, run.candidates, run.options.window_us, multi, [](std::uint32_t, std::uint32_t) { return true; }),
         run.options.window_us, run.alpha()});
  }
  if (cases.empty()) return {};
  UNISONO_TRY(const auto counts,
              test_activity(half, cases, seed_of(runs.front().options, direction, Stream::activity), control));
  for (std::size_t c = 0; c < cases.size(); ++c) {
    DirectionResult& result = tested[c]->result;
    for (std::size_t g = 0; g < counts[c].size(); ++g) {
      const Observed& observed = cases[c].observed[g];
      result.candidates[g].tests.push_back(make_test(GroupTest::activity, direction,
                                                     cases[c].candidates.members[g].size(), observed, counts[c][g],
                                                     poisson_lift(observed.w, counts[c][g].expected())));
    }
    result.testable_activity = counts[c].size();
    decide_kind(result.candidates, GroupTest::activity, tested[c]->alpha(), tested[c]->options);
  }
  return {};
}

// G_X, or G_H with own habits.
Result<void> add_pace_tests(WindowRun& run, const Events& half, const Habits& habits, GroupTest kind,
                            Direction direction, const Control& control) {
  const bool own_habits = kind == GroupTest::habit;
  const PaceOptions pace{.own_habits = own_habits,
                         .window_us = run.options.window_us,
                         .alpha = run.alpha(),
                         .min_lift = own_habits ? run.options.min_habit_lift : run.options.min_lift,
                         .seed = seed_of(run.options, direction, own_habits ? Stream::habit : Stream::pace)};
  UNISONO_TRY(const std::vector<PaceTest> tests, test_pace(half, run.candidates, habits, pace, control));
  DirectionResult& result = run.result;
  for (std::size_t g = 0; g < tests.size(); ++g) {
    if (!tests[g].testable) continue;
    result.candidates[g].tests.push_back(
        make_test(kind, direction, run.candidates.members[g].size(), tests[g].observed, tests[g].count, tests[g].lift));
    result.candidates[g].tests.back().skipped_objects = tests[g].skipped_objects;
    ++(own_habits ? result.testable_habit : result.testable_pace);
  }
  decide_kind(result.candidates, kind, run.alpha(), run.options);
  return {};
}

Result<WindowRun> find_candidates(const Events& half, const GroupOptions& options, Direction direction,
                                  const Control& control) {
  UNISONO_TRY(Screen screen, screen_pairs(half, options, control));
  UNISONO_TRY(
      const Communities communities,
      find_communities(screen.graph, options.max_size, seed_of(options, direction, Stream::communities), control));
  Candidates candidates = make_candidates(candidate_groups(screen, communities, options), half.n_accounts);
  WindowRun run{options, std::move(screen), std::move(candidates), {.too_large = communities.too_large}};
  for (const auto& members : run.candidates.members) run.result.candidates.push_back({.members = members, .tests = {}});
  return run;
}

Result<void> measure_stability(WindowRun& run, Direction direction, const Control& control) {
  std::vector<Tested*> passed;
  std::vector<std::vector<std::uint32_t>> groups;
  for (Tested& candidate : run.result.candidates) {
    candidate.passed =
        std::any_of(candidate.tests.begin(), candidate.tests.end(), [](const auto& t) { return t.passed; });
    if (!candidate.passed) continue;
    passed.push_back(&candidate);
    groups.push_back(candidate.members);
  }
  if (passed.empty()) return {};
  UNISONO_TRY(
      const std::vector<double> stability,
      stabilities(run.screen, groups, run.options, seed_of(run.options, direction, Stream::stability), control));
  for (std::size_t i = 0; i < passed.size(); ++i) passed[i]->stability = stability[i];
  return {};
}

// One direction of all windows; the tests of activity share their permutations.
Result<std::vector<DirectionResult>> run_direction(const Events& events, const Halves& halves, Direction direction,
                                                   std::span<const GroupOptions> windows, const Control& control) {
  const std::size_t found = direction == Direction::first_to_second ? 0 : 1;
  const Events& tested = halves.half[1 - found];
  std::vector<WindowRun> runs;
  for (const GroupOptions& options : windows) {
    UNISONO_TRY(WindowRun run, find_candidates(halves.half[found], options, direction, control));
    runs.push_back(std::move(run));
  }
  UNISONO_CHECK(add_activity_tests(runs, tested, direction, control));
  const Publications& published = windows.front().published;
  const Habits habits = habits_of_other_half(events, halves.half[found], tested, published);
  const bool habit_known = published_share(events, published) >= windows.front().min_published;
  std::vector<DirectionResult> results;
  for (WindowRun& run : runs) {
    if (!run.options.without_pace)
      UNISONO_CHECK(add_pace_tests(run, tested, habits, GroupTest::pace, direction, control));
    if (habit_known && !run.options.without_pace) {
      UNISONO_CHECK(add_pace_tests(run, tested, habits, GroupTest::habit, direction, control));
      for (Tested& candidate : run.result.candidates) guard_habit(candidate.tests);
    }
    UNISONO_CHECK(measure_stability(run, direction, control));
    results.push_back(std::move(run.result));
  }
  return results;
}

std::size_t shared_members(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::size_t shared = 0;
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    if (*x == *y)
      ++shared, ++x, ++y;
    else if (*x < *y)
      ++x;
    else
      ++y;
  }
  return shared;
}

// Groups that share at least half of the smaller one are one group; the relation is closed transitively.
std::vector<Group> merge(std::span<const Tested* const> passed, const GroupOptions& options) {
  DisjointSets sets(static_cast<std::uint32_t>(passed.size()));
  for (std::uint32_t i = 0; i < passed.size(); ++i) {
    for (std::uint32_t j = 0; j < i; ++j) {
      const auto& a = passed[i]->members;
      const auto& b = passed[j]->members;
      if (2 * shared_members(a, b) >= std::min(a.size(), b.size())) sets.unite(i, j);
    }
  }
  std::vector<Group> groups(passed.size());
  for (std::uint32_t i = 0; i < passed.size(); ++i) {
    Group& group = groups[sets.find(i)];
    group.stability = group.members.empty() ? passed[i]->stability : std::min(group.stability, passed[i]->stability);
    group.members.insert(group.members.end(), passed[i]->members.begin(), passed[i]->members.end());
    group.tests.insert(group.tests.end(), passed[i]->tests.begin(), passed[i]->tests.end());
  }
  std::erase_if(groups, [](const Group& group) { return group.members.empty(); });
  for (Group& group : groups) {
    std::sort(group.members.begin(), group.members.end());
    group.members.erase(std::unique(group.members.begin(), group.members.end()), group.members.end());
    group.stable = group.stability >= options.min_stability;
  }
  std::sort(groups.begin(), groups.end(), [](const Group& x, const Group& y) {
    return x.members.size() != y.members.size() ? x.members.size() > y.members.size() : x.members < y.members;
  });
  return groups;
}

std::vector<GroupTestResult> best_failed(std::span<const DirectionResult> directions) {
  constexpr std::size_t k_most = 20;
  std::vector<const GroupTestResult*> all;
  for (const DirectionResult& direction : directions) {
    for (const Tested& candidate : direction.candidates) {
      if (candidate.passed) continue;
      for (const GroupTestResult& test : candidate.tests) all.push_back(&test);
    }
  }
  // The order of directions, candidates and tests does not depend on the run: it decides among equal p.
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t x, std::size_t y) { return all[x]->p != all[y]->p ? all[x]->p < all[y]->p : x < y; });
  std::vector<GroupTestResult> failed;
  for (const std::size_t i : std::span(order).first(std::min(order.size(), k_most))) failed.push_back(*all[i]);
  return failed;
}

GroupResult unite(std::span<const DirectionResult> directions, const Halves& halves, const GroupOptions& options) {
  GroupResult result;
  std::vector<const Tested*> passed;
  for (const DirectionResult& direction : directions) {
    result.too_large += direction.too_large;
    result.testable_activity += direction.testable_activity;
    result.testable_pace += direction.testable_pace;
    result.testable_habit += direction.testable_habit;
    for (const Tested& candidate : direction.candidates) {
      if (candidate.passed) passed.push_back(&candidate);
      for (const GroupTestResult& test : candidate.tests) result.all_p.push_back({test.test, test.p_above, test.p});
    }
  }
  result.candidates_first = directions[0].candidates.size();
  result.candidates_second = directions[1].candidates.size();
  result.groups = merge(passed, options);
  result.failed = best_failed(directions);
  result.split_unit = halves.unit;
  result.smallest_detectable = smallest_detectable(halves, options);
  return result;
}

}  // namespace

Result<std::vector<GroupResult>> find_groups(const Events& events, std::span<const std::uint64_t> object_hash,
                                             std::span<const GroupOptions> windows, const Control& control) {
  for (const GroupOptions& options : windows) {
    UNISONO_CHECK(check_group_input(events, object_hash, options));
    if (options.seed != windows.front().seed || options.split_seed != windows.front().split_seed)
      return fail(ErrorCode::usage,
                  "the windows of one channel have different seeds, they share their halves and permutations");
  }
  if (windows.empty()) return std::vector<GroupResult>{};
  const Halves halves = split_halves(events, object_hash, windows.front().post_hash);
  UNISONO_TRY(auto first, run_direction(events, halves, Direction::first_to_second, windows, control));
  UNISONO_TRY(auto second, run_direction(events, halves, Direction::second_to_first, windows, control));
  std::vector<GroupResult> results;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const std::array<DirectionResult, 2> directions{std::move(first[i]), std::move(second[i])};
    results.push_back(unite(directions, halves, windows[i]));
    results.back().published_share = published_share(events, windows[i].published);
  }
  return results;
}

Result<void> run_screen_joins(const Events& events, std::span<const std::uint64_t> object_hash,
                              std::span<const GroupOptions> windows, const Control& control) {
  for (const GroupOptions& options : windows) UNISONO_CHECK(check_group_input(events, object_hash, options));
  if (windows.empty()) return {};
  const Halves halves = split_halves(events, object_hash, windows.front().post_hash);
  for (const Events& half : halves.half) {
    for (const GroupOptions& options : windows) UNISONO_CHECK(candidate_pairs(half, options, control));
  }
  return {};
}

Result<GroupResult> find_groups(const Events& events, std::span<const std::uint64_t> object_hash,
                                const GroupOptions& options, const Control& control) {
  UNISONO_TRY(std::vector<GroupResult> results, find_groups(events, object_hash, std::span(&options, 1), control));
  return std::move(results.front());
}

}  // namespace unisono::network
