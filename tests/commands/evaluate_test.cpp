// evaluate against a planted squad: the figures are those that one counts by hand.
#include "unisono/commands/evaluate.hpp"

#include <gtest/gtest.h>

#include "commands/account_marks.hpp"
#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands {
namespace {

class Evaluate : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(test::write_planted_case(options_.case_path, test::planted_actions({})));
    DetectOptions detect_options;
    detect_options.case_path = options_.case_path;
    detect_options.windows_us = {60'000'000};
    const auto found = detect(detect_options, {});
    ASSERT_TRUE(found) << describe(found.error());
    ASSERT_EQ(found->groups.rows(), 1U);
  }
  void list(const std::string& rows) { ASSERT_TRUE(write_file(options_.truth, "account_id\n" + rows)); }
  static double real(const Table& table, const std::string& column, std::size_t row) {
    for (const Column& c : table.columns()) {
      if (c.name != column) continue;
      if (const auto* n = std::get_if<std::int64_t>(&c.cells[row])) return static_cast<double>(*n);
      if (const auto* x = std::get_if<double>(&c.cells[row])) return *x;
    }
    return -1;
  }

  test::TemporaryFolder folder_;
  EvaluateOptions options_{folder_ / "a.uni", folder_ / "known.csv", {}};
};

TEST_F(Evaluate, AllOfTheSquadOnTheList) {
  std::string rows;
  for (int member = 0; member < 10; ++member) rows += fmt::format("squad{:02}\n", member);
  list(rows);
  const auto result = evaluate(options_, {});
  ASSERT_TRUE(result) << describe(result.error());
  ASSERT_EQ(result->decisions.rows(), 4U);
  const std::size_t g0 = 1;
  EXPECT_EQ(real(result->decisions, "accounts", g0), 10);
  EXPECT_EQ(real(result->decisions, "listed", g0), 10);
  EXPECT_EQ(real(result->decisions, "precision", g0), 1);
  EXPECT_NEAR(real(result->decisions, "precision_low", g0), std::pow(0.025, 0.1), 1e-9);  // Clopper-Pearson, 10 of 10
  EXPECT_EQ(real(result->decisions, "recall", g0), 1);
  EXPECT_EQ(real(result->decisions, "false_positive_rate", g0), 0);
  EXPECT_EQ(real(result->order, "accounts", 0), 310);
  EXPECT_EQ(real(result->order, "auc", 0), 1);
  EXPECT_EQ(real(result->order, "precision_at_listed", 0), 1);
  ASSERT_EQ(result->groups.rows(), 1U);
  EXPECT_EQ(real(result->groups, "precision", 0), 1);
}

TEST_F(Evaluate, HalfOfTheSquadAndOneWhoDidNothing) {
  list("squad00\nsquad01\nsquad02\nsquad03\nsquad04\nuser0000\nsomebody-else\n");
  const auto result = evaluate(options_, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(real(result->decisions, "listed", 1), 5);
  EXPECT_EQ(real(result->decisions, "precision", 1), 0.5);
  EXPECT_DOUBLE_EQ(real(result->decisions, "recall", 1), 5.0 / 6);
  EXPECT_DOUBLE_EQ(real(result->decisions, "false_positive_rate", 1), 5.0 / 304);
  EXPECT_EQ(real(result->groups, "listed", 0), 5);
  ASSERT_FALSE(result->notes.empty());
  EXPECT_NE(result->notes[0].find("1 of 7 listed accounts"), std::string::npos) << result->notes[0];
}

// One rule decides everywhere whom a list means: by id where it gives one, else by handle, on its platform if it names
// one.
TEST_F(Evaluate, MeansTheAccountsThatDetectMarks) {
  ASSERT_TRUE(write_file(options_.truth,
                         "account_id,handle,platform\nsquad00,,x\n,@USER0001,x\n,user0002,\nuser0003,user0004,\n"
                         "user0005,,other\n,user0006,other\n"));
  const auto result = evaluate(options_, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(real(result->order, "listed", 0), 4);
  auto file = store::CaseFile::open(options_.case_path, {});
  ASSERT_TRUE(file);
  const std::vector<std::filesystem::path> lists = {options_.truth};
  ASSERT_TRUE(mark_accounts(*file, lists, "declared", {}));
  const char* k_marked = "SELECT count(DISTINCT subject_id) FROM label WHERE label = 'declared' AND subject_id IN ";
  EXPECT_EQ(*file->count(std::string(k_marked) + "(SELECT account_id FROM account)"), 4);
  EXPECT_EQ(*file->count(std::string(k_marked) + "('squad00', 'user0001', 'user0002', 'user0003')"), 4);
}

TEST_F(Evaluate, ListsThatCannotBeCompared) {
  list("nobody\n");
  const auto none = evaluate(options_, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::bad_input);
  EXPECT_NE(none.error().message.find("0 of the 310 accounts"), std::string::npos) << none.error().message;
  ASSERT_TRUE(write_file(options_.truth, "name\nx\n"));
  EXPECT_FALSE(evaluate(options_, {}));
  list("squad00\n");
  options_.run_id = "00";
  EXPECT_FALSE(evaluate(options_, {}));
}

}  // namespace
}  // namespace unisono::commands
