#include "unisono/network/permute.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "network/halves.hpp"
#include "network/held_set.hpp"
#include "reference/degrees.hpp"
#include "reference/groups.hpp"
#include "reference/permute.hpp"
#include "support/group_worlds.hpp"
#include "unisono/network/activity.hpp"
#include "unisono/network/degrees.hpp"
#include "unisono/network/pace.hpp"

namespace unisono::network {
namespace {

// Noise, a squad, and posts of two or three things each, some of which nobody else has.
Events mixed_world(std::uint64_t seed) {
  test::World world = test::noise_world(seed, 60, 40, 800, 3);
  test::plant_squad(world, seed, 1, 6, 8, 3);
  Random random(seed);
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string> objects = {test::numbered("o", random.below(40)), test::numbered("p", random.below(20))};
    if (i % 3 == 0) objects.push_back(test::numbered("only", static_cast<std::uint64_t>(i)));
    world.add_post(test::numbered("a", random.below(60)), objects, test::moment(random, 3));
  }
  return test::build(world).events;
}

Events permuted(const Events& events, Permutation kind, std::uint64_t seed, std::uint64_t run = 0,
                std::span<const std::int64_t> published = {}) {
  const auto result = permute(events, kind, published, seed, run, {});
  EXPECT_TRUE(result);
  return result ? *result : Events{};
}

bool equal(const Events& a, const Events& b) {
  return a.account == b.account && a.object == b.object && a.t_us == b.t_us && a.post == b.post;
}

TEST(Permute, BinsKeepMomentsAndTheContentsOfHours) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Events events = mixed_world(seed);
    const Events copy = permuted(events, Permutation::bins, seed);
    ASSERT_EQ(copy.size(), events.size()) << "no account got an object twice";
    EXPECT_EQ(reference::moments(copy), reference::moments(events));
    EXPECT_EQ(reference::contents_of_hours(copy), reference::contents_of_hours(events));
    EXPECT_NE(reference::choices(copy), reference::choices(events));
    const auto collision = [](const Events& of) {
      return HourCollisions::build(of, 60'000'000, {})->collision_index();
    };
    EXPECT_DOUBLE_EQ(collision(copy), collision(events));
  }
}

// Objects of hundreds of sharers, accounts that nearly hold them all, and hours in which nothing can be exchanged.
TEST(Permute, BinsOfHotObjectsAndBusyAccounts) {
  for (const bool several : {false, true}) {
    Random random(several ? 8 : 7);
    test::World world;
    for (std::uint64_t account = 0; account < 400; ++account) {
      for (std::uint64_t hot = 0; hot < 4; ++hot) {
        if (random.uniform() > (account < 20 ? 0.95 : 0.6)) continue;
        std::vector<std::string> objects = {test::numbered("hot", hot)};
        if (several && random.below(4) == 0) objects.push_back(test::numbered("own", account % 60));
        world.add_post(test::numbered("a", account), objects, test::moment(random, 2));
      }
      for (int i = 0; i < 5; ++i)
        world.add_post(test::numbered("a", account), {test::numbered("o", random.below(300))}, test::moment(random, 2));
    }
    for (std::uint64_t i = 0; i < 3; ++i)  // one account alone in its hour, with what it could have nowhere else
      world.add_post(test::numbered("a", i), {test::numbered("hot", 9)}, test::k_world_start_us + 9 * 86'400'000'000LL);
    const Events events = test::build(world).events;
    const Permuter permuter(events, Permutation::bins, {}, 5);
    for (std::uint64_t run = 1; run <= 5; ++run) {
      const Events copy = *permuter.copy(run, {});
      ASSERT_EQ(copy.size(), events.size()) << "no account got an object twice";
      const auto choices = reference::choices(copy);
      EXPECT_EQ(std::adjacent_find(choices.begin(), choices.end()), choices.end());
      EXPECT_EQ(reference::moments(copy), reference::moments(events));
      EXPECT_EQ(reference::contents_of_hours(copy), reference::contents_of_hours(events));
      EXPECT_EQ(has_multi_object_posts(copy), several);
      EXPECT_TRUE(equal(copy, permuted(events, Permutation::bins, 5, run)));
      EXPECT_TRUE(equal(copy, first_events(as_actions(copy)))) << "the events are in their order";
      EXPECT_EQ(copy.by_object, first_events(as_actions(copy)).by_object);
    }
  }
}

TEST(HeldSet, IsASetForEachObject) {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<HeldSet::Table> tables;
    std::vector<std::size_t> most;
    std::size_t places = 0;
    for (int object = 0; object < 4; ++object) {
      most.push_back(1 + random.below(20));
      tables.push_back({places, HeldSet::places_for(static_cast<std::uint32_t>(most.back()))});
      places += tables.back().places;
    }
    HeldSet held(places);
    std::vector<std::set<std::uint32_t>> expected(tables.size());
    for (int step = 0; step < 600; ++step) {
      const std::size_t object = random.below(tables.size());
      const auto account = static_cast<std::uint32_t>(random.below(30) * (round % 2 == 0 ? 1 : 64));
      ASSERT_EQ(held.contains(account, tables[object]), expected[object].contains(account));
      if (random.below(2) == 0) {
        held.erase(account, tables[object]), expected[object].erase(account);
      } else if (expected[object].size() < most[object] || expected[object].contains(account)) {
        held.insert(account, tables[object]), expected[object].insert(account);
      }
    }
    for (std::size_t object = 0; object < tables.size(); ++object)
      for (std::uint32_t account = 0; account < 30 * 64; ++account)
        ASSERT_EQ(held.contains(account, tables[object]), expected[object].contains(account));
  }
}

TEST(Permute, BinsVisitEveryArrangementEquallyOften) {
  // Two hours; account a may not get x twice; z and y of the second hour occur once.
  test::Channel channel;
  const std::int64_t hour = 3'600'000'000;
  std::uint32_t post = 0;
  for (const auto& [account, object, t] :
       std::vector<std::tuple<const char*, const char*, std::int64_t>>{{"a", "x", 0},
                                                                       {"a", "w", 10},
                                                                       {"b", "x", 20},
                                                                       {"c", "v", 30},
                                                                       {"b", "w", hour},
                                                                       {"c", "y", hour + 5},
                                                                       {"d", "z", hour + 9}})
    channel.add(account, object, t, post++);
  const Events events = first_events(channel.actions());
  std::map<std::vector<std::uint32_t>, double> expected, seen;
  double all = 0;
  reference::for_each_arrangement(events, [&](const std::vector<std::uint32_t>& object) {
    ++expected[object];
    ++all;
  });
  constexpr int k_runs = 20'000;
  for (int run = 0; run < k_runs; ++run) {
    const Events copy = permuted(events, Permutation::bins, 7, static_cast<std::uint64_t>(run));
    std::vector<std::uint32_t> object(events.size());
    for (std::size_t e = 0; e < copy.size(); ++e) {
      for (std::size_t o = 0; o < events.size(); ++o)
        if (events.post[o] == copy.post[e]) object[o] = copy.object[e];
    }
    ++seen[object];
  }
  EXPECT_GT(expected.size(), 10U);
  double chi2 = 0;
  for (const auto& [object, n] : seen) EXPECT_TRUE(expected.contains(object)) << "not allowed";
  for (const auto& [object, n] : expected) {
    const double mean = n / all * k_runs;
    chi2 += (seen[object] - mean) * (seen[object] - mean) / mean;
  }
  const double free = static_cast<double>(expected.size() - 1);
  EXPECT_LT(chi2, free + 5 * std::sqrt(2 * free));
}

TEST(Permute, WithinKeepsChoicesAndTheTimesOfObjects) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Events events = mixed_world(seed);
    const Events copy = permuted(events, Permutation::within, seed);
    ASSERT_EQ(copy.size(), events.size());
    const std::vector<int> one(events.n_accounts, 0);
    EXPECT_EQ(reference::choices(copy), reference::choices(events));
    EXPECT_EQ(reference::times_of_objects(copy, one), reference::times_of_objects(events, one));
    EXPECT_NE(reference::moments(copy), reference::moments(events));
    const Pace before = *Pace::build(events, 60'000'000, 10, {}), after = *Pace::build(copy, 60'000'000, 10, {});
    for (std::uint32_t o = 0; o < events.n_objects; ++o) {
      EXPECT_EQ(after.close_pairs(o), before.close_pairs(o));
      EXPECT_EQ(after.sharers(o), before.sharers(o));
    }
    for (const auto& [moment, content] : reference::contents_of_posts(copy)) EXPECT_EQ(content.size(), 1U);
  }
}

TEST(Permute, WithinKeepsThePostsWhereEachCarriesOneObject) {
  const Events events = test::build(test::noise_world(3, 50, 40, 600, 2)).events;
  const Events copy = permuted(events, Permutation::within, 3);
  std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> post;
  for (std::size_t e = 0; e < events.size(); ++e) post[events.post[e]] = {events.account[e], events.object[e]};
  for (std::size_t e = 0; e < copy.size(); ++e)
    EXPECT_EQ(post[copy.post[e]], std::pair(copy.account[e], copy.object[e]));
}

TEST(Permute, WithinIsUniform) {
  test::Channel channel;
  std::uint32_t post = 0;
  for (const char* account : {"a", "b", "c"}) channel.add(account, "x", post * 100, post), ++post;
  const Events events = first_events(channel.actions());
  std::map<std::vector<std::int64_t>, int> seen;
  for (std::uint64_t run = 0; run < 6'000; ++run) ++seen[permuted(events, Permutation::within, 1, run).t_us];
  ASSERT_EQ(seen.size(), 6U);
  for (const auto& [times, n] : seen) EXPECT_NEAR(n, 1000, 5 * 29);
}

TEST(Permute, HabitStaysInsideDeciles) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Events events = mixed_world(seed);
    std::vector<std::int64_t> published(events.n_objects, INT64_MIN);
    for (std::uint32_t o = 0; o < events.n_objects; ++o) {
      if (o % 5 == 0 || events.of_object(o).empty()) continue;  // a fifth is not known; some seem to come too late
      published[o] = events.t_us[events.of_object(o).front()] + (o % 7 == 0 ? 60'000'000 : -60'000'000);
    }
    for (std::size_t e = events.account_begin[0]; e < events.account_begin[1]; ++e)
      published[events.object[e]] = INT64_MIN;
    const std::vector<int> decile = reference::deciles(events, published);
    EXPECT_EQ(*std::max_element(decile.begin(), decile.end()), 10) << "somebody has no known delay";
    EXPECT_EQ(*std::min_element(decile.begin(), decile.end()), 0);
    const Events copy = permuted(events, Permutation::habit, seed, 0, published);
    ASSERT_EQ(copy.size(), events.size());
    EXPECT_EQ(reference::choices(copy), reference::choices(events));
    EXPECT_EQ(reference::times_of_objects(copy, decile), reference::times_of_objects(events, decile));
    EXPECT_NE(reference::moments(copy), reference::moments(events));
    EXPECT_NE(reference::times_of_objects(permuted(events, Permutation::within, seed), decile),
              reference::times_of_objects(events, decile))
        << "the comparison sees what leaves a decile";
  }
}

TEST(Permute, EqualHabitsAreOneStratum) {
  test::Channel channel;
  for (std::uint32_t i = 0; i < 40; ++i) channel.add(test::numbered("a", i), "x", 1'000'000, i);
  channel.add("late", "x", 900'000'000, 40);
  const Events events = first_events(channel.actions());
  const std::vector<std::int64_t> published = {0};
  for (std::uint64_t run = 0; run < 5; ++run)
    EXPECT_EQ(permuted(events, Permutation::habit, 1, run, published).t_us, events.t_us)
        << "the late one is alone in its stratum";
}

std::vector<std::vector<std::uint8_t>> table_of(const Events& events) {
  std::vector<std::vector<std::uint8_t>> table(events.n_accounts, std::vector<std::uint8_t>(events.n_objects, 0));
  for (std::size_t e = 0; e < events.size(); ++e) ++table[events.account[e]][events.object[e]];
  return table;
}

TEST(Permute, FastballKeepsBothMarginsAndTheMomentsOfAccounts) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Events events = mixed_world(seed), copy = permuted(events, Permutation::fastball, seed);
    ASSERT_EQ(copy.size(), events.size()) << "no account got an object twice";
    const auto before = table_of(events), after = table_of(copy);
    EXPECT_EQ(reference::row_sums(after), reference::row_sums(before));
    EXPECT_EQ(reference::row_sums(reference::transposed(after)), reference::row_sums(reference::transposed(before)));
    EXPECT_EQ(reference::moments(copy), reference::moments(events));
    double stayed = 0;
    for (std::size_t e = 0; e < events.size(); ++e) stayed += after[events.account[e]][events.object[e]];
    EXPECT_LT(stayed, 0.5 * static_cast<double>(events.size()));
  }
}

TEST(Permute, FastballVisitsEveryTableEquallyOften) {
  // Margins that leave different freedom to different accounts, with an even and an odd number of accounts.
  for (const reference::Table& table :
       {reference::Table{{1, 1, 0, 0}, {1, 0, 1, 0}, {0, 1, 1, 1}, {1, 0, 0, 0}},
        reference::Table{{1, 1, 0, 0, 0}, {0, 1, 1, 0, 1}, {0, 0, 0, 1, 0}, {1, 0, 0, 0, 0}, {1, 0, 0, 0, 0}}}) {
    test::Channel channel;
    std::uint32_t post = 0;
    for (std::uint64_t u = 0; u < table.size(); ++u)
      for (std::uint64_t o = 0; o < table[u].size(); ++o)
        if (table[u][o] != 0) channel.add(test::numbered("a", u), test::numbered("o", o), post * 100, post), ++post;
    const Events events = first_events(channel.actions());
    std::map<reference::Table, double> seen;
    reference::for_each_table(table, [&](const reference::Table& other) { seen[other] = 0; });
    const std::size_t n_tables = seen.size();
    EXPECT_GT(n_tables, 20U);
    constexpr int k_runs = 40'000;
    for (int run = 0; run < k_runs; ++run)
      ++seen[table_of(permuted(events, Permutation::fastball, 3, static_cast<std::uint64_t>(run)))];
    ASSERT_EQ(seen.size(), n_tables) << "a table with other margins";
    const double mean = k_runs / static_cast<double>(n_tables), free = static_cast<double>(n_tables - 1);
    double chi2 = 0;
    for (const auto& [other, n] : seen) chi2 += (n - mean) * (n - mean) / mean;
    EXPECT_LT(chi2, free + 5 * std::sqrt(2 * free));
  }
}

// What D accepts on data with a squad is gone when both margins are all that is left.
TEST(Permute, FastballIsTheNullOfDegrees) {
  test::World world = test::noise_world(3, 200, 600, 3000, 3);
  test::plant_squad(world, 3, 1, 8, 12, 3);
  const Events events = test::build(world).events;
  EXPECT_GT(test_degrees(events, {}, {})->ties.size(), 10U);
  std::size_t ties = 0;
  for (std::uint64_t run = 0; run < 20; ++run)
    ties += test_degrees(permuted(events, Permutation::fastball, 1, run), {}, {})->ties.size();
  EXPECT_LE(ties, 2U);
}

TEST(Permute, ARunIsItself) {
  const Events events = mixed_world(1);
  for (const Permutation kind : {Permutation::bins, Permutation::within, Permutation::habit, Permutation::fastball}) {
    const Events third = permuted(events, kind, 9, 3);
    EXPECT_FALSE(equal(permuted(events, kind, 9, 4), third));
    EXPECT_FALSE(equal(permuted(events, kind, 10, 3), third));
    EXPECT_TRUE(equal(permuted(events, kind, 9, 3), third)) << name_of(kind);
  }
}

TEST(Permute, ExclusiveObjectsByTheirDefinition) {
  const Events events = mixed_world(2);
  int exclusive = 0, others = 0;
  for (const std::uint64_t window_us : {60'000'000ULL, 3'600'000'000ULL}) {
    const Pace pace = *Pace::build(events, window_us, 10, {});
    for (std::uint32_t a = 0; a < events.n_accounts; ++a) {
      for (std::uint32_t b = 0; b < a; ++b) {
        bool expected = false;
        for (std::size_t x = events.account_begin[a]; x < events.account_begin[a + 1]; ++x) {
          for (std::size_t y = events.account_begin[b]; y < events.account_begin[b + 1]; ++y) {
            const std::uint32_t o = events.object[x];
            const std::uint64_t k = pace.sharers(o);
            expected = expected || (events.object[y] == o && pace.close_pairs(o) == k * (k - 1) / 2);
          }
        }
        EXPECT_EQ(close_on_exclusive_object(events, a, b, window_us), expected);
        ++(expected ? exclusive : others);
      }
    }
  }
  EXPECT_GT(exclusive, 10);
  EXPECT_GT(others, 1000);
}

TEST(Permute, NothingAndOneEvent) {
  test::Channel one;
  one.add("a", "x", -5, 0);
  for (const Permutation kind : {Permutation::bins, Permutation::within, Permutation::habit, Permutation::fastball}) {
    EXPECT_EQ(permuted(first_events({}), kind, 1).size(), 0U);
    const Events events = first_events(one.actions());
    EXPECT_TRUE(equal(permuted(events, kind, 1), events));
  }
}

TEST(Permute, StopsWhenAsked) {
  const Events events = mixed_world(1);
  std::stop_source stop;
  stop.request_stop();
  Control control;
  control.stop = stop.get_token();
  for (const Permutation kind : {Permutation::bins, Permutation::within, Permutation::fastball}) {
    const auto result = permute(events, kind, {}, 1, 1, control);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::cancelled);
  }
}

}  // namespace
}  // namespace unisono::network
