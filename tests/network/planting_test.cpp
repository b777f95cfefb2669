#include "unisono/network/planting.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "reference/planting.hpp"
#include "support/group_worlds.hpp"

namespace unisono::network {
namespace {

// Noise, and posts of two things each.
Events mixed_events(std::uint64_t seed) {
  test::World world = test::noise_world(seed, 60, 80, 800, 3);
  Random random(seed);
  for (int i = 0; i < 200; ++i)
    world.add_post(test::numbered("a", random.below(60)),
                   {test::numbered("o", random.below(80)), test::numbered("p", random.below(40))},
                   test::moment(random, 3));
  return test::build(world).events;
}

std::vector<std::uint8_t> every_third(std::uint32_t n) {
  std::vector<std::uint8_t> barred(n, 0);
  for (std::size_t a = 0; a < n; a += 3) barred[a] = 1;
  return barred;
}

TEST(PlantSquad, KeepsAndAddsWhatTheDefinitionSays) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Events events = mixed_events(seed);
    const std::vector<std::uint8_t> barred = every_third(events.n_accounts);
    for (const SquadPlan& plan :
         {SquadPlan{10, 10, 30'000'000, 0}, SquadPlan{3, 20, 0, 60'000'000}, SquadPlan{30, 5, 90'000'000, 1'000'000}}) {
      const auto planted = plant_squad(events, plan, barred, seed, seed);
      ASSERT_TRUE(planted);
      ASSERT_EQ(planted->reason, "");
      EXPECT_EQ(reference::broken_rule(events, plan, barred, *planted), "") << seed << ": " << plan.size;
      EXPECT_GT(planted->events.size(), events.size());
    }
  }
}

TEST(PlantSquad, TheCheckSeesBrokenSquads) {
  const Events events = mixed_events(1);
  const SquadPlan plan{5, 6, 30'000'000, 0};
  const PlantedSquad good = *plant_squad(events, plan, {}, 1, 1);
  ASSERT_EQ(reference::broken_rule(events, plan, {}, good), "");
  PlantedSquad late = good;
  std::size_t planted = 0;
  for (std::size_t e = 0; e < late.events.size(); ++e)
    if (late.events.post[e] >= events.n_posts) planted = e;
  late.events.t_us[planted] += 400LL * 86'400'000'000;
  EXPECT_NE(reference::broken_rule(events, plan, {}, late), "");
  PlantedSquad less = good;
  less.events = events;
  less.events.t_us[0] -= 1;
  EXPECT_NE(reference::broken_rule(events, plan, {}, less), "");
  std::vector<std::uint8_t> barred(events.n_accounts, 0);
  barred[good.members[2]] = 1;
  EXPECT_EQ(reference::broken_rule(events, plan, barred, good), "no member is barred");
}

TEST(PlantSquad, RunsDifferAndARunIsAlwaysTheSame) {
  const Events events = mixed_events(2);
  const SquadPlan plan{6, 8, 30'000'000, 0};
  std::set<std::vector<std::uint32_t>> squads;
  for (std::uint64_t run = 1; run <= 20; ++run) {
    const auto first = plant_squad(events, plan, {}, 5, run), again = plant_squad(events, plan, {}, 5, run);
    EXPECT_EQ(first->events.t_us, again->events.t_us);
    EXPECT_EQ(first->events.object, again->events.object);
    squads.insert(first->members);
  }
  EXPECT_EQ(squads.size(), 20U);
}

TEST(PlantSquad, EveryOrdinaryAccountIsDrawnAsOftenAsAnother) {
  const Events events = mixed_events(3);
  std::vector<int> drawn(events.n_accounts, 0);
  constexpr int k_runs = 3000;
  for (int run = 0; run < k_runs; ++run) {
    const auto planted = plant_squad(events, {6, 1, 0, 0}, {}, 9, static_cast<std::uint64_t>(run));
    for (const std::uint32_t member : planted->members) ++drawn[member];
  }
  const double expected = 6.0 * k_runs / events.n_accounts;
  for (std::uint32_t a = 0; a < events.n_accounts; ++a) EXPECT_NEAR(drawn[a], expected, 6 * std::sqrt(expected)) << a;
}

TEST(PlantSquad, SaysWhatCannotBePlanted) {
  const Events events = mixed_events(4);
  const auto crowd = plant_squad(events, {61, 5, 0, 0}, {}, 1, 1);
  ASSERT_TRUE(crowd);
  EXPECT_EQ(crowd->reason, "a squad of 61 accounts needs as many ordinary accounts, there are 60");
  const auto busy = plant_squad(events, {5, 500, 0, 0}, {}, 1, 1);
  ASSERT_TRUE(busy);
  EXPECT_NE(busy->reason.find("a squad with 500 tasks needs as many things that others did"), std::string::npos);
  EXPECT_TRUE(busy->members.empty());
  EXPECT_NE(plant_squad(Events{.account_begin = {0}, .object_begin = {0}}, {3, 3, 0, 0}, {}, 1, 1)->reason, "");
  for (const SquadPlan& wrong : {SquadPlan{0, 3, 0, 0}, SquadPlan{3, 0, 0, 0}, SquadPlan{3, 3, -1, 0},
                                 SquadPlan{3, 3, 0, -1}, SquadPlan{100'000, 100'000, 0, 0}})
    EXPECT_EQ(plant_squad(events, wrong, {}, 1, 1).error().code, ErrorCode::usage);
  EXPECT_EQ(plant_squad(events, {3, 3, 0, 0}, std::vector<std::uint8_t>(7), 1, 1).error().code, ErrorCode::usage);
}

TEST(PlantSquad, TimesAtTheEndsOfTheScaleStayOnIt) {
  test::World world;
  for (int a = 0; a < 8; ++a)
    for (int o = 0; o < 6; ++o)
      world.add_post(
          test::numbered("a", static_cast<std::uint64_t>(a)),
          {test::numbered("o", static_cast<std::uint64_t>(a * 6 + o))},
          (o % 2 == 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min() + 1) -
              (o % 2) * a);
  const Events events = test::build(world).events;
  for (const std::int64_t precision : {0LL, 60'000'000LL}) {
    const SquadPlan plan{3, 6, std::numeric_limits<std::int64_t>::max(), precision};
    const auto planted = plant_squad(events, plan, {}, 1, 1);
    ASSERT_TRUE(planted);
    EXPECT_EQ(reference::broken_rule(events, plan, {}, *planted), "");
  }
}

TEST(StandsFor, HalfOfTheSquadAndHalfOfTheGroup) {
  const std::vector<std::uint32_t> squad = {2, 4, 6, 8};
  EXPECT_TRUE(stands_for(std::vector<std::uint32_t>{4, 6}, squad));
  EXPECT_TRUE(stands_for(std::vector<std::uint32_t>{1, 3, 4, 6}, squad));
  EXPECT_FALSE(stands_for(std::vector<std::uint32_t>{1, 3, 4, 5, 6}, squad)) << "more strangers than members";
  EXPECT_FALSE(stands_for(std::vector<std::uint32_t>{4}, squad)) << "less than half of the squad";
  EXPECT_FALSE(stands_for({}, {}));
  EXPECT_EQ(members_among(squad, std::vector<std::uint32_t>{1, 2, 8, 9}), 2U);
}

}  // namespace
}  // namespace unisono::network
