#include "unisono/network/events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

struct Columns {
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;

  void add(std::uint32_t a, std::uint32_t o, std::int64_t t, std::uint32_t p) {
    account.push_back(a);
    object.push_back(o);
    t_us.push_back(t);
    post.push_back(p);
  }
  signals::Actions view(std::uint32_t accounts, std::uint32_t objects, std::uint32_t posts) const {
    return {account, object, post, t_us, accounts, objects, posts};
  }
};

TEST(Events, KeepsTheEarliestActionOfEachAccountAndObject) {
  Columns c;
  c.add(1, 0, 50, 3);
  c.add(1, 0, 20, 2);  // earliest of (1, 0), with the smaller post of two
  c.add(1, 0, 20, 5);
  c.add(0, 1, 10, 0);
  c.add(1, 1, 5, 1);
  const Events e = first_events(c.view(3, 2, 6));
  EXPECT_EQ(e.account, (std::vector<std::uint32_t>{0, 1, 1}));
  EXPECT_EQ(e.object, (std::vector<std::uint32_t>{1, 1, 0}));
  EXPECT_EQ(e.post, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(e.t_us, (std::vector<std::int64_t>{10, 5, 20}));
  EXPECT_EQ(e.account_begin, (std::vector<std::size_t>{0, 1, 3, 3}));
  EXPECT_EQ(e.object_begin, (std::vector<std::size_t>{0, 1, 3}));
  EXPECT_EQ(e.by_object, (std::vector<std::uint32_t>{2, 1, 0}));
}

TEST(Events, IsTheSameForAnyOrderOfTheRowsAndSorted) {
  Random random(7);
  std::vector<std::tuple<std::uint32_t, std::uint32_t, std::int64_t, std::uint32_t>> rows;
  for (std::uint32_t i = 0; i < 400; ++i)
    rows.emplace_back(random.below(20), random.below(15), static_cast<std::int64_t>(random.below(50)) - 25, i);
  Columns first;
  for (const auto& [a, o, t, p] : rows) first.add(a, o, t, p);
  random.shuffle(rows);
  Columns second;
  for (const auto& [a, o, t, p] : rows) second.add(a, o, t, p);
  const Events x = first_events(first.view(20, 15, 400)), y = first_events(second.view(20, 15, 400));
  EXPECT_EQ(x.account, y.account);
  EXPECT_EQ(x.object, y.object);
  EXPECT_EQ(x.post, y.post);
  EXPECT_EQ(x.t_us, y.t_us);
  EXPECT_EQ(x.by_object, y.by_object);
  for (std::size_t i = 1; i < x.size(); ++i)
    EXPECT_LT(std::tuple(x.account[i - 1], x.t_us[i - 1], x.object[i - 1]),
              std::tuple(x.account[i], x.t_us[i], x.object[i]));
  for (std::uint32_t o = 0; o < 15; ++o) {
    const auto list = x.of_object(o);
    for (std::size_t i = 0; i < list.size(); ++i) EXPECT_EQ(x.object[list[i]], o);
    for (std::size_t i = 1; i < list.size(); ++i)
      EXPECT_LT(std::tuple(x.t_us[list[i - 1]], x.account[list[i - 1]]),
                std::tuple(x.t_us[list[i]], x.account[list[i]]));
  }
}

TEST(Events, SelectKeepsIdsAndOrder) {
  Columns c;
  for (std::uint32_t i = 0; i < 12; ++i) c.add(i % 3, i / 3, 100 - static_cast<std::int64_t>(i), i);
  const Events all = first_events(c.view(3, 4, 12));
  std::vector<std::uint8_t> keep(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) keep[i] = all.object[i] % 2 == 0;
  const Events half = select_events(all, keep);
  EXPECT_EQ(half.size(), 6U);
  EXPECT_EQ(half.n_objects, 4U);
  EXPECT_TRUE(half.of_object(1).empty());
  EXPECT_EQ(half.of_object(2).size(), 3U);
  const Events again = first_events(as_actions(half));
  EXPECT_EQ(again.post, half.post);
  EXPECT_EQ(again.by_object, half.by_object);
}

TEST(Events, NothingIsNotAnError) {
  const Events e = first_events({});
  EXPECT_EQ(e.size(), 0U);
  EXPECT_EQ(e.account_begin.size(), 1U);
}

}  // namespace
}  // namespace unisono::network
