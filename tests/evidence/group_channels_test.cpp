#include "unisono/evidence/group_channels.hpp"

#include <gtest/gtest.h>

#include <array>

#include "unisono/network/fusion.hpp"

namespace unisono::evidence {
namespace {

store::GroupTestRow test(const char* group, const char* channel, const char* direction, double p, bool passed = true) {
  store::GroupTestRow row;
  row.group_id = group;
  row.channel = channel;
  row.direction = direction;
  row.test = "G_T";
  row.window_us = 60'000'000;
  row.p = p;
  row.passed = passed;
  return row;
}

// g-a was found in reposts and tested in replies and links; g-b, with three of its four members, in replies.
store::RunResults some_run() {
  store::RunResults run;
  run.groups = {{"g-a", 4, "G0", "", 1.0}, {"g-b", 4, "G0", "", 1.0}};
  for (const char* account : {"1", "2", "3", "4"}) run.members.push_back({"g-a", "x", account, "found"});
  for (const char* account : {"2", "3", "4", "9"}) run.members.push_back({"g-b", "x", account, "found"});
  run.members.push_back({"g-b", "x", "1", "other window"});
  run.tests = {test("g-a", "repost", "1to2", 1e-4), test("g-a", "repost", "2to1", 2e-3),
               test("g-a", "reply", "whole", 0.01), test("g-a", "link", "whole", 0.4, false),
               test("g-b", "reply", "1to2", 1e-3),  test("g-b", "repost", "whole", 5e-3)};
  return run;
}

TEST(GroupChannels, EachChannelPaysForItsTestsAndTogetherIsTheCauchyCombination) {
  const auto found = group_channels(some_run(), "g-a");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->channels.size(), 3U);
  const std::array<double, 3> p = {2e-4, 0.01, 0.4};
  double shares = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_DOUBLE_EQ(found->channels[c].p, p[c]);
    shares += found->channels[c].share;
  }
  EXPECT_NEAR(shares, 1.0, 1e-12);
  EXPECT_DOUBLE_EQ(found->together, *network::acat(p));
  EXPECT_DOUBLE_EQ(found->channels[0].without, *network::acat(std::array{0.01, 0.4}));
  EXPECT_GT(found->channels[0].without, 10 * found->together) << "it rests on reposts";
}

TEST(GroupChannels, WithoutAChannelTheGroupIsThatOfTheOthers) {
  const auto found = group_channels(some_run(), "g-a");
  ASSERT_TRUE(found);
  const GroupChannel& repost = found->channels[0];
  EXPECT_EQ(repost.left_group, "g-b") << "reposts alone found g-a";
  EXPECT_EQ(repost.left_members, 3U) << "the account of another window is no member";
  EXPECT_EQ(repost.left_p, 5e-3);
  for (const GroupChannel* other : {&found->channels[1], &found->channels[2]}) {
    EXPECT_EQ(other->left_group, "g-a") << "found without them";
    EXPECT_EQ(other->left_members, 4U);
    EXPECT_EQ(other->left_p, other->p);
  }
  const auto second = group_channels(some_run(), "g-b");
  EXPECT_EQ(second->channels[0].channel, "reply");
  EXPECT_EQ(second->channels[0].left_group, "g-a");
  EXPECT_EQ(second->channels[0].left_members, 3U);
}

TEST(GroupChannels, OneChannelHasNothingBesideIt) {
  store::RunResults run = some_run();
  std::erase_if(run.tests, [](const auto& row) { return row.channel != "repost" || row.group_id != "g-a"; });
  const auto found = group_channels(run, "g-a");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->channels.size(), 1U);
  EXPECT_EQ(found->channels[0].without, 1.0);
  EXPECT_EQ(found->channels[0].left_group, "");
  EXPECT_FALSE(found->channels[0].left_p);
  const Table table = group_channels_table(*found);
  EXPECT_TRUE(is_missing(table.find("together_without")->cells[0]));
  EXPECT_TRUE(is_missing(table.find("p_without")->cells[0]));
  EXPECT_TRUE(group_channels(run, "g-unknown")->channels.empty());
}

}  // namespace
}  // namespace unisono::evidence
