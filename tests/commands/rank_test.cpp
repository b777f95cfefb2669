// What rank says without times: on a case from which all times were taken away.
#include "unisono/commands/rank.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "support/planted_case.hpp"

namespace unisono::commands {
namespace {

class Rank : public testing::Test {
 protected:
  void SetUp() override {
    // A squad that shares eight rare objects each in a public with popular ones.
    auto actions = test::planted_actions({.squad = 0, .tasks = 0});
    for (int member = 0; member < 10; ++member) {
      for (int task = 0; task < 8; ++task)
        actions.push_back({fmt::format("squad{:02}", member), fmt::format("rare{:02}", (task + member) % 10), 0});
    }
    ASSERT_TRUE(test::write_planted_case(options_.case_path, actions));
    auto file = store::CaseFile::open(options_.case_path, {});
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->execute("UPDATE post SET t_us = NULL"));
    options_.channels = {"repost"};
  }
  static std::string text(const Table& table, std::size_t column, std::size_t row) {
    return to_text(table.columns()[column].cells[row], ColumnType::text);
  }
  std::set<std::string> squad() {
    auto file = store::CaseFile::open(options_.case_path, {});
    std::set<std::string> labels;
    const auto rows = file->query("SELECT label FROM account_name WHERE account_id LIKE 'squad%'");
    for (std::size_t row = 0; row < rows->rows(); ++row) labels.insert(text(*rows, 0, row));
    return labels;
  }

  test::TemporaryFolder folder_;
  RankOptions options_{.case_path = folder_ / "a.uni"};
};

TEST_F(Rank, TheSquadComesFirstAndIsTiedByInterestOnly) {
  const auto result = rank(options_, Control{.threads = 2});
  ASSERT_TRUE(result) << describe(result.error());
  const std::set<std::string> members = squad();
  ASSERT_EQ(members.size(), 10U);
  ASSERT_EQ(text(result->checks, 1, 0), "tested") << text(result->checks, 8, 0);
  ASSERT_GE(result->accounts.rows(), 10U);
  for (std::size_t row = 0; row < 10; ++row) EXPECT_TRUE(members.contains(text(result->accounts, 2, row))) << row;
  EXPECT_EQ(result->pairs.rows(), 45U);
  for (std::size_t row = 0; row < result->pairs.rows(); ++row) {
    EXPECT_EQ(text(result->pairs, 1, row), "T1");
    EXPECT_TRUE(members.contains(text(result->pairs, 2, row)) && members.contains(text(result->pairs, 3, row))) << row;
  }
  ASSERT_EQ(result->notes.size(), 2U);
  EXPECT_NE(result->notes[0].find("not a test"), std::string::npos);
}

TEST_F(Rank, ThreadsChangeNothingAndNothingIsWritten) {
  const auto one = rank(options_, Control{.threads = 1}), seven = rank(options_, Control{.threads = 7});
  ASSERT_TRUE(one && seven);
  for (const auto& [a, b] : {std::pair(&one->accounts, &seven->accounts), std::pair(&one->pairs, &seven->pairs)}) {
    ASSERT_EQ(a->rows(), b->rows());
    for (std::size_t c = 0; c < a->columns().size(); ++c) EXPECT_EQ(a->columns()[c].cells, b->columns()[c].cells);
  }
  auto file = store::CaseFile::open(options_.case_path, {});
  EXPECT_EQ(*file->count("SELECT count(*) FROM run"), 0);
}

TEST_F(Rank, RefusesWhatCannotBeMeant) {
  options_.alpha = std::nan("");
  EXPECT_FALSE(rank(options_, {}));
  options_.alpha = 0.05;
  options_.channels = {"nonsense"};
  const auto unknown = rank(options_, {});
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("no channel 'nonsense'"), std::string::npos);
}

}  // namespace
}  // namespace unisono::commands
