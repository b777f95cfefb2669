#include "unisono/network/fusion.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "network/distributions.hpp"
#include "support/vectors.hpp"
#include "unisono/core/random.hpp"
#include "unisono/network/poisson_binomial.hpp"

namespace unisono::network {
namespace {

using P = std::vector<double>;

TEST(Fusion, OneChannelIsItself) {
  for (const double p : {1e-280, 1e-20, 0.003, 0.5, 0.97, 1.0}) {
    EXPECT_NEAR(*acat(P{p}) / p, 1.0, 1e-12) << p;
    EXPECT_NEAR(*stouffer(P{p}, {}) / p, 1.0, 1e-9) << p;
    EXPECT_NEAR(brown(P{p}, {})->p / p, 1.0, 1e-9) << p;
  }
  EXPECT_EQ(*acat(P{0.0}), k_least_tail);
}

TEST(Fusion, AcatIsTheCauchySum) {
  const P p = {0.01, 0.2, 0.7};
  double sum = 0;
  for (const double value : p) sum += std::tan((0.5 - value) * std::acos(-1.0)) / 3;
  EXPECT_NEAR(*acat(p), 0.5 - std::atan(sum) / std::acos(-1.0), 1e-14);
  const P twice = {0.01, 0.01, 0.2, 0.7}, weight = {2, 1, 1};
  EXPECT_NEAR(*acat(p, weight), *acat(twice), 1e-14) << "a weight of 2 is the channel given twice";
  EXPECT_NEAR(*acat(P{1e-20, 0.5, 0.5}), 3e-20, 1e-30);
}

TEST(Fusion, AChannelWithoutAnythingLeavesBonferroni) {
  EXPECT_DOUBLE_EQ(*acat(P{1e-6, 1.0}), 2e-6);
  const P weight = {1, 3};
  EXPECT_DOUBLE_EQ(*acat(P{1e-6, 1.0}, weight), 4e-6);
  EXPECT_DOUBLE_EQ(*acat(P{0.9, 1.0}), 1.0);
}

// Correlated normal channels under the null: the combined p is small as often as it says.
TEST(Fusion, HoldsItsLevelUnderDependence) {
  Random random(5);
  for (const double r : {0.0, 0.5, 0.9}) {
    const P correlation = {1, r, r, r, 1, r, r, r, 1};
    int acat_small = 0, stouffer_small = 0, brown_small = 0;
    constexpr int k_runs = 40'000;
    for (int run = 0; run < k_runs; ++run) {
      const double common = random.normal();
      P p;
      for (int i = 0; i < 3; ++i) p.push_back(normal_tail(std::sqrt(r) * common + std::sqrt(1 - r) * random.normal()));
      acat_small += *acat(p) <= 0.01 ? 1 : 0;
      stouffer_small += *stouffer(p, correlation) <= 0.01 ? 1 : 0;
      brown_small += brown(p, correlation)->p <= 0.01 ? 1 : 0;
    }
    const double expected = 0.01 * k_runs, noise = 5 * std::sqrt(expected);
    EXPECT_NEAR(stouffer_small, expected, noise) << r;
    EXPECT_LT(acat_small, expected * 1.15 + noise) << r;
    EXPECT_NEAR(brown_small, expected, 0.25 * expected + noise) << r;
  }
}

TEST(Fusion, AgreementSaysWhatTheResultRestsOn) {
  const P p = {1e-8, 0.5, 1.0}, q = {1e-7, 0.8, 1.0};
  const auto result = agreement(p, q);
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(result->combined, *acat(p));
  EXPECT_EQ(result->channels_significant, 1U);
  EXPECT_NEAR(result->share[0], 8 / (8 + std::log10(2.0)), 1e-12);
  EXPECT_EQ(result->share[2], 0.0);
  EXPECT_DOUBLE_EQ(result->without[0], *acat(P{0.5, 1.0}));
  EXPECT_DOUBLE_EQ(result->without[2], *acat(P{1e-8, 0.5}));
  const P one = {1.0};
  EXPECT_EQ(agreement(one, one)->without[0], 1.0);
  EXPECT_EQ(agreement(one, one)->share[0], 0.0);
}

TEST(Fusion, RefusesWhatHasNoAnswer) {
  const P good = {0.1, 0.2}, r = {1, 0.5, 0.5, 1};
  for (const P& bad : {P{}, P{0.1, NAN}, P{-0.1, 0.5}, P{1.1, 0.5}}) {
    EXPECT_EQ(acat(bad).error().code, ErrorCode::usage);
    EXPECT_EQ(stouffer(bad, {}).error().code, ErrorCode::usage);
    EXPECT_EQ(brown(bad, {}).error().code, ErrorCode::usage);
    EXPECT_EQ(agreement(bad, bad).error().code, ErrorCode::usage);
  }
  EXPECT_FALSE(acat(good, P{1.0}));
  EXPECT_FALSE(acat(good, P{1.0, 0.0}));
  EXPECT_FALSE(acat(good, P{1.0, HUGE_VAL}));
  EXPECT_FALSE(agreement(good, P{0.1}));
  for (const P& bad : {P{1, 0.5}, P{1, 0.5, 0.4, 1}, P{1, 2, 2, 1}, P{1, NAN, NAN, 1}, P{0.9, 0, 0, 1}}) {
    EXPECT_FALSE(stouffer(good, bad));
    EXPECT_FALSE(brown(good, bad));
  }
  EXPECT_FALSE(stouffer(good, P{1, -1, -1, 1})) << "the sum does not vary";
  EXPECT_TRUE(stouffer(good, r));
}

TEST(Fusion, PublishedVectors) {
  UNISONO_VECTORS(v, "statistics_core.json", "fusion");
  const P p = v.at("p");
  P correlation;
  for (const auto& row : v.at("R"))
    for (const double value : row) correlation.push_back(value);
  const auto near = [&](double actual, const char* key) {
    const double expected = v.at(key);
    EXPECT_NEAR(actual, expected, 1e-10 * expected) << key;
  };
  near(*acat(p), "acat");
  near(*stouffer(p, {}), "stouffer_indep");
  near(*stouffer(p, correlation), "stouffer_corr");
  near(brown(p, {})->p, "fisher");
  const auto dependent = brown(p, correlation);
  ASSERT_TRUE(dependent);
  near(dependent->p, "brown");
  near(dependent->scale, "brown_c");
  near(dependent->degrees, "brown_df");
}

}  // namespace
}  // namespace unisono::network
