// Groups that were found in another channel, tested on all events of this one.
#include <algorithm>
#include <utility>

#include "network/group_activity.hpp"
#include "network/group_decision.hpp"
#include "network/group_pace.hpp"
#include "network/halves.hpp"
#include "unisono/core/random.hpp"
#include "unisono/network/groups.hpp"

namespace unisono::network {
namespace {

using GroupTests = std::vector<std::vector<GroupTestResult>>;  // per group

std::uint64_t seed_of(const GroupOptions& options, GroupTest test, std::size_t layer) {
  constexpr std::uint64_t k_whole = 2;  // beside the two directions between the halves
  return mix64(options.seed ^
               mix64((k_whole << 40) | (static_cast<std::uint64_t>(layer) << 8) | static_cast<std::uint64_t>(test)));
}

// Groups that share no account, so that every account has one group; the tests need that.
struct Layer {
  std::vector<std::size_t> groups;
  Candidates candidates;
};

std::vector<Layer> disjoint_layers(std::span<const std::vector<std::uint32_t>> groups, std::uint32_t n_accounts) {
  std::vector<Layer> layers;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto fits = [&](const Layer& layer) {
      return std::all_of(groups[g].begin(), groups[g].end(),
                         [&](std::uint32_t account) { return layer.candidates.group_of[account] == k_no_group; });
    };
    auto layer = std::find_if(layers.begin(), layers.end(), fits);
    if (layer == layers.end()) {
      layers.push_back({{}, make_candidates({}, n_accounts)});
      layer = layers.end() - 1;
    }
    for (const std::uint32_t account : groups[g])
      layer->candidates.group_of[account] = static_cast<std::uint32_t>(layer->groups.size());
    layer->candidates.members.push_back(groups[g]);
    layer->groups.push_back(g);
  }
  return layers;
}

Result<void> add_activity(const Events& events, const Layer& layer, std::size_t number,
                          std::span<const GroupOptions> windows, std::vector<GroupTests>& tests,
                          const Control& control) {
  const bool multi = has_multi_object_posts(events);
  std::vector<ActivityCase> cases;
  std::vector<std::size_t> window_of;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    if (windows[w].activity_blind) continue;
    window_of.push_back(w);
    cases.push_back({layer.candidates,
                     observe(events, layer.candidates, windows[w].window_us, multi,
                             [](std::uint32_t, std::uint32_t) { return true; }),
                     windows[w].window_us, windows[w].alpha});
  }
  if (cases.empty()) return {};
  UNISONO_TRY(const auto counts,
              test_activity(events, cases, seed_of(windows.front(), GroupTest::activity, number), control));
  for (std::size_t c = 0; c < cases.size(); ++c) {
    for (std::size_t i = 0; i < layer.groups.size(); ++i) {
      const Observed& observed = cases[c].observed[i];
      tests[window_of[c]][layer.groups[i]].push_back(
          make_test(GroupTest::activity, Direction::whole, layer.candidates.members[i].size(), observed, counts[c][i],
                    poisson_lift(observed.w, counts[c][i].expected())));
    }
  }
  return {};
}

Result<void> add_pace(const Events& events, const Layer& layer, std::size_t number, const Habits& habits,
                      GroupTest kind, const GroupOptions& options, GroupTests& tests, const Control& control) {
  const bool own_habits = kind == GroupTest::habit;
  const PaceOptions pace{.own_habits = own_habits,
                         .window_us = options.window_us,
                         .alpha = options.alpha,
                         .min_lift = own_habits ? options.min_habit_lift : options.min_lift,
                         .seed = seed_of(options, kind, number)};
  UNISONO_TRY(const std::vector<PaceTest> results, test_pace(events, layer.candidates, habits, pace, control));
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].testable) continue;
    tests[layer.groups[i]].push_back(make_test(kind, Direction::whole, layer.candidates.members[i].size(),
                                               results[i].observed, results[i].count, results[i].lift));
    tests[layer.groups[i]].back().skipped_objects = results[i].skipped_objects;
  }
  return {};
}

void decide_window(GroupTests& tests, const GroupOptions& options) {
  for (const GroupTest kind : {GroupTest::activity, GroupTest::pace, GroupTest::habit}) {
    std::vector<GroupTestResult*> together;
    for (auto& of_group : tests) {
      for (GroupTestResult& test : of_group) {
        if (test.test == kind) together.push_back(&test);
      }
    }
    decide(together, options.alpha, options);
  }
  for (auto& of_group : tests) guard_habit(of_group);
}

}  // namespace

Result<std::vector<std::vector<std::vector<GroupTestResult>>>> test_given_groups(
    const Events& events, std::span<const std::uint64_t> object_hash,
    std::span<const std::vector<std::uint32_t>> groups, std::span<const GroupOptions> windows, const Control& control) {
  for (const GroupOptions& options : windows) UNISONO_CHECK(check_group_input(events, object_hash, options));
  std::vector<GroupTests> tests(windows.size(), GroupTests(groups.size()));
  if (windows.empty() || groups.empty()) return tests;
  const Publications& published = windows.front().published;
  const Halves halves = split_halves(events, object_hash, windows.front().post_hash);
  const Habits habits = habits_across_halves(events, halves.half, halves.in_second, published);
  const bool habit_known = published_share(events, published) >= windows.front().min_published;
  const std::vector<Layer> layers = disjoint_layers(groups, events.n_accounts);
  for (std::size_t number = 0; number < layers.size(); ++number) {
    const Layer& layer = layers[number];
    UNISONO_CHECK(add_activity(events, layer, number, windows, tests, control));
    for (std::size_t w = 0; w < windows.size(); ++w) {
      UNISONO_CHECK(add_pace(events, layer, number, habits, GroupTest::pace, windows[w], tests[w], control));
      if (habit_known)
        UNISONO_CHECK(add_pace(events, layer, number, habits, GroupTest::habit, windows[w], tests[w], control));
    }
  }
  for (std::size_t w = 0; w < windows.size(); ++w) decide_window(tests[w], windows[w]);
  return tests;
}

}  // namespace unisono::network
