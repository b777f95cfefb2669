// What detect and the report say where times are not usable: an order and pairs at T1, never more.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/commands/export.hpp"
#include "unisono/commands/rank.hpp"
#include "unisono/commands/report.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands {
namespace {

class DetectTimeless : public testing::Test {
 protected:
  void SetUp() override {
    auto actions = test::planted_actions({.squad = 0, .tasks = 0});
    for (int member = 0; member < 10; ++member)
      for (int task = 0; task < 8; ++task)
        actions.push_back({fmt::format("squad{:02}", member), fmt::format("rare{:02}", (task + member) % 10), 0});
    ASSERT_TRUE(test::write_planted_case(options_.case_path, actions));
  }
  void change(const std::string& sql) {
    auto file = store::CaseFile::open(options_.case_path, {});
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->execute(sql));
  }
  DetectResult detected(unsigned threads = 1) {
    auto result = detect(options_, Control{.threads = threads});
    EXPECT_TRUE(result) << (result ? "" : describe(result.error()));
    return result ? std::move(*result) : DetectResult();
  }
  std::int64_t count(const std::string& sql) {
    auto file = store::CaseFile::open(options_.case_path, {});
    return *file->count(sql);
  }

  test::TemporaryFolder folder_;
  DetectOptions options_{.case_path = folder_ / "a.uni"};
};

constexpr const char* k_no_times = "UPDATE post SET t_us = NULL; UPDATE post_target SET t_us = NULL";

TEST_F(DetectTimeless, WithoutTimesThereIsAnOrderAndPairsAtT1) {
  change(k_no_times);
  const DetectResult result = detected();
  EXPECT_EQ(count("SELECT count(*) FROM ranking WHERE place <= 10 AND account_id LIKE 'squad%'"), 10);
  EXPECT_EQ(count("SELECT count(*) FROM degree_tie WHERE level = 'T1' AND account_a LIKE 'squad%' AND account_b LIKE "
                  "'squad%'"),
            45);
  EXPECT_EQ(result.degree_ties.rows(), 45U);
  EXPECT_EQ(count("SELECT count(*) FROM finding WHERE level = 'T1'"), 45);
  EXPECT_EQ(count("SELECT count(*) FROM finding WHERE level NOT IN ('0', 'T1')"), 0);
  EXPECT_GT(count("SELECT count(*) FROM evidence e JOIN finding f USING (finding_id) WHERE f.level = 'T1'"), 45 * 2);
  // The same as the command that the report names.
  const auto ranked = rank({.case_path = options_.case_path}, {});
  ASSERT_TRUE(ranked);
  EXPECT_EQ(ranked->pairs.rows(), result.degree_ties.rows());
  const auto scores = [](const Table& table) { return table.find("score")->cells; };
  EXPECT_EQ(scores(ranked->accounts), scores(result.ranking));
}

TEST_F(DetectTimeless, TheReportSaysItInTheWordsOfItsLevel) {
  change(k_no_times);
  detected();
  ReportOptions options;
  options.case_path = options_.case_path;
  options.out = folder_ / "r.html";
  const auto written = report(options, {});
  ASSERT_TRUE(written) << describe(written.error());
  const std::string html = *read_file(options.out);
  EXPECT_NE(html.find("What can be said without times"), std::string::npos);
  EXPECT_NE(html.find("were expected from their activity and the objects&#39; popularity"), std::string::npos);
  EXPECT_NE(html.find("unisono rank case.uni --channel repost"), std::string::npos);
  EXPECT_NE(html.find("pairs at T1 (shared interest)"), std::string::npos);
  std::set<std::string> levels;
  for (const evidence::Claim& claim : written->summary.found) levels.insert(claim.level);
  EXPECT_EQ(levels, (std::set<std::string>{"0", "T1"}));
  for (const evidence::Claim& claim : written->summary.found)
    EXPECT_EQ(claim.statement.find("Nothing was found"), std::string::npos);
  ExportOptions exported;
  exported.case_path = options_.case_path;
  exported.out = folder_ / "x";
  ASSERT_TRUE(export_results(exported, {}));
  EXPECT_NE(read_file(folder_ / "x" / "shared_interest.csv")->find("repost,T1,account "), std::string::npos);
  EXPECT_NE(read_file(folder_ / "x" / "ranking.csv")->find("repost,1,account "), std::string::npos);
}

TEST_F(DetectTimeless, UsableTimesMakeNoOrder) {
  detected();
  EXPECT_EQ(count("SELECT count(*) FROM timeless_check"), 0);
  change("UPDATE post_target SET t_us = NULL WHERE hash(post_id) % 5 < 2");
  detected();
  EXPECT_EQ(count("SELECT count(*) FROM timeless_check"), 0) << "most actions have one";
  change("UPDATE post_target SET t_us = NULL WHERE hash(post_id) % 5 < 4");
  detected();
  EXPECT_EQ(count("SELECT count(*) FROM timeless_check"), 1) << "few actions have one";
}

TEST_F(DetectTimeless, TimesThatAreTooCoarseForEveryWindowCount) {
  change("UPDATE post_target SET t_precision = 'day'");
  detected();
  EXPECT_EQ(count("SELECT count(*) FROM timeless_check WHERE verdict = 'tested' AND ties = 45"), 1);
}

TEST_F(DetectTimeless, AMomentCannotChooseAmongThem) {
  change(k_no_times);
  options_.since = 0;
  const DetectResult result = detected();
  EXPECT_EQ(count("SELECT count(*) FROM timeless_check"), 0);
  bool said = false;
  for (const std::string& note : result.notes) said = said || note.find("choose by time") != std::string::npos;
  EXPECT_TRUE(said);
}

}  // namespace
}  // namespace unisono::commands
