// Real exports, where they are at hand, and the hand-made files of tests/data/readers.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ingest/reading.hpp"
#include "reference/csv.hpp"

namespace unisono::ingest {
namespace {

using testing::CsvReading;
using testing::read_csv_file;

std::string shared(const char* name) {
  return std::string(UNISONO_SHARED) + "/data/" + name;
}
std::string data(const char* name) {
  return std::string(UNISONO_TEST_DATA) + "/readers/" + name;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

CsvReading must_read(const std::string& path, const CsvOptions& options = {}) {
  auto reading = read_csv_file(path, options);
  EXPECT_TRUE(reading) << (reading ? "" : describe(reading.error()));
  return reading ? *reading : CsvReading();
}

#define SKIP_WITHOUT(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "not at hand: " << path

TEST(RealFiles, OpenQuoteAtTheEndOfTheSpeedLayerSample) {
  const std::string path = shared("xinjiang/speed_layer_sample.csv");
  SKIP_WITHOUT(path);
  const CsvReading reading = must_read(path);
  EXPECT_EQ(reading.columns.size(), 31u);
  EXPECT_EQ(reading.rows.size(), 407u);
  ASSERT_EQ(reading.rejects.size(), 1u);
  EXPECT_EQ(reading.rejects[0].reason, RejectReason::unterminated_quote);
  EXPECT_NE(reading.rejects[0].detail.find("field 13"), std::string::npos) << reading.rejects[0].detail;
}

TEST(RealFiles, EveryRecordIsReproducedByItsPlace) {
  for (const char* name : {"xinjiang/cnhu_2021_sample.csv", "xinjiang/influencer_overview.csv",
                           "domains/us-news-twitter-v1.0.0.csv", "state_media/State_Media_Matrix.csv"}) {
    const std::string path = shared(name);
    SKIP_WITHOUT(path);
    const std::string bytes = bytes_of(path);
    const CsvReading reading = must_read(path);
    const auto twin = reference::split_csv(bytes, reading.dialect);
    ASSERT_EQ(twin.size(), reading.counts.records + 1) << name;
    ASSERT_GE(reading.rows.size(), 47U) << name;
    EXPECT_EQ(reading.counts.records, reading.rows.size() + reading.rejects.size());
    for (std::size_t row = 0; row < reading.rows.size(); ++row) {
      const auto& expected = twin[reading.refs[row].record_no];
      ASSERT_EQ(reading.rows[row], expected.fields) << name << " " << row;
      ASSERT_EQ(reading.refs[row].offset, expected.offset);
      ASSERT_EQ(reading.refs[row].length, expected.length);
      ASSERT_EQ(reading.refs[row].line, expected.line);
    }
  }
}

TEST(RealFiles, RowCounts) {
  const std::pair<const char*, std::size_t> files[] = {{"xinjiang/cnhu_2021_sample.csv", 47},
                                                       {"xinjiang/handles.csv", 65},
                                                       {"xinjiang/influencer_overview.csv", 1'431},
                                                       {"xinjiang/russia_ira_202012.edges.csv", 8'828},
                                                       {"ira_month/authors.csv", 2'856},
                                                       {"ira_month/ira_2016-09-15_2016-10-15.csv.xz", 119'612},
                                                       {"coortweet/russian_coord_tweets.csv.xz", 35'125},
                                                       {"organic/mayweather_tweets.csv.xz", 12'118},
                                                       {"organic/weibo_ced_300.csv.xz", 109'896},
                                                       {"domains/domain_pc1.csv", 11'520},
                                                       {"domains/sites_of_concern.csv", 7'747},
                                                       {"domains/us-news-twitter-v1.0.0.csv", 3'367}};
  for (const auto& [name, rows] : files) {
    const std::string path = shared(name);
    SKIP_WITHOUT(path);
    const CsvReading reading = must_read(path);
    EXPECT_EQ(reading.rows.size(), rows) << name;
    EXPECT_EQ(reading.rejects.size(), 0u) << name;
    EXPECT_EQ(reading.dialect, CsvDialect{}) << name;
    EXPECT_EQ(reading.row_names, std::string_view(name).find("us-news") != std::string_view::npos);
  }
}

TEST(RealFiles, WithoutHeader) {
  const std::string path = shared("text/stsb-zh-dev.csv");
  SKIP_WITHOUT(path);
  CsvOptions options;
  options.header = false;
  EXPECT_EQ(must_read(path, options).rows.size(), 1500u);
}

// What a European Excel writes: semicolons, windows-1252, decimal commas, cells that are formulas elsewhere.
TEST(HandMade, EuropeanExcel) {
  CsvOptions options;
  EXPECT_EQ(read_csv_file(data("excel_de.csv"), options).error().code, ErrorCode::needs_decision);
  options.encoding = "windows-1252";
  const CsvReading reading = must_read(data("excel_de.csv"), options);
  EXPECT_EQ(reading.dialect.delimiter, ';');
  ASSERT_EQ(reading.rows.size(), 3u);
  EXPECT_EQ(reading.rows[0], (std::vector<std::string>{"1", "M\xC3\xBCller", "1.234,50", "=HYPERLINK(\"x\")"}));
  const std::string bytes = bytes_of(data("excel_de.csv"));
  EXPECT_EQ(bytes.substr(reading.refs[2].offset, reading.refs[2].length), "3;Gro\xDF;0,5;+49");
}

TEST(HandMade, BackslashEscapes) {
  const CsvReading reading = must_read(data("backslash.csv"));
  EXPECT_EQ(reading.dialect.escape, '\\');
  ASSERT_EQ(reading.rows.size(), 3u);
  EXPECT_EQ(reading.rows[1][1], "he \"said\", twice");
}

TEST(HandMade, PagesAndLines) {
  const auto lines = testing::read_json_file(data("lines.jsonl"));
  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->texts.size(), 4u);
  EXPECT_EQ(lines->rejects.size(), 1u);
  EXPECT_EQ(lines->counts.lone_surrogates, 1u);
  EXPECT_EQ(lines->counts.duplicate_keys, 1u);
  EXPECT_EQ(lines->counts.nan_values, 1u);
  const auto page = testing::read_json_file(data("page.json"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->layout, JsonLayout::values);
  EXPECT_EQ(page->texts.size(), 1u);
}

}  // namespace
}  // namespace unisono::ingest
