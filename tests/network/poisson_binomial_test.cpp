#include "unisono/network/poisson_binomial.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "support/vectors.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

// All 2^n outcomes.
double enumerated(const std::vector<double>& p, int w) {
  double sum = 0;
  for (unsigned outcome = 0; outcome < (1U << p.size()); ++outcome) {
    if (std::popcount(outcome) < w) continue;
    double product = 1;
    for (std::size_t i = 0; i < p.size(); ++i) product *= (outcome >> i & 1U) != 0 ? p[i] : 1 - p[i];
    sum += product;
  }
  return sum;
}

TEST(PoissonBinomial, WorkedExample) {
  const std::vector<double> p{0.5, 0.25, 0.1};
  EXPECT_DOUBLE_EQ(poisson_binomial_tail(p, 0), 1.0);
  EXPECT_DOUBLE_EQ(poisson_binomial_tail(p, 1), 1 - 0.5 * 0.75 * 0.9);
  EXPECT_DOUBLE_EQ(poisson_binomial_tail(p, 2),
                   0.5 * 0.25 * 0.9 + 0.5 * 0.75 * 0.1 + 0.5 * 0.25 * 0.1 + 0.5 * 0.25 * 0.1);
  EXPECT_DOUBLE_EQ(poisson_binomial_tail(p, 3), 0.0125);
  EXPECT_EQ(poisson_binomial_tail(p, 4), k_least_tail) << "impossible, but never printed as zero";
}

TEST(PoissonBinomial, EqualsTheSumOverAllOutcomes) {
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    std::vector<double> p(1 + random.below(11));
    for (double& chance : p) chance = random.below(8) == 0 ? static_cast<double>(random.below(2)) : random.uniform();
    for (int w = 0; w <= static_cast<int>(p.size()); ++w) {
      const double exact = enumerated(p, w);
      EXPECT_NEAR(poisson_binomial_tail(p, static_cast<std::uint32_t>(w)), std::max(exact, k_least_tail),
                  1e-13 * std::max(exact, 1e-280));
    }
  }
}

TEST(PoissonBinomial, TailNeverFallsWhileTrialsArrive) {
  Random random(4);
  TailRecursion recursion;
  for (const std::uint32_t w : {1U, 2U, 5U, 64U}) {
    recursion.start(w);
    double before = 0;
    for (int i = 0; i < 300; ++i) {
      recursion.add(random.uniform() * 0.3);
      EXPECT_GE(recursion.tail(), before);
      before = recursion.tail();
    }
    EXPECT_LE(before, 1.0);
  }
}

TEST(PoissonBinomial, PoissonTailBoundsItAboveTheMean) {
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    std::vector<double> p(1 + random.below(60));
    double lambda = 0;
    for (double& chance : p) lambda += chance = random.uniform() * 0.2;
    for (auto w = static_cast<std::uint32_t>(std::ceil(lambda + 1)); w <= p.size(); ++w)
      EXPECT_GE(poisson_tail(lambda, w) * (1 + 1e-12), poisson_binomial_tail(p, w)) << lambda << ' ' << w;
  }
  EXPECT_DOUBLE_EQ(poisson_tail(2.0, 1), 1 - std::exp(-2.0));
  EXPECT_NEAR(poisson_tail(2.0, 3), 1 - std::exp(-2.0) * 5, 1e-15);
  EXPECT_DOUBLE_EQ(poisson_tail(7.0, 0), 1.0);
  EXPECT_EQ(poisson_tail(0.0, 2), k_least_tail);
  EXPECT_EQ(poisson_tail(1e-3, 200), k_least_tail);
}

TEST(PoissonBinomial, PublishedVectors) {
  UNISONO_VECTORS(v, "statistics_core.json", "poisson_binomial");
  const auto chances = [&](const std::string& set) {
    std::vector<double> p;
    if (set == "backbone9") return v.at("backbone9").get<std::vector<double>>();
    if (set == "small50")
      for (int i = 0; i < 50; ++i) p.push_back(0.02 * (i % 5 + 1));
    if (set == "sparse1000")
      for (int i = 0; i < 1000; ++i) p.push_back(1e-3 * (1 + (i % 10) / 10.0));
    if (set == "sparse2000_tiny")
      for (int i = 0; i < 2000; ++i) p.push_back(1e-5 * (1 + i % 7));
    return p;
  };
  int n = 0;
  for (const auto& one : v.at("cases")) {
    const std::vector<double> p = chances(one.at("set"));
    ASSERT_FALSE(p.empty()) << one.at("set");
    const auto k = one.at("k").get<std::uint32_t>();
    const double exact = std::stod(one.at("exact").get<std::string>());
    EXPECT_NEAR(poisson_binomial_tail(p, k), exact, 1e-13 * exact) << one.at("set") << ' ' << k;
    const double poisson = one.at("poisson");
    EXPECT_NEAR(poisson_tail(one.at("mean"), k), poisson, 1e-10 * poisson);
    ++n;
  }
  EXPECT_GT(n, 15);
}

}  // namespace
}  // namespace unisono::network
