#include "unisono/evidence/rapidity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "reference/rapidity.hpp"
#include "unisono/core/random.hpp"

namespace unisono::evidence {
namespace {

constexpr std::int64_t k_s = 1'000'000;

struct Input {
  std::vector<std::uint32_t> account;
  std::vector<std::int64_t> t_us, precision_us;
  TimedActions view() const { return {account, t_us, precision_us}; }
};

Input random_input(Random& random) {
  std::vector<std::tuple<std::uint32_t, std::int64_t, std::int64_t>> rows;
  const std::uint64_t n = random.below(80);
  for (std::uint64_t i = 0; i < n; ++i) {
    const std::int64_t precision = random.below(6) == 0 ? 60 * k_s : random.below(3) == 0 ? k_s : 1000;
    const auto t = static_cast<std::int64_t>(random.below(200)) * k_s;
    rows.emplace_back(static_cast<std::uint32_t>(random.below(4)), t - t % precision, precision);
  }
  std::sort(rows.begin(), rows.end());
  Input input;
  for (const auto& [account, t, precision] : rows) {
    input.account.push_back(account);
    input.t_us.push_back(t);
    input.precision_us.push_back(precision);
  }
  return input;
}

TEST(Rapidity, AgreesWithTheDefinition) {
  Random random(1);
  const std::vector<std::int64_t> thresholds = {1 * k_s, 5 * k_s, 10 * k_s, 60 * k_s};
  std::uint64_t seen = 0;
  for (int round = 0; round < 1000; ++round) {
    const Input input = random_input(random);
    const std::vector<GapShare> shares = gap_shares(input.view(), thresholds);
    ASSERT_EQ(shares.size(), thresholds.size());
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      const GapShare expected = reference::gap_share(input.view(), thresholds[i]);
      EXPECT_EQ(shares[i].usable, expected.usable);
      EXPECT_EQ(shares[i].within, expected.within);
      EXPECT_EQ(shares[i].coarsest_us, expected.coarsest_us);
      EXPECT_EQ(shares[i].burst_actions, expected.burst_actions);
      EXPECT_EQ(shares[i].burst_account, expected.burst_account);
      EXPECT_EQ(shares[i].burst_first_us, expected.burst_first_us);
      EXPECT_EQ(shares[i].burst_last_us, expected.burst_last_us);
      seen += shares[i].within;
    }
  }
  EXPECT_GT(seen, 1000U);
}

TEST(Rapidity, TimesToTheMinuteSayNothingAboutSeconds) {
  const Input input = {{1, 1, 1}, {0, 60 * k_s, 60 * k_s}, {60 * k_s, 60 * k_s, 60 * k_s}};
  const std::vector<std::int64_t> thresholds = {10 * k_s, 60 * k_s};
  const std::vector<GapShare> shares = gap_shares(input.view(), thresholds);
  EXPECT_EQ(shares[0].usable, 0U);
  EXPECT_EQ(shares[0].burst_actions, 0U);
  EXPECT_EQ(shares[1].within, 2U);
  EXPECT_EQ(shares[1].coarsest_us, 60 * k_s);
}

TEST(Rapidity, HistogramHoldsEveryGapOnce) {
  const Input input = {
      {1, 1, 1, 1, 2, 2}, {0, 0, 1 * k_s, 11 * k_s, 0, 1000 * k_s}, {1000, 1000, 1000, 1000, 1000, 60 * k_s}};
  const std::vector<std::int64_t> edges = {1 * k_s, 10 * k_s, 60 * k_s};
  const std::vector<GapBin> bins = gap_histogram(input.view(), edges);
  ASSERT_EQ(bins.size(), 4U);
  EXPECT_EQ(bins[0].gaps, 2U);
  EXPECT_EQ(bins[1].gaps, 1U);
  EXPECT_EQ(bins[2].gaps, 0U);
  EXPECT_EQ(bins[3].gaps, 1U);
  EXPECT_EQ(bins[3].up_to_us, std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace unisono::evidence
