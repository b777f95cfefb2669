#include "unisono/evidence/levels.hpp"

#include <gtest/gtest.h>

namespace unisono::evidence {
namespace {

Standing standing(const char* channel, bool pace, bool habit) {
  return {.channel = channel,
          .pace = pace,
          .habit = habit,
          .habit_missing = habit ? "" : "not passed",
          .calibration = Calibration::calibrated};
}

GroupGate gate(Standing found, std::vector<Standing> elsewhere) {
  return {.found = std::move(found), .elsewhere = std::move(elsewhere)};
}

TEST(GroupLevel, HabitInOneChannelAndAnythingInASecondIsG1) {
  const Decision by_found = group_level(gate(standing("repost", true, true), {standing("reply", true, false)}));
  EXPECT_EQ(by_found.level, Level::g1);
  EXPECT_EQ(by_found.channels, (std::vector<std::string>{"repost", "reply"}));
  EXPECT_TRUE(by_found.withheld.empty());
  EXPECT_EQ(group_level(gate(standing("repost", true, false), {standing("reply", false, true)})).level, Level::g1);
  EXPECT_EQ(group_level(gate(standing("repost", false, true), {standing("reply", false, true)})).level, Level::g1);
}

TEST(GroupLevel, AChannelWithHabitIsNamedFirst) {
  const Decision decision = group_level(
      gate(standing("repost", true, true), {standing("reply", true, false), standing("mention", true, true)}));
  EXPECT_EQ(decision.channels, (std::vector<std::string>{"repost", "mention"}));
}

TEST(GroupLevel, EveryMissingConditionIsSaid) {
  const auto reasons = [](const GroupGate& g) {
    const Decision decision = group_level(g);
    EXPECT_EQ(decision.level, Level::g0);
    return decision.withheld;
  };
  // Fans: closer than others in two channels, by habit.
  const auto fans = reasons(gate(standing("repost", true, false), {standing("reply", true, false)}));
  ASSERT_EQ(fans.size(), 1U);
  EXPECT_NE(fans[0].find("own habits"), std::string::npos);
  const auto one_channel = reasons(gate(standing("repost", true, true), {}));
  ASSERT_EQ(one_channel.size(), 1U);
  EXPECT_NE(one_channel[0].find("one channel only"), std::string::npos);
  EXPECT_EQ(reasons(gate(standing("repost", true, false), {})).size(), 2U);
  EXPECT_EQ(reasons(gate(standing("repost", true, true), {standing("reply", false, false)})).size(), 1U);
  GroupGate unstable = gate(standing("repost", true, true), {standing("reply", true, false)});
  unstable.stable = false;
  unstable.stability = 0.61;
  EXPECT_NE(reasons(unstable)[0].find("61 %"), std::string::npos);
  EXPECT_TRUE(channels_to_calibrate(unstable).empty());
}

TEST(GroupLevel, NeedsBothChannelsCalibrated) {
  for (const Calibration state : {Calibration::not_run, Calibration::failed}) {
    for (const bool in_found : {true, false}) {
      GroupGate g = gate(standing("repost", true, true), {standing("reply", true, false)});
      (in_found ? g.found : g.elsewhere[0]).calibration = state;
      EXPECT_EQ(group_level(g).level, Level::g0);
      EXPECT_EQ(group_level(g).withheld.size(), 1U);
      EXPECT_EQ(channels_to_calibrate(g).size(), state == Calibration::not_run ? 2U : 0U);
    }
  }
}

TEST(TieLevel, ThreeConditions) {
  const TieGate open{true, 0.8, Calibration::calibrated};
  EXPECT_EQ(tie_level(open).level, Level::t3);
  EXPECT_EQ(tie_level({false, 0.8, Calibration::calibrated}).level, Level::t2);
  EXPECT_EQ(tie_level({true, 0.49, Calibration::calibrated}).level, Level::t2);
  EXPECT_EQ(tie_level({true, 0.8, Calibration::failed}).level, Level::t2);
  EXPECT_EQ(tie_level({true, 0.8, Calibration::not_run}).withheld.size(), 1U);
  EXPECT_TRUE(needs_calibration(TieGate{true, 0.8, Calibration::not_run}));
  EXPECT_FALSE(needs_calibration(TieGate{false, 0.8, Calibration::not_run}));
}

TEST(Standing, ComesFromTheRowsOfItsChannel) {
  std::vector<store::GroupTestRow> rows(3);
  for (auto& row : rows) row.channel = "repost";
  rows[0].test = "G_X";
  rows[0].passed = true;
  rows[1].test = "G_H";
  rows[1].reason = "q 0.2 is above 0.025";
  rows[2].test = "G_T";
  rows[2].passed = true;
  rows[2].channel = "reply";
  const Standing repost = standing_of("repost", rows, "not run");
  EXPECT_TRUE(repost.pace);
  EXPECT_FALSE(repost.activity || repost.habit);
  EXPECT_EQ(repost.habit_missing, "q 0.2 is above 0.025");
  EXPECT_EQ(standing_of("reply", rows, "not run").habit_missing, "not run");
  rows[1].passed = true;
  EXPECT_TRUE(standing_of("repost", rows, "not run").habit_missing.empty());
}

}  // namespace
}  // namespace unisono::evidence
