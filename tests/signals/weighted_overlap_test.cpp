#include "unisono/signals/weighted_overlap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "reference/weighted_overlap.hpp"
#include "unisono/core/random.hpp"

namespace unisono {
namespace {

using signals::OverlapHistogram;
using signals::SharerLists;
using signals::WeightedOverlapOptions;

struct World {
  std::vector<std::size_t> begin{0};
  std::vector<std::uint32_t> account, weight;
  std::vector<std::uint8_t> eligible;
  std::uint32_t n_accounts;

  World(std::uint64_t seed, std::uint32_t accounts, std::uint32_t objects) : n_accounts(accounts) {
    Random random(seed);
    for (std::uint32_t a = 0; a < accounts; ++a) eligible.push_back(random.below(5) == 0 ? 0 : 1);
    for (std::uint32_t o = 0; o < objects; ++o) {
      std::vector<std::uint32_t> sharers;
      const std::uint64_t size = std::min(random.below(accounts), random.below(12));
      for (std::uint64_t i = 0; i < size; ++i)
        sharers.push_back(static_cast<std::uint32_t>(std::min(random.below(accounts), random.below(accounts))));
      std::sort(sharers.begin(), sharers.end());
      sharers.erase(std::unique(sharers.begin(), sharers.end()), sharers.end());
      random.shuffle(sharers);
      account.insert(account.end(), sharers.begin(), sharers.end());
      begin.push_back(account.size());
      weight.push_back(static_cast<std::uint32_t>(random.below(6) == 0 ? 0 : random.below(1000)));
    }
  }
  SharerLists lists() const { return {begin, account, eligible, n_accounts}; }
};

TEST(WeightedOverlap, AgreesWithItsDefinition) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const World world(seed, 3 + static_cast<std::uint32_t>(seed % 40), static_cast<std::uint32_t>(seed % 90));
    for (const std::uint64_t min_sum : {std::uint64_t{1}, std::uint64_t{700}, std::uint64_t{2500}}) {
      Control control;
      control.threads = 1 + static_cast<unsigned>(seed % 3);
      const auto actual = weighted_overlap(world.lists(), world.weight, {.min_sum = min_sum, .bins = 4000}, control);
      ASSERT_TRUE(actual.has_value()) << describe(actual.error());
      const std::vector<std::uint64_t> sums = reference::overlap_sums(world.lists(), world.weight, min_sum);
      EXPECT_EQ(actual->max_sum, sums.empty() ? 0 : *std::max_element(sums.begin(), sums.end()));
      for (std::uint64_t threshold = min_sum; threshold < min_sum + 4000; threshold += 37)
        ASSERT_EQ(actual->pairs_at_least(threshold),
                  static_cast<std::uint64_t>(
                      std::count_if(sums.begin(), sums.end(), [&](std::uint64_t s) { return s >= threshold; })))
            << "seed " << seed << " threshold " << threshold;
    }
  }
}

// With wide bins or beyond the last bin the answer may be too large, which is conservative, and never too small.
TEST(WeightedOverlap, IsNeverTooSmall) {
  const World world(77, 40, 200);
  const std::vector<std::uint64_t> sums = reference::overlap_sums(world.lists(), world.weight, 100);
  for (const WeightedOverlapOptions& options :
       {WeightedOverlapOptions{.min_sum = 100, .bins = 50, .shift = 6}, {.min_sum = 100, .bins = 1}}) {
    const auto coarse = weighted_overlap(world.lists(), world.weight, options, {});
    ASSERT_TRUE(coarse.has_value());
    std::uint64_t last = coarse->pairs_at_least(100);
    EXPECT_EQ(last, sums.size());
    for (std::uint64_t threshold = 100; threshold < 6000; threshold += 11) {
      const std::uint64_t now = coarse->pairs_at_least(threshold);
      EXPECT_GE(now, static_cast<std::uint64_t>(
                         std::count_if(sums.begin(), sums.end(), [&](std::uint64_t s) { return s >= threshold; })));
      EXPECT_LE(now, last);
      last = now;
    }
  }
}

TEST(WeightedOverlap, EqualForAnyNumberOfThreads) {
  const World world(5, 300, 3000);
  const auto one = weighted_overlap(world.lists(), world.weight, {.bins = 9000}, {});
  ASSERT_TRUE(one.has_value());
  EXPECT_GT(one->at_least[0], 1000U);
  for (const unsigned threads : {2U, 7U}) {
    Control control;
    control.threads = threads;
    const auto many = weighted_overlap(world.lists(), world.weight, {.bins = 9000}, control);
    ASSERT_TRUE(many.has_value());
    EXPECT_EQ(many->at_least, one->at_least);
    EXPECT_EQ(many->max_sum, one->max_sum);
    EXPECT_EQ(many->coactions, one->coactions);
  }
}

TEST(WeightedOverlap, RefusesWithBothNumbers) {
  const World world(9, 60, 400);
  const auto whole = weighted_overlap(world.lists(), world.weight, {}, {});
  ASSERT_TRUE(whole.has_value());
  const auto refused = weighted_overlap(world.lists(), world.weight, {.max_coactions = whole->coactions - 1}, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  EXPECT_NE(refused.error().message.find(std::to_string(whole->coactions)), std::string::npos);
  EXPECT_EQ(signals::weighted_overlap(world.lists(), std::span(world.weight).first(10), {}, {}).error().code,
            ErrorCode::usage);
  Control small;
  small.memory_bytes = 1000;
  EXPECT_EQ(signals::weighted_overlap(world.lists(), world.weight, {}, small).error().code, ErrorCode::memory);
}

TEST(WeightedOverlap, NothingIsNoError) {
  const std::vector<std::size_t> begin{0};
  const auto none = signals::weighted_overlap({begin, {}, {}, 0}, {}, {.bins = 3}, {});
  ASSERT_TRUE(none.has_value()) << describe(none.error());
  EXPECT_EQ(none->pairs_at_least(1), 0U);
  EXPECT_EQ(none->max_sum, 0U);
}

}  // namespace
}  // namespace unisono
