#include "unisono/evidence/findings.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace unisono::evidence {
namespace {

store::GroupTestRow test_row(const char* test, std::int64_t window_us, double low, bool passed) {
  store::GroupTestRow row;
  row.group_id = "g-1";
  row.channel = "repost";
  row.window_us = window_us;
  row.direction = "1to2";
  row.test = test;
  row.lift = low * 1.5;
  row.lo = low;
  row.hi = low * 2;
  row.w = 40;
  row.passed = passed;
  return row;
}

TEST(Findings, GroupShowsTheWeakestPassingTest) {
  const std::vector<store::GroupTestRow> tests = {test_row("G_T", 10'000'000, 9.0, true),
                                                  test_row("G_X", 60'000'000, 4.0, true),
                                                  test_row("G_T", 300'000'000, 1.1, false)};
  EXPECT_EQ(weakest_passing(tests).window_us, 60'000'000);
  const std::vector<PostKey> posts = {{"x", "1"}, {"x", "2"}};
  const FindingWithEvidence found =
      group_finding({"repost", "g-1", 12, 0.95, true, tests}, {"r", 1000, 100, 80, 5}, posts);
  EXPECT_EQ(found.finding.level, "G0");
  EXPECT_NE(found.finding.statement.find("6.0 times as often (4.0-8.0) as other sharers of the same content"),
            std::string::npos)
      << found.finding.statement;
  const auto numbers = nlohmann::json::parse(found.finding.numbers_json);
  EXPECT_EQ(numbers["accounts"], 12);
  EXPECT_EQ(numbers["passed_tests"], 2);
  EXPECT_EQ(numbers["denominators"]["actions"], 1000);
  ASSERT_EQ(found.evidence.size(), 2U);
  EXPECT_EQ(found.evidence[1].post_id, "2");
  EXPECT_EQ(found.evidence[1].finding_id, found.finding.finding_id);
}

TEST(Findings, HigherLevelsAreRefusedWithTheReason) {
  const std::vector<store::GroupTestRow> tests = {test_row("G_T", 60'000'000, 5.0, true)};
  GroupSubject subject{"repost", "g-1", 5, 0.95, true, tests};
  subject.decision.withheld = {"a reason of this run"};
  const std::string method = group_finding(subject, {}, {}).finding.method_json;
  EXPECT_NE(method.find("a reason of this run"), std::string::npos);
  EXPECT_NE(method.find("G2 (likely inauthentic)"), std::string::npos);
}

TEST(Findings, GroupOfLevelG1NamesItsChannels) {
  const std::vector<store::GroupTestRow> tests = {test_row("G_X", 60'000'000, 5.0, true),
                                                  test_row("G_H", 60'000'000, 4.5, true)};
  std::vector<store::GroupTestRow> elsewhere = {test_row("G_X", 60'000'000, 6.0, true),
                                                test_row("G_H", 60'000'000, 1.0, false)};
  for (store::GroupTestRow& row : elsewhere) row.channel = "reply";
  const GroupSubject subject{"repost", "g-1", 5, 0.95, true, tests, elsewhere, {Level::g1, {"repost", "reply"}, {}}};
  EXPECT_EQ(weakest_passing(tests).test, "G_X");  // the wider sentence, though G_H is lower
  EXPECT_EQ(weakest_habit(tests)->test, "G_H");
  EXPECT_EQ(weakest_habit(elsewhere), nullptr);
  const FindingWithEvidence found = group_finding(subject, {}, {});
  EXPECT_EQ(found.finding.level, "G1");
  EXPECT_NE(found.finding.statement.find("habit in repost and reply. This indicates coordination."), std::string::npos)
      << found.finding.statement;
  const auto numbers = nlohmann::json::parse(found.finding.numbers_json);
  ASSERT_EQ(numbers["elsewhere"].size(), 1U);
  EXPECT_EQ(numbers["elsewhere"][0]["channel"], "reply");
}

TEST(Findings, TieBeyondHabitSpeaksOfItsGroup) {
  store::TieRow tie;
  tie.channel = "repost";
  const TieSubject subject{{Level::t3, {}, {}}, 9.04, 5.0, 14.0};
  const auto found = tie_finding(tie, "account 1", "account 2", {}, {}, subject);
  EXPECT_EQ(found.finding.level, "T3");
  EXPECT_NE(found.finding.statement.find("9.0 times as often (5.0-14.0) as its members' own habits"),
            std::string::npos);
}

TEST(Findings, IdsNameTheSubjectAndNotTheNumbers) {
  store::TieRow tie;
  tie.channel = "repost";
  tie.window_us = 60'000'000;
  tie.platform_a = tie.platform_b = "x";
  tie.account_a = "1";
  tie.account_b = "2";
  tie.w_t = 5;
  const std::string id = tie_finding(tie, "account 1", "account 2", {}, {}).finding.finding_id;
  tie.w_t = 6;
  EXPECT_EQ(tie_finding(tie, "@a", "@b", {}, {}).finding.finding_id, id);
  tie.account_b = "3";
  EXPECT_NE(tie_finding(tie, "account 1", "account 2", {}, {}).finding.finding_id, id);
}

TEST(Findings, TwoRunsShareNoId) {
  EXPECT_NE(count_finding("link", {"run 1"}).finding.finding_id, count_finding("link", {"run 2"}).finding.finding_id);
  EXPECT_EQ(count_finding("link", {"run 1"}).finding.finding_id, count_finding("link", {"run 1"}).finding.finding_id);
}

TEST(Findings, CountsSayTheirCoverage) {
  const FindingWithEvidence found = count_finding("link", {"r", 90, 40, 7, 10});
  EXPECT_EQ(found.finding.level, "0");
  EXPECT_NE(found.finding.statement.find("7 of 40 accounts"), std::string::npos);
  EXPECT_NE(found.finding.statement.find("90.0 % (90 of 100)"), std::string::npos) << found.finding.statement;
}

}  // namespace
}  // namespace unisono::evidence
