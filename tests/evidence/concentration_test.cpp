#include "unisono/evidence/concentration.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "reference/concentration.hpp"
#include "unisono/core/random.hpp"

namespace unisono::evidence {
namespace {

std::vector<std::uint64_t> random_counts(Random& random) {
  std::vector<std::uint64_t> counts(1 + random.below(300));
  const std::uint64_t most = 1 + random.below(12);
  for (std::uint64_t& count : counts) count = 1 + random.below(most) * (random.below(20) == 0 ? 30 : 1);
  return counts;
}

TEST(Concentration, AgreesWithTheDefinition) {
  Random random(1);
  for (int round = 0; round < 500; ++round) {
    const std::vector<std::uint64_t> counts = random_counts(random);
    const std::vector<CountClass> classes = reference::classes_of(counts);
    EXPECT_NEAR(gini(classes), reference::gini(counts), 1e-9);
    for (const std::uint32_t per_mille : {1U, 10U, 100U, 500U, 1000U}) {
      const TopShare share = top_share(classes, per_mille), expected = reference::top_share(counts, per_mille);
      EXPECT_EQ(share.k, expected.k);
      EXPECT_EQ(share.top_actions, expected.top_actions);
      EXPECT_EQ(share.actions, expected.actions);
      EXPECT_EQ(share.accounts, expected.accounts);
      EXPECT_EQ(share.cut, expected.cut);
      EXPECT_EQ(share.tied, expected.tied);
      EXPECT_EQ(share.above, expected.above);
      EXPECT_EQ(share.actions_above, expected.actions_above);
      EXPECT_EQ(share.at_or_above, expected.at_or_above);
      EXPECT_EQ(share.actions_at_or_above, expected.actions_at_or_above);
    }
  }
}

// Ten accounts, one of which is in the top 10 %: four are tied at its count.
TEST(Concentration, TieAtTheCutDoesNotChangeTheShare) {
  const std::vector<CountClass> classes = {{1, 6}, {5, 4}};
  const TopShare share = top_share(classes, 100);
  EXPECT_EQ(share.k, 1U);
  EXPECT_EQ(share.top_actions, 5U);
  EXPECT_EQ(share.tied, 4U);
  EXPECT_EQ(share.above, 0U);
  EXPECT_EQ(share.actions_at_or_above, 20U);
}

TEST(Concentration, LorenzCurveIsConvexAndEndsWhereItMust) {
  Random random(2);
  for (int round = 0; round < 100; ++round) {
    const std::vector<CountClass> classes = reference::classes_of(random_counts(random));
    const std::vector<LorenzPoint> curve = lorenz(classes, 1000);
    ASSERT_EQ(curve.size(), classes.size() + 1);
    EXPECT_EQ(curve.front().accounts, 0);
    EXPECT_DOUBLE_EQ(curve.back().accounts, 1);
    EXPECT_DOUBLE_EQ(curve.back().actions, 1);
    double area = 0;
    for (std::size_t i = 1; i < curve.size(); ++i) {
      EXPECT_LE(curve[i].actions, curve[i].accounts + 1e-12);
      area += (curve[i].accounts - curve[i - 1].accounts) * (curve[i].actions + curve[i - 1].actions) / 2;
    }
    EXPECT_NEAR(1 - 2 * area, gini(classes), 1e-9);  // what the Gini coefficient is
    EXPECT_LE(lorenz(classes, 5).size(), 5U);
    EXPECT_DOUBLE_EQ(lorenz(classes, 5).back().actions, 1);
  }
}

TEST(Concentration, EmptyAndEqual) {
  EXPECT_EQ(top_share({}, 10).top_actions, 0U);
  EXPECT_EQ(gini({}), 0);
  EXPECT_EQ(lorenz({}, 2).size(), 2U);
  const std::vector<CountClass> equal = {{7, 50}};
  EXPECT_NEAR(gini(equal), 0, 1e-12);
  const std::vector<CountClass> once = {{1, 50}};
  EXPECT_EQ(equal_accounts(once, 10, 1).draws, 0U);
  EXPECT_FALSE(is_concentrated(top_share(once, 10), equal_accounts(once, 10, 1)));
}

// Accounts with equal rates: p is about uniform, the mean share is met, nothing is flagged.
TEST(Concentration, EqualAccountsAreNotFlagged) {
  int small = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    std::vector<std::uint64_t> counts;
    for (int i = 0; i < 1000; ++i) {
      std::uint64_t count = 0;
      for (double product = random.uniform(); product > std::exp(-3.0); product *= random.uniform()) ++count;
      if (count > 0) counts.push_back(count);
    }
    const std::vector<CountClass> classes = reference::classes_of(counts);
    const EqualAccounts equal = equal_accounts(classes, 10, seed);
    const TopShare share = top_share(classes, 10);
    EXPECT_NEAR(equal.expected, static_cast<double>(share.top_actions) / static_cast<double>(share.actions), 0.01);
    small += equal.p <= 0.1 ? 1 : 0;
    EXPECT_FALSE(is_concentrated(share, equal));
  }
  EXPECT_LE(small, 12);  // 4 expected; more than 12 of 40 have probability below 0.001
}

TEST(Concentration, FewAccountsAreFlagged) {
  const std::vector<CountClass> classes = {{1, 900}, {2, 90}, {60, 10}};
  const EqualAccounts equal = equal_accounts(classes, 10, 1);
  EXPECT_DOUBLE_EQ(equal.p, 1.0 / 200);
  EXPECT_TRUE(is_concentrated(top_share(classes, 10), equal));
}

}  // namespace
}  // namespace unisono::evidence
