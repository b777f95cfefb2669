#include "unisono/store/calibration_tables.hpp"

#include "store/migration.hpp"
#include "temporary_case.hpp"
#include "unisono/store/result_tables.hpp"
#include "unisono/store/schema.hpp"

namespace unisono::store::testing {
namespace {

using CalibrationTablesTest = CaseTest;

const Run k_run{"calibrate", "{}", 1, "hash", "0.1.0"};

CalibrationRows some_rows() {
  CalibrationRows rows;
  rows.copies = {{"repost", "bins", 1, 0, 1, 4, 0, 1}, {"repost", "within", 1, 2, 0, 3, 25, 6}};
  rows.fits = {{"repost", 60'000'000, "bins", "T", 2000, 0.0125, 0.004, 1.5, 2187},
               {"repost", 60'000'000, "none", "X", 0, {}, {}, {}, {}}};
  rows.points = {{"repost", 60'000'000, "bins", "T", 0.01, 0.0098}, {"repost", 60'000'000, "bins", "T", 0.5, 0.49}};
  rows.verdicts = {{"repost", true, 20, 97, 10, 0.05, "calibrated: ..."}};
  rows.plantings = {{"repost", {}, 10, 8, 30'000'000, 20, 19, 18, 17, 12, 9.5, 0.25, ""},
                    {"repost", 60'000'000, 500, 8, 30'000'000, 0, 0, 0, 0, 0, {}, {}, "too few accounts"}};
  return rows;
}

TEST_F(CalibrationTablesTest, AreReadAsTheyWereWrittenAndReplacedWithTheirRun) {
  CaseFile file = make();
  RunResults results;
  results.calibration = some_rows();
  for (int time = 0; time < 2; ++time) {
    const auto id = write_results(file, k_run, results);
    ASSERT_TRUE(id) << why(id);
    const auto back = read_results(file, *id);
    ASSERT_TRUE(back) << why(back);
    const CalibrationRows& rows = back->calibration;
    ASSERT_EQ(rows.copies.size(), 2U);
    EXPECT_EQ(rows.copies[1].permutation, "within");
    EXPECT_EQ(rows.copies[1].false_ties, 2);
    EXPECT_EQ(rows.copies[1].accounts, 3);
    EXPECT_EQ(rows.copies[1].surviving_ties, 25);
    EXPECT_EQ(rows.copies[0].false_groups, 1);
    EXPECT_EQ(rows.copies[1].surviving_groups, 6);
    ASSERT_EQ(rows.fits.size(), 2U);
    EXPECT_EQ(rows.fits[0].distance, 0.0125);
    EXPECT_EQ(rows.fits[0].family_k, 2187);
    EXPECT_FALSE(rows.fits[1].distance);
    ASSERT_EQ(rows.points.size(), 2U);
    EXPECT_EQ(rows.points[1].observed, 0.49);
    ASSERT_EQ(rows.verdicts.size(), 1U);
    EXPECT_TRUE(rows.verdicts[0].calibrated);
    EXPECT_EQ(rows.verdicts[0].ties, 97);
    EXPECT_EQ(rows.verdicts[0].sentence, "calibrated: ...");
    ASSERT_EQ(rows.plantings.size(), 2U);
    EXPECT_FALSE(rows.plantings[0].window_us);
    EXPECT_EQ(rows.plantings[0].found, 19);
    EXPECT_EQ(rows.plantings[0].by_habit, 17);
    EXPECT_EQ(rows.plantings[0].others, 0.25);
    EXPECT_EQ(rows.plantings[1].window_us, 60'000'000);
    EXPECT_FALSE(rows.plantings[1].members);
    EXPECT_EQ(rows.plantings[1].reason, "too few accounts");
  }
  EXPECT_TRUE(read_calibration(file, "no such run")->copies.empty());
}

TEST_F(CalibrationTablesTest, ACaseOfTheFirstVersionGetsThem) {
  CaseFile file = make();
  ASSERT_TRUE(
      file.execute("DROP TABLE calibration; DROP TABLE calibration_fit; DROP TABLE calibration_qq; "
                   "DROP TABLE calibration_verdict; DROP TABLE joining; DROP TABLE burst_check; DROP TABLE burst; "
                   "DROP TABLE burst_account; DROP TABLE timeless_check; DROP TABLE ranking; DROP TABLE degree_tie; "
                   "DROP TABLE second_opinion; DROP TABLE second_opinion_account; DROP TABLE planting; "
                   "CREATE TABLE calibration (run_id VARCHAR NOT NULL, "
                   "permutation VARCHAR, run_no INTEGER, false_ties BIGINT, false_groups BIGINT, accounts "
                   "BIGINT); ALTER TABLE bare_row DROP COLUMN reply_id; ALTER TABLE bare_row DROP COLUMN text; "
                   "ALTER TABLE bare_row DROP COLUMN urls; UPDATE meta SET schema_version = 1"));
  const auto done = migrate(file, k_schema_version, migrations());
  ASSERT_TRUE(done) << why(done);
  CaseFile fresh = make("fresh.uni");
  for (const char* table : {"calibration", "calibration_fit", "calibration_qq", "calibration_verdict", "joining",
                            "planting", "bare_row", "burst_check", "burst", "burst_account", "timeless_check",
                            "ranking", "degree_tie", "second_opinion", "second_opinion_account"}) {
    const std::string columns =
        "SELECT column_name || ' ' || data_type || ' ' || is_nullable FROM duckdb_columns() "
        "WHERE table_name = '" +
        std::string(table) + "' ORDER BY column_index";
    EXPECT_FALSE(ask(file, columns).empty());
    EXPECT_EQ(ask(file, columns), ask(fresh, columns)) << table;
  }
}

}  // namespace
}  // namespace unisono::store::testing
