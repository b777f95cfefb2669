#include "unisono/network/pair_explanation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reference/synchrony.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

using reference::Action;
using Key = std::pair<std::uint32_t, std::uint32_t>;

struct World {
  std::vector<Action> actions;
  std::uint32_t n_accounts = 0, n_objects = 0;
};

// A few accounts with several objects in a post, and three that act together.
World random_world(Random& random) {
  World world;
  world.n_accounts = 5 + static_cast<std::uint32_t>(random.below(8));
  world.n_objects = 8 + static_cast<std::uint32_t>(random.below(20));
  const std::int64_t step = random.below(2) == 0 ? 60'000'000 : 1'000'000;
  const std::uint64_t span = 100 + random.below(2000), most = 1 + random.below(3);
  std::uint32_t post = 0;
  for (std::uint64_t i = 30 + random.below(80); i > 0; --i, ++post) {
    const auto account = static_cast<std::uint32_t>(random.below(world.n_accounts));
    const std::int64_t t = step * static_cast<std::int64_t>(random.below(span));
    for (std::uint64_t k = 1 + random.below(most); k > 0; --k)
      world.actions.push_back({account, static_cast<std::uint32_t>(random.below(world.n_objects)), post, t});
  }
  for (std::uint64_t task = 2 + random.below(6); task > 0; --task) {
    const std::int64_t t = step * static_cast<std::int64_t>(random.below(span));
    const auto object = static_cast<std::uint32_t>(random.below(world.n_objects));
    for (std::uint32_t account = 0; account < 3; ++account)
      world.actions.push_back({account, object, post++, t + static_cast<std::int64_t>(random.below(2)) * step});
  }
  return world;
}

Events events_of(const World& world) {
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  for (const Action& x : world.actions)
    account.push_back(x.account), object.push_back(x.object), post.push_back(x.post), t_us.push_back(x.t_us);
  const auto n_posts = static_cast<std::uint32_t>(world.actions.size());
  return first_events({account, object, post, t_us, world.n_accounts, world.n_objects, n_posts});
}

PairExplainer explainer_of(const Events& events, const TieOptions& options, const ChannelCheck& check) {
  auto made = PairExplainer::build(events, options, {check.family_k, check.family_is_all_pairs}, {});
  EXPECT_TRUE(made) << describe(made.error());
  return std::move(*made);
}

TEST(PairExplanation, EveryTieHasItsFiguresAndNoOtherPairPasses) {
  Random random(5);
  std::size_t n_ties = 0, n_others = 0;
  for (int i = 0; i < 200; ++i) {
    SCOPED_TRACE("world " + std::to_string(i));
    const World world = random_world(random);
    const Events events = events_of(world);
    TieOptions options;
    options.alpha = 0.3;
    options.kappa = 1.0;
    options.window_us = random.below(2) == 0 ? 60'000'000 : 300'000'000;
    options.max_collision = random.below(4) == 0 ? 0.0 : 1.0;  // blind in a quarter of them
    const TieResult result = *test_ties(events, options, {});
    const PairExplainer explainer = explainer_of(events, options, result.check);
    EXPECT_EQ(explainer.n_pairs(), result.check.n_pairs);
    EXPECT_EQ(explainer.blind(), result.check.blind);
    EXPECT_EQ(explainer.collision(), *result.check.collision);

    std::map<Key, Tie> ties;
    for (const Tie& tie : result.ties) ties.emplace(Key(tie.a, tie.b), tie);
    for (std::uint32_t a = 0; a < events.n_accounts; ++a)
      for (std::uint32_t b = a + 1; b < events.n_accounts; ++b) {
        const PairFigures pair = explainer.explain(a, b);
        std::vector<double> others;
        for (const auto& [key, tie] : ties)
          if (key != Key(a, b)) others.push_back(tie.p);
        const double q = q_beside(pair.p, others, result.check.family_k);
        const auto found = ties.find({a, b});
        if (found == ties.end()) {
          EXPECT_GT(q, options.alpha);
          EXPECT_GT(pair.p, enough_p(options.alpha, others.size(), result.check.family_k));
          ++n_others;
          continue;
        }
        const Tie& tie = found->second;
        EXPECT_EQ(pair.w_t, tie.w_t);
        EXPECT_EQ(pair.w_x, tie.w_x);
        EXPECT_EQ(pair.lambda_t, tie.lambda_t);
        EXPECT_EQ(pair.lambda_x, tie.lambda_x);
        EXPECT_EQ(pair.p_t.value_or(1), tie.p_t);
        EXPECT_EQ(pair.p_x, tie.p_x);
        EXPECT_EQ(pair.p, tie.p);
        EXPECT_DOUBLE_EQ(q, tie.q);
        EXPECT_EQ(pair.n_close, tie.counts.objects);
        EXPECT_EQ(pair.median_gap_us, tie.median_lag_us);
        EXPECT_EQ(pair.n_days, tie.n_days);
        EXPECT_TRUE(pair.in_family);
        ++n_ties;
      }
  }
  EXPECT_GT(n_ties, 100U);
  EXPECT_GT(n_others, 1000U);
}

TEST(PairExplanation, AgreesWithTheDefinitionForPairsThatAreNoTie) {
  Random random(6);
  std::size_t n = 0;
  for (int i = 0; i < 60; ++i) {
    const World world = random_world(random);
    const Events events = events_of(world);
    TieOptions options;
    options.max_collision = 1.0;
    const reference::Synchrony twin = reference::SynchronyWorld(world.actions, options.window_us, 10.0, 2).run(0.05);
    const PairExplainer explainer = explainer_of(events, options, test_ties(events, options, {})->check);
    for (const auto& [key, pair] : twin.pairs) {
      const PairFigures figures = explainer.explain(key.second, key.first);
      EXPECT_EQ(figures.n_close, pair.close_objects);
      EXPECT_EQ(figures.w_t, pair.w_t);
      EXPECT_EQ(figures.w_x, pair.w_x);
      EXPECT_NEAR(figures.lambda_t, pair.lambda_t, 1e-9);
      EXPECT_NEAR(*figures.p_t, pair.p_t, 1e-9);
      EXPECT_NEAR(figures.p_x, pair.p_x, 1e-9);
      EXPECT_NEAR(-std::log(figures.least_p) * 65536, static_cast<double>(pair.weight), 1e-3);
      ++n;
    }
  }
  EXPECT_GT(n, 1000U);
}

TEST(PairExplanation, TheAccountsComeBackInTheOrderAskedFor) {
  World world{{{0, 0, 0, 100}, {1, 0, 1, 5'000'100}, {0, 1, 2, 0}, {1, 1, 3, 900'000'000}, {1, 2, 4, 0}}, 2, 3};
  const Events events = events_of(world);
  const PairExplainer explainer = explainer_of(events, {}, test_ties(events, {}, {})->check);
  const PairFigures pair = explainer.explain(1, 0);
  EXPECT_EQ(pair.n_actions_a, 3U);
  EXPECT_EQ(pair.n_actions_b, 2U);
  ASSERT_EQ(pair.common.size(), 2U);
  EXPECT_EQ(pair.common[0].t_us_a, 5'000'100);
  EXPECT_EQ(pair.common[0].post_a, 1U);
  EXPECT_EQ(pair.common[0].gap_us, 5'000'000U);
  EXPECT_TRUE(pair.common[0].close);
  EXPECT_FALSE(pair.common[1].close);
  EXPECT_EQ(pair.n_close, 1U);
  EXPECT_EQ(pair.p, 1.0);
}

TEST(PairExplanation, DeclaredFeedsAreInNoPair) {
  World world{{{0, 0, 0, 100}, {1, 0, 1, 100}, {0, 1, 2, 0}, {1, 1, 3, 0}}, 2, 2};
  const Events events = events_of(world);
  const std::vector<std::uint8_t> declared = {0, 1};
  TieOptions options;
  options.declared = declared;
  const auto made = PairExplainer::build(events, options, {1, true}, {});
  ASSERT_TRUE(made);
  const PairFigures pair = made->explain(0, 1);
  EXPECT_TRUE(pair.declared_b);
  EXPECT_FALSE(pair.eligible_b);
  EXPECT_TRUE(pair.eligible_a);
  EXPECT_FALSE(pair.in_family);
  EXPECT_EQ(made->n_eligible(), 1U);
}

}  // namespace
}  // namespace unisono::network
