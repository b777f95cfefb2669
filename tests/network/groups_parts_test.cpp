// The parts of the group procedure against their definitions: lift, halves, screen, close units, the permutation of
// G_T, pace.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "network/group_activity.hpp"
#include "network/group_null.hpp"
#include "network/group_pace.hpp"
#include "network/group_screen.hpp"
#include "network/halves.hpp"
#include "network/lift.hpp"
#include "reference/groups.hpp"
#include "support/group_worlds.hpp"

namespace unisono::network {
namespace {

using test::World;

// The vectors divide the Poisson limit of W by E, the definition (docs/network/groups.md) by E + 1/2, which is what
// keeps the lower end below the lift when E is small. So the limit itself is compared, to the last digits, and then the
// division.
TEST(Lift, SharedVectors) {
  std::ifstream file(std::string(UNISONO_SHARED) + "/vectors/statistics_real.json");
  if (!file) GTEST_SKIP() << "the shared test vectors are not there";
  const auto vectors = nlohmann::json::parse(file);  // named: a range-for does not keep a temporary behind .at() alive
  ASSERT_EQ(vectors.at("group_lift").size(), 3U);
  for (const auto& one : vectors.at("group_lift")) {
    const auto expected = one.at("E").get<double>();
    const Lift lift = poisson_lift(one.at("W").get<std::uint64_t>(), expected);
    const double limit = one.at("lower").get<double>() * expected;
    EXPECT_NEAR(lift.lift / one.at("lift").get<double>(), 1, 1e-10);
    EXPECT_NEAR(lift.low * (expected + 0.5) / limit, 1, 1e-10);
    EXPECT_LT(lift.low, lift.lift);
  }
}

// P(Poisson(mean) >= k) by adding up the terms below k.
double poisson_tail(std::uint64_t k, double mean) {
  double term = std::exp(-mean), below = 0;
  for (std::uint64_t i = 0; i < k; ++i) {
    below += term;
    term *= mean / static_cast<double>(i + 1);
  }
  return 1 - below;
}

TEST(Lift, EndsAreExactPoissonLimits) {
  for (const std::uint64_t k : {1U, 2U, 3U, 7U, 30U, 200U}) {
    EXPECT_NEAR(poisson_tail(k, poisson_mean_at(k, 0.025)), 0.025, 1e-10);
    EXPECT_NEAR(poisson_tail(k, poisson_mean_at(k, 0.975)), 0.975, 1e-10);
  }
  EXPECT_EQ(poisson_lift(0, 1.5).low, 0);
  EXPECT_NEAR(poisson_mean_at(1, 0.025), -std::log(0.975), 1e-14);
  const double large = poisson_mean_at(1'000'000, 0.025);
  EXPECT_NEAR(large, 1e6 - 1.959964 * 1e3 + (1.959964 * 1.959964 - 1) / 3 + 0, 1.0);  // Cornish-Fisher
}

World random_world(std::uint64_t seed, int n_posts, std::uint64_t most_objects, std::int64_t span_s) {
  World world;
  Random random(seed);
  for (int i = 0; i < n_posts; ++i) {
    std::set<std::string> objects;
    for (std::uint64_t k = 0; k <= random.below(most_objects); ++k)
      objects.insert(test::numbered("o", random.below(7)));
    world.add_post(test::numbered("a", random.below(8)), {objects.begin(), objects.end()},
                   test::k_world_start_us +
                       static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span_s))) * 1'000'000);
  }
  return world;
}

TEST(Halves, ShareNoObjectAndFollowTheHash) {
  const test::Built built = test::build(random_world(1, 60, 1, 20000));
  const Halves halves = split_halves(built.events, built.object_hash, {});
  EXPECT_EQ(halves.unit, "object");
  EXPECT_EQ(halves.half[0].size() + halves.half[1].size(), built.events.size());
  for (const std::size_t h : {0U, 1U}) {
    for (const std::uint32_t object : halves.half[h].object) EXPECT_EQ(built.object_hash[object] & 1U, h);
  }
}

TEST(Halves, JoinedObjectsStayTogetherUntilOneComponentHoldsAFifth) {
  World world;
  for (std::uint64_t o = 0; o < 24; o += 2) {
    world.add_post("a", {test::numbered("o", o), test::numbered("o", o + 1)}, 1'000'000);
    world.add_post("b", {test::numbered("o", o + 1)}, 2'000'000);
  }
  const test::Built built = test::build(world);
  const Halves halves = split_halves(built.events, built.object_hash, {});
  EXPECT_EQ(halves.unit, "component");
  std::map<std::uint32_t, std::size_t> half_of;
  for (const std::size_t h : {0U, 1U}) {
    for (const std::uint32_t object : halves.half[h].object) half_of[object] = h;
    EXPECT_GT(halves.half[h].size(), 0U);
  }
  for (std::uint32_t o = 0; o < 24; o += 2) EXPECT_EQ(half_of[o], half_of[o + 1]);

  World tied;
  for (std::uint64_t o = 0; o + 1 < 24; ++o)
    tied.add_post(test::numbered("a", o), {test::numbered("o", o), test::numbered("o", o + 1)},
                  static_cast<std::int64_t>(o));
  for (std::uint64_t o = 0; o + 1 < 24; ++o)
    tied.add_post(test::numbered("b", o), {test::numbered("o", o), test::numbered("o", o + 1)},
                  static_cast<std::int64_t>(o) + 99);
  const test::Built whole = test::build(tied);
  const Halves by_post = split_halves(whole.events, whole.object_hash, {});
  EXPECT_EQ(by_post.unit, "post");
  for (const std::uint32_t post : by_post.half[0].post) {
    for (const std::uint32_t other : by_post.half[1].post) EXPECT_NE(post, other);
  }
  std::vector<std::uint64_t> post_hash(whole.events.n_posts);
  for (std::size_t p = 0; p < post_hash.size(); ++p) post_hash[p] = p;
  const Halves given = split_halves(whole.events, whole.object_hash, post_hash);
  for (const std::uint32_t post : given.half[1].post) EXPECT_EQ(post % 2, 1U);
}

TEST(Screen, EqualsItsDefinition) {
  for (const std::uint64_t most_objects : {1U, 3U}) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const Events events = test::build(random_world(seed, 50, most_objects, 3000)).events;
      for (const std::uint32_t min_close : {1U, 2U}) {
        const GroupOptions options{.window_us = 120'000'000, .min_close = min_close};
        const Screen screen = *screen_pairs(events, options, Control{.threads = 2});
        std::map<std::pair<std::uint32_t, std::uint32_t>, double> weight;
        for (std::uint32_t v = 0; v < screen.graph.n; ++v) {
          for (std::size_t i = 0; i < screen.graph.neighbours(v).size(); ++i)
            weight[{screen.account[v], screen.account[screen.graph.neighbours(v)[i]]}] =
                screen.graph.weights(v)[i] / 1048576.0;
        }
        for (std::uint32_t u = 0; u < events.n_accounts; ++u) {
          for (std::uint32_t v = u + 1; v < events.n_accounts; ++v) {
            const reference::ScreenPair pair = reference::screen_pair(events, u, v, options.window_us);
            if (pair.units >= min_close)
              EXPECT_NEAR((weight[{u, v}]), pair.weight, 1e-5) << u << " " << v;
            else
              EXPECT_EQ(weight.count({u, v}), 0U) << u << " " << v;
          }
        }
      }
    }
  }
}

Candidates two_groups(const Events& events) {
  return make_candidates({{0, 1, 2, 3}, {4, 5, 6}}, events.n_accounts);
}

const auto k_all = [](std::uint32_t, std::uint32_t) { return true; };

TEST(Observed, EqualsItsDefinition) {
  for (const std::uint64_t most_objects : {1U, 3U}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Events events = test::build(random_world(seed, 60, most_objects, 200'000)).events;
      const Candidates candidates = two_groups(events);
      const bool multi = has_multi_object_posts(events);
      const auto observed = observe(events, candidates, 9'000'000'000, multi, k_all);
      for (std::size_t g = 0; g < 2; ++g)
        EXPECT_EQ(observed[g].w, reference::group_w(events, candidates.members[g], 9'000'000'000));
    }
  }
}

TEST(Permutation, StartsAtTheDataAndKeepsPostsHoursAndContents) {
  for (const std::uint64_t most_objects : {1U, 3U}) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      const Events events = test::build(random_world(seed, 70, most_objects, 9000)).events;
      const PostContents contents(events);
      const std::vector<ActivityCase> cases{{two_groups(events),
                                             observe(events, two_groups(events), 600'000'000, contents.multi, k_all),
                                             600'000'000, 0.05}};
      const std::vector<std::uint8_t> alive{1, 1};
      const InPlay play = in_play(contents, cases, alive);
      ContentPermutation state(contents);
      std::vector<std::uint64_t> w(3, 0);
      state.count(play, w);
      EXPECT_EQ(w[0], cases[0].observed[0].w);
      EXPECT_EQ(w[1], cases[0].observed[1].w);

      Random random(seed);
      bool moved = false;
      for (int sweep = 0; sweep < 30; ++sweep) {
        state.sweep(play.items, random);
        std::set<std::pair<std::uint32_t, std::uint32_t>> held;
        std::vector<int> times(contents.item_slot.size(), 0);
        for (std::uint32_t slot = 0; slot < contents.slot_account.size(); ++slot) {
          const std::uint32_t item = state.item_at(slot);
          moved = moved || item != contents.slot_item[slot];
          if (item == PostContents::k_blank) continue;
          ++times[item];
          const PostContents::Bin& bin = contents.bins[contents.item_bin[item]];
          EXPECT_TRUE(slot >= bin.slot_begin && slot < bin.slot_end);
          for (std::uint32_t i = contents.item_begin[item]; i < contents.item_begin[item + 1]; ++i) {
            const std::uint32_t object = contents.occurrence_object[contents.item_occurrence[i]];
            EXPECT_TRUE(held.emplace(contents.slot_account[slot], object).second) << "an account holds an object twice";
          }
        }
        for (const int count : times) EXPECT_EQ(count, 1);
      }
      EXPECT_TRUE(moved);
    }
  }
}

// Two hours with four and three posts: every arrangement can be tried, so the mean of W* and its tail are known
// exactly.
TEST(Activity, EqualsTheFullEnumeration) {
  World world;
  const std::int64_t t = test::k_world_start_us;
  const auto post = [&](const char* account, const char* object, std::int64_t minute) {
    world.add_post(account, {object}, t + minute * 60'000'000);
  };
  post("a", "x", 1), post("b", "x", 2), post("c", "y", 3), post("d", "z", 4), post("e", "y", 5), post("f", "w", 50);
  post("a", "y", 61), post("b", "y", 62), post("c", "x", 63), post("e", "u", 64), post("d", "v", 90);
  const Events events = test::build(world).events;
  for (const std::uint64_t window :
       {std::uint64_t{60'000'000}, std::uint64_t{300'000'000}, std::uint64_t{3600'000'000}}) {
    const std::vector<std::uint32_t> members{0, 1, 2};
    const Candidates candidates = make_candidates({members}, events.n_accounts);
    const auto observed = observe(events, candidates, window, false, k_all);
    double sum = 0, reached = 0, all = 0;
    reference::for_each_arrangement(events, [&](const std::vector<std::uint32_t>& object) {
      Events other = events;
      other.object = object;
      const std::uint64_t w = reference::group_w(other, members, window);
      sum += static_cast<double>(w);
      reached += w >= observed[0].w ? 1 : 0;
      ++all;
    });
    const std::vector<ActivityCase> cases{{candidates, observed, window, 0.00005}};  // 40,000 draws
    const auto counts = *test_activity(events, cases, 3, Control{.threads = 2});
    EXPECT_EQ(counts[0][0].draws, reached / all > 0.21 ? 199U : 40000U);
    const double tolerance = 6 / std::sqrt(static_cast<double>(counts[0][0].draws));
    EXPECT_NEAR(counts[0][0].expected(), sum / all, tolerance * (0.5 + sum / all));
    EXPECT_NEAR(counts[0][0].p(), reached / all, tolerance);
  }
}

// Groups chosen without looking at the data, on data from the null itself: p must not be small too often.
TEST(Activity, IsValidOnPermutedData) {
  int small = 0, tests = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    test::Built built = test::build(test::noise_world(seed, 60, 40, 700, 2));
    std::vector<std::vector<std::uint32_t>> groups(8);
    for (std::uint32_t a = 0; a < built.events.n_accounts; ++a) groups[a % 8].push_back(a);
    const Candidates candidates = make_candidates(groups, built.events.n_accounts);
    // The data is replaced by a state of the null: the noise world's own bursts would be real departures from it.
    const PostContents contents(built.events);
    std::vector<ActivityCase> cases{{candidates, std::vector<Observed>(8), 300'000'000, 0.2}};
    const InPlay play = in_play(contents, cases, std::vector<std::uint8_t>(8, 1));
    ContentPermutation state(contents);
    Random random(seed + 100);
    for (int i = 0; i < 20; ++i) state.sweep(play.items, random);
    std::vector<std::uint64_t> w(9, 0);
    state.count(play, w);
    for (std::size_t g = 0; g < 8; ++g) cases[0].observed[g].w = w[g];
    const auto counts = *test_activity(built.events, cases, seed, Control{.threads = 2});
    for (const NullCount& count : counts[0]) {
      ++tests;
      small += count.p() <= 0.05 ? 1 : 0;
    }
  }
  EXPECT_EQ(tests, 96);
  EXPECT_LE(small, 12);  // 4.8 expected, standard deviation 2.1
}

TEST(Pace, StrataAreTercilesOfTheDelay) {
  World world;
  for (std::uint64_t a = 0; a < 9; ++a) {
    world.add_post("origin", {test::numbered("o", a)}, static_cast<std::int64_t>(a) * 86'400'000'000);
    world.add_post(test::numbered("a", a), {test::numbered("o", a)},
                   static_cast<std::int64_t>(a) * 86'400'000'000 + (1LL << a) * 1'000'000);
  }
  const Events events = test::build(world).events;
  const std::vector<std::uint8_t> strata = habit_strata(events, events, {});
  EXPECT_EQ(strata, (std::vector<std::uint8_t>{0, 0, 1, 1, 1, 2, 2, 2, 2, 0}));  // a0..a8, origin (delay 0)
  const std::vector<std::int64_t> published(events.n_objects, -1'000'000'000'000);
  EXPECT_NE(habit_strata(events, events, {published, {}}), strata);
}

TEST(Pace, NeedsOutsideSharersAndCountsWhatItSkips) {
  World world;
  Random random(4);
  for (std::uint64_t o = 0; o < 6; ++o) {
    const std::int64_t t = test::moment(random, 3);
    for (std::uint64_t m = 0; m < 3; ++m)
      world.add_post(test::numbered("m", m), {test::numbered("o", o)}, t + static_cast<std::int64_t>(m) * 1'000'000);
    for (std::uint64_t a = 0; a < (o < 4 ? 30U : 5U); ++a)
      world.add_post(test::numbered("z", a), {test::numbered("o", o)},
                     t + static_cast<std::int64_t>(random.below(86400)) * 1'000'000);
  }
  const Events events = test::build(world).events;
  const Candidates candidates = make_candidates({{0, 1, 2}}, events.n_accounts);
  const Habits unknown{std::vector<std::uint8_t>(events.size(), k_unknown_habit), {}, {}, {}};
  const PaceTest pace = (*test_pace(events, candidates, unknown, {}, Control{}))[0];
  EXPECT_TRUE(pace.testable);
  EXPECT_EQ(pace.skipped_objects, 2U);
  EXPECT_EQ(pace.observed.w, 12U);
  EXPECT_EQ(pace.observed.objects, 4U);
  EXPECT_EQ(pace.count.draws, 999U);
  EXPECT_EQ(pace.count.reached, 0U);
  EXPECT_GT(pace.lift.low, 3.0);
  EXPECT_LE(pace.lift.low, pace.lift.lift);
  EXPECT_GE(pace.lift.high, pace.lift.lift);
  // Three draws out of 30 sharers each, 60 s wide: E is 3 pairs x 4 objects x the share of close pairs outside.
  double close = 0, pairs = 0;
  for (std::uint32_t o = 0; o < 4; ++o) {
    for (const std::uint32_t x : events.of_object(o)) {
      for (const std::uint32_t y : events.of_object(o)) {
        if (events.account[x] < 3 || events.account[y] < 3) continue;
        pairs += 1;
        close += reference::close(events.t_us[x], events.t_us[y], 60'000'000) ? 1 : 0;
      }
    }
  }
  EXPECT_NEAR(pace.count.expected(), 12 * close / pairs, 0.15);
}

}  // namespace
}  // namespace unisono::network
