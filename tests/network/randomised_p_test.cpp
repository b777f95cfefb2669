#include "unisono/network/randomised_p.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "network/pair_draw.hpp"
#include "network/pair_tests.hpp"
#include "reference/synchrony.hpp"
#include "support/group_worlds.hpp"
#include "unisono/network/permute.hpp"

namespace unisono::network {
namespace {

constexpr std::uint64_t k_minute = 60'000'000;

Events world(std::uint64_t seed, int squads) {
  test::World made = test::noise_world(seed, 400, 600, 4000, 4);
  for (int s = 0; s < squads; ++s) test::plant_squad(made, seed, s, 8, 12, 4);
  return test::build(made).events;
}

TieOptions options(std::uint64_t window_us = k_minute) {
  TieOptions tie;
  tie.window_us = window_us;
  return tie;
}

TEST(RandomisedP, IsBetweenTheTwoTailsOfTheDefinition) {
  const Events events = world(1, 1);
  const HourCollisions hours = *HourCollisions::build(events, k_minute, {});
  const PostLists posts = post_lists(events, hours);
  const Pace pace = *Pace::build(events, k_minute, 10, {});
  const Nulls nulls{events, hours, posts, pace, k_minute};
  PairTests tests(nulls);
  int several = 0;
  for (std::uint32_t a = 0; a < 40; ++a) {
    for (std::uint32_t b = a + 1; b < 40; ++b) {
      tests.mark(a);
      tests.compare(b);
      std::vector<double> chances;
      for (const SharedObject& object : tests.shared()) chances.push_back(pace.left_out(object.object, object.close));
      const std::size_t w = tests.close_units();
      several += w > 0 ? 1 : 0;
      EXPECT_NEAR(tests.randomised_pace(1), reference::tail(chances, w), 1e-12);
      EXPECT_NEAR(tests.randomised_pace(0), reference::tail(chances, w + 1), 1e-12);
      const double middle = (tests.randomised_pace(0) + tests.randomised_pace(1)) / 2;
      EXPECT_NEAR(tests.randomised_pace(0.5), middle, 1e-12);
      if (tests.close_posts() >= 2) {
        EXPECT_NEAR(tests.randomised_activity(1), tests.activity_tail(1), 1e-12);
      }
      EXPECT_LE(tests.randomised_activity(0), tests.randomised_activity(1));
      if (tests.close_posts() == 0) {
        EXPECT_DOUBLE_EQ(tests.randomised_activity(1), 1);
      }
    }
  }
  EXPECT_GT(several, 10);
}

TEST(RandomisedP, IsUniformUnderItsNullAndNotOtherwise) {
  const Events events = world(2, 0);
  // Copy by copy: those of one world are not independent of each other, so that their p may not be pooled.
  constexpr int k_copies = 40, k_most_off = 6;  // of 40 at 5 %, more than 6 are off in 3 of 1,000 trials
  const auto is_off = [](const std::vector<double>& p) {
    EXPECT_GT(p.size(), 150U);
    return *distance_from_uniform(p) > critical_distance(p.size()) ? 1 : 0;
  };
  int activity_off = 0, pace_off = 0;
  for (std::uint64_t run = 1; run <= k_copies; ++run) {
    const Events bins = *permute(events, Permutation::bins, {}, 1, run, {});
    const Events within = *permute(events, Permutation::within, {}, 1, run, {});
    const RandomisedP of_bins = *randomised_p(bins, options(3'600'000'000), 500, 1, run, {});
    const RandomisedP of_within = *randomised_p(within, options(3'600'000'000), 500, 1, run, {});
    activity_off += is_off(of_bins.activity);
    pace_off += is_off(of_within.pace);
  }
  EXPECT_LE(activity_off, k_most_off);
  EXPECT_LE(pace_off, k_most_off);

  // The data itself: who shares an object soon after it appears is closer than its hours explain.
  std::vector<double> real;
  for (std::uint64_t run = 1; run <= 10; ++run) {
    const RandomisedP of_data = *randomised_p(world(2, 6), options(), 500, 1, run, {});
    real.insert(real.end(), of_data.activity.begin(), of_data.activity.end());
  }
  EXPECT_GT(*distance_from_uniform(real), 0.03);
}

TEST(RandomisedP, OnlyEligibleAccountsAndDistinctPairs) {
  test::Channel channel;
  channel.add("a", "x", 0, 0);
  channel.add("a", "y", 9, 1);
  channel.add("b", "x", 5, 2);
  channel.add("b", "z", 8, 3);
  channel.add("one", "x", 6, 4);
  const Events events = first_events(channel.actions());
  const auto both = randomised_p(events, options(), 50, 1, 1, {});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->activity.size(), 1U) << "a and b";
  EXPECT_EQ(both->pace.size(), 1U);
  const std::vector<std::uint8_t> declared = {0, 1, 0};
  TieOptions without_b = options();
  without_b.declared = declared;
  EXPECT_TRUE(randomised_p(events, without_b, 50, 1, 1, {})->activity.empty());
  EXPECT_TRUE(randomised_p(first_events({}), options(), 50, 1, 1, {})->pace.empty());
}

TEST(RandomisedP, NoAccountIsInTwoPairs) {
  const Events events = world(3, 2);
  Random random(1);
  std::vector<std::uint32_t> all(events.size());
  std::iota(all.begin(), all.end(), 0U);
  const auto pairs = draw_pairs(events, all, 100, random,
                                [&](std::size_t) { return static_cast<std::uint32_t>(random.below(events.size())); });
  EXPECT_EQ(pairs.size(), 100U);
  EXPECT_TRUE(std::is_sorted(pairs.begin(), pairs.end()));
  std::set<std::uint32_t> accounts;
  for (const auto& [a, b] : pairs) {
    EXPECT_LT(a, b);
    EXPECT_TRUE(accounts.insert(a).second && accounts.insert(b).second);
  }
  EXPECT_TRUE(draw_pairs(events, {}, 100, random, [](std::size_t) { return 0U; }).empty());
}

// The definition of a degree p by hand, and its law on copies that keep nothing but degrees.
TEST(RandomisedP, OfDegreesIsUniformWhereOnlyDegreesAreLeft) {
  const Events events = world(4, 3);
  std::vector<double> copies, data;
  for (std::uint64_t run = 1; run <= 12; ++run) {
    const Events copy = *permute(events, Permutation::fastball, {}, 1, run, {});
    const auto p = randomised_degrees(copy, {}, 500, 1, run, {});
    ASSERT_TRUE(p);
    for (const double value : *p) EXPECT_TRUE(value >= 0 && value <= 1);
    copies.insert(copies.end(), p->begin(), p->end());
  }
  ASSERT_GT(copies.size(), 1500U);
  EXPECT_LT(*distance_from_uniform(copies), critical_distance(copies.size()));
  EXPECT_TRUE(randomised_degrees(first_events({}), {}, 500, 1, 1, {})->empty());
  EXPECT_EQ(*randomised_degrees(events, {}, 50, 1, 3, {}), *randomised_degrees(events, {}, 50, 1, 3, {}));
}

// Of uniform values one in twenty samples lies farther away.
TEST(RandomisedP, CriticalDistanceIsExceededByOneInTwenty) {
  Random random(5);
  for (const std::size_t n : {20U, 150U, 500U}) {
    int farther = 0;
    constexpr int k_samples = 4000;
    std::vector<double> values(n);
    for (int sample = 0; sample < k_samples; ++sample) {
      for (double& value : values) value = random.uniform();
      farther += *distance_from_uniform(values) > critical_distance(n) ? 1 : 0;
    }
    EXPECT_NEAR(farther, 0.05 * k_samples, 5 * 14) << n;
  }
}

TEST(RandomisedP, DistanceAndQuantileByHand) {
  EXPECT_FALSE(distance_from_uniform({}));
  const std::vector<double> one = {0.25};
  EXPECT_DOUBLE_EQ(*distance_from_uniform(one), 0.75);
  const std::vector<double> values = {0.9, 0.1, 0.5, 0.3};
  EXPECT_DOUBLE_EQ(*distance_from_uniform(values), 0.25);  // after 0.5: 3/4 of the values
  const std::vector<double> sorted = {0.1, 0.3, 0.5, 0.9};
  EXPECT_EQ(quantile(sorted, 0.25), 0.1);
  EXPECT_EQ(quantile(sorted, 0.26), 0.3);
  EXPECT_EQ(quantile(sorted, 1), 0.9);
  EXPECT_EQ(quantile(sorted, 0.0001), 0.1);
}

}  // namespace
}  // namespace unisono::network
