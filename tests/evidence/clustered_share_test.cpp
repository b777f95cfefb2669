#include "unisono/evidence/clustered_share.hpp"

#include <gtest/gtest.h>

#include "reference/clustered_share.hpp"
#include "unisono/core/random.hpp"

namespace unisono::evidence {
namespace {

TEST(ClusteredShare, AgreesWithTheDefinition) {
  Random random(1);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::uint64_t> rows(1 + random.below(60)), hits;
    for (std::uint64_t& n : rows) n = 1 + random.below(random.below(10) == 0 ? 500 : 5);
    for (const std::uint64_t n : rows) hits.push_back(random.below(3) == 0 ? n : random.below(n + 1));
    const ClusteredShare share = clustered_share(cluster_sums(rows, hits));
    const ClusteredShare expected = reference::clustered_share({rows.begin(), rows.end()}, {hits.begin(), hits.end()});
    EXPECT_NEAR(share.share, expected.share, 1e-12);
    EXPECT_NEAR(share.design_effect, expected.design_effect, 1e-6 * expected.design_effect);
    EXPECT_NEAR(share.low, expected.low, 1e-7);
    EXPECT_NEAR(share.high, expected.high, 1e-7);
  }
}

// One row an account is simple sampling: Wilson's interval for 8 of 20 is 0.2188 to 0.6134.
TEST(ClusteredShare, WithoutClustersItIsWilsons) {
  const std::vector<std::uint64_t> rows(20, 1);
  std::vector<std::uint64_t> hits(20, 0);
  for (std::size_t i = 0; i < 8; ++i) hits[i] = 1;
  const ClusteredShare share = clustered_share(cluster_sums(rows, hits));
  EXPECT_NEAR(share.design_effect, 20.0 / 19, 1e-9);
  const std::vector<std::uint64_t> many_rows(2000, 1);
  std::vector<std::uint64_t> many_hits(2000, 0);
  for (std::size_t i = 0; i < 800; ++i) many_hits[i] = 1;
  const ClusteredShare many = clustered_share(cluster_sums(many_rows, many_hits));
  EXPECT_NEAR(many.low, 0.3787, 2e-4);
  EXPECT_NEAR(many.high, 0.4217, 2e-4);
}

TEST(ClusteredShare, OneHugeAccountWidensTheInterval) {
  const std::vector<std::uint64_t> even(100, 10), one = {901, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  std::vector<std::uint64_t> half(100, 0), huge = {901, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  for (std::size_t i = 0; i < 50; ++i) half[i] = 10;
  const ClusteredShare narrow = clustered_share(cluster_sums(even, half));
  const ClusteredShare wide = clustered_share(cluster_sums(one, huge));
  EXPECT_LT(narrow.high - narrow.low, 0.21);
  EXPECT_GT(wide.high - wide.low, 0.5);
}

TEST(ClusteredShare, NothingAndEverything) {
  const ClusteredShare empty = clustered_share({});
  EXPECT_EQ(empty.low, 0);
  EXPECT_EQ(empty.high, 1);
  const std::vector<std::uint64_t> rows = {3, 4}, none = {0, 0};
  EXPECT_EQ(clustered_share(cluster_sums(rows, none)).low, 0);
  EXPECT_LT(clustered_share(cluster_sums(rows, none)).high, 1);
  EXPECT_EQ(clustered_share(cluster_sums(rows, rows)).high, 1);
}

}  // namespace
}  // namespace unisono::evidence
