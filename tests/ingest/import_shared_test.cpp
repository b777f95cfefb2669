// Real files, where they are at hand: counts that were taken from the files by other programs.
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

#include "unisono/commands/import.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono {
namespace {

namespace fs = std::filesystem;

struct RealFile {
  const char* name;     // of the test
  const char* path;     // under the data folder
  const char* mapping;  // under the source folder; "" = detected
  const char* format;
  std::uint64_t records, rows, duplicates, rejected;
  std::uint64_t accounts;
  const char* check;  // SQL that gives `value`
  std::int64_t value;
};

constexpr RealFile k_files[] = {
    {"ira", "ira_month/ira_2016-09-15_2016-10-15.csv.xz", "", "538-by-author", 119'612, 119'612, 0, 0, 474,
     "SELECT count(DISTINCT target_id) FROM post_target WHERE target_kind = 'repost' AND t_precision = 'min'", 60'326},
    {"ira_authors", "ira_month/authors.csv", "", "538-authors", 2'856, 2'856, 0, 0, 2'856,
     "SELECT count(*) FROM label WHERE label = 'account_category'", 2'856},
    {"russian", "coortweet/russian_coord_tweets.csv.xz", "", "csds", 35'125, 35'124, 1, 0, 9'509,
     "SELECT count(*) FROM bare_row", 35'125},
    {"german", "coortweet/german_elections.csv.xz", "examples/german_elections.toml", "german_elections", 218'971,
     194'326, 24'645, 0, 58'317, "SELECT count(*) FROM post WHERE list_contains(flags, 'id_synthetic')", 3},
    {"weibo", "organic/weibo_ced_300.csv.xz", "examples/weibo_ced_300.toml", "weibo_ced_300", 109'896, 109'819, 77, 0,
     104'429, "SELECT count(DISTINCT target_id) FROM post_target WHERE target_kind = 'repost'", 300},
    {"mayweather", "organic/mayweather_tweets.csv.xz", "examples/mayweather.toml", "mayweather", 12'118, 12'118, 0, 0,
     11'037,
     "SELECT count(*) FROM post WHERE t_source = 'id' AND t_us - t_field_us BETWEEN INTERVAL 4 HOUR AND INTERVAL 14403 "
     "SECOND",
     12'118},
    {"cnhu", "xinjiang/cnhu_2021_sample.csv", "", "io-archive", 47, 47, 0, 0, 40,
     "SELECT count(*) FROM post WHERE t_source = 'id' AND NOT list_contains(flags, 'clock_conflict')", 47},
    {"speed_layer", "xinjiang/speed_layer_sample.csv", "", "io-archive", 408, 407, 0, 1, 86,
     "SELECT count(*) FROM reject WHERE reason = 'unterminated_quote'", 1},
};

class RealFileImport : public ::testing::TestWithParam<RealFile> {};

TEST_P(RealFileImport, GivesTheKnownCounts) {
  const RealFile& file = GetParam();
  const fs::path path = fs::path(UNISONO_SHARED) / "data" / file.path;
  if (!fs::exists(path)) GTEST_SKIP() << path << " is not here";
  const fs::path case_path = fs::temp_directory_path() / ("unisono-real-" + std::to_string(::getpid()) + ".uni");
  fs::remove(case_path);
  commands::ImportOptions options;
  options.inputs = {path.string()};
  options.case_path = case_path;
  if (*file.mapping != '\0') options.settings.map_file = std::string(UNISONO_SOURCE "/") + file.mapping;
  Control control;
  control.threads = 2;
  const auto result = commands::import(options, control);
  ASSERT_TRUE(result) << describe(result.error());
  const ingest::Receipt& receipt = result->receipts.at(0);
  EXPECT_EQ(receipt.format_id, file.format);
  EXPECT_EQ(receipt.records, file.records);
  EXPECT_EQ(receipt.rows, file.rows);
  EXPECT_EQ(receipt.duplicates, file.duplicates);
  EXPECT_EQ(receipt.rejected, file.rejected);
  EXPECT_EQ(receipt.accounts, file.accounts);
  {
    auto opened = store::CaseFile::open(case_path, {.read_only = true});
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->count(file.check).value_or(-1), file.value) << file.check;
  }
  fs::remove(case_path);
}

INSTANTIATE_TEST_SUITE_P(All, RealFileImport, ::testing::ValuesIn(k_files),
                         [](const ::testing::TestParamInfo<RealFile>& file) { return std::string(file.param.name); });

}  // namespace
}  // namespace unisono
