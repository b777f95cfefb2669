#include "unisono/output/csv.hpp"

#include <gtest/gtest.h>

namespace unisono::output {
namespace {

Table one_column(std::vector<Cell> cells) {
  return Table({{"text", ColumnType::text, std::move(cells)}});
}

TEST(Csv, GuardsEveryFormulaStart) {
  for (const std::string start : {"=", "+", "-", "@", "\t", "\r"}) {
    const CsvText csv = write_csv(one_column({start + "cmd|' /C calc'!A0"}));
    EXPECT_EQ(csv.guarded_cells, 1U) << start;
    EXPECT_NE(csv.text.find("'" + start + "cmd"), std::string::npos) << csv.text;
    EXPECT_EQ(csv.text.substr(0, csv.text.find('\n')), "text,_guarded");
  }
}

TEST(Csv, LeavesNumbersAndOrdinaryTextAlone) {
  Table table({{"n", ColumnType::integer, {std::int64_t{-5}}},
               {"r", ColumnType::real, {-0.25}},
               {"t", ColumnType::text, {std::string("a-b")}}});
  const CsvText csv = write_csv(table);
  EXPECT_EQ(csv.text, "n,r,t\n-5,-0.25,a-b\n");
  EXPECT_EQ(csv.guarded_cells, 0U);
}

TEST(Csv, QuotesByTheRulesAndKeepsMissingApartFromNothing) {
  Table table({{"a,b", ColumnType::text, {std::string("x\"y"), Cell{}, std::string("two\nlines")}}});
  EXPECT_EQ(write_csv(table).text, "\"a,b\"\n\"x\"\"y\"\n\n\"two\nlines\"\n");
}

TEST(Csv, WithoutGuardNothingChanges) {
  const CsvText csv = write_csv(one_column({std::string("=1+1")}), {.guard = false, .comment = {}});
  EXPECT_EQ(csv.text, "text\n=1+1\n");
}

TEST(Csv, CommentLinesStandBeforeTheHeader) {
  const CsvText csv = write_csv(one_column({std::string("x")}), {.guard = true, .comment = "first\nsecond"});
  EXPECT_EQ(csv.text, "# first\n# second\ntext\nx\n");
}

}  // namespace
}  // namespace unisono::output
