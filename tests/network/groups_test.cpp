#include "unisono/network/groups.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "support/group_worlds.hpp"
#include "unisono/network/group_id.hpp"

namespace unisono::network {
namespace {

using test::Built;
using test::World;

constexpr int k_days = 5;

GroupResult find(const Built& built, GroupOptions options = {}, unsigned threads = 2) {
  Result<GroupResult> result = find_groups(built.events, built.object_hash, options, Control{.threads = threads});
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
  return std::move(*result);
}

World squads_in_noise(std::uint64_t seed, int n_squads) {
  World world = test::noise_world(seed, 600, 1500, 10000, k_days);
  for (int s = 0; s < n_squads; ++s)
    test::plant_squad(world, seed * 100 + static_cast<std::uint64_t>(s), s, 10, 10, k_days);
  return world;
}

// Members of squad `number` in the group that holds most of them, and how many others are in that group.
std::pair<int, int> best_hit(const GroupResult& result, const std::vector<std::string>& names, int number) {
  const std::string prefix = test::numbered("s", static_cast<std::uint64_t>(number * 1000)).substr(0, 3);
  std::pair<int, int> best{0, 0};
  for (const Group& group : result.groups) {
    int inside = 0;
    for (const std::uint32_t member : group.members) inside += names[member].starts_with(prefix) ? 1 : 0;
    best = std::max(best, {inside, static_cast<int>(group.members.size()) - inside});
  }
  return best;
}

TEST(Groups, PlantedSquadsAreFound) {
  const Built built = test::build(squads_in_noise(1, 10));
  const GroupResult result = find(built);
  int found = 0;
  for (int squad = 0; squad < 10; ++squad) found += best_hit(result, built.account_names, squad).first >= 9 ? 1 : 0;
  EXPECT_GE(found, 9);
  // Modularity may put two squads, or a stray account, into one community.
  std::size_t members = 0, of_squads = 0;
  for (const Group& group : result.groups) {
    members += group.members.size();
    for (const std::uint32_t member : group.members)
      of_squads += built.account_names[member].starts_with("s") ? 1U : 0U;
  }
  EXPECT_GE(static_cast<double>(of_squads), 0.75 * static_cast<double>(members));
  EXPECT_LE(result.groups.size(), 10U);
  EXPECT_EQ(result.split_unit, "object");
  for (const Group& group : result.groups) {
    EXPECT_TRUE(group.stable);
    EXPECT_TRUE(std::is_sorted(group.members.begin(), group.members.end()));
    const bool passed = std::any_of(group.tests.begin(), group.tests.end(), [](const auto& t) { return t.passed; });
    EXPECT_TRUE(passed);
    for (const GroupTestResult& test : group.tests) {
      if (!test.passed) continue;
      EXPECT_LE(test.q, 0.025);
      EXPECT_GE(test.low, 3.0);
      EXPECT_GE(test.high, test.lift);
      EXPECT_GE(test.days, 2U);
      EXPECT_GE(test.draws, 999U);
    }
  }
}

TEST(Groups, NoiseGivesNone) {
  for (std::uint64_t seed = 11; seed < 14; ++seed) {
    const Built built = test::build(test::noise_world(seed, 600, 1500, 10000, k_days));
    const GroupResult result = find(built);
    EXPECT_TRUE(result.groups.empty()) << "seed " << seed;
    const GroupResult weak = find(built, {.min_close = 1, .min_days = 1});
    EXPECT_TRUE(weak.groups.empty()) << "weak, seed " << seed;
    EXPECT_GT(weak.candidates_first + weak.candidates_second, 0U);  // it had something to refuse
    EXPECT_EQ(weak.all_p.size(), weak.testable_activity + weak.testable_pace + weak.testable_habit);
    for (const TestedP& tested : weak.all_p)
      EXPECT_TRUE(tested.p_above >= 0 && tested.p_above < tested.p && tested.p <= 1)
          << tested.p_above << ' ' << tested.p;
  }
}

TEST(Groups, SquadsOfOneDayNeedTheDaysGateOff) {
  World world = test::noise_world(3, 300, 800, 4000, 1);
  test::plant_squad(world, 5, 0, 10, 12, 1);
  const Built built = test::build(world);
  const GroupResult refused = find(built);
  EXPECT_TRUE(refused.groups.empty());
  ASSERT_FALSE(refused.failed.empty());
  EXPECT_NE(refused.failed.front().reason.find("days"), std::string::npos) << refused.failed.front().reason;
  const GroupResult allowed = find(built, {.min_days = 1});
  ASSERT_EQ(allowed.groups.size(), 1U);
  EXPECT_GE(best_hit(allowed, built.account_names, 0).first, 9);
  EXPECT_GE(allowed.smallest_detectable, 3U);
}

// Reposts of chosen posts: T is blind, pace still sees who is always early together.
World reposts(std::uint64_t seed, bool squad) {
  World world;
  Random random(seed);
  for (int post = 0; post < 80; ++post) {
    const std::int64_t t = test::moment(random, k_days);
    for (int i = 0; i < 60; ++i) {
      // One draw a statement: the order in which arguments are evaluated is the compiler's choice.
      const std::int64_t delay_us = static_cast<std::int64_t>(std::exp(7.5 + 1.5 * random.normal()) * 1e6);
      const std::string account = test::numbered("a", random.below(1200));
      world.add_post(account, {test::numbered("p", static_cast<std::uint64_t>(post))}, t + delay_us);
    }
    if (!squad || post % 3 != 0) continue;
    const std::int64_t together = t + static_cast<std::int64_t>(random.below(7200)) * 1'000'000;
    for (std::uint64_t a = 0; a < 8; ++a)
      world.add_post(test::numbered("s", a), {test::numbered("p", static_cast<std::uint64_t>(post))},
                     together + static_cast<std::int64_t>(random.below(30'000'000)));
  }
  return world;
}

TEST(Groups, PaceFindsASquadWhereActivityIsBlind) {
  const Built built = test::build(reposts(1, true));
  const GroupResult result = find(built, {.activity_blind = true});
  ASSERT_EQ(result.groups.size(), 1U);
  EXPECT_EQ(best_hit(result, built.account_names, 0), (std::pair{8, 0}));
  EXPECT_EQ(result.testable_activity, 0U);
  EXPECT_GT(result.smallest_detectable, 0U);
  for (const GroupTestResult& test : result.groups[0].tests) EXPECT_EQ(test.test, GroupTest::pace);
  for (std::uint64_t seed = 2; seed < 6; ++seed)
    EXPECT_TRUE(find(test::build(reposts(seed, false)), {.activity_blind = true}).groups.empty());
}

// Posts with several tags.
World tags(std::uint64_t seed, bool squad) {
  World world;
  Random random(seed);
  for (int i = 0; i < 6000; ++i) {
    std::vector<std::string> chosen;
    const auto topic = random.below(40) * 4;
    for (std::uint64_t k = 0; k < 1 + random.below(3); ++k)
      chosen.push_back(test::numbered("t", topic + random.below(4)));
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    world.add_post(test::numbered("a", random.below(400)), chosen, test::moment(random, k_days));
  }
  for (std::uint64_t task = 0; squad && task < 14; ++task) {
    const std::int64_t t = test::moment(random, k_days);
    for (std::uint64_t a = 0; a < 8; ++a)
      world.add_post(test::numbered("s", a), {test::numbered("x", 2 * task), test::numbered("x", 2 * task + 1)},
                     t + static_cast<std::int64_t>(random.below(40'000'000)));
  }
  return world;
}

TEST(Groups, PostsWithSeveralObjectsCountOnce) {
  const Built built = test::build(tags(1, true));
  const GroupResult result = find(built);
  EXPECT_EQ(result.split_unit, "component");
  ASSERT_EQ(result.groups.size(), 1U);
  EXPECT_EQ(best_hit(result, built.account_names, 0), (std::pair{8, 0}));
  std::uint64_t both_halves = 0;
  for (const GroupTestResult& test : result.groups[0].tests) {
    if (test.test == GroupTest::activity) both_halves += test.w;
  }
  EXPECT_EQ(both_halves, 14U * 28U);  // 8 accounts have 28 pairs; two tags of one post are one co-action
  for (std::uint64_t seed = 2; seed < 5; ++seed) EXPECT_TRUE(find(test::build(tags(seed, false))).groups.empty());
}

auto flat(const GroupResult& result, const std::vector<std::string>& names, std::size_t skip) {
  std::vector<std::tuple<std::vector<std::string>, double, std::vector<double>>> groups;
  for (const Group& group : result.groups) {
    std::vector<std::string> members;
    for (const std::uint32_t member : group.members) members.push_back(names[member].substr(skip));
    std::vector<double> numbers;
    for (const GroupTestResult& t : group.tests)
      numbers.insert(numbers.end(), {static_cast<double>(t.w), t.expected, t.lift, t.low, t.high, t.p, t.q});
    groups.emplace_back(members, group.stability, numbers);
  }
  return groups;
}

TEST(Groups, DoNotDependOnTheOrderOfRowsOrOnNames) {
  World world = squads_in_noise(2, 3);
  const Built built = test::build(world);
  const auto expected = flat(find(built), built.account_names, 0);
  ASSERT_EQ(expected.size(), 3U);
  Random random(9);
  random.shuffle(world.rows);
  const Built shuffled = test::build(world);
  EXPECT_EQ(flat(find(shuffled), shuffled.account_names, 0), expected);
  for (auto& row : world.rows) row.account = "renamed " + row.account;
  const Built renamed = test::build(world);
  EXPECT_EQ(flat(find(renamed), renamed.account_names, 8), expected);
}

TEST(Groups, DoNotDependOnTheNumberOfThreads) {
  for (const Built& built :
       {test::build(squads_in_noise(4, 2)), test::build(tags(1, true)), test::build(reposts(1, true))}) {
    const auto expected = flat(find(built, {}, 1), built.account_names, 0);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(flat(find(built, {}, 2), built.account_names, 0), expected);
    EXPECT_EQ(flat(find(built, {}, 7), built.account_names, 0), expected);
  }
}

TEST(Groups, SeveralWindowsAtOnce) {
  const Built built = test::build(squads_in_noise(5, 3));
  std::vector<GroupOptions> windows(3);
  windows[0].window_us = 10'000'000;
  windows[2].window_us = 3600'000'000;
  for (GroupOptions& options : windows) options.alpha = 0.05 / 3;
  const auto results = find_groups(built.events, built.object_hash, windows, Control{.threads = 2});
  ASSERT_TRUE(results.has_value());
  ASSERT_EQ(results->size(), 3U);
  EXPECT_EQ((*results)[1].groups.size(), 3U);
  windows[1].seed = 7;
  EXPECT_EQ(find_groups(built.events, built.object_hash, windows, Control{}).error().code, ErrorCode::usage);
  EXPECT_TRUE(find_groups(built.events, built.object_hash, std::span<const GroupOptions>{}, Control{})->empty());
}

TEST(Groups, DeclaredAccountsAreNeverMembers) {
  const Built built = test::build(squads_in_noise(6, 1));
  std::vector<std::uint8_t> declared(built.events.n_accounts, 0);
  for (std::size_t a = 0; a < declared.size(); ++a) declared[a] = built.account_names[a] < "s00003" ? 0 : 1;
  const GroupResult result = find(built, {.declared = declared});
  for (const Group& group : result.groups) {
    for (const std::uint32_t member : group.members) EXPECT_EQ(declared[member], 0);
  }
  ASSERT_EQ(result.groups.size(), 1U);
  EXPECT_EQ(result.groups[0].members.size(), 3U);
}

TEST(Groups, WrongInputIsRefusedInWords) {
  const Built built = test::build(test::noise_world(1, 20, 20, 60, 2));
  const auto code = [&](const GroupOptions& options, std::span<const std::uint64_t> hash) {
    const auto result = find_groups(built.events, hash, options, Control{});
    return result ? ErrorCode::internal : result.error().code;
  };
  EXPECT_EQ(code({}, std::span(built.object_hash).first(3)), ErrorCode::usage);
  EXPECT_EQ(code({.alpha = 0}, built.object_hash), ErrorCode::usage);
  EXPECT_EQ(code({.min_close = 0}, built.object_hash), ErrorCode::usage);
  EXPECT_EQ(code({.min_size = 5, .max_size = 4}, built.object_hash), ErrorCode::usage);
  std::stop_source source;
  source.request_stop();
  const auto stopped =
      find_groups(built.events, built.object_hash, GroupOptions{}, Control{.stop = source.get_token()});
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
  const auto starved =
      find_groups(test::build(squads_in_noise(1, 2)).events, test::build(squads_in_noise(1, 2)).object_hash,
                  GroupOptions{.min_close = 1}, Control{.memory_bytes = 1000});
  EXPECT_EQ(starved.error().code, ErrorCode::memory);
}

TEST(Groups, NothingInNothingOut) {
  const GroupResult result = find(test::build(World{}));
  EXPECT_TRUE(result.groups.empty());
  EXPECT_EQ(result.smallest_detectable, 0U);
}

TEST(GroupId, DependsOnTheMembersOnly) {
  const std::vector<std::string> keys{account_key("x", "20"), account_key("x", "3"), account_key("vk", "9")};
  const std::vector<std::string> other{"vk:9", "x:3", "x:20", "x:3"};
  EXPECT_EQ(group_id(keys), group_id(other));
  EXPECT_EQ(group_id(keys), "g-" + hex(sha256("vk:9\nx:20\nx:3\n")).substr(0, 12));
  EXPECT_NE(group_id(keys), group_id(std::span(keys).first(2)));
}

}  // namespace
}  // namespace unisono::network
