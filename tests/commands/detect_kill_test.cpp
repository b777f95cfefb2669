// `detect` killed with SIGKILL at twenty random moments: the case opens and holds what was finished before, whole, and
// the next run gives the result that it would have given.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"

namespace unisono::commands {
namespace {

namespace fs = std::filesystem;

constexpr int k_moments = 20;

DetectOptions options_for(const fs::path& path, std::int64_t window_us) {
  DetectOptions options;
  options.case_path = path;
  options.windows_us = {window_us};
  return options;
}

// Every row of a run in every table of results, in their order; the number of rows comes first.
std::string rows_of(store::CaseFile& file, const std::string& run_id) {
  std::string out;
  std::size_t rows = 0;
  for (const char* table : {"channel_check", "tie", "group_", "group_member", "group_test", "finding"}) {
    const std::vector<Cell> parameters = {run_id};
    const auto read = file.query(fmt::format("SELECT * FROM {} WHERE run_id = $1 ORDER BY rowid", table), parameters);
    EXPECT_TRUE(read) << describe(read.error());
    if (!read) return out;
    for (std::size_t row = 0; row < read->rows(); ++row, ++rows)
      for (const Column& column : read->columns()) out += to_text(column.cells[row], column.type) + "|";
    out += "\n";
  }
  const std::vector<Cell> parameters = {run_id};
  const auto evidence = file.query(
      "SELECT e.* FROM evidence e JOIN finding f USING (finding_id) WHERE f.run_id = $1 ORDER BY ALL", parameters);
  EXPECT_TRUE(evidence) << describe(evidence.error());
  for (std::size_t row = 0; row < evidence->rows(); ++row, ++rows)
    for (const Column& column : evidence->columns()) out += to_text(column.cells[row], column.type) + "|";
  return fmt::format("{} rows\n{}", rows, out);
}

std::string rows_in(const fs::path& path, const std::string& run_id) {
  auto file = store::CaseFile::open(path, {.read_only = true});
  EXPECT_TRUE(file) << describe(file.error());
  return file ? rows_of(*file, run_id) : "";
}

void copy_case(const fs::path& from, const fs::path& to) {
  for (const char* part : {"", ".wal"}) {
    fs::remove(to.string() + part);
    if (fs::exists(from.string() + part)) fs::copy_file(from.string() + part, to.string() + part);
  }
}

class DetectKill : public testing::Test {
 protected:
  // A case that takes about two seconds, with a finished run at one window; a second run, at another, will be killed.
  void SetUp() override {
    test::PlantedCase plan;
    plan.organic_accounts = 6'000;
    plan.actions_each = 60;
    plan.objects = 20'000;
    ASSERT_TRUE(test::write_planted_case(folder_ / "before.uni", test::planted_actions(plan)));
    const auto first = detect(options_for(folder_ / "before.uni", 300'000'000), {});
    ASSERT_TRUE(first) << describe(first.error());
    first_id_ = first->run_id;
    first_rows_ = rows_in(folder_ / "before.uni", first_id_);

    copy_case(folder_ / "before.uni", folder_ / "whole.uni");
    const auto begin = std::chrono::steady_clock::now();
    const auto second = detect(options_for(folder_ / "whole.uni", 60'000'000), {});
    took_us_ = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count();
    ASSERT_TRUE(second) << describe(second.error());
    second_id_ = second->run_id;
    second_rows_ = rows_in(folder_ / "whole.uni", second_id_);
    ASSERT_NE(first_id_, second_id_);
    ASSERT_GT(second_rows_.size(), 5'000U);
    ASSERT_EQ(rows_in(folder_ / "before.uni", second_id_).substr(0, 7), "0 rows\n");
  }

  // Starts the second run on `path` and kills it; true if it was still at work.
  static bool kill_after(const fs::path& path, std::int64_t us) {
    const pid_t child = fork();
    if (child == 0) {
      const auto done = detect(options_for(path, 60'000'000), {});
      _exit(done ? 0 : 3);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(us));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(!WIFEXITED(status) || WEXITSTATUS(status) == 0) << "detect failed by itself";
    return WIFSIGNALED(status);
  }

  test::TemporaryFolder folder_;
  std::string first_id_, second_id_, first_rows_, second_rows_;
  std::int64_t took_us_ = 0;
};

TEST_F(DetectKill, TwentyRandomMoments_slow) {
  const fs::path path = folder_ / "case.uni";
  Random random(21);
  int killed = 0, written = 0;
  for (int moment = 0; moment < k_moments; ++moment) {
    copy_case(folder_ / "before.uni", path);
    // The last quarter is where results are written: half of the moments are there.
    const auto whole = static_cast<std::uint64_t>(took_us_);
    const std::uint64_t us = moment % 2 == 0 ? random.below(whole) : whole * 3 / 4 + random.below(whole / 4);
    killed += kill_after(path, static_cast<std::int64_t>(us)) ? 1 : 0;
    {
      auto file = store::CaseFile::open(path, {});
      ASSERT_TRUE(file) << "killed after " << us << " us: " << describe(file.error());
      EXPECT_EQ(rows_of(*file, first_id_), first_rows_) << "the finished run is no longer whole";
      const std::string second = rows_of(*file, second_id_);
      const bool nothing = second.starts_with("0 rows\n");
      EXPECT_TRUE(nothing || second == second_rows_) << "killed after " << us << " us: a part of a run was kept";
      written += nothing ? 0 : 1;
      EXPECT_EQ(file->count("SELECT count(*) FROM evidence ANTI JOIN finding USING (finding_id)").value_or(-1), 0);
    }
    const auto again = detect(options_for(path, 60'000'000), {});
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_EQ(again->run_id, second_id_);
    EXPECT_EQ(rows_in(path, first_id_), first_rows_);
    EXPECT_EQ(rows_in(path, second_id_), second_rows_);
  }
  std::printf("%d of %d killed at work, the results had been written in %d; one run takes %.1f s\n", killed, k_moments,
              written, static_cast<double>(took_us_) / 1e6);
  EXPECT_GE(killed, k_moments / 2) << "the moments are too late for this machine";
}

}  // namespace
}  // namespace unisono::commands
