#include "unisono/network/ties.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "network/pair_tests.hpp"
#include "reference/synchrony.hpp"
#include "unisono/core/random.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/habit.hpp"

namespace unisono::network {
namespace {

using reference::Action;
using Key = std::pair<std::uint32_t, std::uint32_t>;

struct World {
  std::vector<Action> actions;
  std::uint32_t n_accounts = 0, n_objects = 0;

  Events events() const {
    std::vector<std::uint32_t> account, object, post;
    std::vector<std::int64_t> t_us;
    std::uint32_t n_posts = 0;
    for (const Action& x : actions) {
      account.push_back(x.account), object.push_back(x.object), post.push_back(x.post), t_us.push_back(x.t_us);
      n_posts = std::max(n_posts, x.post + 1);
    }
    return first_events({account, object, post, t_us, n_accounts, n_objects, n_posts});
  }
};

TieResult run(const Events& events, const TieOptions& options, unsigned threads = 1) {
  Control control;
  control.threads = threads;
  const auto result = test_ties(events, options, control);
  EXPECT_TRUE(result) << describe(result.error());
  return result ? *result : TieResult{};
}

std::set<Key> pairs_of(const std::vector<Tie>& ties) {
  std::set<Key> keys;
  for (const Tie& tie : ties) keys.emplace(tie.a, tie.b);
  return keys;
}

// Small worlds full of equal times, several objects in a post, hours that border on each other, and a squad.
World random_world(Random& random) {
  World world;
  world.n_accounts = 4 + static_cast<std::uint32_t>(random.below(10));
  world.n_objects = 3 + static_cast<std::uint32_t>(random.below(25));
  const std::int64_t step = random.below(2) == 0 ? 60'000'000 : 1'000'000;
  const std::int64_t base = random.below(2) == 0 ? 0 : -3'600'000'000;
  const std::uint64_t span = 1 + random.below(400), most = 1 + random.below(3);
  const std::uint64_t n_posts = 10 + random.below(80);
  std::uint32_t post = 0;
  for (std::uint64_t i = 0; i < n_posts; ++i, ++post) {
    const auto account = static_cast<std::uint32_t>(random.below(world.n_accounts));
    const std::int64_t t = base + step * static_cast<std::int64_t>(random.below(span));
    for (std::uint64_t k = 1 + random.below(most); k > 0; --k)
      world.actions.push_back({account, static_cast<std::uint32_t>(random.below(world.n_objects)), post, t});
  }
  for (std::uint64_t task = random.below(6); task > 0; --task) {
    const std::int64_t t = base + step * static_cast<std::int64_t>(random.below(span));
    const auto object = static_cast<std::uint32_t>(random.below(world.n_objects));
    for (std::uint32_t account = 0; account < 3; ++account)
      world.actions.push_back({account, object, post++, t + static_cast<std::int64_t>(random.below(2)) * step});
  }
  return world;
}

class AllPairs {  // of a world, through the kernel
 public:
  AllPairs(const Events& events, std::uint64_t window_us, double kappa)
      : hours_(*HourCollisions::build(events, window_us, {})),
        posts_(post_lists(events, hours_)),
        pace_(*Pace::build(events, window_us, kappa, {})),
        nulls_{events, hours_, posts_, pace_, window_us},
        tests_(nulls_) {}

  PairTests& of(std::uint32_t marked, std::uint32_t other) {
    tests_.mark(marked);
    tests_.compare(other);
    return tests_;
  }
  const Nulls& nulls() const { return nulls_; }

 private:
  HourCollisions hours_;
  PostLists posts_;
  Pace pace_;
  Nulls nulls_;
  PairTests tests_;
};

constexpr double k_tolerance = 1e-11;
#define EXPECT_SAME(x, y) EXPECT_NEAR(x, y, k_tolerance* std::max(1e-300, std::abs(y)))

TEST(Ties, AgreesWithTheDefinitionOnRandomWorlds) {
  Random random(11);
  std::size_t n_ties = 0, n_alone = 0, n_several = 0;
  for (int i = 0; i < 400; ++i) {
    const World world = random_world(random);
    const Events events = world.events();
    TieOptions options;
    const std::uint64_t windows[] = {
        0, 1'000'000, 60'000'000, 300'000'000, 3'600'000'000, 3'600'000'001, 9'000'000'000};
    options.window_us = windows[random.below(7)];
    options.min_objects = 1 + static_cast<std::uint32_t>(random.below(3));
    options.alpha = random.below(2) == 0 ? 0.05 : 0.5;
    options.kappa = random.below(2) == 0 ? 10.0 : 1.0;
    options.max_collision = 1.0;
    const reference::Synchrony twin =
        reference::SynchronyWorld(world.actions, options.window_us, options.kappa, options.min_objects)
            .run(options.alpha);
    const TieResult result = run(events, options);
    SCOPED_TRACE("world " + std::to_string(i));
    EXPECT_EQ(result.check.n_pairs, twin.pairs.size());
    EXPECT_SAME(*result.check.collision, twin.collision);
    EXPECT_EQ(result.check.family_pairs, twin.family);
    EXPECT_EQ(result.check.family_k, twin.k);
    EXPECT_EQ(result.t_alone, twin.t_alone.size());
    EXPECT_EQ(pairs_of(result.ties), twin.ties);
    if (twin.habit_expected > 0) {
      EXPECT_NEAR(*result.check.habit_factor, twin.habit_observed / twin.habit_expected, 1e-9);
    }
    n_ties += twin.ties.size();
    n_alone += twin.t_alone.size();

    AllPairs all(events, options.window_us, options.kappa);
    n_several += all.nulls().posts.several ? 1U : 0U;
    for (const auto& [key, pair] : twin.pairs) {
      for (const auto& [u, v] : {key, Key(key.second, key.first)}) {
        PairTests& tests = all.of(u, v);
        EXPECT_EQ(tests.close_posts(), pair.w_t);
        EXPECT_EQ(tests.close_units(), pair.w_x);
        EXPECT_SAME(tests.expected_posts(), pair.lambda_t);
        EXPECT_SAME(tests.expected_units(), pair.lambda_x);
        EXPECT_SAME(tests.activity_tail(2.0), pair.p_t);
        EXPECT_SAME(tests.pace_tail(2.0), pair.p_x);
      }
      EXPECT_EQ(all.of(key.first, key.second).activity_tail(2.0), all.of(key.second, key.first).activity_tail(2.0))
          << "the bytes do not depend on which account comes first";
    }
    for (const Tie& tie : result.ties) {
      const auto& pair = twin.pairs.at({tie.a, tie.b});
      EXPECT_SAME(tie.p_t, pair.p_t);
      EXPECT_SAME(tie.p_x, pair.p_x);
      EXPECT_EQ(tie.counts.objects, pair.close_objects);
    }
  }
  EXPECT_GT(n_ties, 30U);
  EXPECT_GT(n_alone, 30U);
  EXPECT_GT(n_several, 100U);
}

TEST(Ties, StoppingEarlyChangesNothingThatIsAccepted) {
  Random random(12);
  for (int i = 0; i < 100; ++i) {
    const World world = random_world(random);
    TieOptions options;
    options.alpha = 0.3;
    options.max_collision = 1.0;
    options.report_t_alone = false;
    const TieResult without = run(world.events(), options);
    options.report_t_alone = true;
    const TieResult with = run(world.events(), options);
    ASSERT_EQ(pairs_of(without.ties), pairs_of(with.ties));
    for (std::size_t k = 0; k < with.ties.size(); ++k) EXPECT_EQ(with.ties[k].p, without.ties[k].p);
    EXPECT_EQ(without.t_alone, 0U);
  }
}

TEST(Ties, OnlyTiesAreTheSameTies) {
  Random random(14);
  std::size_t with_ties = 0, without_family = 0;
  for (int i = 0; i < 400; ++i) {
    const World world = random_world(random);
    TieOptions options;
    options.alpha = i % 2 == 0 ? 0.3 : 0.02;
    options.max_collision = i % 5 == 0 ? 0.05 : 1.0;
    options.report_t_alone = false;
    const TieResult all = run(world.events(), options);
    options.only_ties = true;
    const TieResult only = run(world.events(), options);
    EXPECT_EQ(only.check.blind, all.check.blind);
    if (all.check.blind) {
      EXPECT_TRUE(only.ties.empty()) << "leads are not asked for";
      continue;
    }
    ASSERT_EQ(pairs_of(only.ties), pairs_of(all.ties));
    for (std::size_t k = 0; k < all.ties.size(); ++k) EXPECT_EQ(only.ties[k].q, all.ties[k].q);
    with_ties += all.ties.empty() ? 0U : 1U;
    without_family += only.check.family_k == 0 && all.check.family_k > 0 ? 1U : 0U;
  }
  EXPECT_GT(with_ties, 10U);
  EXPECT_GT(without_family, 10U) << "work was left out";
}

TEST(Ties, DoNotDependOnTheOrderOfRowsOrThreads) {
  Random random(13);
  for (int i = 0; i < 50; ++i) {
    World world = random_world(random);
    TieOptions options;
    options.alpha = 0.3;
    options.max_collision = 1.0;
    const TieResult one = run(world.events(), options);
    random.shuffle(world.actions);
    const TieResult two = run(world.events(), options, 3);
    ASSERT_EQ(one.ties.size(), two.ties.size());
    EXPECT_EQ(one.check.habit_factor, two.check.habit_factor);
    for (std::size_t k = 0; k < one.ties.size(); ++k) {
      EXPECT_EQ(one.ties[k].p, two.ties[k].p);
      EXPECT_EQ(one.ties[k].lambda_t, two.ties[k].lambda_t);
      EXPECT_EQ(one.ties[k].counts, two.ties[k].counts);
    }
  }
}

// Independent accounts: every account draws its times and its objects alone.
World independent(Random& random, std::uint32_t n_accounts, std::uint32_t n_objects, std::uint32_t n_each) {
  World world{{}, n_accounts, n_objects};
  std::uint32_t post = 0;
  for (std::uint32_t a = 0; a < n_accounts; ++a)
    for (std::uint32_t i = 0; i < n_each; ++i) {
      const double u = random.uniform();  // a few popular objects and many rare ones
      const auto object = static_cast<std::uint32_t>(u * u * u * n_objects);
      world.actions.push_back({a, object, post++, static_cast<std::int64_t>(random.below(86'400)) * 1'000'000});
    }
  return world;
}

TEST(Ties, NoneAmongIndependentAccounts) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Random random(seed);
    TieOptions options;
    options.window_us = 300'000'000;
    const TieResult result = run(independent(random, 300, 400, 60).events(), options);
    EXPECT_EQ(result.check.verdict, "tested");
    EXPECT_GT(result.candidates, 50U) << "there was something to be wrong about";
    EXPECT_TRUE(result.ties.empty()) << seed;
    EXPECT_EQ(result.t_alone, 0U) << seed;
  }
}

TEST(Ties, FindsAPlantedSquadAndNothingElse) {
  Random random(21);
  World world = independent(random, 300, 400, 60);
  std::uint32_t post = 100'000;
  for (std::uint32_t task = 0; task < 12; ++task) {  // on objects that others share too
    const std::int64_t t = static_cast<std::int64_t>(random.below(86'000)) * 1'000'000;
    for (std::uint32_t a = 0; a < 8; ++a)
      world.actions.push_back({a, 399 - 7 * task, post++, t + static_cast<std::int64_t>(random.below(30)) * 1'000'000});
  }
  const TieResult result = run(world.events(), {});
  EXPECT_GE(result.ties.size(), 26U);  // of 28 pairs
  for (const Tie& tie : result.ties) {
    EXPECT_LT(tie.b, 8U);
    EXPECT_EQ(tie.test, TieTest::rule);
    EXPECT_LE(tie.q, 0.05);
    EXPECT_GE(tie.q, tie.p);
    EXPECT_GT(tie.w_t, tie.lambda_t);
    EXPECT_EQ(tie.n_days, 1U);
    EXPECT_LT(tie.median_lag_us, 30'000'000);
  }
  EXPECT_LE(result.ties_by, result.ties.size());
  EXPECT_GT(*result.check.habit_factor, 1.5);
}

TEST(Ties, DeclaredAccountsAreNeverPairedButStillShare) {
  Random random(21);
  World world = independent(random, 100, 200, 40);
  std::uint32_t post = 100'000;
  for (std::uint32_t task = 0; task < 12; ++task)
    for (std::uint32_t a = 0; a < 6; ++a)
      world.actions.push_back({a, 199 - 7 * task, post++, std::int64_t{task} * 7'000'000'000 + a});
  std::vector<std::uint8_t> declared(100, 0);
  declared[2] = declared[3] = 1;
  TieOptions options;
  options.declared = declared;
  const TieResult result = run(world.events(), options);
  EXPECT_EQ(result.check.n_eligible, 98U);
  EXPECT_EQ(pairs_of(result.ties), (std::set<Key>{{0, 1}, {0, 4}, {0, 5}, {1, 4}, {1, 5}, {4, 5}}));
}

TEST(Ties, BlindWhereAnHourHoldsOneObject) {
  // Everybody of an hour shares the object of that hour: T sees nothing, X finds the squad that is always first.
  World world{{}, 60, 30};
  Random random(5);
  std::uint32_t post = 0;
  for (std::uint32_t o = 0; o < 30; ++o)
    for (std::uint32_t a = 0; a < 60; ++a)
      world.actions.push_back(
          {a, o, post++,
           std::int64_t{o} * k_us_per_hour + (a < 4 ? 5'000'000 + std::int64_t{a} * 1'000'000
                                                    : static_cast<std::int64_t>(random.below(3600)) * 1'000'000)});
  TieOptions options;
  options.window_us = 10'000'000;
  const TieResult result = run(world.events(), options);
  EXPECT_TRUE(result.check.blind);
  EXPECT_EQ(result.check.verdict, "blind");
  EXPECT_NE(result.check.reason.find("1.00"), std::string::npos) << result.check.reason;
  EXPECT_EQ(result.t_alone, 0U);
  ASSERT_EQ(pairs_of(result.ties), (std::set<Key>{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}));
  for (const Tie& tie : result.ties) {
    EXPECT_EQ(tie.test, TieTest::pace);
    EXPECT_EQ(tie.p, tie.p_x);
  }
}

TEST(Ties, CollectedByObjectIsBlindWhateverTheIndex) {
  Random random(2);
  TieOptions options;
  options.collected_by_object = true;
  const TieResult result = run(independent(random, 50, 300, 20).events(), options);
  EXPECT_LT(*result.check.collision, 0.2);
  EXPECT_EQ(result.check.verdict, "blind");
}

TEST(Ties, SayWhatCouldNotBeTested) {
  EXPECT_EQ(run(World{}.events(), {}).check.verdict, "no_events");
  EXPECT_EQ(run((World{{{0, 0, 0, 5}}, 1, 1}).events(), {}).check.verdict, "too_little_data");
  const World two{{{0, 0, 0, 0}, {1, 0, 1, 1}, {0, 1, 2, 9}, {1, 1, 3, 9}}, 2, 2};
  TieOptions options;
  options.max_collision = 1.0;
  const TieResult few = run(two.events(), options);
  EXPECT_EQ(few.check.verdict, "too_little_data");
  EXPECT_EQ(few.check.family_k, 0U);
  EXPECT_NE(few.check.reason.find("too little data"), std::string::npos);
  options.precision_us = 120'000'000;
  const TieResult coarse = run(two.events(), options);
  EXPECT_EQ(coarse.check.verdict, "too_coarse");
  EXPECT_NE(coarse.check.reason.find("2 min"), std::string::npos) << coarse.check.reason;
}

TEST(Ties, RefuseOptionsThatCannotBeMeant) {
  const Events events = World{{{0, 0, 0, 5}}, 1, 1}.events();
  TieOptions options;
  options.alpha = 0;
  EXPECT_EQ(test_ties(events, options, {}).error().code, ErrorCode::usage);
  options = {};
  options.kappa = -1;
  EXPECT_EQ(test_ties(events, options, {}).error().code, ErrorCode::usage);
  options = {};
  const std::vector<std::uint8_t> declared(3);
  options.declared = declared;
  EXPECT_EQ(test_ties(events, options, {}).error().code, ErrorCode::usage);
}

TEST(Ties, FamilyOfAllPairsIsValidAndMoreCautious) {
  Random random(21);
  World world = independent(random, 100, 200, 40);
  std::uint32_t post = 100'000;
  for (std::uint32_t task = 0; task < 12; ++task)
    for (std::uint32_t a = 0; a < 4; ++a)
      world.actions.push_back({a, 200 + task, post++, std::int64_t{task} * 7'000'000'000 + a});
  world.n_objects = 212;
  const TieResult exact = run(world.events(), {});
  TieOptions options;
  options.max_family_coactions = 0;
  const TieResult all = run(world.events(), options);
  EXPECT_TRUE(all.check.family_is_all_pairs);
  EXPECT_EQ(all.check.family_k, all.check.n_pairs);
  EXPECT_FALSE(exact.ties.empty());
  const std::set<Key> fewer = pairs_of(all.ties), more = pairs_of(exact.ties);
  EXPECT_TRUE(std::includes(more.begin(), more.end(), fewer.begin(), fewer.end()));
}

TEST(Ties, ManyCloseUnitsTakeTheBoundOrTheFullRecursion) {
  // Two accounts with 200 common posts seconds apart among quiet company: far beyond printing, and never a wrong
  // rejection.
  Random random(3);
  World world = independent(random, 60, 500, 50);
  std::uint32_t post = 100'000;
  for (std::uint32_t i = 0; i < 200; ++i)
    for (std::uint32_t a = 0; a < 2; ++a)
      world.actions.push_back({a, 500 + i, post++, std::int64_t{i} * 400'000'000 + a});
  world.n_objects = 700;
  const TieResult result = run(world.events(), {});
  ASSERT_EQ(pairs_of(result.ties), (std::set<Key>{{0, 1}}));
  EXPECT_GE(result.ties[0].w_t, 200U);
  EXPECT_LT(result.ties[0].p_t, 1e-30);
}

TEST(Ties, ExtremeTimesAndWindows) {
  const std::int64_t least = INT64_MIN, most = INT64_MAX;
  World world{{}, 4, 6};
  std::uint32_t post = 0;
  for (std::uint32_t o = 0; o < 6; ++o)
    for (std::uint32_t a = 0; a < 4; ++a)
      world.actions.push_back({a, o, post++, o < 3 ? least + a : most - std::int64_t{a}});
  for (const std::uint64_t window : {std::uint64_t{0}, std::uint64_t{3}, UINT64_MAX - 1, UINT64_MAX}) {
    TieOptions options;
    options.window_us = window;
    options.max_collision = 1.0;
    const TieResult result = run(world.events(), options);
    const auto twin = reference::SynchronyWorld(world.actions, window, 10.0, 2).run(0.05);
    EXPECT_SAME(*result.check.collision, twin.collision);
    EXPECT_EQ(pairs_of(result.ties), twin.ties);
  }
}

TEST(Habit, ASampleOfAccountsComesCloseToAllOfThem) {
  Random random(9);
  const Events events = independent(random, 400, 300, 60).events();
  const HourCollisions hours = *HourCollisions::build(events, 60'000'000, {});
  const PostLists posts = post_lists(events, hours);
  const Pace pace = *Pace::build(events, 60'000'000, 10.0, {});
  const std::vector<std::uint8_t> eligible(400, 1);
  HabitOptions options;
  const HabitExpected all = *habit_expected_elsewhere(events, posts, pace, eligible, options, {});
  options.max_visits = 100'000;
  const HabitExpected some = *habit_expected_elsewhere(events, posts, pace, eligible, options, {});
  EXPECT_FALSE(all.sampled);
  EXPECT_TRUE(some.sampled);
  EXPECT_NEAR(some.value / all.value, 1.0, 0.1);
}

}  // namespace
}  // namespace unisono::network
