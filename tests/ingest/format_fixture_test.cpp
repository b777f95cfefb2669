// Every folder of tests/data with an input.* and a golden.txt is a format fixture: the file is imported and all tables
// are compared with the golden text. A new format needs a folder here and no code.
//
// UNISONO_UPDATE_GOLDEN=1 writes golden.txt anew; read the difference before you commit it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "unisono/commands/import.hpp"
#include "unisono/commands/inspect.hpp"
#include "unisono/core/file.hpp"
#include "unisono/ingest/source.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> fixtures() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(UNISONO_TEST_DATA)) {
    for (const char* name : {"input.csv", "input.jsonl"}) {
      if (fs::exists(entry.path() / name)) out.push_back(entry.path() / name);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

commands::ImportOptions options_for(const fs::path& input, const fs::path& case_path) {
  commands::ImportOptions options;
  options.inputs = {input.string()};
  options.case_path = case_path;
  options.settings.max_bad = 1;
  options.settings.imported_at = 1'700'000'000'000'000;
  const fs::path mapping = input.parent_path() / "mapping.toml";
  if (fs::exists(mapping)) options.settings.map_file = mapping.string();
  return options;
}

std::string one_line(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += c;
    }
  }
  return out;
}

// The rows of a table, one line each, as name=value without the missing ones.
void dump(store::CaseFile& file, const std::string& table, const std::string& order, std::string& out) {
  const auto rows = file.query("SELECT * FROM " + table + " ORDER BY " + order);
  ASSERT_TRUE(rows) << rows.error().message;
  if (rows->rows() == 0) return;
  out += "== " + table + "\n";
  for (std::size_t i = 0; i < rows->rows(); ++i) {
    std::string line;
    for (const Column& column : rows->columns()) {
      if (is_missing(column.cells[i]) || column.name == "raw_file" || column.name == "file_id") continue;
      const std::string value = to_text(column.cells[i], column.type);
      if (value == "[]") continue;
      line += (line.empty() ? "" : " | ") + column.name + "=" + one_line(value);
    }
    out += line + "\n";
  }
}

std::string dump_case(const fs::path& path) {
  auto file = store::CaseFile::open(path, {.read_only = true});
  EXPECT_TRUE(file) << file.error().message;
  std::string out;
  dump(*file, "post", "platform, post_id, raw_offset", out);
  dump(*file, "post_target", "platform, post_id, target_kind, position, target_id, canonical, account_id, t_us", out);
  dump(*file, "account", "platform, account_id", out);
  dump(*file, "account_snapshot", "platform, account_id, raw_offset", out);
  dump(*file, "label", "subject_id, label", out);
  dump(*file, "media", "media_key", out);
  dump(*file, "post_media", "post_id, position", out);
  dump(*file, "bare_row", "row_no", out);
  dump(*file, "reject", "byte_offset", out);
  const auto sightings = file->count("SELECT count(*) FROM sighting");
  out += "== sightings " + std::to_string(*sightings) + "\n";
  return out;
}

fs::path fresh_case(const std::string& name) {
  const fs::path path = fs::temp_directory_path() / ("unisono-" + name + "-" + std::to_string(::getpid()) + ".uni");
  fs::remove(path);
  return path;
}

class FormatFixture : public ::testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override { case_ = fresh_case(GetParam().parent_path().filename().string()); }
  void TearDown() override { fs::remove(case_); }
  fs::path case_;
};

TEST_P(FormatFixture, GivesTheGoldenTables) {
  const auto result = commands::import(options_for(GetParam(), case_), {});
  ASSERT_TRUE(result) << describe(result.error()) << "\n" << result.error().advice;
  ASSERT_EQ(result->receipts.size(), 1U);
  const ingest::Receipt& receipt = result->receipts[0];
  EXPECT_EQ(receipt.rows + receipt.duplicates + receipt.skips + receipt.rejected, receipt.records);
  std::string actual;
  for (const std::string& line : to_lines(receipt)) {
    if (!line.starts_with("sha256")) actual += line + "\n";
  }
  actual += dump_case(case_);
  const fs::path golden = GetParam().parent_path() / "golden.txt";
  if (std::getenv("UNISONO_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(golden, actual));
  }
  const auto expected = read_file(golden);
  ASSERT_TRUE(expected) << expected.error().message;
  EXPECT_EQ(actual, *expected);
}

TEST_P(FormatFixture, GivesTheSameForAnyNumberOfThreads) {
  ASSERT_TRUE(commands::import(options_for(GetParam(), case_), {}));
  const std::string one = dump_case(case_);
  for (const unsigned threads : {2U, 7U}) {
    fs::remove(case_);
    Control control;
    control.threads = threads;
    ASSERT_TRUE(commands::import(options_for(GetParam(), case_), control));
    EXPECT_EQ(dump_case(case_), one) << threads << " threads";
  }
}

TEST_P(FormatFixture, LeadsEveryRowBackToItsBytes) {
  ASSERT_TRUE(commands::import(options_for(GetParam(), case_), {}));
  const auto bytes = read_file(GetParam());
  ASSERT_TRUE(bytes);
  auto file = store::CaseFile::open(case_, {.read_only = true});
  ASSERT_TRUE(file);
  const auto posts = file->query("SELECT post_id, platform, raw_offset, raw_length, text FROM post");
  ASSERT_TRUE(posts);
  for (std::size_t i = 0; i < posts->rows(); ++i) {
    commands::RawOptions raw{case_, to_text(posts->columns()[0].cells[i], ColumnType::text),
                             to_text(posts->columns()[1].cells[i], ColumnType::text), GetParam().parent_path()};
    const auto record = commands::raw_record(raw, {});
    ASSERT_TRUE(record) << record.error().message;
    const auto offset = static_cast<std::size_t>(std::get<std::int64_t>(posts->columns()[2].cells[i]));
    const auto length = static_cast<std::size_t>(std::get<std::int64_t>(posts->columns()[3].cells[i]));
    EXPECT_EQ(record->bytes, bytes->substr(offset, length));
    // The record's own bytes hold the id, unless it was made by us.
    if (!raw.post_id.starts_with("r:")) {
      EXPECT_NE(record->bytes.find(raw.post_id), std::string::npos) << raw.post_id;
    }
  }
}

TEST_P(FormatFixture, SurvivesACutAtAnyByte) {
  const auto bytes = read_file(GetParam());
  ASSERT_TRUE(bytes);
  const fs::path cut =
      fs::temp_directory_path() / ("unisono-cut-" + std::to_string(::getpid()) + GetParam().extension().string());
  const auto formats = ingest::FormatList::load({});
  ASSERT_TRUE(formats);
  ingest::ImportSettings settings = options_for(GetParam(), case_).settings;
  const auto whole = ingest::import_file(GetParam().string(), settings, *formats, nullptr, {});
  ASSERT_TRUE(whole);
  for (std::size_t length = 0; length < bytes->size(); length += 1 + bytes->size() / 60) {
    ASSERT_TRUE(write_file(cut, bytes->substr(0, length)));
    const auto receipt = ingest::import_file(cut.string(), settings, *formats, nullptr, {});
    if (!receipt) {
      EXPECT_NE(receipt.error().code, ErrorCode::internal) << receipt.error().message << " at " << length;
      continue;
    }
    EXPECT_LE(receipt->rejected, whole->rejected + 1) << "cut at " << length;
    EXPECT_LE(receipt->records, whole->records) << "cut at " << length;
  }
  fs::remove(cut);
}

TEST(FormatFixtures, AreThere) {
  EXPECT_GE(fixtures().size(), 9U);
}

INSTANTIATE_TEST_SUITE_P(All, FormatFixture, ::testing::ValuesIn(fixtures()),
                         [](const ::testing::TestParamInfo<fs::path>& fixture) {
                           std::string name = fixture.param.parent_path().filename().string();
                           for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                           return name;
                         });

}  // namespace
}  // namespace unisono
