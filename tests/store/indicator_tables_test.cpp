#include "unisono/store/indicator_tables.hpp"

#include "temporary_case.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::store::testing {
namespace {

using IndicatorTablesTest = CaseTest;

const Run k_run{"detect", "{}", 1, "hash", "0.1.0"};
const char* const k_tables[] = {"burst_check", "burst",      "burst_account",  "timeless_check",
                                "ranking",     "degree_tie", "second_opinion", "second_opinion_account"};

IndicatorRows some_rows() {
  IndicatorRows rows;
  rows.bursts.checks = {{1'000'000, "tested", "", 900, 40, 800, 2, 1, 0.01},
                        {5'000'000, "too_coarse", "times are known to the min", 3, 2, 0, 0, 0, 0.01}};
  rows.bursts.bursts = {{1'000'000, -5'000'000, 30, 0.25, 1e-40, 1e-37}};
  rows.bursts.accounts = {{1'000'000, "x", "7'", 4, 1}};
  rows.timeless.checks = {{"link", "tested", "why", 100, 20, 10, 45, 30, 9, 3, 0.05, 50}};
  rows.timeless.accounts = {{"link", 1, "x", "7'", 2.5, 0.75, 9.25, 6, 8, 5, 0.5}};
  rows.timeless.ties = {{"link", "x", "7'", "y", "8", 6, 0.125, 1e-9, 1e-6}};
  SecondOpinionRow pieces;
  pieces.group_id = "g-1";
  pieces.channel = "link";
  pieces.window_us = 60'000'000;
  pieces.method = "pieces";
  pieces.of = 9;
  pieces.reason = "no ties";
  SecondOpinionRow dense = pieces;
  dense.method = "dense";
  dense.members = 7;
  dense.accounts = 8;
  dense.objects = 12;
  dense.jaccard = 0.7;
  dense.density = 1.5;
  dense.copies = 99;
  dense.as_dense = 0;
  dense.reason = "";
  SecondOpinionRow clusters = pieces;
  clusters.method = "clusters";
  clusters.resolution = 2;
  clusters.co_assignment = 0.95;
  clusters.rand_index = 0.9;
  clusters.variation = 0.1;
  rows.second.opinions = {pieces, dense, clusters};
  rows.second.accounts = {{"g-1", "link", "dense", {}, "x", "7'"}, {"g-1", "link", "clusters", 2.0, "x", "8"}};
  return rows;
}

TEST_F(IndicatorTablesTest, AreReadAsTheyWereWrittenAndReplacedWithTheirRun) {
  CaseFile file = make();
  RunResults results;
  results.indicators = some_rows();
  for (int time = 0; time < 2; ++time) {
    const auto id = write_results(file, k_run, results);
    ASSERT_TRUE(id) << why(id);
    const auto back = read_results(file, *id);
    ASSERT_TRUE(back) << why(back);
    const IndicatorRows& rows = back->indicators;
    ASSERT_EQ(rows.bursts.checks.size(), 2U);
    EXPECT_EQ(rows.bursts.checks[0].bins, 800);
    EXPECT_EQ(rows.bursts.checks[0].alpha, 0.01);
    EXPECT_EQ(rows.bursts.checks[1].reason, "times are known to the min");
    ASSERT_EQ(rows.bursts.bursts.size(), 1U);
    EXPECT_EQ(rows.bursts.bursts[0].begin_us, -5'000'000);
    EXPECT_EQ(rows.bursts.bursts[0].p, 1e-40);
    ASSERT_EQ(rows.bursts.accounts.size(), 1U);
    EXPECT_EQ(rows.bursts.accounts[0].account_id, "7'");
    EXPECT_EQ(rows.bursts.accounts[0].bursts, 1);
    ASSERT_EQ(rows.timeless.checks.size(), 1U);
    EXPECT_EQ(rows.timeless.checks[0].ties, 3);
    EXPECT_EQ(rows.timeless.checks[0].max_sharers, 50);
    ASSERT_EQ(rows.timeless.accounts.size(), 1U);
    EXPECT_EQ(rows.timeless.accounts[0].partners, 5);
    EXPECT_EQ(rows.timeless.accounts[0].cosine, 0.5);
    ASSERT_EQ(rows.timeless.ties.size(), 1U);
    EXPECT_EQ(rows.timeless.ties[0].account_b, "8");
    EXPECT_EQ(rows.timeless.ties[0].level, "T1");
    ASSERT_EQ(rows.second.opinions.size(), 3U);
    EXPECT_EQ(rows.second.opinions[0].objects, std::nullopt);
    EXPECT_EQ(rows.second.opinions[0].reason, "no ties");
    EXPECT_EQ(rows.second.opinions[1].members, 7);
    EXPECT_EQ(rows.second.opinions[1].of, 9);
    EXPECT_EQ(rows.second.opinions[1].as_dense, 0);
    EXPECT_EQ(rows.second.opinions[2].resolution, 2.0);
    EXPECT_EQ(rows.second.opinions[2].variation, 0.1);
    ASSERT_EQ(rows.second.accounts.size(), 2U);
    EXPECT_EQ(rows.second.accounts[0].resolution, std::nullopt);
    EXPECT_EQ(rows.second.accounts[1].account_id, "8");
    for (const char* table : k_tables) EXPECT_GT(count(file, std::string("SELECT count(*) FROM ") + table), 0) << table;
  }
  EXPECT_TRUE(read_indicators(file, "no such run")->bursts.checks.empty());
}

TEST_F(IndicatorTablesTest, ALevelThatDoesNotExistIsRefused) {
  CaseFile file = make();
  RunResults results;
  results.indicators = some_rows();
  results.indicators.timeless.ties[0].level = "T9";
  EXPECT_EQ(write_results(file, k_run, results).error().code, ErrorCode::usage);
  EXPECT_EQ(count(file, "SELECT count(*) FROM burst"), 0);
}

}  // namespace
}  // namespace unisono::store::testing
