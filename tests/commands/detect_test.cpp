#include "unisono/commands/detect.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/planted_case.hpp"
#include "unisono/commands/export.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands {
namespace {

std::set<std::string> texts(const Table& table, std::string_view column) {
  std::set<std::string> all;
  const Column* found = table.find(column);
  for (std::size_t row = 0; found != nullptr && row < table.rows(); ++row)
    all.insert(to_text(found->cells[row], found->type));
  return all;
}

DetectOptions options_for(const std::filesystem::path& path) {
  DetectOptions options;
  options.case_path = path;
  options.windows_us = {60'000'000};
  return options;
}

TEST(Detect, FindsThePlantedSquadAndNobodyElse) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  const auto result = detect(options_for(folder / "a.uni"), {});
  ASSERT_TRUE(result) << describe(result.error());
  // "squad00".."squad09" sort before "user....": they are the accounts 1 to 10.
  const std::set<std::string> members = texts(result->members, "account");
  std::size_t squad = 0;
  for (const std::string& member : members) squad += std::stoi(member.substr(8)) <= 10 ? 1U : 0U;
  EXPECT_GE(squad, 9U);
  EXPECT_EQ(members.size(), squad);
  EXPECT_EQ(texts(result->groups, "level"), std::set<std::string>{"G0"});
}

TEST(Detect, EvidenceLeadsToBytes) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  ASSERT_TRUE(detect(options_for(folder / "a.uni"), {}));
  auto file = store::CaseFile::open(folder / "a.uni", {});
  ASSERT_TRUE(file);
  const auto rows = file->count("SELECT count(*) FROM evidence");
  const auto anchored = file->count(
      "SELECT count(*) FROM evidence e JOIN post p USING (platform, post_id) WHERE e.raw_file = 1 AND e.raw_offset = "
      "p.raw_offset AND e.raw_length = 99");
  ASSERT_TRUE(rows && anchored);
  EXPECT_GT(*rows, 20);
  EXPECT_EQ(*rows, *anchored);
}

TEST(Detect, NoiseAloneGivesNothingAndSaysWhatItCouldHaveSeen) {
  const test::TemporaryFolder folder;
  test::PlantedCase plan;
  plan.squad = 0;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions(plan)));
  const auto result = detect(options_for(folder / "a.uni"), {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->ties.rows(), 0U);
  EXPECT_EQ(result->groups.rows(), 0U);
  ASSERT_FALSE(result->notes.empty());
  EXPECT_NE(result->notes.front().find("could have seen"), std::string::npos);
}

TEST(Detect, ThreadsAndOrderOfRowsChangeNothing) {
  const test::TemporaryFolder folder;
  std::vector<test::PlantedAction> actions = test::planted_actions({});
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", actions));
  Random(7).shuffle(actions);
  ASSERT_TRUE(test::write_planted_case(folder / "b.uni", actions));
  std::vector<std::string> ties, members, gexf;
  const auto body = [](const Result<std::string>& text) {
    return text ? text->substr(text->find("\nchannel") + 1) : describe(text.error());
  };
  for (const auto& [name, threads] : {std::pair("a", 1U), std::pair("a", 2U), std::pair("a", 7U), std::pair("b", 2U)}) {
    const std::filesystem::path path = folder / (std::string(name) + ".uni");
    Control control;
    control.threads = threads;
    ASSERT_TRUE(detect(options_for(path), control));
    const std::filesystem::path out = folder / fmt::format("out{}{}", name, threads);
    ExportOptions exports;
    exports.case_path = path;
    exports.out = out;
    const auto written = export_results(exports, control);
    ASSERT_TRUE(written) << describe(written.error());
    ties.push_back(body(read_file(out / "ties.csv")));
    members.push_back(*read_file(out / "edges.csv"));
    gexf.push_back(*read_file(out / "nodes.csv"));
  }
  for (std::size_t i = 1; i < ties.size(); ++i) {
    EXPECT_EQ(ties[i], ties[0]) << i;
    EXPECT_EQ(members[i], members[0]) << i;
    EXPECT_EQ(gexf[i], gexf[0]) << i;
  }
  EXPECT_GT(ties[0].size(), 500U);
}

TEST(Detect, DeclaredAccountsAreNeverMembers) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  ASSERT_TRUE(write_file(folder / "allow.csv", "handle,source\nsquad00,our own desk\nsquad01,our own desk\n"));
  DetectOptions options = options_for(folder / "a.uni");
  options.allow = {folder / "allow.csv"};
  const auto result = detect(options, {});
  ASSERT_TRUE(result) << describe(result.error());
  const std::set<std::string> members = texts(result->members, "account");
  EXPECT_FALSE(members.contains("account 1"));
  EXPECT_FALSE(members.contains("account 2"));
  EXPECT_TRUE(members.contains("account 3"));
  for (const char* column : {"account_a", "account_b"}) EXPECT_FALSE(texts(result->ties, column).contains("account 1"));
}

TEST(Detect, DryRunWritesNothing) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  DetectOptions options = options_for(folder / "a.uni");
  options.dry_run = true;
  const auto result = detect(options, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->checks.rows(), 1U);
  auto file = store::CaseFile::open(folder / "a.uni", {});
  ASSERT_TRUE(file);
  EXPECT_EQ(*file->count("SELECT count(*) FROM run"), 0);
}

TEST(Detect, RefusesWhatCannotBeMeant) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  DetectOptions options = options_for(folder / "a.uni");
  options.alpha = 5;
  EXPECT_EQ(detect(options, {}).error().code, ErrorCode::usage);
  options = options_for(folder / "a.uni");
  options.channels = {"retweet"};
  EXPECT_NE(detect(options, {}).error().advice.find("repost"), std::string::npos);
  EXPECT_EQ(detect(options_for(folder / "missing.uni"), {}).error().code, ErrorCode::not_found);
}

TEST(Detect, TwoRunsOfOneCaseKeepTheirOwnFindings) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  const auto first = detect(options_for(folder / "a.uni"), {});
  ASSERT_TRUE(first) << describe(first.error());
  DetectOptions other = options_for(folder / "a.uni");
  other.alpha = 0.04;
  const auto second = detect(other, {});
  ASSERT_TRUE(second) << describe(second.error());
  ASSERT_NE(first->run_id, second->run_id);
  const auto again = detect(options_for(folder / "a.uni"), {});
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(again->run_id, first->run_id);

  auto file = store::CaseFile::open(folder / "a.uni", {});
  ASSERT_TRUE(file);
  EXPECT_EQ(*file->count("SELECT count(DISTINCT run_id) FROM finding"), 2);
  EXPECT_EQ(*file->count("SELECT count(*) - count(DISTINCT finding_id) FROM finding"), 0);
  EXPECT_EQ(*file->count("SELECT count(*) - count(DISTINCT (finding_id, ord)) FROM evidence"), 0);
  EXPECT_EQ(*file->count("SELECT count(*) FROM evidence ANTI JOIN finding USING (finding_id)"), 0);
}

TEST(Detect, TheLimitOfCoactionsIsKept) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  DetectOptions options = options_for(folder / "a.uni");
  options.max_coactions = 10;
  const auto refused = detect(options, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large);
}

TEST(Detect, ChannelsCountOnceInAnyOrder) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  DetectOptions options = options_for(folder / "a.uni");
  options.channels = {"repost"};
  const auto once = detect(options, {});
  options.channels = {"repost", "repost"};
  const auto twice = detect(options, {});
  ASSERT_TRUE(once && twice);
  EXPECT_EQ(once->run_id, twice->run_id);
  EXPECT_EQ(once->ties.rows(), twice->ties.rows());
  EXPECT_EQ(twice->checks.rows(), 1U);
}

TEST(Detect, CoarseTimesSayWhichWindowWouldDo) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  {
    auto file = store::CaseFile::open(folder / "a.uni", {});
    ASSERT_TRUE(file->execute("UPDATE post_target SET t_us = date_trunc('hour', t_us), t_precision = 'hour'"));
  }
  const auto result = detect(options_for(folder / "a.uni"), {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(texts(result->checks, "verdict"), std::set<std::string>{"too_coarse"});
  EXPECT_NE(texts(result->checks, "reason").begin()->find("use --window 3600s or more"), std::string::npos);
}

}  // namespace
}  // namespace unisono::commands
