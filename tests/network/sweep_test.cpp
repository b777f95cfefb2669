#include "unisono/network/sweep.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "reference/sweep.hpp"
#include "support/group_worlds.hpp"

namespace unisono::network {
namespace {

const std::vector<std::uint64_t> k_windows = {
    0, 1'000'000, 10'000'000, 60'000'000, 3'600'000'000, 86'400'000'000, UINT64_MAX};

Events world_with_squad(std::uint64_t seed) {
  test::World world = test::noise_world(seed, 60, 40, 1500, 3);
  test::plant_squad(world, seed, 1, 8, 10, 3);
  Random random(seed);
  for (int i = 0; i < 150; ++i)
    world.add_post(test::numbered("a", random.below(60)),
                   {test::numbered("o", random.below(40)), test::numbered("p", random.below(9))},
                   test::moment(random, 3));
  return test::build(world).events;
}

std::vector<std::uint32_t> every(std::uint32_t step, std::uint32_t n, std::uint32_t from = 0) {
  std::vector<std::uint32_t> accounts;
  for (std::uint32_t a = from; a < n; a += step) accounts.push_back(a);
  return accounts;
}

TEST(SweepWindows, CountsAreThoseOfTheDefinition) {
  std::uint64_t most = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Events events = world_with_squad(seed);
    for (const std::uint32_t step : {1U, 3U}) {
      const std::vector<std::uint32_t> accounts = every(step, events.n_accounts);
      for (const std::uint32_t min_shared : {1U, 2U, 5U}) {
        const auto counts = sweep_windows(events, accounts, k_windows, min_shared, Control{.threads = 1 + step});
        ASSERT_TRUE(counts);
        EXPECT_EQ(*counts, reference::sweep(events, accounts, k_windows, min_shared)) << seed;
        most = std::max(most, counts->back().edges);
      }
    }
  }
  EXPECT_GT(most, 1000U);
}

TEST(SweepWindows, GrowsWithTheWindow) {
  const Events events = world_with_squad(3);
  const auto counts = *sweep_windows(events, every(1, events.n_accounts), k_windows, 2, {});
  for (std::size_t i = 1; i < counts.size(); ++i) {
    EXPECT_GE(counts[i].edges, counts[i - 1].edges);
    EXPECT_GE(counts[i].accounts, counts[i - 1].accounts);
  }
}

TEST(SweepWindows, SaysWhatItCannotDo) {
  const Events events = world_with_squad(1);
  EXPECT_EQ(sweep_windows(events, std::vector<std::uint32_t>{events.n_accounts}, k_windows, 2, {}).error().code,
            ErrorCode::usage);
  EXPECT_EQ(sweep_windows(events, every(1, 5), k_windows, 0, {}).error().code, ErrorCode::usage);
  EXPECT_TRUE(sweep_windows(events, every(1, 5), {}, 2, {})->empty());
  EXPECT_EQ((*sweep_windows(events, {}, k_windows, 1, {}))[6], SweepCount{});
}

TEST(ComparisonAccounts, AreTheNearestThatMetTheGroup) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Events events = world_with_squad(seed);
    const std::vector<std::uint32_t> members = every(7, events.n_accounts, static_cast<std::uint32_t>(seed % 7));
    std::vector<std::uint8_t> barred(events.n_accounts, 0);
    for (std::size_t a = 0; a < barred.size(); a += 5) barred[a] = 1;
    for (const auto& bar : {barred, std::vector<std::uint8_t>()}) {
      const std::vector<std::uint32_t> chosen = comparison_accounts(events, members, bar);
      EXPECT_EQ(chosen, reference::comparison(events, members, bar));
      EXPECT_EQ(chosen.size(), members.size());
    }
  }
}

TEST(ComparisonAccounts, FewerWhereThereAreNotEnough) {
  const Events events = world_with_squad(1);
  const std::vector<std::uint32_t> nearly_all = every(1, events.n_accounts - 3);
  EXPECT_LE(comparison_accounts(events, nearly_all, {}).size(), 3U);
  EXPECT_TRUE(comparison_accounts(events, every(1, events.n_accounts), {}).empty());
}

}  // namespace
}  // namespace unisono::network
