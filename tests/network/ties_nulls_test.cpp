// The two nulls of the tie tests, by hand and against the published vectors.
#include <gtest/gtest.h>

#include "network/pair_tests.hpp"
#include "support/channel.hpp"
#include "support/vectors.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/habit.hpp"

namespace unisono::network {
namespace {

constexpr std::uint64_t k_minute = 60'000'000;

// Events of hours 0, 1, ... with the given number of sharers of each object, all different accounts.
Events hourly(const nlohmann::json& hours) {
  test::Channel channel;
  std::uint32_t post = 0;
  std::int64_t hour = 0;
  for (const auto& objects : hours) {
    for (const auto& [object, n] : objects.items())
      for (int i = 0; i < n.get<int>(); ++i, ++post)
        channel.add("u" + std::to_string(post), object, hour * k_us_per_hour + post, post);
    ++hour;
  }
  return first_events(channel.actions());
}

TEST(Activity, CollisionsByHand) {
  // Hour 0: x x y; hour 1: x; hour 5: y y. One pair of x in hour 0 of three pairs.
  const Events events = hourly(nlohmann::json::array({{{"x", 2}, {"y", 1}}, {{"x", 1}}}));
  const HourCollisions hours = *HourCollisions::build(events, k_minute, {});
  ASSERT_EQ(hours.n_cells(), 2U);
  EXPECT_DOUBLE_EQ(hours.chance(0, 0), 2.0 / 6);
  EXPECT_EQ(hours.chance(1, 1), 0.0) << "one event has nobody to collide with";
  EXPECT_DOUBLE_EQ(hours.chance(0, 1), 2.0 / 3);
  EXPECT_DOUBLE_EQ(hours.chance(1, 0), 2.0 / 3);
  EXPECT_DOUBLE_EQ(hours.collision_index(), (3 * (2.0 / 6) + 0) / 4);
  EXPECT_EQ(hours.n_events(0), 3U);
}

TEST(Activity, HoursAreFloorsOfUtcAlsoBefore1970) {
  test::Channel channel;
  channel.add("a", "x", -1, 0);
  channel.add("b", "x", 0, 1);
  channel.add("c", "x", -k_us_per_hour, 2);
  const Events events = first_events(channel.actions());
  const HourCollisions hours = *HourCollisions::build(events, k_minute, {});
  ASSERT_EQ(hours.n_cells(), 2U);
  EXPECT_EQ(hours.hour(0), -1);
  EXPECT_EQ(hours.n_events(0), 2U);
}

TEST(Activity, SparseTimesOfCenturiesNeedNoTable) {
  test::Channel channel;
  std::uint32_t post = 0;
  for (const std::int64_t t : {INT64_MIN, std::int64_t{0}, INT64_MAX - 5, INT64_MAX})
    channel.add("a" + std::to_string(post), "x", t, post), ++post;
  const Events events = first_events(channel.actions());
  const HourCollisions hours = *HourCollisions::build(events, UINT64_MAX, {});
  EXPECT_EQ(hours.n_cells(), 3U);
  EXPECT_DOUBLE_EQ(hours.chance(0, 2), 1.0);
}

TEST(Activity, PostsAtOneTimeAreOneEntry) {
  test::Channel channel;
  channel.add("a", "x", 10, 0);
  channel.add("a", "y", 10, 1);  // another post at the same time
  channel.add("a", "z", 10, 0);
  channel.add("a", "w", 20, 2);
  const Events events = first_events(channel.actions());
  const PostLists lists = post_lists(events, *HourCollisions::build(events, k_minute, {}));
  EXPECT_TRUE(lists.several);
  EXPECT_EQ(lists.t_us, (std::vector<std::int64_t>{10, 10, 20}));
  EXPECT_EQ(lists.n_objects, (std::vector<std::uint32_t>{2, 1, 1}));
}

TEST(Activity, AWindowOverTooManyHoursIsRefused) {
  test::Channel channel;
  for (std::uint32_t i = 0; i < 20'000; ++i)
    channel.add("a" + std::to_string(i), "x", std::int64_t{i} * k_us_per_hour, i);
  const Events events = first_events(channel.actions());
  const auto hours = HourCollisions::build(events, UINT64_MAX, {});
  ASSERT_FALSE(hours);
  EXPECT_EQ(hours.error().code, ErrorCode::too_large);
}

TEST(Activity, PublishedVectorsWithinAndAcrossHours) {
  UNISONO_VECTORS(v, "statistics_real.json", "T_null_cross_bin");
  const Events events = hourly(v.at("bin_counts"));
  const HourCollisions hours = *HourCollisions::build(events, k_minute, {});
  for (std::uint32_t b = 0; b < 2; ++b) EXPECT_NEAR(hours.chance(b, b), v.at("collision_within")[b], 1e-14);
  EXPECT_NEAR(hours.chance(0, 1), v.at("collision_between"), 1e-14);
  std::vector<double> chances;
  for (const auto& pairs : v.at("close_event_pairs"))
    chances.insert(chances.end(), pairs[2].get<std::size_t>(), hours.chance(pairs[0], pairs[1]));
  ASSERT_FALSE(chances.empty()) << "no pairs of events were read";
  EXPECT_NEAR(poisson_binomial_tail(chances, v.at("w")), v.at("p_enumerated"), 1e-14);
}

TEST(Activity, PublishedVectorsWithinHours) {
  UNISONO_VECTORS(v, "statistics_core.json", "T_null");
  const Events events = hourly(nlohmann::json::array({v.at("hour_counts").at("0"), v.at("hour_counts").at("1")}));
  const HourCollisions hours = *HourCollisions::build(events, k_minute, {});
  std::vector<double> chances;
  for (std::uint32_t b = 0; b < 2; ++b) {
    EXPECT_NEAR(hours.chance(b, b), v.at("collision").at(std::to_string(b)), 1e-14);
    chances.insert(chances.end(), v.at("close_event_pairs").at(std::to_string(b)).get<std::size_t>(),
                   hours.chance(b, b));
  }
  ASSERT_FALSE(chances.empty()) << "no pairs of events were read";
  EXPECT_NEAR(poisson_binomial_tail(chances, v.at("w")), v.at("p_value"), 1e-14);
}

TEST(Pace, ByHand) {
  test::Channel channel;  // o: a b close, c far; p: a b far. Classes: 3 sharers and 2 sharers are both class 1.
  channel.add("a", "o", 0, 0);
  channel.add("b", "o", 60'000'000, 1);
  channel.add("c", "o", 120'000'001, 2);
  channel.add("a", "p", 0, 3);
  channel.add("b", "p", 60'000'001, 4);
  const Events events = first_events(channel.actions());
  const Pace pace = *Pace::build(events, k_minute, 10.0, {});
  EXPECT_EQ(pace.close_pairs(0), 1U) << "60 s is inside, one microsecond more is not";
  EXPECT_DOUBLE_EQ(pace.pool(0), 1.0 / 4);
  EXPECT_DOUBLE_EQ(pace.left_out(0, true), (1 - 1 + 2.5) / (3 - 1 + 10));
  EXPECT_DOUBLE_EQ(pace.left_out(0, false), (1 + 2.5) / (3 - 1 + 10));
  EXPECT_DOUBLE_EQ(pace.left_out(1, false), 2.5 / 10);
  EXPECT_DOUBLE_EQ(pace.whole(0), 3.5 / 13);
  EXPECT_EQ(pace.n_shared(), 2U);
  EXPECT_EQ(Pace::size_class(1), 0U);
  EXPECT_EQ(Pace::size_class(4), 2U);
  EXPECT_EQ((*Pace::build(events, k_minute, 0.0, {})).left_out(1, false), 1.0) << "nothing to compare with: silent";
}

TEST(Pace, PublishedVectors) {
  UNISONO_VECTORS(v, "statistics_real.json", "X_null");
  test::Channel channel;
  std::uint32_t post = 0;
  for (const auto& [object, sharers] : v.at("objects").items())
    for (const auto& sharer : sharers)
      channel.add(sharer[0], object, sharer[1].get<std::int64_t>() * 1'000'000, post++);
  const Events events = first_events(channel.actions());
  const std::uint64_t window_us = v.at("delta").get<std::uint64_t>() * 1'000'000;
  const HourCollisions hours = *HourCollisions::build(events, window_us, {});
  const PostLists posts = post_lists(events, hours);
  const Pace pace = *Pace::build(events, window_us, v.at("kappa"), {});
  const Nulls nulls{events, hours, posts, pace, window_us};
  PairTests tests(nulls);
  tests.mark(channel.account(v.at("pair")[0]));
  tests.compare(channel.account(v.at("pair")[1]));
  double least = 1;
  ASSERT_EQ(tests.shared().size(), v.at("shared").size());
  ASSERT_FALSE(v.at("shared").empty());
  for (std::size_t i = 0; i < v.at("shared").size(); ++i) {
    const std::string name = v.at("shared")[i];
    const std::uint32_t object = channel.object(name);
    EXPECT_EQ(pace.close_pairs(object), v.at("close_pairs").at(name));
    EXPECT_NEAR(pace.pool(object), v.at("size_class_pool").at(std::to_string(Pace::size_class(pace.sharers(object)))),
                1e-14);
    EXPECT_NEAR(pace.left_out(object, tests.shared()[i].close), v.at("q")[i], 1e-14);
    EXPECT_NEAR(pace.whole(object), v.at("q0")[i], 1e-14);
    least *= pace.whole(object);
  }
  EXPECT_EQ(tests.close_units(), v.at("w"));
  EXPECT_NEAR(tests.pace_tail(1.0), v.at("p_enumerated"), 1e-14);
  EXPECT_NEAR(least, v.at("min_attainable"), 1e-14);
}

TEST(Pace, ObjectsOfOnePostAreOneUnit) {
  // u: post 0 = a b c, post 1 = d, post 2 = e f; v likewise, the last one far away in time. Others give every object a
  // pace.
  test::Channel channel;
  std::uint32_t post = 0;
  const std::vector<std::vector<std::string>> content{{"a", "b", "c"}, {"d"}, {"e", "f"}};
  for (std::size_t i = 0; i < content.size(); ++i)
    for (const std::string account : {"u", "v"}) {
      const std::int64_t t =
          static_cast<std::int64_t>(i) * k_us_per_hour + (account == "v" ? (i == 2 ? 600'000'000 : 7) : 0);
      for (const std::string& object : content[i]) channel.add(account, object, t, post);
      ++post;
    }
  for (int k = 0; k < 6; ++k)
    for (const std::string object : {"a", "b", "c", "d", "e", "f"})
      channel.add("other" + std::to_string(k), object, std::int64_t{k} * k_us_per_day, post++);
  const Events events = first_events(channel.actions());
  const HourCollisions hours = *HourCollisions::build(events, k_minute, {});
  const PostLists posts = post_lists(events, hours);
  const Pace pace = *Pace::build(events, k_minute, 10.0, {});
  const Nulls nulls{events, hours, posts, pace, k_minute};
  PairTests tests(nulls);
  tests.mark(channel.account("u"));
  tests.compare(channel.account("v"));
  EXPECT_EQ(tests.shared().size(), 6U);
  EXPECT_EQ(tests.close_posts(), 2U);
  EXPECT_EQ(tests.close_units(), 2U);
  const auto q = [&](const std::string& object, bool close) { return pace.left_out(channel.object(object), close); };
  const std::vector<double> units{q("a", true) + q("b", true) + q("c", true), q("d", true),
                                  q("e", false) + q("f", false)};
  EXPECT_NEAR(tests.expected_units(), units[0] + units[1] + units[2], 1e-15);
  EXPECT_NEAR(tests.pace_tail(1.0), poisson_binomial_tail(units, 2), 1e-15);
  EXPECT_EQ(tests.object_pairs().all, 15U - 3U - 1U);
  EXPECT_EQ(tests.object_pairs().close, 3U);
  EXPECT_EQ(tests.n_days(), 1U);
  EXPECT_EQ(tests.median_gap_us(), 7);
}

TEST(Pace, PublishedPostUnits) {
  UNISONO_VECTORS(v, "statistics_real.json", "post_unit");
  std::vector<double> units;
  std::uint32_t w = 0;
  for (const auto& unit : v.at("pair_posts")) {
    units.push_back(0);
    for (const double q : unit.at("q")) units.back() = std::min(1.0, units.back() + q);
    w += unit.at("close") ? 1U : 0U;
  }
  ASSERT_FALSE(units.empty()) << "no posts were read";
  ASSERT_EQ(units.size(), v.at("q_units").size());
  for (std::size_t i = 0; i < units.size(); ++i) EXPECT_NEAR(units[i], v.at("q_units")[i], 1e-15);
  EXPECT_EQ(w, v.at("w_units"));
  EXPECT_NEAR(poisson_binomial_tail(units, w), v.at("p_value"), 1e-14 * v.at("p_value").get<double>());
}

TEST(Habit, PublishedVectors) {
  UNISONO_VECTORS(v, "statistics_real.json", "habit_factor");
  HabitSums sums;
  ASSERT_FALSE(v.at("pairs").empty());
  for (const auto& pair : v.at("pairs")) {
    sums.observed += pair[0].get<double>() * pair[1].get<double>();
    sums.expected += pair[2].get<double>() * pair[3].get<double>();
  }
  EXPECT_NEAR(*sums.factor(), v.at("F"), 1e-12 * v.at("F").get<double>());
  EXPECT_FALSE(HabitSums{}.factor());
}

}  // namespace
}  // namespace unisono::network
