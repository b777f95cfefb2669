#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "temporary_case.hpp"

namespace unisono::store::testing {
namespace {

using CaseFileTest = CaseTest;

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void expect_error(const Result<CaseFile>& result, ErrorCode code, const std::string& words) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code) << why(result);
  EXPECT_NE(describe(result.error()).find(words), std::string::npos) << why(result);
  EXPECT_FALSE(result.error().advice.empty()) << why(result);
  EXPECT_EQ(result.error().message.find('\n'), std::string::npos);
}

TEST_F(CaseFileTest, CreatedCaseOpensAgainWithItsRows) {
  {
    CaseFile file = make();
    auto step = file.begin_step();
    ASSERT_TRUE(step);
    ASSERT_TRUE(file.execute("INSERT INTO account (platform, account_id, status) VALUES ('x', '1', 'active')"));
    ASSERT_TRUE(step->commit());
  }
  auto again = CaseFile::open(folder / "case.uni", {});
  ASSERT_TRUE(again) << why(again);
  EXPECT_EQ(count(*again, "SELECT count(*) FROM account"), 1);
  EXPECT_EQ(count(*again, "SELECT schema_version FROM meta"), k_schema_version);
  EXPECT_FALSE(std::filesystem::exists(folder / "case.uni.new"));
}

TEST_F(CaseFileTest, CreateRefusesWhatIsThere) {
  write_file(folder / "there.uni", "mine");
  expect_error(CaseFile::create(folder / "there.uni", {}), ErrorCode::io, "exists already");
  expect_error(CaseFile::create(folder / "no/such/folder.uni", {}), ErrorCode::not_found, "does not exist");
  write_file(folder / "gone.uni.wal", "old");
  expect_error(CaseFile::create(folder / "gone.uni", {}), ErrorCode::io, "gone.uni.wal");
}

TEST_F(CaseFileTest, CreateReplacesWhatAKilledCreateLeft) {
  write_file(folder / "case.uni.new", "half");
  write_file(folder / "case.uni.new.wal", "half");
  CaseFile file = make();
  EXPECT_EQ(count(file, "SELECT count(*) FROM meta"), 1);
}

TEST_F(CaseFileTest, CreateWhereNobodyMayWrite) {
  if (!std::filesystem::exists("/proc/self/status")) GTEST_SKIP() << "no /proc here";
  expect_error(CaseFile::create("/proc/case.uni", {}), ErrorCode::io, "");
}

TEST_F(CaseFileTest, ReadOnlyFolder) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser may write everywhere";
  std::filesystem::create_directory(folder / "locked");
  std::filesystem::permissions(folder / "locked",
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  expect_error(CaseFile::create(folder / "locked/case.uni", {}), ErrorCode::io, "permission denied");
}

TEST_F(CaseFileTest, OpenSaysWhatIsWrong) {
  expect_error(CaseFile::open(folder / "none.uni", {}), ErrorCode::not_found, "no such case");
  std::filesystem::create_directory(folder / "dir.uni");
  expect_error(CaseFile::open(folder / "dir.uni", {}), ErrorCode::bad_input, "folder");
  write_file(folder / "empty.uni", "");
  expect_error(CaseFile::open(folder / "empty.uni", {}), ErrorCode::bad_input, "0 bytes");
  write_file(folder / "rows.csv", "id,text\n1,a\n2,b\n");
  expect_error(CaseFile::open(folder / "rows.csv", {}), ErrorCode::bad_input, "no DuckDB header");
  write_file(folder / "magic.uni", std::string(8, '\0') + "DUCK" + std::string(9000, 'x'));
  const auto damaged = CaseFile::open(folder / "magic.uni", {});
  ASSERT_FALSE(damaged);
  EXPECT_FALSE(damaged.error().advice.empty());
}

TEST_F(CaseFileTest, CutOffCaseIsAnErrorAtAnyLength) {
  {
    CaseFile file = make();
  }
  const auto size = std::filesystem::file_size(folder / "case.uni");
  for (std::uintmax_t length = 0; length < size; length += 4096 + length / 8) {
    std::filesystem::copy_file(folder / "case.uni", folder / "cut.uni",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder / "cut.uni", length);
    const auto cut = CaseFile::open(folder / "cut.uni", {});
    EXPECT_TRUE(cut || cut.error().code != ErrorCode::internal) << length << " " << why(cut);
  }
}

TEST_F(CaseFileTest, ADatabaseThatIsNoCase) {
  {
    CaseFile file = make();
    ASSERT_TRUE(file.execute("DROP TABLE meta"));
  }
  expect_error(CaseFile::open(folder / "case.uni", {}), ErrorCode::bad_input, "no case of unisono");
}

TEST_F(CaseFileTest, NewerAndUnknownVersionsNameBothNumbers) {
  {
    CaseFile file = make();
    ASSERT_TRUE(file.execute("UPDATE meta SET schema_version = 7"));
  }
  for (const bool read_only : {false, true}) {
    OpenOptions options;
    options.read_only = read_only;
    expect_error(CaseFile::open(folder / "case.uni", options), ErrorCode::newer_version,
                 std::string("version 7, this program knows versions up to ") + std::to_string(k_schema_version));
  }
}

TEST_F(CaseFileTest, OpenForReadingCannotWrite) {
  {
    CaseFile file = make();
  }
  OpenOptions options;
  options.read_only = true;
  auto file = CaseFile::open(folder / "case.uni", options);
  ASSERT_TRUE(file) << why(file);
  const auto written = file->execute("INSERT INTO meta VALUES (1)");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io) << why(written);
}

TEST_F(CaseFileTest, HeldByAnotherProcess) {
  {
    CaseFile file = make();
  }
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto held = CaseFile::open(folder / "case.uni", {});
    const char byte = held ? 'y' : 'n';
    (void)!write(ready[1], &byte, 1);
    pause();
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  expect_error(CaseFile::open(folder / "case.uni", {}), ErrorCode::io,
               "in use by another process (PID " + std::to_string(child) + ")");
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(CaseFile::open(folder / "case.uni", {}));
}

TEST_F(CaseFileTest, StepIsAllOrNothing) {
  CaseFile file = make();
  {
    auto step = file.begin_step();
    ASSERT_TRUE(step);
    ASSERT_TRUE(file.execute("INSERT INTO annotation (who) VALUES ('a')"));
    EXPECT_EQ(count(file, "SELECT count(*) FROM annotation"), 1);
    EXPECT_FALSE(file.begin_step()) << "steps do not nest";
  }
  EXPECT_EQ(count(file, "SELECT count(*) FROM annotation"), 0);
  {
    auto step = file.begin_step();
    ASSERT_TRUE(step);
    EXPECT_FALSE(file.execute("INSERT INTO account (platform) VALUES ('x')")) << "account_id may not be NULL";
  }
  auto step = file.begin_step();
  ASSERT_TRUE(step);
  ASSERT_TRUE(file.execute("INSERT INTO annotation (who) VALUES ($1), ($2)",
                           std::vector<Cell>{std::string("b"), std::monostate{}}));
  ASSERT_TRUE(step->commit());
  EXPECT_FALSE(step->commit()) << "once";
  EXPECT_EQ(ask(file, "SELECT who FROM annotation ORDER BY who NULLS LAST"), (std::vector<std::string>{"b", "NULL"}));
}

TEST_F(CaseFileTest, StopRollsBack) {
  {
    CaseFile file = make();
  }
  std::stop_source source;
  OpenOptions options;
  options.stop = source.get_token();
  auto file = CaseFile::open(folder / "case.uni", options);
  ASSERT_TRUE(file);
  {
    auto step = file->begin_step();
    ASSERT_TRUE(step);
    ASSERT_TRUE(file->execute("INSERT INTO annotation (who) VALUES ('a')"));
    source.request_stop();
    const auto stopped = file->execute("INSERT INTO annotation (who) VALUES ('b')");
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::cancelled) << why(stopped);
  }
  file = fail(ErrorCode::cancelled, "closed");
  auto again = CaseFile::open(folder / "case.uni", {});
  ASSERT_TRUE(again) << why(again);
  EXPECT_EQ(count(*again, "SELECT count(*) FROM annotation"), 0);
}

TEST_F(CaseFileTest, CountAndTables) {
  CaseFile file = make();
  EXPECT_EQ(count(file, "SELECT NULL::BIGINT"), 0);
  EXPECT_EQ(count(file, "SELECT sum(i) FROM range(5) t(i)"), 10) << "a HUGEINT that fits";
  EXPECT_FALSE(file.count("SELECT 'a'"));
  EXPECT_FALSE(file.count("SELECT 1, 2"));
  EXPECT_TRUE(*file.has_table("post_target"));
  EXPECT_FALSE(*file.has_table("post_targets"));
  ASSERT_TRUE(
      file.execute("CREATE TEMP TABLE staging AS SELECT * FROM post LIMIT 0; CREATE TEMP TABLE second (i INTEGER)"));
  EXPECT_TRUE(*file.has_table("staging"));
  EXPECT_TRUE(*file.has_table("second"));
}

}  // namespace
}  // namespace unisono::store::testing
