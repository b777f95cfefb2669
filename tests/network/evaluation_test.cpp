#include "unisono/network/evaluation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "network/distributions.hpp"
#include "reference/evaluation.hpp"
#include "support/vectors.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

using reference::JudgedRows;

Judged view(const JudgedRows& rows) {
  return {rows.score, rows.positive};
}

// Scores with many ties; both kinds occur.
JudgedRows random_rows(Random& random) {
  JudgedRows rows;
  const std::uint64_t n = 2 + random.below(40), levels = 1 + random.below(12);
  for (std::uint64_t i = 0; i < n; ++i) {
    rows.positive.push_back(i < 2 ? static_cast<std::uint8_t>(i) : static_cast<std::uint8_t>(random.below(3) == 0));
    rows.score.push_back(static_cast<double>(random.below(levels) + rows.positive.back()));
  }
  return rows;
}

TEST(Evaluation, WorkedExample) {
  // Descending: + | + - (equal) | - -.
  const JudgedRows rows{{9, 5, 5, 1, 0}, {1, 1, 0, 0, 0}};
  const auto quality = ranking_quality(view(rows), 1.0);
  ASSERT_TRUE(quality);
  EXPECT_DOUBLE_EQ(quality->auc, 5.5 / 6);
  EXPECT_DOUBLE_EQ(quality->average_precision, 0.5 * 1 + 0.5 * 2 / 3);
  EXPECT_DOUBLE_EQ(quality->partial_auc, quality->auc) << "up to a rate of 1 it is the AUC";
  EXPECT_EQ(quality->n_positive, 2U);
  EXPECT_DOUBLE_EQ(*precision_at(view(rows), 1), 1.0);
  EXPECT_DOUBLE_EQ(*precision_at(view(rows), 2), 0.75) << "half of the two equals";
  EXPECT_DOUBLE_EQ(*precision_at(view(rows), 5), 0.4);
}

TEST(Evaluation, MatchesTheDefinitions) {
  Random random(1);
  for (int run = 0; run < 300; ++run) {
    const JudgedRows rows = random_rows(random);
    const double limit = run % 2 == 0 ? 0.1 : 0.37;
    const auto quality = ranking_quality(view(rows), limit);
    ASSERT_TRUE(quality);
    EXPECT_NEAR(quality->auc, reference::auc(rows), 1e-12);
    EXPECT_NEAR(quality->average_precision, reference::average_precision(rows), 1e-12);
    EXPECT_NEAR(quality->partial_auc, reference::partial_auc(rows, limit, 4000), 2e-4);
  }
}

TEST(Evaluation, PrecisionAtIsTheMeanOverOrdersOfEquals) {
  Random random(2);
  const JudgedRows rows = random_rows(random);
  std::vector<std::size_t> order(rows.score.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::vector<double> mean(order.size(), 0);
  constexpr int k_runs = 20'000;
  for (int run = 0; run < k_runs; ++run) {
    random.shuffle(order);
    std::stable_sort(order.begin(), order.end(), [&](auto x, auto y) { return rows.score[x] > rows.score[y]; });
    double hits = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      hits += rows.positive[order[i]];
      mean[i] += hits / static_cast<double>(i + 1) / k_runs;
    }
  }
  for (std::size_t k = 1; k <= order.size(); ++k) EXPECT_NEAR(*precision_at(view(rows), k), mean[k - 1], 0.02) << k;
}

TEST(Evaluation, ClopperPearsonHoldsItsLevel) {
  for (const int n : {1, 2, 7, 40})
    for (int x = 0; x <= n; ++x) {
      const Interval interval = clopper_pearson(static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(n), 0.9);
      if (x > 0) {
        EXPECT_NEAR(reference::binomial_tail(n, interval.low, x), 0.05, 1e-10);
      }
      if (x < n) {
        EXPECT_NEAR(1 - reference::binomial_tail(n, interval.high, x + 1), 0.05, 1e-10);
      }
      EXPECT_EQ(interval.low == 0, x == 0);
      EXPECT_EQ(interval.high == 1, x == n);
    }
}

TEST(Evaluation, WeightedPrecisionWithoutAnythingFound) {
  EXPECT_FALSE(weighted_precision({}));
  const std::vector<ClusterPrecision> none = {{10, 0.0}}, two = {{10, 1.0}, {10, 0.5}};
  EXPECT_FALSE(weighted_precision(none));
  EXPECT_DOUBLE_EQ(*weighted_precision(two), 12.5 / 15);
}

TEST(Evaluation, RefusesWhatHasNoAnswer) {
  const auto code = [](const JudgedRows& rows, double limit = 0.01) {
    const auto result = ranking_quality(view(rows), limit);
    EXPECT_FALSE(result);
    return result ? ErrorCode::internal : result.error().code;
  };
  EXPECT_EQ(code({{1, 2}, {1}}), ErrorCode::usage);
  EXPECT_EQ(code({{1, NAN}, {1, 0}}), ErrorCode::usage);
  EXPECT_EQ(code({{1, 2}, {1, 2}}), ErrorCode::usage);
  EXPECT_EQ(code({{1, 2}, {1, 1}}), ErrorCode::usage);
  EXPECT_EQ(code({{}, {}}), ErrorCode::usage);
  EXPECT_EQ(code({{1, 2}, {1, 0}}, 0.0), ErrorCode::usage);
  EXPECT_EQ(code({{1, 2}, {1, 0}}, NAN), ErrorCode::usage);
  const JudgedRows two{{1, 2}, {1, 0}};
  EXPECT_FALSE(precision_at(view(two), 0));
  EXPECT_FALSE(precision_at(view(two), 3));
}

TEST(Evaluation, PublishedVectors) {
  UNISONO_VECTORS(v, "accounts_graph_metrics.json", "metrics");
  const JudgedRows rows{v.at("score"), v.at("y")};
  const auto quality = ranking_quality(view(rows));
  ASSERT_TRUE(quality);
  EXPECT_NEAR(quality->auc, v.at("auc"), 1e-10);
  EXPECT_NEAR(quality->average_precision, v.at("ap_sklearn"), 1e-10);
  ASSERT_FALSE(v.at("precision_at").empty());
  for (const auto& [k, expected] : v.at("precision_at").items())
    EXPECT_NEAR(*precision_at(view(rows), std::stoul(k)), expected, 1e-10) << k;
  std::vector<ClusterPrecision> clusters;
  const auto& weighted = v.at("weighted_precision_iannucci");
  for (const auto& cluster : weighted.at("clusters")) clusters.push_back({cluster.at("n"), cluster.at("p")});
  EXPECT_NEAR(weighted_precision(clusters).value(), weighted.at("WP"), 1e-10);
  ASSERT_FALSE(v.at("clopper_pearson").empty());
  for (const auto& row : v.at("clopper_pearson")) {
    const Interval interval = clopper_pearson(row.at("x"), row.at("n"));
    EXPECT_NEAR(interval.low, row.at("lo"), 1e-10);
    EXPECT_NEAR(interval.high, row.at("hi"), 1e-10);
  }
}

TEST(Distributions, AgreeWithWhatIsKnown) {
  EXPECT_NEAR(log_gamma(0.5), 0.5 * std::log(std::acos(-1.0)), 1e-14);
  EXPECT_NEAR(gamma_q(1.0, 100.0), std::exp(-100.0), 1e-12 * std::exp(-100.0)) << "exponential";
  EXPECT_NEAR(gamma_q(0.5, 2.0), std::erfc(std::sqrt(2.0)), 1e-14) << "chi-square with one degree of freedom";
  EXPECT_NEAR(gamma_p(3.0, 2.0) + gamma_q(3.0, 2.0), 1.0, 1e-14);
  EXPECT_NEAR(beta_i(1.0, 1.0, 0.3), 0.3, 1e-14);
  for (const double p : {1e-300, 1e-100, 1e-10, 0.025, 0.3, 0.5, 0.9, 1 - 1e-12})
    EXPECT_NEAR(normal_tail(normal_at_tail(p)) / p, 1.0, 1e-11) << p;
  EXPECT_NEAR(normal_at_tail(0.025), 1.959963984540054, 1e-13);
}

}  // namespace
}  // namespace unisono::network
