#include "unisono/commands/explain.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/commands/inspect.hpp"
#include "unisono/commands/query.hpp"

namespace unisono::commands {
namespace {

constexpr std::int64_t k_minute_us = 60'000'000;

// The cell of a row, by the name of its column.
Cell cell(const Table& table, std::size_t row, std::string_view column) {
  const Column* found = table.find(column);
  EXPECT_NE(found, nullptr) << column;
  return found == nullptr ? Cell() : found->cells.at(row);
}
std::string text(const Table& table, std::size_t row, std::string_view column) {
  const Column* found = table.find(column);
  return found == nullptr ? "(no such column)" : to_text(found->cells.at(row), found->type);
}

bool says(const std::vector<std::string>& notes, std::string_view words) {
  for (const std::string& note : notes)
    if (note.find(words) != std::string::npos) return true;
  return false;
}

// A squad in a public, with two accounts that are in no group: one acts alone, one hardly at all.
class Explain : public testing::Test {
 protected:
  void SetUp() override {
    test::PlantedCase plan;
    plan.squad = 6;
    std::vector<test::PlantedAction> actions = test::planted_actions(plan);
    const std::int64_t t = to_us({2024, 3, 2, 0, 0, 0, 0});
    actions.push_back({"once", "post00001", t});
    actions.push_back({"alone", "a", t});
    actions.push_back({"alone", "b", t + k_minute_us});
    ASSERT_TRUE(test::write_planted_case(path(), actions));
  }
  std::filesystem::path path() const { return folder_ / "a.uni"; }

  DetectResult found(std::vector<std::int64_t> windows_us = {k_minute_us, 300'000'000}) {
    DetectOptions options;
    options.case_path = path();
    options.windows_us = std::move(windows_us);
    auto result = detect(options, {});
    EXPECT_TRUE(result) << describe(result.error());
    return result ? std::move(*result) : DetectResult{};
  }
  Result<PairExplained> explained(const std::string& a, const std::string& b) {
    ExplainOptions options;
    options.case_path = path();
    options.a = a;
    options.b = b;
    return explain_pair(options, {});
  }
  Table rows_of(const std::string& sql) {
    auto rows = query({path(), sql, 0}, {});
    EXPECT_TRUE(rows) << describe(rows.error()) << "\n" << sql;
    return rows ? std::move(*rows) : Table();
  }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(Explain, EveryStoredTieHasTheSameNumbers) {
  found();
  const Table ties = rows_of(
      "SELECT account_a, account_b, window_us / 1e6 AS window_s, w_t, w_x, lambda_t, lambda_x, p_t, "
      "p_x, p, q, level, n_days FROM tie WHERE test = 'rule' ORDER BY rowid");
  ASSERT_GT(ties.rows(), 25U);
  for (std::size_t tie = 0; tie < ties.rows(); ++tie) {
    const auto pair = explained(text(ties, tie, "account_a"), text(ties, tie, "account_b"));
    ASSERT_TRUE(pair) << describe(pair.error());
    std::size_t hits = 0;
    for (std::size_t row = 0; row < pair->pairs.rows(); ++row) {
      if (text(pair->pairs, row, "channel") != "repost" ||
          cell(pair->pairs, row, "window_s") != cell(ties, tie, "window_s"))
        continue;
      ++hits;
      EXPECT_EQ(text(pair->pairs, row, "verdict"), "tie");
      EXPECT_EQ(text(pair->pairs, row, "level"), text(ties, tie, "level"));
      for (const char* column : {"w_t", "w_x", "p_t", "p_x", "p"})
        EXPECT_EQ(cell(pair->pairs, row, column), cell(ties, tie, column)) << column;
      EXPECT_EQ(cell(pair->pairs, row, "expected_t"), cell(ties, tie, "lambda_t"));
      EXPECT_EQ(cell(pair->pairs, row, "expected_x"), cell(ties, tie, "lambda_x"));
      EXPECT_EQ(cell(pair->pairs, row, "days"), cell(ties, tie, "n_days"));
      EXPECT_DOUBLE_EQ(std::get<double>(cell(pair->pairs, row, "q")), std::get<double>(cell(ties, tie, "q")));
      EXPECT_EQ(cell(pair->pairs, row, "as_stored"), Cell(true));
    }
    EXPECT_EQ(hits, 1U);
    EXPECT_TRUE(says(pair->notes, "is consistent with") || says(pair->notes, "indicates")) << "the claim";
    EXPECT_TRUE(says(pair->notes, "ordinary explanations"));
    EXPECT_FALSE(says(pair->notes, "not those of the run"));
  }
}

TEST_F(Explain, EveryOtherPairHasAReason) {
  found();
  const Table others = rows_of(
      "SELECT a.account_id AS a, b.account_id AS b FROM account a JOIN account b ON a.account_id < b.account_id WHERE "
      "NOT "
      "EXISTS (FROM tie t WHERE t.account_a = a.account_id AND t.account_b = b.account_id) ORDER BY hash(a.account_id "
      "|| "
      "b.account_id) LIMIT 25");
  ASSERT_EQ(others.rows(), 25U);
  std::set<std::string> verdicts;
  for (std::size_t i = 0; i < others.rows(); ++i) {
    const auto pair = explained(text(others, i, "a"), text(others, i, "b"));
    ASSERT_TRUE(pair) << describe(pair.error());
    ASSERT_GT(pair->pairs.rows(), 0U);
    for (std::size_t row = 0; row < pair->pairs.rows(); ++row) {
      verdicts.insert(text(pair->pairs, row, "verdict"));
      EXPECT_NE(text(pair->pairs, row, "verdict"), "tie");
      EXPECT_NE(text(pair->pairs, row, "verdict"), "lead");
      EXPECT_FALSE(text(pair->pairs, row, "reason").empty());
      EXPECT_TRUE(is_missing(cell(pair->pairs, row, "q")));
      EXPECT_NE(cell(pair->pairs, row, "as_stored"), Cell(false));
    }
  }
  EXPECT_GE(verdicts.size(), 3U);
}

TEST_F(Explain, SaysWhichConditionIsMissing) {
  found();
  const auto verdict = [&](const std::string& a, const std::string& b) {
    const auto pair = explained(a, b);
    return pair ? text(pair->pairs, 0, "verdict") : describe(pair.error());
  };
  EXPECT_EQ(verdict("once", "squad00"), "too_few_objects");
  EXPECT_EQ(verdict("alone", "squad00"), "nothing_common");
  const auto pair = explained("once", "squad00");
  ASSERT_TRUE(pair);
  EXPECT_TRUE(says(pair->notes, "both need at least 2")) << pair->notes.front();
  EXPECT_TRUE(says(pair->notes, "no common group"));
}

TEST_F(Explain, DeclaredFeedsAreNeverPaired) {
  const std::filesystem::path list = path().parent_path() / "allow.csv";
  {
    std::FILE* out = std::fopen(list.c_str(), "w");
    std::fputs("account_id,platform\nsquad00,x\n", out);
    std::fclose(out);
  }
  DetectOptions options;
  options.case_path = path();
  options.windows_us = {k_minute_us};
  options.allow = {list};
  ASSERT_TRUE(detect(options, {}));
  const auto pair = explained("squad00", "squad01");
  ASSERT_TRUE(pair) << describe(pair.error());
  EXPECT_EQ(text(pair->pairs, 0, "verdict"), "declared_feed");
  EXPECT_TRUE(says(pair->notes, "is on a list of declared feeds or staff"));
}

TEST_F(Explain, AccountsAreFoundByIdHandleAndPseudonym) {
  found({k_minute_us});
  // Ranks by id: alone, once, squad00 ...
  for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{
           {"squad00", "squad01"}, {"x:squad00", "x:squad01"}, {"@Squad00", "SQUAD01"}, {"account 3", "account 4"}}) {
    const auto pair = explained(a, b);
    ASSERT_TRUE(pair) << describe(pair.error());
    EXPECT_EQ(text(pair->accounts, 0, "asked"), a);
    EXPECT_EQ(text(pair->accounts, 0, "account"), "account 3");
    EXPECT_EQ(text(pair->accounts, 1, "account"), "account 4");
    EXPECT_EQ(text(pair->pairs, 0, "verdict"), "tie");
  }
}

TEST_F(Explain, UnknownAccountsAndWindowsAreRefusedWithTheNearest) {
  ExplainOptions options;
  options.case_path = path();
  options.a = "squad00", options.b = "squad01";
  auto pair = explain_pair(options, {});
  ASSERT_FALSE(pair);
  EXPECT_EQ(pair.error().code, ErrorCode::not_found) << "no run yet";
  found({k_minute_us});
  pair = explained("squad00", "squod01");
  ASSERT_FALSE(pair);
  EXPECT_EQ(pair.error().code, ErrorCode::not_found);
  EXPECT_NE(pair.error().advice.find("squad01"), std::string::npos) << pair.error().advice;
  pair = explained("squad00", "account 99999");
  ASSERT_FALSE(pair);
  EXPECT_NE(pair.error().advice.find("1 to 308"), std::string::npos) << pair.error().advice;
  pair = explained("squad00", "account 3");
  ASSERT_FALSE(pair);
  EXPECT_EQ(pair.error().code, ErrorCode::usage) << "the same account";
  for (const std::string& odd : {std::string(), std::string(300, 'x'), std::string("'; DROP TABLE tie; --")})
    EXPECT_FALSE(explained("squad00", odd)) << odd;
  options.windows_us = {3'600'000'000};
  pair = explain_pair(options, {});
  ASSERT_FALSE(pair);
  EXPECT_NE(pair.error().message.find("--window 1 h"), std::string::npos) << pair.error().message;
  EXPECT_NE(pair.error().advice.find("60 s"), std::string::npos) << pair.error().advice;
}

// `unisono query CASE 'SQL'` as printed, and its SQL.
std::string statement_of(const std::string& command) {
  std::string sql = command.substr(command.find('\'') + 1);
  sql.pop_back();
  for (std::size_t at = sql.find("'\\''"); at != std::string::npos; at = sql.find("'\\''", at + 1))
    sql.replace(at, 4, "'");
  return sql;
}

TEST_F(Explain, PrintedStatementsGiveTheSameNumbers) {
  found();
  const auto pair = explained("squad03", "squad00");
  ASSERT_TRUE(pair) << describe(pair.error());
  std::map<std::string, std::size_t> row_of;  // window_s -> row
  for (std::size_t row = 0; row < pair->pairs.rows(); ++row) row_of[text(pair->pairs, row, "window_s")] = row;
  std::size_t counts = 0, stored = 0;
  for (std::size_t i = 0; i < pair->commands.rows(); ++i) {
    const std::string what = text(pair->commands, i, "what"), command = text(pair->commands, i, "command");
    if (command.find(" query ") == std::string::npos) continue;
    const Table rows = rows_of(statement_of(command));
    ASSERT_EQ(rows.rows(), 1U) << command;
    const std::size_t row = row_of.at(text(pair->commands, i, "window_s"));
    const bool counted = what == "actions, common and close";
    (counted ? counts : stored) += 1;
    const std::vector<const char*> columns = counted
                                                 ? std::vector<const char*>{"actions_a", "actions_b", "common", "close"}
                                                 : std::vector<const char*>{"w_t", "p_t", "w_x", "p_x", "p", "level"};
    for (const char* column : columns) EXPECT_EQ(cell(rows, 0, column), cell(pair->pairs, row, column)) << column;
  }
  EXPECT_EQ(counts, 2U);
  EXPECT_EQ(stored, 2U);
}

TEST_F(Explain, RowsLeadToTheirBytes) {
  found({k_minute_us});
  ExplainOptions options;
  options.case_path = path();
  options.a = "squad00", options.b = "squad01", options.max_rows = 4;
  const auto pair = explain_pair(options, {});
  ASSERT_TRUE(pair) << describe(pair.error());
  ASSERT_EQ(pair->rows.rows(), 4U);
  std::int64_t before = 0;
  for (std::size_t row = 0; row < pair->rows.rows(); ++row) {
    const Table post =
        rows_of("SELECT account_id, t_us, raw_offset, raw_length, repost_of FROM post WHERE post_id = '" +
                text(pair->rows, row, "post_a") + "'");
    ASSERT_EQ(post.rows(), 1U);
    EXPECT_EQ(text(post, 0, "account_id"), "squad00");
    EXPECT_EQ(cell(post, 0, "t_us"), cell(pair->rows, row, "t_a"));
    EXPECT_EQ(cell(post, 0, "raw_offset"), cell(pair->rows, row, "offset_a"));
    EXPECT_EQ(cell(post, 0, "raw_length"), cell(pair->rows, row, "length_a"));
    EXPECT_EQ("x:" + text(post, 0, "repost_of"), text(pair->rows, row, "object"));
    EXPECT_EQ(text(pair->rows, row, "file_b"), "planted.csv");
    const auto t_a = std::get<std::int64_t>(cell(pair->rows, row, "t_a"));
    const auto t_b = std::get<std::int64_t>(cell(pair->rows, row, "t_b"));
    EXPECT_NEAR(std::get<double>(cell(pair->rows, row, "gap_s")), std::abs(static_cast<double>(t_a - t_b)) / 1e6, 1e-9);
    EXPECT_GE(std::min(t_a, t_b), before) << "in order of time";
    before = std::min(t_a, t_b);
  }
}

TEST_F(Explain, SaysThatTheCaseIsNoLongerThatOfTheRun) {
  found({k_minute_us});
  {
    auto file = store::CaseFile::open(path(), {});
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->execute("DELETE FROM post_target WHERE account_id = 'squad01' AND target_id < 'post00040'"));
  }
  const auto pair = explained("squad00", "squad01");
  ASSERT_TRUE(pair) << describe(pair.error());
  EXPECT_EQ(cell(pair->pairs, 0, "as_stored"), Cell(false));
  EXPECT_TRUE(says(pair->notes, "not those of the run"));
}

TEST_F(Explain, AGroupHasAWeakestLink) {
  const DetectResult run = found({k_minute_us});
  ASSERT_GT(run.groups.rows(), 0U);
  ExplainOptions options;
  options.case_path = path();
  options.a = text(run.groups, 0, "group_id");
  ASSERT_TRUE(is_group_id(options.a));
  const auto group = explain_group(options, {});
  ASSERT_TRUE(group) << describe(group.error());
  EXPECT_EQ(group->members.rows(), 6U);
  EXPECT_GT(group->tests.rows(), 0U);
  EXPECT_TRUE(says(group->notes, "Its weakest passing test is G_T"));
  EXPECT_TRUE(says(group->notes, "the least to spare"));
  EXPECT_TRUE(says(group->notes, "Its weakest member is account"));
  EXPECT_TRUE(says(group->notes, "G1"));
  for (std::size_t row = 1; row < group->members.rows(); ++row)
    EXPECT_GE(std::get<std::int64_t>(cell(group->members, row, "ties_inside")),
              std::get<std::int64_t>(cell(group->members, row - 1, "ties_inside")));

  options.a = "g-0123456789ab";
  const auto unknown = explain_group(options, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_NE(unknown.error().advice.find("did you mean g-"), std::string::npos);
  EXPECT_FALSE(is_group_id("g-0123456789AB"));
  EXPECT_FALSE(is_group_id("squad00"));
}

TEST_F(Explain, SweepShowsTheGroupBesideOthersAtEveryWindow) {
  const DetectResult run = found({k_minute_us});
  ExplainOptions options;
  options.case_path = path();
  options.a = text(run.groups, 0, "group_id");
  options.sweep = true;
  std::vector<std::string> all;
  for (const unsigned threads : {1U, 2U, 7U}) {
    const auto group = explain_group(options, Control{.threads = threads});
    ASSERT_TRUE(group) << describe(group.error());
    const Table& sweep = group->sweep;
    ASSERT_EQ(sweep.rows(), 13U) << "1 s to 1 d, times are exact";
    std::int64_t before = 0;
    for (std::size_t row = 0; row < sweep.rows(); ++row) {
      const std::int64_t edges = integer_at(sweep, row, "edges");
      EXPECT_GE(edges, before);
      before = edges;
      if (real_at(sweep, row, "window_s") == 60.0) {
        EXPECT_EQ(edges, 15) << "all pairs of six";
        EXPECT_EQ(integer_at(sweep, row, "accounts"), 6);
        EXPECT_EQ(integer_at(sweep, row, "compared_edges"), 0);
        EXPECT_LT(real_at(sweep, row, "bins_edges"), 4)
            << "most of it is gone when the objects of an hour are exchanged";
      }
      EXPECT_LE(real_at(sweep, row, "bins_edges"), static_cast<double>(integer_at(sweep, row, "bins_most_edges")));
    }
    EXPECT_TRUE(says(group->notes, "Within 60 s: 15 of 15 pairs of the group"));
    EXPECT_TRUE(says(group->notes, "Compared are 6 accounts outside all groups"));
    std::string joined;
    for (const Column& column : sweep.columns())
      for (const Cell& value : column.cells) joined += to_text(value, column.type) + "\n";
    all.push_back(joined);
  }
  EXPECT_EQ(all[0], all[1]);
  EXPECT_EQ(all[0], all[2]);
  options.sweep = false;
  EXPECT_EQ(explain_group(options, {})->sweep.rows(), 0U);
}

TEST_F(Explain, ThreadsChangeNothing) {
  found({k_minute_us});
  ExplainOptions options;
  options.case_path = path();
  options.a = "squad00", options.b = "user0007";
  std::vector<std::string> all;
  for (const unsigned threads : {1U, 2U, 7U}) {
    Control control;
    control.threads = threads;
    const auto pair = explain_pair(options, control);
    ASSERT_TRUE(pair);
    std::string joined;
    for (const Table* table : {&pair->accounts, &pair->pairs, &pair->rows, &pair->groups, &pair->commands})
      for (const Column& column : table->columns())
        for (const Cell& value : column.cells) joined += to_text(value, column.type) + "\n";
    all.push_back(joined);
  }
  EXPECT_EQ(all[0], all[1]);
  EXPECT_EQ(all[0], all[2]);
}

}  // namespace
}  // namespace unisono::commands
