#include "unisono/commands/calibrate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "commands/channel_calibration.hpp"
#include "commands/degree_calibration.hpp"
#include "support/group_worlds.hpp"
#include "support/notification_world.hpp"
#include "support/planted_case.hpp"
#include "unisono/commands/import.hpp"
#include "unisono/evidence/calibration.hpp"
#include "unisono/store/calibration_tables.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

CalibrateOptions options_for(const std::filesystem::path& path, std::uint32_t runs = 20) {
  CalibrateOptions options;
  options.detect.case_path = path;
  options.detect.windows_us = {60'000'000};
  options.runs = runs;
  return options;
}

Control two_threads() {
  Control control;
  control.threads = 2;
  return control;
}

store::CalibrationRows rows_of(const std::filesystem::path& path, const std::string& run_id) {
  auto file = store::CaseFile::open(path, {});
  EXPECT_TRUE(file);
  const auto rows = store::read_calibration(*file, run_id);
  EXPECT_TRUE(rows);
  return *rows;
}

TEST(Calibrate, APlantedWorldIsCalibrated_slow) {
  int seeds_with_anything = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const test::TemporaryFolder folder;
    test::PlantedCase plan;
    plan.seed = seed;
    ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions(plan)));
    const auto result = calibrate(options_for(folder / "a.uni"), two_threads());
    ASSERT_TRUE(result) << describe(result.error());
    const store::CalibrationRows rows = rows_of(folder / "a.uni", result->run_id);
    ASSERT_EQ(rows.copies.size(), 40U);
    std::int64_t wrong = 0;
    for (const store::CalibrationRow& copy : rows.copies) wrong += copy.false_ties + copy.false_groups;
    seeds_with_anything += wrong > 0 ? 1 : 0;
    ASSERT_EQ(rows.verdicts.size(), 1U);
    EXPECT_EQ(rows.verdicts[0].calibrated, true) << "seed " << seed << ": " << rows.verdicts[0].sentence;
    EXPECT_GT(rows.verdicts[0].groups, 0) << "seed " << seed;
  }
  EXPECT_LE(seeds_with_anything, 1);
}

TEST(Calibrate, WritesWhatItFoundAndPrintsIt) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  const auto result = calibrate(options_for(folder / "a.uni", 4), two_threads());
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->verdicts.rows(), 1U);
  EXPECT_EQ(result->copies.rows(), 2U) << "bins and within; no publication is known";
  EXPECT_EQ(result->runs.rows(), 8U);
  EXPECT_GE(result->fits.rows(), 4U)
      << "T and X on the data, T on bins, X on within; groups where there are candidates";
  EXPECT_GE(result->points.rows(), 400U);
  auto file = store::CaseFile::open(folder / "a.uni", {});
  ASSERT_TRUE(file);
  EXPECT_EQ(store::find_run(*file, "calibrate", "")->run_id, result->run_id);
  EXPECT_EQ(*file->count("SELECT count(*) FROM finding WHERE level = '0' AND statement = (SELECT sentence FROM "
                         "calibration_verdict)"),
            1);
  EXPECT_EQ(*file->count("SELECT count(*) FROM calibration_fit WHERE distance BETWEEN 0 AND 1 AND n > 100 AND test IN "
                         "('T', 'X') AND fitting <= copies AND share_001 <= share_01 AND share_01 <= share_05"),
            4);
  EXPECT_EQ(
      *file->count("SELECT count(*) FROM calibration_fit WHERE test = 'T' AND permutation = 'bins' AND copies = 4"), 1);
  EXPECT_EQ(*file->count("SELECT count(*) FROM (SELECT observed < lag(observed) OVER (PARTITION BY permutation, test "
                         "ORDER BY expected) AS falls FROM calibration_qq) WHERE falls"),
            0);
}

// D is tried where it is asked for, on actions without times too.
TEST(Calibrate, FastballJudgesTestD) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({.tasks = 24})));
  CalibrateOptions options = options_for(folder / "a.uni", 10);
  options.permutations = {network::Permutation::fastball};
  const auto result = calibrate(options, two_threads());
  ASSERT_TRUE(result) << describe(result.error());
  store::CalibrationRows rows = rows_of(folder / "a.uni", result->run_id);
  ASSERT_EQ(rows.verdicts.size(), 1U) << "the tests of detect were not asked for";
  EXPECT_EQ(rows.verdicts[0].subject, store::k_verdict_on_degrees);
  EXPECT_TRUE(rows.verdicts[0].calibrated) << rows.verdicts[0].sentence;
  EXPECT_GT(rows.verdicts[0].ties, 20) << "the squad";
  ASSERT_EQ(rows.copies.size(), 10U);
  ASSERT_EQ(rows.fits.size(), 1U);
  EXPECT_EQ(rows.fits[0].test, "D");
  EXPECT_EQ(rows.fits[0].copies, 10);
  EXPECT_GE(rows.fits[0].fitting, 7);
  EXPECT_GT(rows.points.size(), 100U);

  options.permutations = {network::Permutation::fastball, network::Permutation::bins};
  const auto both = calibrate(options, two_threads());
  ASSERT_TRUE(both) << describe(both.error());
  rows = rows_of(folder / "a.uni", both->run_id);
  EXPECT_EQ(rows.verdicts.size(), 2U);
  EXPECT_EQ(both->copies.rows(), 2U);

  {
    auto file = store::CaseFile::open(folder / "a.uni", {});
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->execute("UPDATE post_target SET t_us = NULL; UPDATE post SET t_us = NULL, t_source = 'none'"));
  }
  options.permutations.clear();
  const auto timeless = calibrate(options, two_threads());
  ASSERT_TRUE(timeless) << describe(timeless.error());
  rows = rows_of(folder / "a.uni", timeless->run_id);
  ASSERT_EQ(rows.verdicts.size(), 2U) << "nothing else can be tested";
  EXPECT_EQ(rows.copies.size(), 10U);
  EXPECT_EQ(rows.copies[0].permutation, "fastball");
}

// A test that accepts pairs whatever the margins is not at its level.
TEST(CalibrateDegrees, SeesATestThatAcceptsTooMuch) {
  const test::Built built = test::build(test::noise_world(3, 200, 600, 3000, 3));
  const auto good = calibrate_degrees(built.events, {"repost", 20, 1, {}}, two_threads());
  ASSERT_TRUE(good) << describe(good.error());
  EXPECT_TRUE(good->verdicts[0].calibrated) << good->verdicts[0].sentence;
  const auto bad = calibrate_degrees(built.events, {"repost", 20, 1, {.alpha = 0.999}}, two_threads());
  ASSERT_TRUE(bad) << describe(bad.error());
  std::int64_t accepted = 0;
  for (const store::CalibrationRow& copy : bad->copies) accepted += copy.false_ties;
  EXPECT_GT(accepted, 0);
  const auto nothing = calibrate_degrees(network::first_events({}), {"repost", 20, 1, {}}, two_threads());
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->copies.empty());
  EXPECT_FALSE(nothing->verdicts[0].calibrated);
}

TEST(Calibrate, ThreadsMemoryAndOrderOfRowsChangeNothing) {
  const test::TemporaryFolder folder;
  std::vector<test::PlantedAction> actions = test::planted_actions({});
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", actions));
  Random(7).shuffle(actions);
  ASSERT_TRUE(test::write_planted_case(folder / "b.uni", actions));
  const auto text = [](const Table& table) {
    std::string all;
    for (std::size_t row = 0; row < table.rows(); ++row)
      for (const Column& column : table.columns()) all += to_text(column.cells[row], column.type) + "\t";
    return all;
  };
  std::vector<std::string> seen;
  for (const auto& [name, threads, memory] :
       {std::tuple("a", 1U, 0ULL), std::tuple("a", 2U, 0ULL), std::tuple("a", 7U, 0ULL), std::tuple("b", 2U, 0ULL),
        std::tuple("a", 3U, 1ULL << 28)}) {
    Control control;
    control.threads = threads;
    control.memory_bytes = memory;
    const auto result = calibrate(options_for(folder / (std::string(name) + ".uni"), 3), control);
    ASSERT_TRUE(result) << describe(result.error());
    seen.push_back(text(result->verdicts) + text(result->runs) + text(result->fits) + text(result->points));
  }
  EXPECT_GT(seen[0].size(), 1000U);
  for (const std::string& other : seen) EXPECT_EQ(other, seen[0]);
}

TEST(Calibrate, ACopyIsTheSameWhateverElseIsDrawn) {
  const test::TemporaryFolder folder;
  test::PlantedCase plan;
  plan.organic_accounts = 60, plan.objects = 80, plan.actions_each = 40;  // enough survives to tell copies apart
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions(plan)));
  CalibrateOptions few = options_for(folder / "a.uni", 2), only_bins = options_for(folder / "a.uni", 5);
  only_bins.permutations = {network::Permutation::bins, network::Permutation::bins};
  const auto both = calibrate(few, {}), one = calibrate(only_bins, {});
  ASSERT_TRUE(both && one);
  const auto few_rows = rows_of(folder / "a.uni", both->run_id), many_rows = rows_of(folder / "a.uni", one->run_id);
  ASSERT_EQ(many_rows.copies.size(), 5U) << "each permutation once";
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(few_rows.copies[i].run_no, many_rows.copies[i].run_no);
    EXPECT_EQ(few_rows.copies[i].surviving_ties, many_rows.copies[i].surviving_ties);
    EXPECT_EQ(few_rows.copies[i].surviving_groups, many_rows.copies[i].surviving_groups);
  }
}

TEST(Calibrate, SaysWhatItCannotDo) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "empty.uni", {}));
  const auto nothing = calibrate(options_for(folder / "empty.uni"), {});
  ASSERT_TRUE(nothing) << describe(nothing.error());
  EXPECT_EQ(nothing->verdicts.rows(), 0U);
  ASSERT_EQ(nothing->notes.size(), 1U);
  EXPECT_NE(nothing->notes[0].find("no actions"), std::string::npos);

  CalibrateOptions asked = options_for(folder / "empty.uni");
  asked.detect.channels = {"link"};
  const auto of_empty_channel = calibrate(asked, {});
  ASSERT_TRUE(of_empty_channel) << describe(of_empty_channel.error());
  const store::CalibrationRows rows = rows_of(folder / "empty.uni", of_empty_channel->run_id);
  ASSERT_EQ(rows.verdicts.size(), 2U) << "on the tests of detect and on test D";
  EXPECT_FALSE(rows.verdicts[0].calibrated || rows.verdicts[1].calibrated);
  EXPECT_NE(rows.verdicts[0].sentence.find("no window could be tested"), std::string::npos);

  for (const std::uint32_t runs : {0U, 10'001U}) {
    const auto refused = calibrate(options_for(folder / "empty.uni", runs), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::usage);
  }
  EXPECT_EQ(calibrate(options_for(folder / "none.uni"), {}).error().code, ErrorCode::not_found);
}

TEST(Calibrate, DryRunAndAStopWriteNothing) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  CalibrateOptions dry = options_for(folder / "a.uni");
  dry.detect.dry_run = true;
  const auto planned = calibrate(dry, {});
  ASSERT_TRUE(planned) << describe(planned.error());
  EXPECT_EQ(planned->verdicts.rows(), 1U);

  std::stop_source stop;
  Control control = two_threads();
  control.stop = stop.get_token();
  control.progress = [&](const Progress& progress) {
    if (progress.phase == "permute" && progress.done >= 5) stop.request_stop();
  };
  const auto stopped = calibrate(options_for(folder / "a.uni", 500), control);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
  auto file = store::CaseFile::open(folder / "a.uni", {});
  ASSERT_TRUE(file);
  EXPECT_EQ(*file->count("SELECT (SELECT count(*) FROM run) + (SELECT count(*) FROM calibration_verdict)"), 0);
}

// A channel without a case, so that its tests can be replaced.
struct Trial {
  test::Built built;
  std::vector<WindowEvents> windows;
  ChannelPlan plan;
  DetectOptions options;
  CopyPlan copies;

  explicit Trial(const test::World& world, std::vector<std::int64_t> windows_us = {60'000'000, 300'000'000})
      : built(test::build(world)) {
    const auto events = std::make_shared<const network::Events>(built.events);
    for (const std::int64_t window_us : windows_us)
      windows.push_back({static_cast<std::uint64_t>(window_us), events, events->size()});
    plan.channel = copies.channel = "repost";
    plan.windows_us = std::move(windows_us);
    for (const WindowEvents& window : windows)
      copies.pair_tests.push_back(tie_options(window.window_us, plan, options, Effort::decisions));
  }
  ChannelTester tester() const {
    return [this](std::span<const WindowEvents> events, Effort effort, const Control& control) {
      return test_channel(events, built.object_hash, plan, options, effort, control);
    };
  }
  store::CalibrationRows run(const ChannelTester& tester) const {
    const auto rows = calibrate_copies(windows, tester, copies, two_threads());
    EXPECT_TRUE(rows) << describe(rows.error());
    return rows ? *rows : store::CalibrationRows{};
  }
};

test::World squads_in_noise(std::uint64_t seed) {
  test::World world = test::noise_world(seed, 600, 1500, 10000, 5);
  for (int squad = 0; squad < 2; ++squad) test::plant_squad(world, seed, squad, 10, 10, 5);
  return world;
}

TEST(CalibrateCopies, GoodTestsAreCalibratedAndBrokenOnesAreNot) {
  Trial trial(squads_in_noise(1), {60'000'000});
  trial.copies.runs = 8;
  const store::CalibrationRows good = trial.run(trial.tester());
  ASSERT_EQ(good.verdicts.size(), 1U);
  EXPECT_TRUE(good.verdicts[0].calibrated) << good.verdicts[0].sentence;
  EXPECT_GE(good.verdicts[0].groups, 2);

  // No null model: two close objects make a tie.
  const ChannelTester naive = [&](std::span<const WindowEvents> windows, Effort effort,
                                  const Control& control) -> Result<ChannelTests> {
    UNISONO_TRY(ChannelTests tests, trial.tester()(windows, effort, control));
    for (TestedWindow& window : tests.windows) {
      signals::JoinOptions join;
      join.window_us = window.window_us;
      join.min_shared = 2;
      UNISONO_TRY(const signals::Join joined,
                  signals::join_coactions(network::as_actions(*window.events), join, control));
      window.ties.ties.clear();
      for (const signals::Pair& pair : joined.pairs) {
        network::Tie tie;
        tie.a = pair.a, tie.b = pair.b;
        window.ties.ties.push_back(tie);
      }
    }
    return tests;
  };
  const store::CalibrationRows broken_ties = trial.run(naive);
  EXPECT_FALSE(broken_ties.verdicts[0].calibrated) << broken_ties.verdicts[0].sentence;
  EXPECT_GT(broken_ties.verdicts[0].ties, good.verdicts[0].ties);

  // Groups without a gate: whatever was found on one half passes on the other.
  const ChannelTester no_gate = [&](std::span<const WindowEvents> windows, Effort effort,
                                    const Control& control) -> Result<ChannelTests> {
    UNISONO_TRY(ChannelTests tests, trial.tester()(windows, effort, control));
    for (std::size_t i = 0; i < tests.windows.size(); ++i) {
      network::GroupOptions open;
      open.window_us = tests.windows[i].window_us;
      open.alpha = 0.999, open.min_lift = 0, open.stability_seeds = 1;
      open.without_pace = effort == Effort::activity, open.activity_blind = effort == Effort::pace;
      open.min_w = 0, open.min_objects = 0, open.min_days = 0, open.min_accounts = 0;
      UNISONO_TRY(tests.groups[i].result,
                  network::find_groups(*tests.windows[i].events, trial.built.object_hash, open, control));
    }
    return tests;
  };
  const store::CalibrationRows broken_groups = trial.run(no_gate);
  EXPECT_FALSE(broken_groups.verdicts[0].calibrated) << broken_groups.verdicts[0].sentence;
  const evidence::CopiesOfOneKind bins = evidence::by_permutation(broken_groups.copies).front();
  EXPECT_EQ(bins.permutation, "bins");
  EXPECT_GE(bins.false_groups, 1);
  EXPECT_GE(bins.most_accounts, 3);
}

TEST(CalibrateCopies, PostsWithSeveralObjects) {
  test::World world = test::noise_world(5, 300, 400, 3000, 5);
  Random random(5);
  for (int i = 0; i < 1000; ++i) {
    world.add_post(test::numbered("a", random.below(300)),
                   {test::numbered("o", random.below(400)), test::numbered("tag", random.below(60)),
                    test::numbered("tag", 60 + random.below(60))},
                   test::moment(random, 5));
  }
  test::plant_squad(world, 5, 0, 10, 12, 5);
  Trial trial(world);
  trial.copies.runs = 5;
  const store::CalibrationRows rows = trial.run(trial.tester());
  EXPECT_EQ(rows.copies.size(), 10U);
  EXPECT_TRUE(rows.verdicts.front().calibrated) << rows.verdicts.front().sentence;
}

TEST(CalibrateCopies, WithinDoesNotCountWhatItCannotBreak) {
  // A squad alone with its objects: exchanging times among its members changes nothing.
  test::World world = test::noise_world(3, 600, 1500, 10000, 5);
  Random random(3);
  for (int task = 0; task < 24; ++task) {
    const std::int64_t t = test::moment(random, 5);
    for (std::uint64_t member = 0; member < 3; ++member)
      world.add_post(test::numbered("s", member), {test::numbered("own", static_cast<std::uint64_t>(task))},
                     t + static_cast<std::int64_t>(random.below(40'000'000)));
  }
  Trial trial(world);
  trial.copies.runs = 5;
  const store::CalibrationRows rows = trial.run(trial.tester());
  EXPECT_EQ(rows.verdicts.front().ties, 3);
  for (const store::CalibrationRow& copy : rows.copies) {
    EXPECT_EQ(copy.false_ties, 0);
    EXPECT_EQ(copy.false_groups, 0);
    EXPECT_EQ(copy.accounts, 0);
    EXPECT_EQ(copy.surviving_ties, copy.permutation == "within" ? 3 : 0) << copy.permutation;
  }
  EXPECT_TRUE(rows.verdicts.front().calibrated) << rows.verdicts.front().sentence;
}

TEST(CalibrateCopies, HabitIsPermutedWherePublicationIsKnown_slow) {
  const test::NotificationWorld world = test::notification_world({.seed = 2});
  Trial trial(world.channel[0]);
  const test::BuiltPublications published = test::publications(world, world.channel[0]);
  trial.plan.published = {published.t_us, published.source};
  trial.copies.published_us = published.t_us;
  const store::CalibrationRows rows = trial.run(trial.tester());
  const auto kinds = evidence::by_permutation(rows.copies);
  ASSERT_EQ(kinds.size(), 3U);
  EXPECT_EQ(kinds[2].permutation, "habit");
  EXPECT_EQ(kinds[0].false_groups, 0);
  EXPECT_LE(kinds[1].false_groups, 1);
  // Squads and fans of one decile keep their times among themselves: known not to be 0 (docs/network/calibrate.md).
  std::cout << rows.verdicts.front().sentence << '\n';
}

TEST(Calibrate, IraMonth_slow) {
  const std::filesystem::path data = std::string(UNISONO_SHARED) + "/data/ira_month/ira_2016-09-15_2016-10-15.csv.xz";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no " << data;
  const test::TemporaryFolder folder;
  ImportOptions imports;
  imports.inputs = {data.string()};
  imports.case_path = folder / "ira.uni";
  ASSERT_TRUE(import(imports, two_threads()));
  CalibrateOptions options = options_for(folder / "ira.uni");
  options.detect.channels = {"repost"};
  const auto result = calibrate(options, two_threads());
  ASSERT_TRUE(result) << describe(result.error());
  const store::CalibrationRows rows = rows_of(folder / "ira.uni", result->run_id);
  const auto kinds = evidence::by_permutation(rows.copies);
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].false_ties, 0);
  EXPECT_LE(kinds[0].false_groups, 1);
  EXPECT_EQ(kinds[0].surviving_ties, 0);
  EXPECT_LE(kinds[1].mean_false_ties(), 2) << "the independent repeat: at most one in most copies";
  EXPECT_GT(kinds[1].surviving_ties, 20 * 20) << "objects whose few sharers are all close cannot be broken";
  EXPECT_TRUE(rows.verdicts.front().calibrated) << rows.verdicts.front().sentence;
  for (const store::CalibrationFitRow& fit : rows.fits) {
    std::cout << fit.permutation << ' ' << fit.test << ": n " << fit.n << ", distance " << fit.distance.value_or(-1)
              << ", F " << fit.habit_f.value_or(0) << ", K " << fit.family_k.value_or(0) << '\n';
    if (fit.permutation == "bins") {
      EXPECT_LT(fit.distance.value_or(1), 0.03);
    }
  }
  std::cout << rows.verdicts.front().sentence << '\n';
}

}  // namespace
}  // namespace unisono::commands
