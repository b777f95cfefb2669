// Accounts that act with a group: told apart from its members, and from accounts that only meet it by chance.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/network/joining.hpp"

namespace unisono::commands {
namespace {

std::set<std::string> texts(store::CaseFile& file, const std::string& sql) {
  const auto table = file.query(sql);
  EXPECT_TRUE(table) << (table ? "" : describe(table.error()));
  std::set<std::string> all;
  for (std::size_t row = 0; table && row < table->rows(); ++row)
    all.insert(std::get<std::string>(table->columns()[0].cells[row]));
  return all;
}

// Every follower comes 59 s before the first of the squad, each time before another one: it is near every member once
// at most and forms no pair that the screen could find.
std::vector<test::PlantedAction> with_followers(const test::PlantedCase& plan, std::uint32_t followers) {
  std::vector<test::PlantedAction> actions = test::planted_actions(plan);
  std::map<std::string, test::PlantedAction> first;
  for (const test::PlantedAction& action : actions) {
    if (!action.account.starts_with("squad")) continue;
    test::PlantedAction& known = first.emplace(action.object, action).first->second;
    if (action.t_us < known.t_us) known = action;
  }
  for (std::uint32_t follower = 0; follower < followers; ++follower) {
    std::set<std::string> met;
    for (const auto& [object, leader] : first) {
      if (met.insert(leader.account).second)
        actions.push_back({fmt::format("near{}", follower), object, leader.t_us - 59 * k_us_per_s});
    }
  }
  return actions;
}

TEST(DetectJoining, FollowersActWithTheGroupAndAreNoMembers) {
  const test::TemporaryFolder folder;
  const test::PlantedCase plan{.tasks = 12, .jitter_s = 55};
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", with_followers(plan, 1)));
  DetectOptions options;
  options.case_path = folder / "a.uni";
  options.windows_us = {60'000'000};
  const auto result = detect(options, Control{.threads = 2});
  ASSERT_TRUE(result) << describe(result.error());
  auto file = store::CaseFile::open(options.case_path, {});
  ASSERT_TRUE(file);
  const auto members = texts(*file, "SELECT account_id FROM group_member WHERE how = 'found'");
  const auto joining = texts(*file, "SELECT account_id FROM joining");
  EXPECT_TRUE(members.contains("squad00"));
  EXPECT_FALSE(members.contains("near0"));
  EXPECT_EQ(joining, (std::set<std::string>{"near0"}));
  EXPECT_EQ(result->joining.rows(), 1U);
  EXPECT_EQ(*file->count("SELECT count(*) FROM joining WHERE marked < 3 OR marked > posts OR q < p OR q > 0.05"), 0);
  EXPECT_EQ(*file->count("SELECT count(*) FROM joining JOIN group_member USING (run_id, group_id, account_id)"), 0);
}

TEST(DetectJoining, WithoutFollowersNobodyJoins) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({.tasks = 12, .jitter_s = 50})));
  DetectOptions options;
  options.case_path = folder / "a.uni";
  options.windows_us = {60'000'000};
  const auto result = detect(options, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_GT(result->groups.rows(), 0U);
  EXPECT_EQ(result->joining.rows(), 0U);
}

}  // namespace
}  // namespace unisono::commands
