#include <gtest/gtest.h>

#include "commands/channel_tests.hpp"

namespace unisono::commands {
namespace {

network::Group group(std::vector<std::uint32_t> members, double low = 5.0, double stability = 1.0) {
  network::Group made;
  made.members = std::move(members);
  network::GroupTestResult test;
  test.passed = true;
  test.low = low;
  made.tests.push_back(test);
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

TEST(UniteWindows, TheStrongestWindowGivesTheMembers) {
  const auto united = unite_windows(
      {window(10, {group({1, 2, 3, 4}, 4.0)}), window(60, {group({3, 4, 5, 6}, 9.0, 0.8), group({20, 21, 22})})});
  ASSERT_EQ(united.size(), 2U);
  EXPECT_EQ(united[0].members, (std::vector<std::uint32_t>{3, 4, 5, 6}));
  EXPECT_EQ(united[0].others, (std::vector<std::uint32_t>{1, 2}));
  ASSERT_EQ(united[0].tests.size(), 1U);
  EXPECT_EQ(united[0].tests[0].window_us, 60U);
  ASSERT_EQ(united[0].supports.size(), 1U);
  EXPECT_EQ(united[0].supports[0].window_us, 10U);
  EXPECT_DOUBLE_EQ(united[0].stability, 0.8);
  EXPECT_FALSE(united[0].stable);
  EXPECT_EQ(united[1].members, (std::vector<std::uint32_t>{20, 21, 22}));
}

TEST(UniteWindows, OfEqualStrengthTheNarrowerWindowLeads) {
  const auto united = unite_windows({window(60, {group({1, 2, 3})}), window(10, {group({2, 3, 4})})});
  ASSERT_EQ(united.size(), 1U);
  EXPECT_EQ(united[0].members, (std::vector<std::uint32_t>{2, 3, 4}));
}

TEST(UniteWindows, AFragmentDoesNotSpeakForItsGroup) {
  network::Group narrow = group({1, 2, 3, 4, 5, 6}, 9.0);
  narrow.tests[0].members = 5;
  narrow.tests.push_back(narrow.tests[0]);  // a candidate of two that was merged into it
  narrow.tests[1].members = 2;
  narrow.tests[1].low = 3.1;
  network::Group wide = group({1, 2, 3, 4, 5, 6, 7, 8}, 4.0);
  wide.tests[0].members = 8;
  const auto united = unite_windows({window(60, {narrow}), window(300, {wide})});
  ASSERT_EQ(united.size(), 1U);
  EXPECT_EQ(united[0].members.size(), 6U);
}

TEST(UniteWindows, LessThanHalfStaysApart) {
  const auto united = unite_windows({window(10, {group({1, 2, 3})}), window(60, {group({3, 4, 5})})});
  EXPECT_EQ(united.size(), 2U);
}

TEST(UniteWindows, AWideGroupDoesNotMergeTwoNarrowOnes) {
  const auto united = unite_windows(
      {window(10, {group({1, 2, 3}, 9.0), group({5, 6, 7}, 8.0)}), window(300, {group({2, 3, 5, 6}, 3.0)})});
  ASSERT_EQ(united.size(), 2U);
  EXPECT_EQ(united[0].members, (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(united[0].others, (std::vector<std::uint32_t>{5, 6}));
  EXPECT_TRUE(united[1].others.empty());
}

TEST(UniteWindows, NothingGivesNothing) {
  EXPECT_TRUE(unite_windows({}).empty());
}

}  // namespace
}  // namespace unisono::commands
