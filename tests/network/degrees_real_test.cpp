// The test of degrees on a real archive of one operation: what it accepts, and that it accepts nothing where both
// margins are all that is left. Skipped where the file is absent.
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "support/channel.hpp"
#include "support/csv_rows.hpp"
#include "unisono/network/degrees.hpp"
#include "unisono/network/permute.hpp"

namespace unisono::network {
namespace {

TEST(DegreesReal, AcceptsPairsOfAnOperationAndNoneOfFastball) {
  const auto csv = test::read_csv_xz(UNISONO_SHARED "/data/ira_month/ira_2016-09-15_2016-10-15.csv.xz");
  if (!csv) GTEST_SKIP() << "no month of reposts in " UNISONO_SHARED "/data, or no xz";
  test::Channel channel;
  std::uint32_t post = 0;
  for (const test::CsvRow& row : csv->rows)
    if (row[csv->column.at("retweet")] == "1")
      channel.add(row[csv->column.at("author_id")], row[csv->column.at("content")], 0, post++);
  const Events events = first_events(channel.actions());
  const auto result = test_degrees(events, {}, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->verdict, "tested") << result->reason;
  EXPECT_LT(result->residual, 1e-7);
  std::set<std::uint32_t> accounts;
  for (const DegreeTie& tie : result->ties) accounts.insert({tie.a, tie.b});
  RecordProperty("ties", std::to_string(result->ties.size()));
  RecordProperty("accounts", std::to_string(accounts.size()) + " of " + std::to_string(result->n_eligible));
  EXPECT_GT(accounts.size(), 100U);
  std::size_t false_ties = 0;
  for (std::uint64_t run = 0; run < 5; ++run) {
    const auto copy = permute(events, Permutation::fastball, {}, 1, run, {});
    ASSERT_TRUE(copy);
    const auto null = test_degrees(*copy, {}, {});
    ASSERT_TRUE(null);
    false_ties += null->ties.size();
  }
  EXPECT_EQ(false_ties, 0U);
}

}  // namespace
}  // namespace unisono::network
