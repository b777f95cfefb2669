#include "unisono/network/multiplicity.hpp"

#include <gtest/gtest.h>

#include "support/vectors.hpp"

namespace unisono::network {
namespace {

using P = std::vector<double>;

void expect_near(const P& actual, const P& expected, double tolerance) {
  ASSERT_GT(expected.size(), 0U) << "nothing would be compared";
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], tolerance * expected[i]) << i;
}

TEST(Multiplicity, WorkedExampleKeepsTheOrderGiven) {
  // Sorted .01 .02 .03 .5 of m = 10: .1 .1 .1 1.25 -> the smaller q of a larger p counts for all below it.
  expect_near(benjamini_hochberg(P{0.5, 0.02, 0.01, 0.03}, 10), {1.0, 0.1, 0.1, 0.1}, 1e-15);
  expect_near(benjamini_yekutieli(P{0.01}, 2), {0.03}, 1e-15);
  EXPECT_TRUE(benjamini_hochberg({}, 5).empty());
  EXPECT_EQ(benjamini_hochberg(P{0.9, 0.9}, 2), (P{0.9, 0.9})) << "ties share the q of the last of them";
}

TEST(Multiplicity, HarmonicNumbers) {
  EXPECT_EQ(harmonic(0), 0.0);
  EXPECT_DOUBLE_EQ(harmonic(4), 1 + 0.5 + 1.0 / 3 + 0.25);
  double sum = 0;
  for (int i = 200'000; i > 0; --i) sum += 1.0 / i;
  EXPECT_NEAR(harmonic(200'000), sum, 1e-13);
}

TEST(Multiplicity, TaroneIsTheSmallestK) {
  const P least{0.001, 0.01, 0.012, 0.02, 0.04, 0.3};
  const auto count = [&](double alpha) {
    return [&least, alpha](std::uint64_t k) {
      std::uint64_t n = 0;
      for (const double p : least) n += p <= alpha / static_cast<double>(k) ? 1U : 0U;
      return n;
    };
  };
  EXPECT_EQ(tarone_k(least.size(), count(0.05)), 3U);  // at 2: .025 holds four; at 3: .0167 holds three
  for (const double alpha : {0.001, 0.01, 0.05, 0.5, 1.0}) {
    std::uint64_t k = 1;
    while (count(alpha)(k) > k) ++k;
    EXPECT_EQ(tarone_k(least.size(), count(alpha)), k);
  }
  EXPECT_EQ(tarone_k(0, count(0.05)), 1U);
}

TEST(Multiplicity, PublishedVectors) {
  UNISONO_VECTORS(v, "statistics_core.json", "fdr");
  const P p = v.at("p");
  expect_near(benjamini_hochberg(p, p.size()), v.at("bh"), 1e-10);
  expect_near(benjamini_yekutieli(p, p.size()), v.at("by"), 1e-10);
  const auto& original = v.at("bh1995");
  const P q = original.at("p");
  expect_near(benjamini_hochberg(q, q.size()), original.at("bh"), 1e-10);
  expect_near(benjamini_yekutieli(q, q.size()), original.at("by"), 1e-10);
  expect_near(benjamini_hochberg(q, 100), original.at("bh_m_100"), 1e-10);
  int rejected = 0;
  for (const double adjusted : benjamini_hochberg(q, q.size())) rejected += adjusted <= 0.05 ? 1 : 0;
  EXPECT_GT(rejected, 0);
  EXPECT_EQ(rejected, original.at("reject_bh_05"));
}

TEST(Multiplicity, PublishedTaroneFamily) {
  UNISONO_VECTORS(v, "statistics_real.json", "tarone");
  const double alpha = v.at("alpha");
  std::uint64_t all = 0;
  for (const auto& entry : v.at("min_attainable_counts")) all += entry[1].get<std::uint64_t>();
  const auto count = [&](std::uint64_t k) {
    std::uint64_t n = 0;
    for (const auto& entry : v.at("min_attainable_counts"))
      if (entry[0].get<double>() <= alpha / static_cast<double>(k)) n += entry[1].get<std::uint64_t>();
    return n;
  };
  ASSERT_GT(all, 0U) << "no counts were read";
  const std::uint64_t k = tarone_k(all, count);
  EXPECT_EQ(k, v.at("K"));
  EXPECT_EQ(count(k), v.at("family"));
}

TEST(Multiplicity, PublishedWindows) {
  UNISONO_VECTORS(v, "statistics_real.json", "windows");
  ASSERT_EQ(v.at("windows_s").size(), 4U);
  EXPECT_DOUBLE_EQ(alpha_each(v.at("alpha"), v.at("windows_s").size()), v.at("alpha_each"));
}

}  // namespace
}  // namespace unisono::network
