#include "unisono/store/result_tables.hpp"

#include "temporary_case.hpp"

namespace unisono::store::testing {
namespace {

RunResults some_results() {
  RunResults r;
  ChannelCheckRow check{"link", 60'000'000, 10, 45, 0.1, 1.5, {}, {}, "tested", "", 100, 20, 30, 5, 190, 1e-300, 4};
  r.checks = {check, {}};
  r.checks[1].channel = "text";
  r.checks[1].verdict = "no_events";
  TieRow tie;
  tie.channel = "link";
  tie.window_us = 60'000'000;
  tie.platform_a = tie.platform_b = "x";
  tie.account_a = "1";
  tie.account_b = "2";
  tie.n_objects = 5;
  tie.lambda_t = 0.25;
  tie.p = 1e-12;
  tie.gap_sum_us = static_cast<decltype(tie.gap_sum_us)>(1) << 90;
  tie.first_us = -1;
  tie.last_us = 1'600'000'000'000'000;
  tie.level = "T2";
  r.ties = {tie, tie};
  r.ties[1].account_b = "3";
  r.ties[1].window_us = std::nullopt;
  r.ties[1].gap_sum_us = -5;
  r.ties[1].lower_bound = true;
  r.groups = {{"g1", 2, "G0", "[\"one channel\"]", 0.95}};
  r.members = {{"g1", "x", "1", "core"}, {"g1", "x", "2", "core"}};
  GroupTestRow test;
  test.group_id = "g1";
  test.channel = "link";
  test.window_us = 60'000'000;
  test.test = "activity";
  test.w = 12;
  test.expected = 0.5;
  test.passed = true;
  r.tests = {test};
  r.joining = {{"g1", "link", 60'000'000, "x", "3'", 7, 9, 0.5, 1e-9, 2e-8, 6, 3}};
  r.findings = {{"f1", "groups", "group", "g1", "G0", "statement", "{}", "{}", "open"}};
  r.evidence = {{"f1", 1, "x", "100", 1, "in/side", 0, 25}, {"f1", 2, "x", "101", {}, {}, {}, {}}};
  return r;
}

class ResultTablesTest : public CaseTest {
 protected:
  static std::size_t all_rows(CaseFile& file) {
    std::int64_t n = 0;
    for (const std::string table :
         {"run", "channel_check", "tie", "group_", "group_member", "group_test", "joining", "finding", "evidence"}) {
      n += count(file, "SELECT count(*) FROM " + table);
    }
    return static_cast<std::size_t>(n);
  }
  const store::Run run{"detect", "{}", 1, "hash", "0.1.0"};
};

TEST_F(ResultTablesTest, WhatIsWrittenComesBack) {
  CaseFile file = make();
  const RunResults written = some_results();
  const auto id = write_results(file, run, written);
  ASSERT_TRUE(id) << why(id);
  EXPECT_EQ(*id, run_id(run));
  const auto read = read_results(file, *id);
  ASSERT_TRUE(read) << why(read);
  ASSERT_EQ(read->checks.size(), 2U);
  EXPECT_EQ(read->checks[0].least_p, 1e-300);
  EXPECT_EQ(read->checks[0].background, std::nullopt);
  EXPECT_EQ(read->checks[0].smallest_group, 4);
  EXPECT_EQ(read->checks[1].window_us, std::nullopt);
  ASSERT_EQ(read->ties.size(), 2U);
  EXPECT_TRUE(read->ties[0].gap_sum_us == written.ties[0].gap_sum_us);
  EXPECT_TRUE(read->ties[1].gap_sum_us == -5);
  EXPECT_EQ(read->ties[0].first_us, -1);
  EXPECT_EQ(read->ties[0].p, 1e-12);
  EXPECT_EQ(read->ties[0].q, std::nullopt);
  EXPECT_EQ(read->ties[0].level, "T2");
  EXPECT_EQ(read->ties[1].account_b, "3");
  EXPECT_TRUE(read->ties[1].lower_bound);
  EXPECT_EQ(read->groups[0].stability, 0.95);
  EXPECT_EQ(read->members[1].account_id, "2");
  EXPECT_TRUE(read->tests[0].passed);
  EXPECT_EQ(read->tests[0].w, 12);
  ASSERT_EQ(read->joining.size(), 1U);
  EXPECT_EQ(read->joining[0].account_id, "3'");
  EXPECT_EQ(read->joining[0].marked, 7);
  EXPECT_EQ(read->joining[0].posts, 9);
  EXPECT_EQ(read->joining[0].expected, 0.5);
  EXPECT_EQ(read->joining[0].q, 2e-8);
  EXPECT_EQ(read->joining[0].days, 3);
  EXPECT_EQ(read->findings[0].statement, "statement");
  ASSERT_EQ(read->evidence.size(), 2U);
  EXPECT_EQ(read->evidence[0].raw_member, "in/side");
  EXPECT_EQ(read->evidence[1].raw_offset, std::nullopt);
}

TEST_F(ResultTablesTest, ARerunReplacesItsOwnRowsOnly) {
  CaseFile file = make();
  RunResults first = some_results();
  ASSERT_TRUE(write_results(file, run, first));
  store::Run second_run = run;
  second_run.seed = 2;
  RunResults second = some_results();
  second.findings[0].finding_id = "f2";
  for (EvidenceRow& row : second.evidence) row.finding_id = "f2";
  ASSERT_TRUE(write_results(file, second_run, second));
  const std::size_t both = all_rows(file);
  first.ties.pop_back();
  ASSERT_TRUE(write_results(file, run, first));
  EXPECT_EQ(all_rows(file), both - 1);
  EXPECT_EQ(read_results(file, run_id(run))->ties.size(), 1U);
  EXPECT_EQ(read_results(file, run_id(second_run))->ties.size(), 2U);
  EXPECT_EQ(read_results(file, run_id(second_run))->evidence.size(), 2U);
  EXPECT_TRUE(read_results(file, "unknown")->checks.empty());
}

TEST_F(ResultTablesTest, WhatMayNotBeWrittenLeavesNothing) {
  CaseFile file = make();
  RunResults wrong = some_results();
  wrong.groups[0].level = "G5";
  EXPECT_EQ(write_results(file, run, wrong).error().code, ErrorCode::usage);
  wrong = some_results();
  wrong.evidence[1].finding_id = "f9";
  EXPECT_EQ(write_results(file, run, wrong).error().code, ErrorCode::usage);
  wrong = some_results();
  wrong.findings.push_back(wrong.findings[0]);
  EXPECT_EQ(write_results(file, run, wrong).error().code, ErrorCode::usage);
  wrong = some_results();
  wrong.findings[0].statement = "\xFF";
  EXPECT_FALSE(write_results(file, run, wrong));
  EXPECT_EQ(all_rows(file), 0U) << "a step that failed late wrote nothing";
  ASSERT_TRUE(write_results(file, run, some_results()));
  store::Run other = run;
  other.seed = 9;
  const std::size_t before = all_rows(file);
  EXPECT_EQ(write_results(file, other, some_results()).error().code, ErrorCode::usage) << "f1 belongs to another run";
  EXPECT_EQ(all_rows(file), before);
}

}  // namespace
}  // namespace unisono::store::testing
