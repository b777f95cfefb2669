#include "unisono/network/discrete_fdr.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reference/discrete_fdr.hpp"
#include "support/vectors.hpp"
#include "unisono/core/random.hpp"
#include "unisono/network/multiplicity.hpp"
#include "unisono/network/poisson_binomial.hpp"

namespace unisono::network {
namespace {

using P = std::vector<double>;

// Every p-value of a Poisson count with this mean, ascending.
P attainable_of(double lambda) {
  P p;
  for (std::uint32_t w = 40; w > 0; --w) p.push_back(poisson_tail(lambda, w));
  p.push_back(1.0);
  return p;
}

std::uint32_t poisson(Random& random, double mean) {
  std::uint32_t k = 0;
  for (double product = random.uniform(); product > std::exp(-mean); product *= random.uniform()) ++k;
  return k;
}

// Tests of Poisson counts in a few classes of equal means, each with its own list as well.
struct Family {
  std::vector<P> lists;  // per class
  std::vector<TestClass> classes;
  reference::Attainable each;
  P p;
  std::vector<int> is_null;

  Family(Random& random, std::size_t n_classes, std::size_t per_class, double share_real) {
    std::vector<double> means;
    for (std::size_t c = 0; c < n_classes; ++c) {
      means.push_back(0.05 + 2 * random.uniform());
      lists.push_back(attainable_of(means.back()));
    }
    for (std::size_t c = 0; c < n_classes; ++c) {
      classes.push_back({per_class, lists[c]});
      for (std::size_t i = 0; i < per_class; ++i) {
        is_null.push_back(random.uniform() < share_real ? 0 : 1);
        const std::uint32_t w = poisson(random, means[c] + (is_null.back() != 0 ? 0.0 : 5.0));
        p.push_back(w == 0 ? 1.0 : poisson_tail(means[c], std::min(w, 40U)));
        each.push_back(lists[c]);
      }
    }
  }
};

TEST(DiscreteFdr, MatchesTheDefinition) {
  Random random(1);
  int rejected = 0, kept = 0;
  for (int round = 0; round < 100; ++round) {
    const Family family(random, 1 + random.below(5), 1 + random.below(6), 0.4);
    const P up = heyse(family.p, family.classes), down = discrete_step_down(family.p, family.classes);
    const P any = discrete_benjamini_yekutieli(family.p, family.classes);
    for (const double alpha : {0.01, 0.05, 0.2, 0.5}) {
      const auto expected_up = reference::discrete_rejections(family.p, family.each, alpha, false, 1);
      const auto expected_down = reference::discrete_rejections(family.p, family.each, alpha, true, 1);
      const auto expected_any =
          reference::discrete_rejections(family.p, family.each, alpha, false, harmonic(family.p.size()));
      for (std::size_t i = 0; i < family.p.size(); ++i) {
        EXPECT_EQ(up[i] <= alpha, expected_up[i] == 1);
        EXPECT_EQ(down[i] <= alpha, expected_down[i] == 1);
        EXPECT_EQ(any[i] <= alpha, expected_any[i] == 1);
        ++(expected_up[i] == 1 ? rejected : kept);
      }
    }
  }
  EXPECT_GT(rejected, 500);
  EXPECT_GT(kept, 500);
}

TEST(DiscreteFdr, NeverBehindBenjaminiHochberg) {
  Random random(2);
  int gained = 0;
  for (int round = 0; round < 50; ++round) {
    const Family family(random, 6, 10, 0.2);
    const P q = heyse(family.p, family.classes), bh = benjamini_hochberg(family.p, family.p.size());
    for (std::size_t i = 0; i < q.size(); ++i) {
      EXPECT_LE(q[i], bh[i] * (1 + 1e-12));
      gained += q[i] <= 0.05 && bh[i] > 0.05 ? 1 : 0;
    }
  }
  EXPECT_GT(gained, 10);
}

TEST(DiscreteFdr, EqualsBenjaminiHochbergWhereEverythingIsAttainable) {
  P every;
  for (int i = 1; i <= 1000; ++i) every.push_back(i / 1000.0);
  const P p = {0.001, 0.5, 0.02, 0.02, 0.9};
  const std::vector<TestClass> classes = {{20, every}};
  const P q = heyse(p, classes), bh = benjamini_hochberg(p, 20);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(q[i], bh[i], 1e-12);
  EXPECT_TRUE(heyse({}, classes).empty());
  EXPECT_TRUE(heyse({}, {}).empty());
}

TEST(DiscreteFdr, HoldsItsLevel) {
  Random random(3);
  const auto fdp = [](const Family& family, const P& q) {
    double rejected = 0, wrong = 0;
    for (std::size_t i = 0; i < q.size(); ++i)
      if (q[i] <= 0.1) rejected += 1, wrong += family.is_null[i];
    return rejected > 0 ? wrong / rejected : 0;
  };
  double up = 0, down = 0, any = 0;
  constexpr int k_runs = 1500;
  for (int run = 0; run < k_runs; ++run) {
    const Family family(random, 4, 10, 0.15);
    up += fdp(family, heyse(family.p, family.classes)) / k_runs;
    down += fdp(family, discrete_step_down(family.p, family.classes)) / k_runs;
    any += fdp(family, discrete_benjamini_yekutieli(family.p, family.classes)) / k_runs;
  }
  EXPECT_LT(up, 0.11);
  EXPECT_LT(down, 0.11);
  EXPECT_LT(any, 0.05);
  EXPECT_GT(up, 0.03) << "the comparison has errors to count";
}

TEST(EValues, MeanIsAtMostOneUnderTheNull) {
  for (const double lambda : {0.0, 0.3, 2.0}) {
    double mean = 0;
    double chance = std::exp(-lambda);
    for (std::uint32_t w = 0; w < 80; ++w) {
      mean += chance * e_value(w, lambda);
      chance *= lambda / (w + 1.0);
    }
    EXPECT_NEAR(mean, 1.0, 1e-12);
  }
  const P chances = {0.9, 0.5, 0.1, 0.7};  // a Poisson-binomial varies less
  double mean = 0;
  for (std::uint32_t w = 0; w <= 4; ++w)
    mean += (poisson_binomial_tail(chances, w) - (w < 4 ? poisson_binomial_tail(chances, w + 1) : 0)) * e_value(w, 2.2);
  EXPECT_LT(mean, 1.0);
}

TEST(EValues, RejectsTheLargest) {
  EXPECT_EQ(e_benjamini_hochberg(P{1, 100, 60}, 3, 0.05), (std::vector<std::uint8_t>{0, 1, 1}));
  EXPECT_EQ(e_benjamini_hochberg(P{1, 59, 59}, 3, 0.05), (std::vector<std::uint8_t>{0, 1, 1})) << "30 each for two";
  EXPECT_EQ(e_benjamini_hochberg(P{1, 59}, 100, 0.05), (std::vector<std::uint8_t>{0, 0}));
  EXPECT_TRUE(e_benjamini_hochberg({}, 0, 0.05).empty());
  EXPECT_EQ(e_benjamini_hochberg(P{HUGE_VAL, 0}, 2, 0.05), (std::vector<std::uint8_t>{1, 0}));
}

TEST(DiscreteFdr, PublishedVectors) {
  UNISONO_VECTORS(v, "statistics_core.json", "fdr");
  const std::vector<double> lambda = v.at("lambda0");
  const std::vector<std::uint32_t> observed = v.at("obs");
  std::vector<P> lists;
  std::vector<TestClass> classes;
  P p;
  for (const double mean : lambda) lists.push_back(attainable_of(mean));
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    classes.push_back({1, lists[i]});
    p.push_back(poisson_tail(lambda[i], observed[i]));
  }
  const auto compare = [&](const P& actual, const char* key, const char* rejections) {
    const P expected = v.at(key);
    ASSERT_EQ(actual.size(), expected.size());
    int rejected = 0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
      EXPECT_NEAR(actual[i], expected[i], 1e-10 * expected[i]) << key << " " << i;
      rejected += actual[i] <= 0.05 ? 1 : 0;
    }
    if (rejections != nullptr) {
      EXPECT_EQ(rejected, v.at("rejections_5pct").at(rejections));
    }
  };
  compare(p, "p", nullptr);
  compare(heyse(p, classes), "heyse_adjusted", "heyse");
  compare(discrete_step_down(p, classes), "dbh_sd_adjusted", "dbh_sd");
  compare(discrete_benjamini_yekutieli(p, classes), "dby_adjusted", nullptr);
}

TEST(EValues, PublishedVectors) {
  UNISONO_VECTORS(v, "statistics_core.json", "fusion");
  const auto& values = v.at("evalues");
  ASSERT_FALSE(values.at("x").empty());
  EXPECT_DOUBLE_EQ(k_e_theta, values.at("theta"));
  for (std::size_t i = 0; i < values.at("x").size(); ++i) {
    const double expected = values.at("e")[i];
    EXPECT_NEAR(e_value(values.at("x")[i], values.at("lam")[i]), expected, 1e-10 * expected);
  }
  const P e = v.at("ebh").at("e");
  const auto rejected = e_benjamini_hochberg(e, e.size(), v.at("ebh").at("alpha"));
  EXPECT_EQ(std::count(rejected.begin(), rejected.end(), 1), v.at("ebh").at("rejected").get<int>());
}

}  // namespace
}  // namespace unisono::network
