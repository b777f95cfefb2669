#include "unisono/network/bursts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "reference/bursts.hpp"
#include "support/csv_rows.hpp"
#include "support/vectors.hpp"
#include "unisono/core/random.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/negative_binomial.hpp"
#include "unisono/network/poisson_binomial.hpp"

namespace unisono::network {
namespace {

struct Actions {
  std::vector<std::int64_t> t_us;
  std::vector<std::uint32_t> account;

  void add(std::int64_t t, std::uint32_t who) {
    t_us.push_back(t);
    account.push_back(who);
  }
};

BurstResult found(const Actions& actions, const BurstOptions& options = {}) {
  const auto result = find_bursts(actions.t_us, actions.account, options, {});
  EXPECT_TRUE(result) << describe(result.error());
  return result ? *result : BurstResult{};
}

// Independent actions whose rate follows the hour of the day: three times the mean at its height, near nothing at
// night.
Actions day_rhythm(std::uint64_t seed, int days, double per_second) {
  Random random(seed);
  Actions actions;
  const double most = 3 * per_second;
  for (double t = 0; t < days * 86400.0;) {
    t += -std::log1p(-random.uniform()) / most;
    const double phase = std::sin(t / 86400.0 * 3.141592653589793);
    if (random.uniform() < std::pow(phase, 4))
      actions.add(static_cast<std::int64_t>(t * 1e6), static_cast<std::uint32_t>(random.below(5000)));
  }
  return actions;
}

TEST(NegativeBinomial, WorkedExamples) {
  // phi = 1, mean 1: geometric with parameter 1/2.
  for (std::uint64_t x = 0; x < 60; ++x)
    EXPECT_NEAR(negative_binomial_tail(1, 1, x), std::ldexp(1, -static_cast<int>(x)),
                1e-13 * std::ldexp(1, -static_cast<int>(x)));
  EXPECT_EQ(negative_binomial_tail(0.001, 0.05, 1000), k_least_tail);
  for (const double mean : {0.01, 1.0, 7.5})
    for (const std::uint32_t x : {1U, 3U, 20U})
      EXPECT_NEAR(negative_binomial_tail(mean, 0, x), poisson_tail(mean, x), 1e-12 * poisson_tail(mean, x));
}

TEST(NegativeBinomial, EqualsTheSumFromXUpwards) {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const double mean = std::exp(random.normal() * 1.5), phi = 0.01 + random.uniform();
    const std::uint64_t x = random.below(80);
    const double expected = reference::negative_binomial_tail(mean, phi, static_cast<std::int64_t>(x));
    EXPECT_NEAR(negative_binomial_tail(mean, phi, x), expected, 1e-10 * expected) << mean << ' ' << phi << ' ' << x;
  }
}

TEST(Bursts, PublishedVector) {
  UNISONO_VECTORS(v, "statistics_real.json", "burst");
  const auto counts = v.at("counts").get<std::vector<std::int64_t>>();
  const std::int64_t bin = v.at("bin"), half = v.at("half_width"), guard = v.at("guard");
  std::vector<std::int64_t> around;
  for (std::int64_t i = std::max<std::int64_t>(0, bin - half); i <= std::min(bin + half, std::ssize(counts) - 1); ++i)
    if (std::abs(i - bin) > guard) around.push_back(counts[static_cast<std::size_t>(i)]);
  EXPECT_NEAR(reference::burst_background(around), v.at("background").get<double>(), 1e-12);
  const double p = v.at("p_value");

  // The same counts as actions: bin i has counts[i] accounts.
  Actions actions;
  for (std::size_t i = 0; i < counts.size(); ++i)
    for (std::int64_t k = 0; k < counts[i]; ++k)
      actions.add(static_cast<std::int64_t>(i) * k_us_per_s + k, static_cast<std::uint32_t>(k));
  BurstOptions options;
  options.half_width_us = static_cast<std::uint64_t>(half) * 1'000'000;
  options.guard = static_cast<std::uint32_t>(guard);
  options.phi = v.at("phi");
  const BurstResult result = found(actions, options);
  ASSERT_EQ(result.bursts.size(), 1U);
  EXPECT_EQ(result.bursts[0].begin_us, bin * k_us_per_s);
  EXPECT_NEAR(result.bursts[0].background, v.at("background").get<double>(), 1e-12);
  EXPECT_NEAR(result.bursts[0].p, p, 1e-10 * p);
  const double not_empty = negative_binomial_tail(v.at("background"), options.phi, 1);
  EXPECT_NEAR(result.bursts[0].q, p / not_empty * static_cast<double>(counts.size()), 1e-9 * p);
}

TEST(Bursts, EqualTheDefinition) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    Actions actions;
    const std::int64_t begin = seed % 2 == 0 ? -40'000'000 : 1'600'000'000'000'000;
    const auto span_us = 1 + random.below(90'000'000);
    for (std::uint64_t i = 0, n = random.below(300); i < n; ++i)
      actions.add(begin + static_cast<std::int64_t>(random.below(span_us)),
                  static_cast<std::uint32_t>(random.below(40)));
    for (std::uint32_t i = 0; i < random.below(25); ++i) actions.add(begin + 20'000'000 + i * 1000, 100 + i);
    BurstOptions options;
    options.width_us = 300'000 + random.below(2'000'000);
    options.half_width_us = 20'000'000;
    options.guard = static_cast<std::uint32_t>(random.below(4));
    options.alpha = seed % 3 == 0 ? 1.0 : 0.01;
    options.min_ratio = seed % 5 == 0 ? 1.0 : 3.0;
    const reference::BurstRule rule{.width_us = static_cast<std::int64_t>(options.width_us),
                                    .half_width_us = 20'000'000,
                                    .guard = options.guard,
                                    .alpha = options.alpha,
                                    .min_ratio = options.min_ratio};
    const BurstResult result = found(actions, options);
    const auto bins = reference::bursts(actions.t_us, actions.account, rule);
    EXPECT_EQ(result.bins, bins.size());
    std::size_t next = 0;
    for (const reference::BurstBin& bin : bins) {
      if (!bin.burst) continue;
      ASSERT_LT(next, result.bursts.size());
      const Burst& burst = result.bursts[next++];
      EXPECT_EQ(burst.begin_us, bin.number * rule.width_us);
      EXPECT_EQ(burst.accounts, bin.accounts);
      EXPECT_NEAR(burst.background, bin.background, 1e-12 * bin.background);
      EXPECT_NEAR(burst.p, bin.p, 1e-10 * bin.p);
      EXPECT_NEAR(burst.q, bin.q, 1e-10 * bin.q);
    }
    EXPECT_EQ(next, result.bursts.size());
  }
}

// alpha is .01: about one run in a hundred may show one.
TEST(Bursts, IndependentActionsWithADayRhythmHaveNone) {
  std::size_t bursts = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    for (const double per_second : {0.01, 0.05, 0.3}) {
      const Actions actions = day_rhythm(seed, 2, per_second);
      for (const std::uint64_t seconds : {1U, 5U, 10U})
        bursts += found(actions, {.width_us = seconds * 1'000'000}).bursts.size();
    }
  }
  EXPECT_LE(bursts, 2U) << "in ninety runs";
}

TEST(Bursts, PlantedOnesAreFoundWithTheirAccounts) {
  std::size_t others = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Actions actions = day_rhythm(seed, 2, 0.3);
    // Thirty accounts act together six times, inside one bin of each width.
    std::vector<std::int64_t> planted;
    for (std::int64_t i = 0; i < 6; ++i) {
      planted.push_back((5 + i * 6) * k_us_per_hour);
      for (std::uint32_t a = 0; a < 30; ++a) actions.add(planted.back() + a * 30'000, 10'000 + a);
    }
    for (const std::uint64_t seconds : {1U, 5U, 10U}) {
      const BurstResult result = found(actions, {.width_us = seconds * 1'000'000});
      std::vector<std::int64_t> begins;
      for (const Burst& burst : result.bursts) begins.push_back(burst.begin_us);
      EXPECT_TRUE(std::includes(begins.begin(), begins.end(), planted.begin(), planted.end()))
          << seed << ' ' << seconds;
      others += begins.size() - planted.size();
      std::size_t members = 0;
      for (const BurstAccount& one : result.accounts) {
        if (one.account < 10'000) continue;
        ++members;
        EXPECT_EQ(one.bursts, 6U);
        EXPECT_EQ(one.bins, 6U);
      }
      EXPECT_EQ(members, 30U);
    }
  }
  EXPECT_LE(others, 2U) << "alpha is .01: one in a hundred of 90 findings, and one to spare";
}

TEST(Bursts, OneAccountCountsOnceInABin) {
  Actions actions;
  for (std::int64_t s = 0; s < 600; s += 20) actions.add(s * k_us_per_s, 1);
  for (int i = 0; i < 5000; ++i) actions.add(300'500'000 + i, 2);
  EXPECT_TRUE(found(actions).bursts.empty());
  EXPECT_EQ(found(actions).untested, 0U);
}

TEST(Bursts, AllAtOneMomentHasNoBackground) {
  Actions actions;
  for (std::uint32_t a = 0; a < 1000; ++a) actions.add(5, a);
  const BurstResult result = found(actions);
  EXPECT_EQ(result.bins, 1U);
  EXPECT_EQ(result.untested, 1U);
  EXPECT_TRUE(result.bursts.empty());
  EXPECT_TRUE(result.accounts.empty());
  EXPECT_EQ(found({}).bins, 0U);
}

TEST(Bursts, TheEndsOfTimeDoNotOverflow) {
  Actions actions;
  constexpr std::int64_t k_least = std::numeric_limits<std::int64_t>::min(), k_most = -(k_least + 1);
  for (std::uint32_t a = 0; a < 40; ++a) {
    actions.add(k_least, a);
    actions.add(k_most, a);
  }
  actions.add(0, 1);
  for (const std::uint64_t width_us : {std::uint64_t{1000}, std::uint64_t{7'000'001}}) {
    const BurstResult result = found(actions, {.width_us = width_us});
    ASSERT_EQ(result.bursts.size(), 2U);
    EXPECT_EQ(result.bursts[0].begin_us, k_least);
    EXPECT_LE(result.bursts[1].begin_us, k_most);
    EXPECT_GT(result.bursts[1].begin_us, k_most - static_cast<std::int64_t>(width_us));
  }
}

TEST(Bursts, OptionsThatCannotBeMeantAreRefused) {
  const std::vector<std::int64_t> t = {1};
  const std::vector<std::uint32_t> account = {1};
  const auto code = [&](const BurstOptions& options) {
    const auto result = find_bursts(t, account, options, {});
    return result ? ErrorCode::internal : result.error().code;
  };
  constexpr std::uint64_t k_most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(code({.width_us = 0}), ErrorCode::usage);
  EXPECT_EQ(code({.width_us = 999}), ErrorCode::usage);
  EXPECT_EQ(code({.width_us = 100'000'001}), ErrorCode::usage) << "two neighbours left out, nothing is left";
  EXPECT_EQ(code({.width_us = k_most, .half_width_us = k_most, .guard = 0}), ErrorCode::usage);
  EXPECT_EQ(code({.alpha = 0}), ErrorCode::usage);
  EXPECT_EQ(code({.alpha = std::nan("")}), ErrorCode::usage);
  EXPECT_EQ(code({.phi = -1}), ErrorCode::usage);
  EXPECT_EQ(code({.min_ratio = 0}), ErrorCode::usage);
  EXPECT_EQ(find_bursts(t, {}, {}, {}).error().code, ErrorCode::usage);
  EXPECT_TRUE(find_bursts(t, account, {}, {}));
}

TEST(Bursts, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  const Actions actions = day_rhythm(1, 1, 0.1);
  const auto result = find_bursts(actions.t_us, actions.account, {}, Control{.stop = stop.get_token()});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::cancelled);
}

// A live event without a known operation: of 3,885, 827 and 414 bins of 1, 5 and 10 s none is a burst.
TEST(Bursts, LiveEventHasNone) {
  const auto csv = test::read_csv_xz(std::string(UNISONO_SHARED) + "/data/organic/mayweather_tweets.csv.xz");
  if (!csv) GTEST_SKIP() << "the live event is not there, or xz is not installed";
  const std::size_t id = csv->column.at("id"), name = csv->column.at("screen_name");
  Actions actions;
  std::map<std::string, std::uint32_t> accounts;
  for (const test::CsvRow& row : csv->rows) {
    const auto who = accounts.emplace(row[name], static_cast<std::uint32_t>(accounts.size())).first->second;
    actions.add(static_cast<std::int64_t>((std::stoull(row[id]) >> 22) + 1'288'834'974'657) * 1000, who);
  }
  ASSERT_GT(actions.t_us.size(), 10'000U);
  const std::uint64_t n_bins[] = {3885, 827, 414}, seconds[] = {1, 5, 10};
  for (int i = 0; i < 3; ++i) {
    const BurstResult result = found(actions, {.width_us = seconds[i] * 1'000'000});
    EXPECT_EQ(result.bins, n_bins[i]);
    EXPECT_EQ(result.untested, 0U);
    EXPECT_EQ(result.bursts.size(), 0U) << seconds[i];
  }
}

}  // namespace
}  // namespace unisono::network
