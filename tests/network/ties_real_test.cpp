// The tie rule on a real archive: published rows of one operation, minute stamps. Skipped where the file is absent.
#include <gtest/gtest.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "support/channel.hpp"
#include "support/csv_rows.hpp"
#include "support/permuted.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/ties.hpp"

namespace unisono::network {
namespace {

std::int64_t minute(const std::string& text) {  // "2016-09-15 00:05:00"
  const auto part = [&](std::size_t at, std::size_t n) { return std::atoi(text.substr(at, n).c_str()); };
  return to_us({part(0, 4), part(5, 2), part(8, 2), part(11, 2), part(14, 2), part(17, 2), 0});
}

// Rows with retweet = 1; one row = one post, object = raw text, account = author.
const Events* reposts() {
  static const std::optional<Events> events = [] {
    std::optional<Events> result;
    const auto csv = test::read_csv_xz(UNISONO_SHARED "/data/ira_month/ira_2016-09-15_2016-10-15.csv.xz");
    if (!csv) return result;
    test::Channel channel;
    std::uint32_t post = 0;
    for (const test::CsvRow& row : csv->rows) {
      ++post;
      if (row[csv->column.at("retweet")] == "1")
        channel.add(row[csv->column.at("author_id")], row[csv->column.at("content")],
                    minute(row[csv->column.at("publish_date")]), post);
    }
    result = first_events(channel.actions());
    return result;
  }();
  return events ? &*events : nullptr;
}

std::size_t accounts_of(const std::vector<Tie>& ties) {
  std::set<std::uint32_t> accounts;
  for (const Tie& tie : ties) accounts.insert({tie.a, tie.b});
  return accounts.size();
}

TieResult run(const Events& events, std::uint64_t window_s, unsigned threads = 1) {
  TieOptions options;
  options.window_us = window_s * 1'000'000;
  Control control;
  control.threads = threads;
  const auto result = test_ties(events, options, control);
  EXPECT_TRUE(result) << describe(result.error());
  return result ? *result : TieResult{};
}

#define UNISONO_NEEDS_REPOSTS() \
  if (reposts() == nullptr) GTEST_SKIP() << "no month of reposts in " UNISONO_SHARED "/data, or no xz"

TEST(TiesOnAnArchive, OneMinute) {
  UNISONO_NEEDS_REPOSTS();
  const TieResult result = run(*reposts(), 60);
  EXPECT_EQ(result.check.verdict, "tested");
  EXPECT_EQ(result.check.n_eligible, 314U);
  EXPECT_EQ(result.check.family_k, 2187U);
  EXPECT_NEAR(*result.check.collision, 0.0045, 0.00005);
  EXPECT_NEAR(*result.check.habit_factor, 3.0, 0.05);
  EXPECT_EQ(result.ties.size(), 97U);
  EXPECT_EQ(accounts_of(result.ties), 99U);
  EXPECT_EQ(result.t_alone, 263U);
  EXPECT_EQ(result.t_alone_accounts, 169U);
  EXPECT_EQ(result.ties_by_accounts, 84U);
}

TEST(TiesOnAnArchive, FiveMinutes) {
  UNISONO_NEEDS_REPOSTS();
  const TieResult result = run(*reposts(), 300);
  EXPECT_EQ(result.check.family_k, 1788U);
  EXPECT_NEAR(*result.check.habit_factor, 2.2, 0.05);
  EXPECT_EQ(result.ties.size(), 152U);
  EXPECT_EQ(accounts_of(result.ties), 145U);
  EXPECT_EQ(result.t_alone, 595U);
  EXPECT_EQ(result.t_alone_accounts, 221U);
  EXPECT_EQ(result.ties_by_accounts, 130U);
}

TEST(TiesOnAnArchive, NoneWhenObjectsArePermutedInsideHours) {
  UNISONO_NEEDS_REPOSTS();
  const std::uint64_t runs = test::permuted_runs(5);
  ASSERT_GT(runs, 0U);
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const Events permuted = test::permuted_inside_hours(*reposts(), seed);
    ASSERT_GT(permuted.size(), reposts()->size() * 9 / 10);
    for (const std::uint64_t window_s : {60U, 300U, 3600U})
      EXPECT_TRUE(run(permuted, window_s).ties.empty()) << seed << ", " << window_s << " s";
  }
}

TEST(TiesOnAnArchive, EqualForAnyNumberOfThreads) {
  UNISONO_NEEDS_REPOSTS();
  const TieResult one = run(*reposts(), 300);
  for (const unsigned threads : {2U, 7U}) {
    const TieResult more = run(*reposts(), 300, threads);
    ASSERT_EQ(more.ties.size(), one.ties.size());
    EXPECT_EQ(more.check.habit_factor, one.check.habit_factor);
    for (std::size_t i = 0; i < one.ties.size(); ++i) {
      EXPECT_EQ(more.ties[i].p, one.ties[i].p);
      EXPECT_EQ(more.ties[i].q, one.ties[i].q);
      EXPECT_EQ(more.ties[i].lambda_t, one.ties[i].lambda_t);
    }
  }
}

// Organic data: reposts collected by chosen post, where T must call itself blind.
TEST(TiesOnOrganicData, RepostsCollectedByPostAreBlind) {
  const auto csv = test::read_csv_xz(UNISONO_SHARED "/data/organic/weibo_ced_300.csv.xz");
  if (!csv) GTEST_SKIP() << "no organic reposts in " UNISONO_SHARED "/data/organic, or no xz";
  test::Channel channel;
  std::uint32_t post = 0;
  for (const test::CsvRow& row : csv->rows)
    channel.add(row[csv->column.at("account_id")], row[csv->column.at("object_id")],
                std::atoll(row[csv->column.at("timestamp")].c_str()) * k_us_per_s, post++);
  const Events events = first_events(channel.actions());
  for (const std::uint64_t window_s : {60U, 3600U}) {
    const TieResult result = run(events, window_s);
    EXPECT_EQ(result.check.verdict, "blind");
    EXPECT_GT(*result.check.collision, 0.5);
    for (const Tie& tie : result.ties) EXPECT_EQ(tie.test, TieTest::pace) << "a lead, never a tie";
    std::printf("%llu s: c-bar %.2f, F %.1f, %zu leads\n", static_cast<unsigned long long>(window_s),
                *result.check.collision, result.check.habit_factor.value_or(0), result.ties.size());
  }
}

// A live event of one day: hashtags (ASCII, folded), several of them in a post.
TEST(TiesOnOrganicData, NoneAtALiveEvent) {
  const auto csv = test::read_csv_xz(UNISONO_SHARED "/data/organic/mayweather_tweets.csv.xz");
  if (!csv) GTEST_SKIP() << "no live event in " UNISONO_SHARED "/data/organic, or no xz";
  test::Channel channel;
  std::uint32_t post = 0;
  for (const test::CsvRow& row : csv->rows) {
    const std::string& text = row[csv->column.at("text")];
    ++post;
    for (std::size_t i = text.find('#'); i != std::string::npos; i = text.find('#', i + 1)) {
      std::string tag;
      for (std::size_t k = i + 1; k < text.size() && (std::isalnum(static_cast<unsigned char>(text[k])) != 0); ++k)
        tag += static_cast<char>(std::tolower(static_cast<unsigned char>(text[k])));
      if (!tag.empty())
        channel.add(row[csv->column.at("screen_name")], tag, minute(row[csv->column.at("created_at")]), post);
    }
  }
  const Events events = first_events(channel.actions());
  for (const std::uint64_t window_s : {10U, 60U, 300U, 3600U}) {
    const TieResult result = run(events, window_s);
    EXPECT_FALSE(result.check.blind) << *result.check.collision;
    EXPECT_TRUE(result.ties.empty());
    std::printf("%llu s: c-bar %.2f, F %.1f, %llu eligible, K %llu, T alone %llu\n",
                static_cast<unsigned long long>(window_s), *result.check.collision,
                result.check.habit_factor.value_or(0), static_cast<unsigned long long>(result.check.n_eligible),
                static_cast<unsigned long long>(result.check.family_k),
                static_cast<unsigned long long>(result.t_alone));
  }
}

}  // namespace
}  // namespace unisono::network
