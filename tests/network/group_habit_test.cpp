#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "network/group_habits.hpp"
#include "network/group_pace.hpp"
#include "network/halves.hpp"
#include "reference/groups.hpp"
#include "support/notification_world.hpp"
#include "unisono/network/groups.hpp"

namespace unisono::network {
namespace {

using test::Built;
using test::NotificationPlan;
using test::NotificationWorld;

constexpr std::uint64_t k_minute_us = 60'000'000;

TEST(OwnDelays, AreThoseOfTheHalfAndOfTheSource) {
  test::World world;
  world.add_post("a", {"p0"}, 1'000);
  world.add_post("a", {"p1"}, 1'300);
  world.add_post("a", {"p2"}, 1'250);
  world.add_post("a", {"p3"}, 9'000);  // publication unknown
  world.add_post("b", {"p0"}, 1'400);
  const Events events = test::build(world).events;
  const std::vector<std::int64_t> t = {900, 1'000, 1'000, k_unpublished};
  const std::vector<std::uint32_t> source = {7, 7, 3, 7};
  const OwnDelays delays(events, {t, source});
  const auto list = [](std::span<const std::int64_t> span) { return std::vector(span.begin(), span.end()); };
  EXPECT_EQ(list(delays.of(0, 7).same_source), (std::vector<std::int64_t>{100, 300}));
  EXPECT_EQ(list(delays.of(0, 3).same_source), (std::vector<std::int64_t>{250}));
  EXPECT_EQ(delays.of(0, 3).all.size(), 3U);
  EXPECT_TRUE(delays.of(0, 5).same_source.empty());
  EXPECT_TRUE(delays.of(0, k_no_source).same_source.empty());
  EXPECT_EQ(list(delays.of(1, 7).all), (std::vector<std::int64_t>{500}));
}

TEST(OwnDelays, ExtremeTimesAreNoDelays) {
  test::World world;
  world.add_post("a", {"p0"}, INT64_MAX);
  const Events events = test::build(world).events;
  const std::vector<std::int64_t> t = {INT64_MIN + 1};
  EXPECT_TRUE(OwnDelays(events, {t, {}}).of(0, k_no_source).all.empty());
}

struct Channel {
  Built built;
  test::BuiltPublications published;

  Channel(const NotificationWorld& world, int number)
      : built(test::build(world.channel[number])), published(test::publications(world, world.channel[number])) {}

  std::vector<std::uint32_t> accounts(const std::string& prefix) const {
    std::vector<std::uint32_t> found;
    for (std::uint32_t a = 0; a < built.account_names.size(); ++a) {
      if (built.account_names[a].starts_with(prefix)) found.push_back(a);
    }
    return found;
  }
  GroupOptions options() const { return {.activity_blind = true, .published = published.view()}; }
};

TEST(OwnHabit, ExpectationIsThatOfTheDefinition) {
  const NotificationWorld world = test::notification_world({.sources = 5, .posts = 200, .accounts = 400});
  const Channel channel(world, 0);
  const Events& events = channel.built.events;
  const Halves halves = split_halves(events, channel.built.object_hash, {});
  const Events &learnt = halves.half[0], &tested = halves.half[1];
  const Publications published = channel.published.view();
  const std::vector<std::uint32_t> members = channel.accounts("f0000");
  ASSERT_EQ(members.size(), 10U);
  const Candidates candidates = make_candidates({members}, events.n_accounts);
  const Habits habits = habits_of_other_half(events, learnt, tested, published);
  const PaceTest test =
      (*test_pace(tested, candidates, habits, {.own_habits = true, .alpha = 0.001, .min_lift = 0}, Control{}))[0];
  ASSERT_TRUE(test.testable);

  const auto is_member = [&](std::uint32_t account) {
    return std::binary_search(members.begin(), members.end(), account);
  };
  const std::vector<std::uint8_t> strata = habit_strata(events, learnt, published);
  double expected = 0;
  std::uint64_t pairs = 0;
  for (std::uint32_t o = 0; o < tested.n_objects; ++o) {
    std::vector<std::map<std::int64_t, double>> times;
    std::vector<std::int64_t> outside;
    for (const std::uint32_t e : tested.of_object(o)) {
      if (!is_member(tested.account[e])) outside.push_back(tested.t_us[e]);
    }
    if (outside.size() < 10) continue;
    for (const std::uint32_t e : tested.of_object(o)) {
      const std::uint32_t member = tested.account[e];
      if (!is_member(member)) continue;
      std::vector<std::int64_t> own, same_source, stratum;
      for (std::size_t l = 0; l < learnt.size(); ++l) {
        if (learnt.account[l] != member) continue;
        const std::int64_t delay = learnt.t_us[l] - published.time_of(learnt.object[l]);
        own.push_back(delay);
        if (published.source_of(learnt.object[l]) == published.source_of(o)) same_source.push_back(delay);
      }
      for (const std::uint32_t other : tested.of_object(o)) {
        if (!is_member(tested.account[other]) && strata[tested.account[other]] == strata[member])
          stratum.push_back(tested.t_us[other]);
      }
      times.push_back(
          reference::habit_times(published.time_of(o), same_source, own, stratum.size() < 10 ? outside : stratum));
    }
    for (std::size_t i = 0; i < times.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j, ++pairs) expected += reference::chance_close(times[i], times[j], k_minute_us);
    }
  }
  ASSERT_GT(pairs, 100U);
  // Draws whose objects are independent: the mean of B of them is this close.
  EXPECT_NEAR(test.count.expected(), expected, 0.03 * expected + 0.5);
  EXPECT_GT(expected, 10.0);
}

bool passed(std::span<const GroupTestResult> tests, GroupTest kind) {
  return std::any_of(tests.begin(), tests.end(), [&](const auto& t) { return t.test == kind && t.passed; });
}

TEST(OwnHabit, TellsFansFromSquads) {
  std::size_t squad_by_habit = 0;
  for (std::uint64_t seed = 1; seed < 4; ++seed) {
    const Channel channel(test::notification_world({.seed = seed}), 0);
    const auto result = find_groups(channel.built.events, channel.built.object_hash, channel.options(), Control{});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->published_share, 1.0);
    std::size_t fans_by_pace = 0, fans_by_habit = 0;
    for (const Group& group : result->groups) {
      for (const std::uint32_t member : group.members) {
        const std::string& name = channel.built.account_names[member];
        if (name.starts_with("f")) {
          fans_by_pace += passed(group.tests, GroupTest::pace) ? 1U : 0U;
          fans_by_habit += passed(group.tests, GroupTest::habit) ? 1U : 0U;
        }
        if (name.starts_with("s")) squad_by_habit += passed(group.tests, GroupTest::habit) ? 1U : 0U;
      }
    }
    EXPECT_GE(fans_by_pace, 30U) << seed;  // fans are faster than other sharers
    EXPECT_EQ(fans_by_habit, 0U) << seed;  // but not than themselves
  }
  EXPECT_GE(squad_by_habit, 75U);  // of 90; a squad whose tasks fall 3 to 7 into the halves has too wide an interval
}

TEST(OwnHabit, NeedsPublications) {
  const Channel channel(test::notification_world({.posts = 200, .accounts = 400}), 0);
  test::BuiltPublications few = channel.published;
  for (std::size_t o = 0; o < few.t_us.size(); ++o) few.t_us[o] = o % 4 == 0 ? k_unpublished : few.t_us[o];
  GroupOptions options = channel.options();
  options.published = few.view();
  const auto result = find_groups(channel.built.events, channel.built.object_hash, options, Control{});
  EXPECT_NEAR(result->published_share, 0.75, 0.01);
  EXPECT_EQ(result->testable_habit, 0U);
  options.min_published = 0.7;
  EXPECT_GT(find_groups(channel.built.events, channel.built.object_hash, options, Control{})->testable_habit, 0U);
}

TEST(OwnHabit, IsTheSameAtAnyNumberOfThreads) {
  const Channel channel(test::notification_world({.posts = 300, .accounts = 600}), 0);
  const auto figures = [&](unsigned threads) {
    std::vector<std::tuple<std::uint64_t, double, double, double>> all;
    const auto result =
        find_groups(channel.built.events, channel.built.object_hash, channel.options(), Control{.threads = threads});
    for (const Group& group : result->groups) {
      for (const GroupTestResult& test : group.tests) all.emplace_back(test.w, test.p, test.low, test.high);
    }
    return all;
  };
  const auto one = figures(1);
  ASSERT_FALSE(one.empty());
  EXPECT_EQ(one, figures(2));
  EXPECT_EQ(one, figures(7));
}

std::vector<std::vector<GroupTestResult>> whole(const Channel& channel,
                                                const std::vector<std::vector<std::uint32_t>>& groups) {
  const GroupOptions options = channel.options();
  return std::move((*test_given_groups(channel.built.events, channel.built.object_hash, groups, std::span(&options, 1),
                                       Control{}))[0]);
}

TEST(GivenGroups, SquadsPassAndFansDoNot) {
  const Channel channel(test::notification_world({.seed = 5}), 1);
  const std::vector<std::uint32_t> squad = channel.accounts("s0000"), other = channel.accounts("s0100"),
                                   fans = channel.accounts("f0100");
  std::vector<std::uint32_t> overlapping(squad.begin(), squad.begin() + 6);
  overlapping.insert(overlapping.end(), other.begin(), other.begin() + 2);
  std::sort(overlapping.begin(), overlapping.end());
  const auto tests = whole(channel, {squad, fans, overlapping});
  EXPECT_TRUE(passed(tests[0], GroupTest::habit));
  EXPECT_TRUE(passed(tests[1], GroupTest::pace));
  EXPECT_FALSE(passed(tests[1], GroupTest::habit));
  EXPECT_TRUE(passed(tests[2], GroupTest::habit));
  std::size_t rows = 0;
  for (const auto& of_group : tests) {
    for (const GroupTestResult& test : of_group) {
      EXPECT_EQ(test.direction, Direction::whole);
      EXPECT_EQ(test.n_tested, 3U);  // decided together, though two of them overlap
      ++rows;
    }
  }
  EXPECT_EQ(rows, 6U);
}

TEST(GivenGroups, AccountsAtRandomPassNoMoreOftenThanAlpha) {
  int tested = 0, small = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Channel channel(test::notification_world({.seed = seed, .posts = 300, .accounts = 150, .squads = 0}), 0);
    std::vector<std::uint32_t> accounts = channel.accounts("a");
    Random random(seed);
    random.shuffle(accounts);
    std::vector<std::vector<std::uint32_t>> groups;
    for (std::size_t g = 0; g < 5; ++g) {
      groups.emplace_back(accounts.begin() + static_cast<std::ptrdiff_t>(10 * g),
                          accounts.begin() + static_cast<std::ptrdiff_t>(10 * g + 10));
      std::sort(groups.back().begin(), groups.back().end());
    }
    for (const auto& of_group : whole(channel, groups)) {
      for (const GroupTestResult& test : of_group) {
        ++tested;
        small += test.p <= 0.05 ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(tested, 120);  // pace and habit
  EXPECT_LE(small, 14);    // 6 expected, standard deviation 2.4
}

TEST(GivenGroups, NothingInNothingOut) {
  const Channel channel(test::notification_world({.posts = 100, .accounts = 300}), 0);
  EXPECT_TRUE(whole(channel, {}).empty());
  const auto empty_group = whole(channel, {{}});
  ASSERT_EQ(empty_group.size(), 1U);
  EXPECT_TRUE(empty_group[0].empty());
}

}  // namespace
}  // namespace unisono::network
