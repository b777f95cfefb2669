// Squads planted into the user's own data: found where they are large, not found where they are hopeless, the same for
// any number of threads, and nothing of the case is changed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "commands/channel_planting.hpp"
#include "support/planted_case.hpp"
#include "unisono/commands/calibrate.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/commands/report.hpp"
#include "unisono/core/file.hpp"
#include "unisono/evidence/planting.hpp"

namespace unisono::commands {
namespace {

CalibrateOptions plant(const std::filesystem::path& path, network::SquadPlan squad, std::uint32_t draws = 5) {
  CalibrateOptions options;
  options.detect.case_path = path;
  options.detect.windows_us = {60'000'000};
  options.runs = draws;
  options.plant = squad;
  return options;
}

// Reposts of a public without any squad.
std::vector<test::PlantedAction> a_public() {
  test::PlantedCase plan;
  plan.squad = 0;
  return test::planted_actions(plan);
}

std::vector<store::PlantingRow> rows_of(const std::filesystem::path& path, const std::string& run_id) {
  auto file = store::CaseFile::open(path, {});
  EXPECT_TRUE(file);
  return store::read_calibration(*file, run_id)->plantings;
}

const store::PlantingRow& row(const std::vector<store::PlantingRow>& rows, std::int64_t size, std::int64_t tasks) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const store::PlantingRow& r) {
    return !r.window_us && r.size == size && r.tasks == tasks;
  });
  EXPECT_NE(found, rows.end()) << size << " x " << tasks;
  static const store::PlantingRow k_none;
  return found == rows.end() ? k_none : *found;
}

TEST(Planting, LargeSquadsAreFoundAndTheBorderIsWalked) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", a_public()));
  const auto result = calibrate(plant(folder / "a.uni", {10, 12, 25'000'000, 0}), Control{.threads = 2});
  ASSERT_TRUE(result) << describe(result.error());
  const std::vector<store::PlantingRow> rows = rows_of(folder / "a.uni", result->run_id);
  ASSERT_GE(rows.size(), 4U);
  EXPECT_EQ(rows.size() % 2, 0U) << "all windows together, and the only window";
  EXPECT_EQ(row(rows, 10, 12).found, 5);
  EXPECT_GE(row(rows, 10, 12).members.value_or(0), 8.0);
  EXPECT_LE(row(rows, 10, 12).others.value_or(9), 1.0);
  // The walk leaves a cell that is found beside one that is not.
  EXPECT_TRUE(
      std::any_of(rows.begin(), rows.end(), [](const auto& r) { return !r.window_us && !evidence::is_found(r); }));
  EXPECT_EQ(result->squads.rows(), rows.size());
  EXPECT_EQ(result->verdicts.rows(), 0U);
  ASSERT_EQ(result->notes.size(), 1U);
  EXPECT_NE(result->notes[0].find("repost: planted squads of 10 accounts"), std::string::npos);
  auto file = store::CaseFile::open(folder / "a.uni", {});
  EXPECT_EQ(*file->count("SELECT count(*) FROM post"), 6000) << "nothing was written into the case's posts";
}

TEST(Planting, WhatIsHopelessIsNotFoundAndEndsTheSearch) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", a_public()));
  const auto slow = calibrate(plant(folder / "a.uni", {5, 5, 86'400'000'000, 0}), Control{.threads = 2});
  ASSERT_TRUE(slow);
  const std::vector<store::PlantingRow> rows = rows_of(folder / "a.uni", slow->run_id);
  ASSERT_EQ(rows.size(), 2U) << "the largest squad only";
  EXPECT_EQ(rows[0].found, 0);
  EXPECT_EQ(rows[0].draws, 5);
  test::PlantedCase few;
  few.squad = 0;
  few.objects = 100;
  ASSERT_TRUE(test::write_planted_case(folder / "b.uni", test::planted_actions(few)));
  const auto busy = calibrate(plant(folder / "b.uni", {10, 101, 0, 0}), {});
  ASSERT_TRUE(busy);
  const std::vector<store::PlantingRow> impossible = rows_of(folder / "b.uni", busy->run_id);
  ASSERT_EQ(impossible.size(), 2U);
  EXPECT_EQ(impossible[0].draws, 0);
  EXPECT_NE(impossible[0].reason.find("101 tasks needs as many things that others did, there are 100"),
            std::string::npos)
      << impossible[0].reason;
}

TEST(Planting, ThreadsAndOrderOfRowsChangeNothing) {
  const test::TemporaryFolder folder;
  std::vector<test::PlantedAction> actions = a_public();
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", actions));
  std::vector<std::string> seen;
  for (const unsigned threads : {1U, 2U, 7U}) {
    const auto result = calibrate(plant(folder / "a.uni", {7, 10, 25'000'000, 0}, 3), Control{.threads = threads});
    ASSERT_TRUE(result);
    std::string all;
    for (const Column& column : result->squads.columns())
      for (const Cell& value : column.cells) all += to_text(value, column.type) + "\t";
    seen.push_back(all);
  }
  EXPECT_GT(seen[0].size(), 50U);
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[0], seen[2]);
}

TEST(Planting, WhoIsFoundAlreadyIsNotPlanted) {
  test::PlantedCase plan;
  plan.organic_accounts = 195;
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions(plan)));
  // 195 ordinary accounts; the squad of ten in the data is found and barred.
  const auto all = calibrate(plant(folder / "a.uni", {200, 5, 0, 0}, 1), {});
  ASSERT_TRUE(all);
  EXPECT_NE(rows_of(folder / "a.uni", all->run_id)[0].reason.find("there are 195"), std::string::npos)
      << rows_of(folder / "a.uni", all->run_id)[0].reason;
}

TEST(Planting, ReportSaysWhatWasTriedOrWhatToType) {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "a.uni";
  ASSERT_TRUE(test::write_planted_case(path, a_public()));
  DetectOptions options;
  options.case_path = path;
  options.windows_us = {60'000'000};
  ASSERT_TRUE(detect(options, Control{.threads = 2}));
  const auto summary = [&] {
    ReportOptions report_options;
    report_options.case_path = path;
    report_options.out = folder / "report.html";
    const auto written = report(report_options, {});
    EXPECT_TRUE(written) << describe(written.error());
    std::string all;
    for (const std::string& sentence : written->summary.not_found) all += sentence + "\n";
    return all;
  };
  EXPECT_NE(summary().find("unisono calibrate case.uni --plant 10x10x30s --window 60s"), std::string::npos)
      << summary();
  CalibrateOptions other = plant(path, {10, 10, 25'000'000, 0}, 2);
  other.detect.alpha = 0.01;
  ASSERT_TRUE(calibrate(other, Control{.threads = 2}));
  EXPECT_EQ(summary().find("planted squads of"), std::string::npos) << "another alpha, other tests";
  ASSERT_TRUE(calibrate(plant(path, {10, 10, 25'000'000, 0}, 2), Control{.threads = 2}));
  EXPECT_NE(summary().find("What these tests could have seen: repost: planted squads of 10 accounts"),
            std::string::npos)
      << summary();
  EXPECT_NE(read_file(folder / "report.html")->find("Planted squads, and how many of the draws were found"),
            std::string::npos);
}

TEST(Planting, SaysWhatItCannotDo) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "empty.uni", {}));
  for (const network::SquadPlan& squad :
       {network::SquadPlan{2, 10, 0, 0}, network::SquadPlan{201, 10, 0, 0}, network::SquadPlan{10, 2, 0, 0},
        network::SquadPlan{10, 501, 0, 0}, network::SquadPlan{10, 10, -1, 0}}) {
    const auto refused = calibrate(plant(folder / "empty.uni", squad), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::usage);
    EXPECT_FALSE(refused.error().advice.empty());
  }
  const auto nothing = calibrate(plant(folder / "empty.uni", {}), {});
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->squads.rows(), 0U);
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", a_public()));
  std::stop_source stop;
  Control control;
  control.stop = stop.get_token();
  control.progress = [&](const Progress& progress) {
    if (progress.phase == "plant") stop.request_stop();
  };
  EXPECT_EQ(calibrate(plant(folder / "a.uni", {10, 10, 0, 0}, 50), control).error().code, ErrorCode::cancelled);
  auto file = store::CaseFile::open(folder / "a.uni", {});
  EXPECT_EQ(*file->count("SELECT count(*) FROM planting"), 0);
}

}  // namespace
}  // namespace unisono::commands
