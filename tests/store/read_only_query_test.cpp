#include <chrono>
#include <fstream>
#include <thread>

#include "temporary_case.hpp"

namespace unisono::store::testing {
namespace {

class ReadOnlyQueryTest : public CaseTest {
 protected:
  void SetUp() override {
    file.emplace(make());
    ASSERT_TRUE(
        file->execute("INSERT INTO annotation (who, text) SELECT 'w' || i, repeat('t', 20) FROM range(5000) r(i)"));
  }
  ErrorCode refused(const std::string& sql) {
    const auto result = file->query_read_only(sql, 0, {});
    EXPECT_FALSE(result) << sql;
    if (result) return ErrorCode::internal;
    EXPECT_FALSE(result.error().message.empty()) << sql;
    EXPECT_EQ(result.error().message.find('\n'), std::string::npos) << sql;
    return result.error().code;
  }
  std::optional<CaseFile> file;
};

TEST_F(ReadOnlyQueryTest, Reads) {
  for (const std::string sql : {"SELECT count(*) FROM annotation", "SELECT count(*) FROM annotation;",
                                "  FROM annotation SELECT count(*) ; ;  "}) {
    const auto table = file->query_read_only(sql, 10, {});
    ASSERT_TRUE(table) << why(table);
    EXPECT_EQ(rows(*table), std::vector<std::string>{"5000"}) << sql;
  }
  for (const std::string sql :
       {"DESCRIBE post", "SHOW TABLES", "SUMMARIZE annotation", "EXPLAIN SELECT 1", "SELECT 1 -- the end",
        "WITH a AS (SELECT 1 AS i) SELECT * FROM a", "VALUES (1), (2)", "SELECT * FROM action", "FROM post_source"}) {
    EXPECT_TRUE(file->query_read_only(sql, 10, {})) << sql;
  }
}

TEST_F(ReadOnlyQueryTest, CannotWrite) {
  for (const std::string sql : {"DELETE FROM annotation",
                                "INSERT INTO annotation (who) VALUES ('x')",
                                "UPDATE meta SET schema_version = 9",
                                "DROP TABLE meta",
                                "CREATE TABLE t (i INTEGER)",
                                "CREATE TEMP TABLE t (i INTEGER)",
                                "ALTER TABLE meta ADD COLUMN x INTEGER",
                                "CHECKPOINT",
                                "VACUUM",
                                "BEGIN",
                                "COMMIT",
                                "ROLLBACK",
                                "TRUNCATE annotation",
                                "EXPLAIN ANALYZE DELETE FROM annotation",
                                "MERGE INTO meta USING meta m ON true WHEN MATCHED THEN DELETE",
                                "PREPARE p AS DELETE FROM annotation",
                                "EXECUTE p",
                                "CALL pragma_version()",
                                "CREATE OR REPLACE MACRO f() AS 1",
                                "USE memory",
                                "WITH d AS (DELETE FROM annotation RETURNING *) SELECT * FROM d",
                                "SELECT 1; DELETE FROM annotation",
                                "COMMIT; DELETE FROM annotation",
                                "IMPORT DATABASE '/'",
                                "EXPORT DATABASE '/'",
                                "",
                                ";",
                                "-- nothing",
                                "SELECT",
                                "SELECT $1"}) {
    const ErrorCode code = refused(sql);
    EXPECT_TRUE(code == ErrorCode::usage || code == ErrorCode::io) << sql << ": " << name_of(code);
  }
  EXPECT_EQ(refused(std::string("SELECT 1\0; DROP TABLE meta", 26)), ErrorCode::usage);
  EXPECT_EQ(count(*file, "SELECT count(*) FROM annotation"), 5000);
  EXPECT_EQ(count(*file, "SELECT schema_version FROM meta"), k_schema_version);
}

TEST_F(ReadOnlyQueryTest, CannotTouchFilesNetworkOrSettings) {
  const std::filesystem::path secret = folder / "secret.csv";
  const std::filesystem::path target = folder / "out.csv";
  std::ofstream(secret) << "a,b\n1,2\n";
  const std::string in = "'" + secret.string() + "'";
  const std::string out = "'" + target.string() + "'";
  for (const std::string& sql :
       std::vector<std::string>{"SELECT * FROM " + in,
                                "SELECT * FROM read_csv(" + in + ")",
                                "SELECT * FROM read_text(" + in + ")",
                                "SELECT * FROM read_blob(" + in + ")",
                                "SELECT * FROM read_json(" + in + ")",
                                "SELECT * FROM read_parquet(" + in + ")",
                                "SELECT * FROM sniff_csv(" + in + ")",
                                "SELECT * FROM glob('/*')",
                                "SELECT * FROM parquet_metadata(" + in + ")",
                                "SELECT * FROM query('SELECT * FROM ''" + secret.string() + "''')",
                                "SELECT * FROM query_table('" + secret.string() + "')",
                                "COPY annotation TO " + out,
                                "COPY (SELECT 1) TO " + out,
                                "EXPLAIN ANALYZE COPY (SELECT 1) TO " + out,
                                "ATTACH " + out,
                                "ATTACH " + out + " AS other; SELECT 1",
                                "INSTALL httpfs",
                                "LOAD httpfs",
                                "SELECT * FROM 'https://example.org/x.csv'",
                                "SET enable_external_access = true",
                                "SET GLOBAL enable_external_access = true",
                                "RESET enable_external_access",
                                "SET lock_configuration = false",
                                "SET threads = 4",
                                "SET memory_limit = '100GB'",
                                "PRAGMA enable_external_access",
                                "PRAGMA database_list; SELECT 1",
                                "CREATE SECRET s (TYPE s3)",
                                "SELECT getenv('HOME')",
                                "SET VARIABLE x = 1",
                                "FORCE CHECKPOINT"}) {
    const ErrorCode code = refused(sql);
    EXPECT_TRUE(code == ErrorCode::usage || code == ErrorCode::io) << sql << ": " << name_of(code);
  }
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(ReadOnlyQueryTest, RowsAreCutInsideTheDatabase) {
  const auto few = file->query_read_only("SELECT who FROM annotation ORDER BY who DESC", 3, {});
  ASSERT_TRUE(few) << why(few);
  EXPECT_EQ(rows(*few), (std::vector<std::string>{"w999", "w998", "w997"}));
  const auto all = file->query_read_only("SELECT who FROM annotation", 0, {});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->rows(), 5000U);
  // Ten thousand million rows: only possible because DuckDB stops after four.
  const auto huge = file->query_read_only("SELECT i FROM range(10000000000) r(i)", 4, {});
  ASSERT_TRUE(huge) << why(huge);
  EXPECT_EQ(huge->rows(), 4U);
  const auto names = file->query_read_only("SELECT 1 AS a, 2 AS a, 3 AS b", 5, {});
  ASSERT_TRUE(names) << why(names);
  ASSERT_EQ(names->columns().size(), 3U);
  EXPECT_EQ(names->columns()[1].name, "a");
}

TEST_F(ReadOnlyQueryTest, MemoryLimitIsHeld) {
  Control control;
  control.memory_bytes = 100'000;
  const auto result = file->query_read_only("SELECT * FROM annotation", 0, control);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::memory) << why(result);
}

TEST_F(ReadOnlyQueryTest, StopInterruptsALongStatement) {
  std::stop_source source;
  Control control;
  control.stop = source.get_token();
  std::jthread later([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    source.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto result = file->query_read_only(
      "SELECT count(*) FROM range(1000000) a(i), range(1000000) b(j) WHERE (i * j) % 7 = 3", 0, control);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::cancelled) << why(result);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  const auto before = file->query_read_only("SELECT 1", 0, control);
  ASSERT_FALSE(before) << "a stop that came before the statement counts too";
  EXPECT_EQ(before.error().code, ErrorCode::cancelled);
}

TEST_F(ReadOnlyQueryTest, ErrorsOfTheStatementAreForItsWriter) {
  const auto result = file->query_read_only("SELECT whom FROM annotation", 0, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::usage);
  EXPECT_NE(result.error().message.find("whom"), std::string::npos);
  EXPECT_EQ(refused("SELEKT 1"), ErrorCode::usage);
  EXPECT_EQ(refused("SELECT '101'::BIT"), ErrorCode::usage) << "a type that cannot be shown";
}

TEST_F(ReadOnlyQueryTest, SeesOnlyFinishedSteps) {
  auto step = file->begin_step();
  ASSERT_TRUE(step);
  ASSERT_TRUE(file->execute("DELETE FROM annotation"));
  const auto table = file->query_read_only("SELECT count(*) FROM annotation", 0, {});
  ASSERT_TRUE(table) << why(table);
  EXPECT_EQ(rows(*table), std::vector<std::string>{"5000"});
}

}  // namespace
}  // namespace unisono::store::testing
