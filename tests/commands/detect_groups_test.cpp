#include <gtest/gtest.h>

#include "commands/detect_channel.hpp"

namespace unisono::commands {
namespace {

network::Group group(std::vector<std::uint32_t> members, double stability = 1.0) {
  network::Group made;
  made.members = std::move(members);
  made.tests.emplace_back();
  made.stability = stability;
  made.stable = stability >= 0.9;
  return made;
}

WindowGroups window(std::uint64_t window_us, std::vector<network::Group> groups) {
  WindowGroups made;
  made.window_us = window_us;
  made.result.groups = std::move(groups);
  return made;
}

TEST(UniteWindows, GroupsThatShareHalfOfTheSmallerAreOne) {
  const auto united = unite_windows({window(10, {group({1, 2, 3, 4})}), window(60, {group({3, 4, 5, 6}, 0.8), group({20, 21, 22})})});
  ASSERT_EQ(united.size(), 2U);
  EXPECT_EQ(united[0].members, (std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(united[0].tests.size(), 2U);
  EXPECT_EQ(united[0].tests[1].window_us, 60U);
  EXPECT_DOUBLE_EQ(united[0].stability, 0.8);
  EXPECT_FALSE(united[0].stable);
  EXPECT_EQ(united[1].members, (std::vector<std::uint32_t>{20, 21, 22}));
}

TEST(UniteWindows, LessThanHalfStaysApart) {
  const auto united = unite_windows({window(10, {group({1, 2, 3})}), window(60, {group({3, 4, 5})})});
  EXPECT_EQ(united.size(), 2U);
}

TEST(UniteWindows, OverlapIsFollowedOverSeveralGroups) {
  const auto united = unite_windows({window(10, {group({1, 2, 3})}), window(60, {group({5, 6, 7})}), window(300, {group({2, 3, 5, 6})})});
  ASSERT_EQ(united.size(), 1U);
  EXPECT_EQ(united[0].members, (std::vector<std::uint32_t>{1, 2, 3, 5, 6, 7}));
}

TEST(UniteWindows, NothingGivesNothing) { EXPECT_TRUE(unite_windows({}).empty()); }

}  // namespace
}  // namespace unisono::commands
