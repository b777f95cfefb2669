// A writer killed with SIGKILL at a random moment, and one whose disk is full: the case opens with its last finished
// step.
#include <sys/resource.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "temporary_case.hpp"
#include "unisono/core/random.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::store::testing {
namespace {

using KillTest = CaseTest;

// Step k imports file k: its rows (more than one chunk, some steps more than one row group) and its import_file row.
Result<void> write_step(CaseFile& file, std::int32_t k) {
  UNISONO_TRY(Step step, file.begin_step());
  const std::int64_t n = k % 3 == 0 ? 130'000 : 3'000 + k;
  UNISONO_TRY(Appender rows, file.append_to("bare_row"));
  for (std::int64_t i = 0; i < n; ++i) {
    rows.integer(k);
    rows.integer(i);
    rows.text("object " + std::to_string(i * 7919 % 1000));
    rows.text("account " + std::to_string(i));
    for (int c = 0; c < 8; ++c) rows.null();
    UNISONO_CHECK(rows.end_row());
  }
  UNISONO_CHECK(rows.close());
  ImportFile import;
  import.file_id = k;
  import.sha256 = std::to_string(k);
  import.bytes = n;
  UNISONO_CHECK(record_import(file, import));
  UNISONO_CHECK(step.commit());
  if (k % 4 == 0) return file.checkpoint();
  return {};
}

void expect_whole_steps(CaseFile& file, std::int64_t at_least) {
  const auto steps = file.count("SELECT count(*) FROM import_file");
  ASSERT_TRUE(steps) << why(steps);
  EXPECT_GE(*steps, at_least);
  const auto wrong = file.count(
      "SELECT count(*) FROM (SELECT file_id, bytes FROM import_file) i FULL JOIN "
      "(SELECT file_id, count(*) AS n, max(row_no) AS last FROM bare_row GROUP BY file_id) r USING (file_id) "
      "WHERE n IS DISTINCT FROM bytes OR last IS DISTINCT FROM bytes - 1");
  ASSERT_TRUE(wrong) << why(wrong);
  EXPECT_EQ(*wrong, 0);
}

TEST_F(KillTest, TwentyRandomMoments) {
  const std::filesystem::path path = folder / "case.uni";
  Random random(20);
  std::int64_t steps_before = 0;
  int killed = 0;
  for (int trial = 0; trial < 20; ++trial) {
    int progress[2];
    ASSERT_EQ(pipe(progress), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto file = std::filesystem::exists(path) ? CaseFile::open(path, {}) : CaseFile::create(path, {});
      const auto first = file ? next_file_id(*file) : fail(ErrorCode::internal, "not opened");
      if (!first) _exit(3);
      for (std::int32_t k = *first;; ++k) {
        if (!write_step(*file, k)) _exit(4);
        (void)!write(progress[1], "s", 1);
      }
    }
    close(progress[1]);
    std::this_thread::sleep_for(std::chrono::microseconds(1000 + random.below(400'000)));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status) ? 1 : 0;
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself with " << WEXITSTATUS(status);
    std::int64_t reported = 0;
    char byte = 0;
    while (read(progress[0], &byte, 1) == 1) ++reported;
    close(progress[0]);
    if (!std::filesystem::exists(path)) continue;  // killed while it was being made
    auto file = CaseFile::open(path, {});
    ASSERT_TRUE(file) << "trial " << trial << ": " << why(file);
    expect_whole_steps(*file, steps_before + reported);
    steps_before = count(*file, "SELECT count(*) FROM import_file");
  }
  EXPECT_EQ(killed, 20);
  EXPECT_GT(steps_before, 0) << "no step was ever finished: the moments are too early for this machine";
}

TEST_F(KillTest, KilledCaseOpensForReading) {
  const std::filesystem::path path = folder / "case.uni";
  const pid_t child = fork();
  if (child == 0) {
    auto file = CaseFile::create(path, {});
    if (!file || !write_step(*file, 1)) _exit(3);
    raise(SIGKILL);  // the step stands in the write-ahead log only
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  OpenOptions options;
  options.read_only = true;
  auto file = CaseFile::open(path, options);
  ASSERT_TRUE(file) << why(file);
  expect_whole_steps(*file, 1);
}

TEST_F(KillTest, FullDiskIsOneClearErrorAndTheStepBeforeStays) {
  const std::filesystem::path path = folder / "case.uni";
  int answer[2];
  ASSERT_EQ(pipe(answer), 0);
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    auto file = CaseFile::create(path, {});
    if (!file || !write_step(*file, 1) || !file->checkpoint()) _exit(3);
    const rlim_t limit = static_cast<rlim_t>(std::filesystem::file_size(path)) + 300'000;
    const rlimit full{limit, limit};
    setrlimit(RLIMIT_FSIZE, &full);
    Result<void> written;
    for (std::int32_t k = 2; written && k < 40; ++k) written = write_step(*file, k);
    const std::string said = why(written) + " / " + (written ? "" : written.error().advice);
    (void)!write(answer[1], said.data(), said.size());
    _exit(0);
  }
  close(answer[1]);
  std::string said;
  char byte = 0;
  while (read(answer[0], &byte, 1) == 1) said += byte;
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(said.starts_with("io: ")) << said;
  EXPECT_NE(said.find("last finished step"), std::string::npos) << said;
  auto file = CaseFile::open(path, {});
  ASSERT_TRUE(file) << why(file);
  expect_whole_steps(*file, 1);
}

}  // namespace
}  // namespace unisono::store::testing
