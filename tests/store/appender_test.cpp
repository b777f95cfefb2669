#include <limits>

#include "temporary_case.hpp"

namespace unisono::store::testing {
namespace {

using AppenderTest = CaseTest;
using Lines = std::vector<std::string>;

TEST_F(AppenderTest, EveryTypeArrives) {
  CaseFile file = make();
  auto step = file.begin_step();
  ASSERT_TRUE(step);
  ASSERT_TRUE(file.execute(
      "CREATE TEMP TABLE all_types (t VARCHAR, b BLOB, i8 TINYINT, i16 SMALLINT, i32 INTEGER, i64 BIGINT, u64 UBIGINT, "
      "h HUGEINT, d DOUBLE, yes BOOLEAN, ts TIMESTAMP, l VARCHAR[], m MAP(VARCHAR, BIGINT))"));
  auto rows = file.append_to("all_types");
  ASSERT_TRUE(rows) << why(rows);
  __extension__ using Wide = __int128;
  const Wide wide = -(static_cast<Wide>(1) << 100);
  for (int r = 0; r < 5000; ++r) {
    const bool nulls = r % 3 == 1;
    if (nulls) {
      for (int c = 0; c < 13; ++c) rows->null();
    } else {
      rows->text("row " + std::to_string(r) + " \xC3\xA9 a text longer than twelve bytes");
      rows->text(std::string_view("\x00\xFF", 2));
      rows->integer(-128);
      rows->integer(r);
      rows->integer(-r);
      rows->integer(std::numeric_limits<std::int64_t>::min());
      rows->integer(r);
      rows->huge(wide - r);
      rows->real(r + 0.5);
      rows->boolean(r % 2 == 0);
      rows->integer(1'600'000'000'000'000 + r);
      rows->text_list(std::vector<std::string>(static_cast<std::size_t>(r % 4), "f" + std::to_string(r)));
      rows->counts(std::vector<std::pair<std::string, std::int64_t>>{{"angry", r}, {"w\"ow", -1}});
    }
    ASSERT_TRUE(rows->end_row());
  }
  ASSERT_TRUE(rows->close());
  EXPECT_EQ(count(file, "SELECT count(*) FROM all_types"), 5000);
  EXPECT_EQ(
      count(file,
            "SELECT count(*) FROM all_types WHERE t IS NULL AND b IS NULL AND l IS NULL AND m IS NULL AND ts IS NULL"),
      1667);
  EXPECT_EQ(ask(file, "SELECT t, b, i8, i16, i32, i64, u64, h, d, yes, ts, l, m FROM all_types WHERE i16 = 4998"),
            (Lines{"row 4998 \xC3\xA9 a text longer than twelve bytes|00ff|-128|4998|-4998|-9223372036854775808|4998|"
                   "-1267650600228229401496703210374|4998.5|true|2020-09-13T12:26:40Z|[\"f4998\", "
                   "\"f4998\"]|{\"angry\": 4998, \"w\\\"ow\": -1}"}));
  EXPECT_EQ(
      count(file,
            "SELECT count(*) FROM all_types WHERE t IS NOT NULL AND (len(l) <> i16 % 4 OR m['angry'] <> i16 OR h <> "
            "'-1267650600228229401496703205376'::HUGEINT - i16)"),
      0);
}

TEST_F(AppenderTest, AWrongRowIsRefusedByNameAndLeavesNoTrace) {
  CaseFile file = make();
  auto step = file.begin_step();
  ASSERT_TRUE(step);
  ASSERT_TRUE(file.execute("CREATE TEMP TABLE pair (t VARCHAR, i INTEGER)"));
  auto rows = file.append_to("pair");
  ASSERT_TRUE(rows);
  const auto refused = [&rows](const std::string& words) {
    const auto row = rows->end_row();
    ASSERT_FALSE(row) << words;
    EXPECT_EQ(row.error().code, ErrorCode::internal);
    EXPECT_NE(row.error().message.find(words), std::string::npos) << row.error().message;
  };
  rows->null();
  refused("1 cells given, 2 expected");
  rows->text("a"), rows->integer(1), rows->integer(2);
  refused("3 cells given, 2 expected");
  rows->integer(5), rows->integer(1);
  refused("column 1 cannot hold the integer 5");
  rows->text("a"), rows->integer(std::int64_t{1} << 40);
  refused("column 2 cannot hold the integer 1099511627776");
  rows->text("\xC3("), rows->integer(1);
  refused("no UTF-8");
  rows->text("a"), rows->real(0.5);
  refused("column 2 cannot hold a real number");
  rows->text("right"), rows->integer(7);
  ASSERT_TRUE(rows->end_row());
  ASSERT_TRUE(rows->close());
  EXPECT_EQ(ask(file, "SELECT * FROM pair"), (Lines{"right|7"}));
}

TEST_F(AppenderTest, OnlyInsideAStepAndClosedBeforeItsEnd) {
  CaseFile file = make();
  EXPECT_FALSE(file.append_to("annotation")) << "no step";
  {
    auto step = file.begin_step();
    ASSERT_TRUE(step);
    EXPECT_FALSE(file.append_to("no_such_table"));
  }
  {
    auto step = file.begin_step();
    ASSERT_TRUE(step);
    auto rows = file.append_to("import_file");
    ASSERT_TRUE(rows);
    EXPECT_FALSE(step->commit()) << "an appender is open";
  }
  {
    auto step = file.begin_step();
    ASSERT_TRUE(step);
    {
      auto rows = file.append_to("post_media");
      ASSERT_TRUE(rows);
      for (int i = 0; i < 3000; ++i) {
        rows->text("x"), rows->text("1"), rows->text("m"), rows->integer(i);
        ASSERT_TRUE(rows->end_row());
      }
    }
    ASSERT_TRUE(step->commit());
  }
  EXPECT_EQ(count(file, "SELECT count(*) FROM post_media"), 0) << "rows that nobody closed are not written";
}

TEST_F(AppenderTest, ANullWhereNoneMayStandFailsTheStep) {
  CaseFile file = make();
  {
    auto step = file.begin_step();
    ASSERT_TRUE(step);
    auto rows = file.append_to("post_media");
    ASSERT_TRUE(rows);
    rows->null(), rows->text("1"), rows->text("m"), rows->integer(1);
    const auto row = rows->end_row();
    const auto closed = rows->close();
    EXPECT_FALSE(row && closed);
  }
  EXPECT_EQ(count(file, "SELECT count(*) FROM post_media"), 0);
}

}  // namespace
}  // namespace unisono::store::testing
