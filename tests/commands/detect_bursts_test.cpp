// Moments with too many accounts, from the case to the report: what is planted is found, what is too coarse is not
// tested, and nothing of it changes a level.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "support/markup.hpp"
#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/commands/export.hpp"
#include "unisono/commands/report.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands {
namespace {

std::string text(const Table& table, const char* column, std::size_t row = 0) {
  const Column* found = table.find(column);
  return found == nullptr ? std::string("no column") : to_text(found->cells[row], found->type);
}

// Thirty accounts that post three times within half a second, each time something else.
std::vector<test::PlantedAction> with_bursts() {
  std::vector<test::PlantedAction> actions = test::planted_actions({.squad = 0, .tasks = 0});
  for (int wave = 0; wave < 3; ++wave)
    for (int member = 0; member < 30; ++member)
      actions.push_back({fmt::format("crowd{:02}", member), fmt::format("own{:02}-{}", member, wave),
                         to_us({2024, 3, 4, 12, wave, 7, 0}) + member * 15'000});
  return actions;
}

class DetectBursts : public testing::Test {
 protected:
  DetectResult detected(const std::vector<test::PlantedAction>& actions, const std::string& change = "") {
    const auto path = folder_ / "a.uni";
    EXPECT_TRUE(test::write_planted_case(path, actions));
    if (!change.empty()) {
      auto file = store::CaseFile::open(path, {});
      EXPECT_TRUE(file->execute(change));
    }
    options_.case_path = path;
    options_.windows_us = {60'000'000};
    auto result = detect(options_, Control{.threads = 2});
    EXPECT_TRUE(result) << (result ? "" : describe(result.error()));
    return result ? std::move(*result) : DetectResult();
  }
  std::string report_html() {
    ReportOptions options;
    options.case_path = folder_ / "a.uni";
    options.out = folder_ / "r.html";
    const auto written = report(options, {});
    EXPECT_TRUE(written) << (written ? "" : describe(written.error()));
    if (written) summary_ = written->summary;
    return written ? *read_file(options.out) : std::string();
  }

  test::TemporaryFolder folder_;
  DetectOptions options_;
  evidence::ReportSummary summary_;
};

TEST_F(DetectBursts, PlantedMomentsAreFoundWithTheirAccounts) {
  const DetectResult result = detected(with_bursts());
  ASSERT_EQ(result.burst_checks.rows(), 3U);
  for (std::size_t row = 0; row < 3; ++row) EXPECT_EQ(text(result.burst_checks, "verdict", row), "tested");
  auto file = store::CaseFile::open(options_.case_path, {});
  for (const int seconds : {1, 5, 10}) {
    EXPECT_EQ(
        *file->count(fmt::format("SELECT count(*) FROM burst WHERE width_us = {} AND accounts >= 30 AND expected < "
                                 "1 AND p < 1e-10 AND q <= 0.01",
                                 seconds * 1'000'000)),
        3)
        << seconds;
    EXPECT_EQ(*file->count(fmt::format("SELECT count(*) FROM burst_account WHERE width_us = {} AND account_id LIKE "
                                       "'crowd%' AND bursts = 3",
                                       seconds * 1'000'000)),
              30);
  }
  EXPECT_EQ(*file->count("SELECT count(*) FROM burst WHERE accounts < 30"), 0) << "nothing else is too full";
  EXPECT_EQ(*file->count("SELECT count(*) FROM finding WHERE analysis = 'B' AND level = '0'"), 3);
  EXPECT_EQ(*file->count("SELECT count(*) FROM tie") + *file->count("SELECT count(*) FROM group_"), 0)
      << "a burst is neither a tie nor a group";
}

TEST_F(DetectBursts, TheReportShowsThemWithPicturesAndTheSummarySaysSo) {
  detected(with_bursts());
  const std::string html = report_html();
  EXPECT_NE(html.find("Moments with too many different accounts (level 0)"), std::string::npos);
  EXPECT_EQ(test::elements(html, "svg").size(), 6U) << "all moments and the surroundings of one, for each width";
  EXPECT_NE(html.find("The minutes around the moment of 1 s that stands out most"), std::string::npos);
  std::set<std::string> subjects;
  for (const evidence::Claim& claim : summary_.found) {
    subjects.insert(claim.subject);
    if (claim.subject == "Moments of 1 s") {
      EXPECT_EQ(claim.level, "0");
      EXPECT_NE(claim.statement.find("30 accounts at 2024-03-04T12:0"), std::string::npos) << claim.statement;
    }
  }
  EXPECT_TRUE(subjects.contains("Moments of 1 s") && subjects.contains("Moments of 10 s"));
  EXPECT_EQ(html.find("crowd0"), std::string::npos) << "accounts that nobody named are pseudonyms";
  ExportOptions options;
  options.case_path = folder_ / "a.uni";
  options.out = folder_ / "x";
  ASSERT_TRUE(export_results(options, {}));
  const std::string csv = *read_file(folder_ / "x" / "bursts.csv");
  EXPECT_NE(csv.find("width_s,begin_t,accounts,expected,p,q\n1,2024-03-04T12:00:07Z,30,"), std::string::npos) << csv;
}

TEST_F(DetectBursts, QuietDataHasNone) {
  const DetectResult result = detected(test::planted_actions({.squad = 0, .tasks = 0}));
  EXPECT_EQ(result.bursts.rows(), 0U);
  const std::string html = report_html();
  EXPECT_EQ(test::elements(html, "svg").size(), 0U);
  EXPECT_NE(html.find("No moment of 1 to 10 s holds more different accounts"), std::string::npos);
}

TEST_F(DetectBursts, TimesThatAreTooCoarseAreNotTested) {
  const DetectResult result =
      detected(with_bursts(), "UPDATE post SET t_precision = 'min'; UPDATE post_target SET t_precision = 'min'");
  for (std::size_t row = 0; row < 3; ++row) EXPECT_EQ(text(result.burst_checks, "verdict", row), "too_coarse");
  EXPECT_EQ(result.bursts.rows(), 0U);
  const std::string html = report_html();
  ASSERT_FALSE(summary_.not_tested.empty());
  EXPECT_NE(summary_.not_tested.back().find("Moments of 1 s, 5 s, 10 s: times are known to the min"), std::string::npos)
      << summary_.not_tested.back();
  EXPECT_EQ(html.find("No moment of 1 to 10 s"), std::string::npos) << "not tested is not the same as not found";
}

TEST_F(DetectBursts, OnlyThePostsOfTheRunAreCounted) {
  options_.until = to_us({2024, 3, 4, 12, 1, 0, 0});
  const DetectResult result = detected(with_bursts());
  EXPECT_EQ(result.bursts.rows(), 3U) << "one wave, three widths";
}

}  // namespace
}  // namespace unisono::commands
