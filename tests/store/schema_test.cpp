#include "unisono/store/schema.hpp"

#include <fstream>
#include <sstream>

#include "store/migration.hpp"
#include "temporary_case.hpp"

namespace unisono::store::testing {
namespace {

using SchemaTest = CaseTest;

std::string on_one_line(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string line, word;
  while (words >> word) line += (line.empty() ? "" : " ") + word;
  return line;
}

TEST_F(SchemaTest, TheDocumentationStatesEveryTable) {
  std::ifstream stream(std::string(UNISONO_SOURCE) + "/docs/store.md");
  ASSERT_TRUE(stream.is_open());
  std::stringstream text;
  text << stream.rdbuf();
  for (const auto tables : {data_tables(), result_tables()}) {
    for (const TableDefinition& table : tables) {
      const std::string line = "`" + std::string(table.name) + "`: `" + on_one_line(table.columns) + "`";
      EXPECT_NE(text.str().find(line), std::string::npos) << "docs/store.md should say\n" << line;
    }
  }
}

TEST_F(SchemaTest, TablesAndViewsAreThereAndEmpty) {
  CaseFile file = make();
  for (const auto tables : {data_tables(), result_tables()}) {
    for (const TableDefinition& table : tables) {
      EXPECT_TRUE(*file.has_table(table.name)) << table.name;
      EXPECT_EQ(count(file, "SELECT count(*) FROM " + std::string(table.name)), table.name == "meta" ? 1 : 0);
    }
  }
  for (const ViewDefinition& view : views()) EXPECT_EQ(count(file, "SELECT count(*) FROM " + view.name), 0);
  EXPECT_EQ(count(file, "SELECT count(*) FROM duckdb_tables()"),
            static_cast<std::int64_t>(data_tables().size() + result_tables().size()));
}

TEST_F(SchemaTest, APostLeadsToItsFile) {
  CaseFile file = make();
  ASSERT_TRUE(
      file.execute("INSERT INTO import_file (file_id, sha256, name) VALUES (3, 'ab', 'posts.csv'); "
                   "INSERT INTO post (platform, post_id, t_source, kind, raw_file, raw_offset, raw_length) VALUES "
                   "('x', '1', 'none', 'original', 3, 10, 20)"));
  EXPECT_EQ(
      ask(file, "SELECT file_name, sha256, raw_ref FROM post_source"),
      std::vector<std::string>{"posts.csv|ab|{\"file_id\": 3, \"member\": null, \"offset\": 10, \"length\": 20}"});
}

TEST_F(SchemaTest, MigrationsGoStepByStep) {
  CaseFile file = make();
  ASSERT_TRUE(file.execute("UPDATE meta SET schema_version = 5"));
  const std::vector<Migration> known = {
      {6, "ALTER TABLE annotation ADD COLUMN mood VARCHAR; UPDATE annotation SET mood = 'calm'"},
      {5, "INSERT INTO annotation (who) VALUES ('five')"}};
  const auto done = migrate(file, 7, known);
  ASSERT_TRUE(done) << why(done);
  EXPECT_EQ(*schema_version_of(file), 7);
  EXPECT_EQ(ask(file, "SELECT who, mood FROM annotation"), std::vector<std::string>{"five|calm"});
  EXPECT_TRUE(migrate(file, 7, known)) << "nothing to do";
  EXPECT_EQ(count(file, "SELECT count(*) FROM annotation"), 1);
}

TEST_F(SchemaTest, AFailedMigrationKeepsTheLastGoodVersion) {
  CaseFile file = make();
  ASSERT_TRUE(file.execute("UPDATE meta SET schema_version = 1"));
  const std::vector<Migration> known = {
      {1, "INSERT INTO annotation (who) VALUES ('one')"},
      {2, "INSERT INTO annotation (who) VALUES ('two'); SELECT * FROM no_such_table"}};
  EXPECT_FALSE(migrate(file, 3, known));
  EXPECT_EQ(*schema_version_of(file), 2);
  EXPECT_EQ(ask(file, "SELECT who FROM annotation"), std::vector<std::string>{"one"});
  const auto missing = migrate(file, 4, std::span(known).first(1));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::bad_input);
  EXPECT_NE(missing.error().message.find("version 2"), std::string::npos) << why(missing);
}

TEST_F(SchemaTest, VersionZeroNeverExisted) {
  {
    CaseFile file = make();
    ASSERT_TRUE(file.execute("UPDATE meta SET schema_version = 0"));
  }
  OpenOptions reading;
  reading.read_only = true;
  for (const OpenOptions& options : {OpenOptions{}, reading}) {
    const auto file = CaseFile::open(folder / "case.uni", options);
    ASSERT_FALSE(file);
    EXPECT_NE(describe(file.error()).find("schema version 0"), std::string::npos) << why(file);
  }
}

}  // namespace
}  // namespace unisono::store::testing
