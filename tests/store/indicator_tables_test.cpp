#include "unisono/store/indicator_tables.hpp"

#include <gtest/gtest.h>

#include "store/temporary_case.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::store::testing {
namespace {

class IndicatorTablesTest : public CaseTest {};

RunResults some_results() {
  RunResults results;
  results.indicators.joining = {{"g-1", "repost", 60'000'000, "x", "a'1", 7, 9, 0.5, 1e-9, 2e-8, 6, 3}};
  results.indicators.bursts = {{"repost", 1'000'000, -5'000'000, 31, 0.25, 1e-30, 1e-28}};
  results.indicators.burst_accounts = {{"repost", 1'000'000, "x", "a'1", 12, 4}};
  results.indicators.scores = {{"link", "x", "a'1", 1, 2.5, 1.25, 40, 0.5, 8, 11}};
  return results;
}

TEST_F(IndicatorTablesTest, WhatIsWrittenIsReadAndASecondRunReplacesNothingOfTheFirst) {
  CaseFile file = make();
  const store::Run run{"detect", "{}", 1, "hash", "1"};
  for (int again = 0; again < 2; ++again) {
    const auto id = write_results(file, run, some_results());
    ASSERT_TRUE(id) << why(id);
    const auto other = write_results(file, {"detect", R"({"seed":2})", 2, "hash", "1"}, {});
    ASSERT_TRUE(other) << why(other);
    const auto read = read_indicators(file, *id);
    ASSERT_TRUE(read) << why(read);
    ASSERT_EQ(read->joining.size(), 1U);
    const JoiningRow& joining = read->joining[0];
    EXPECT_EQ(joining.account_id, "a'1");
    EXPECT_EQ(std::tuple(joining.marked, joining.posts, joining.objects, joining.days), std::tuple(7, 9, 6, 3));
    EXPECT_EQ(std::tuple(joining.expected, joining.p, joining.q), std::tuple(0.5, 1e-9, 2e-8));
    ASSERT_EQ(read->bursts.size(), 1U);
    EXPECT_EQ(read->bursts[0].begin_us, -5'000'000);
    EXPECT_EQ(read->bursts[0].accounts, 31);
    ASSERT_EQ(read->burst_accounts.size(), 1U);
    EXPECT_EQ(read->burst_accounts[0].bursts, 4);
    ASSERT_EQ(read->scores.size(), 1U);
    EXPECT_EQ(std::tuple(read->scores[0].place, read->scores[0].shared, read->scores[0].objects), std::tuple(1, 8, 11));
    EXPECT_TRUE(read_indicators(file, *other)->joining.empty());
  }
}

}  // namespace
}  // namespace unisono::store::testing
