#include "unisono/network/chance.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "reference/chance.hpp"
#include "support/group_worlds.hpp"

namespace unisono::network {
namespace {

Events mixed_events(std::uint64_t seed) {
  test::World world = test::noise_world(seed, 40, 30, 500, 2);
  Random random(seed);
  for (int i = 0; i < 100; ++i)
    world.add_post(test::numbered("a", random.below(40)),
                   {test::numbered("o", random.below(30)), test::numbered("p", random.below(10)),
                    test::numbered("q", random.below(10))},
                   test::moment(random, 2));
  return test::build(world).events;
}

void expect_same(const Events& events, std::uint64_t window_us) {
  const auto counts = count_chance(events, window_us, {});
  ASSERT_TRUE(counts) << describe(counts.error());
  const ChanceCounts twin = reference::chance_counts(events, window_us);
  EXPECT_EQ(counts->posts, twin.posts);
  EXPECT_EQ(counts->multi_posts, twin.multi_posts);
  EXPECT_EQ(counts->hours, twin.hours);
  EXPECT_EQ(counts->close_pairs, twin.close_pairs) << window_us;
  EXPECT_EQ(counts->co_actions, twin.co_actions) << window_us;
  EXPECT_EQ(counts->shared_pairs, twin.shared_pairs);
  EXPECT_NEAR(counts->expected, twin.expected, 1e-9 * (1 + twin.expected)) << window_us;
}

TEST(ChanceCounts, AreThoseOfTheDefinition) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Events events = mixed_events(seed);
    for (const std::uint64_t window_us :
         {0ULL, 1'000'000ULL, 60'000'000ULL, 3'600'000'000ULL, 7'200'000'001ULL, 86'400'000'000ULL})
      expect_same(events, window_us);
  }
}

TEST(ChanceCounts, OfExtremeTimesAndOfNothing) {
  test::World world;
  for (int a = 0; a < 6; ++a)
    for (const std::int64_t t : {INT64_MIN, INT64_MIN + 1, std::int64_t{-1}, std::int64_t{0}, INT64_MAX})
      world.add_post(test::numbered("a", static_cast<std::uint64_t>(a)),
                     {test::numbered("o", static_cast<std::uint64_t>(t % 3 + 5))}, t);
  for (const std::uint64_t window_us : {0ULL, 60'000'000ULL, ~0ULL}) expect_same(test::build(world).events, window_us);
  const auto none = count_chance(test::build(test::World{}).events, 60'000'000, {});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->close_pairs, 0U);
  EXPECT_EQ(none->expected, 0.0);
}

TEST(ChanceCounts, ExchangedObjectsHoldWhatIsExpected) {
  // Without a cause to meet, observed and expected agree: one object per post, drawn anew for every post of an hour.
  Random random(4);
  test::World world;
  for (int i = 0; i < 4000; ++i)
    world.add_post(test::numbered("a", static_cast<std::uint64_t>(i)), {test::numbered("o", random.below(50))},
                   test::moment(random, 3));
  const auto counts = *count_chance(test::build(world).events, 300'000'000, {});
  EXPECT_NEAR(static_cast<double>(counts.co_actions) / counts.expected, 1.0, 0.1);
  EXPECT_GT(counts.co_actions, 500U);
}

}  // namespace
}  // namespace unisono::network
