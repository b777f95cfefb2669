// Lists that amplify is given: targets, groups and statuses that are odd, late, missing or contradict each other.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/amplified.hpp"

namespace unisono::commands {
namespace {

namespace fs = std::filesystem;

// Envoy (10) posts; Somebody (11) reposts it 24 s later, and Envoy itself after that.
std::string three_posts() {
  const auto line = [](const char* id, const char* account, const char* handle, const char* time, const char* rest) {
    return std::string(R"({"id":")") + id + R"(","author_id":")" + account + R"(","created_at":"2020-06-08T)" + time +
           R"(.000Z","lang":"en","conversation_id":")" + id + R"(","public_metrics":{},)" + rest +
           R"("author":{"id":")" + account + R"(","username":")" + handle + R"("}})" + "\n";
  };
  const char* repost =
      R"("text":"RT @Envoy: a post","referenced_tweets":[{"type":"retweeted","id":"1269955000000000001","author_id":"10"}],)";
  return line("1269955000000000001", "10", "Envoy", "11:56:08", R"("text":"a post",)") +
         line("1269955100000000001", "11", "Somebody", "11:56:32", repost) +
         line("1269955200000000001", "10", "Envoy", "11:56:56", repost);
}

class AmplifyLists : public ::testing::Test {
 protected:
  void SetUp() override {
    import_file(folder_.write("posts.jsonl", three_posts()), folder_ / "case.uni");
    targets_ = folder_.write("targets.csv", "handle\nenvoy\n");
  }
  AmplifyOptions options() const {
    AmplifyOptions options;
    options.case_path = folder_ / "case.uni";
    options.targets = {targets_};
    return options;
  }
  Folder folder_;
  fs::path targets_;
};

TEST_F(AmplifyLists, ActionsOfTargetsAreLeftOutAndOnlyTargetsAreNamed) {
  const auto result = amplify(options(), {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->amplification.actions_by_targets, 1U);
  EXPECT_EQ(numerator(*result, "A2", "all targets", "reposts of"), 1);
  EXPECT_TRUE(noted(*result, "1 actions of targets on targets were left out"));
  EXPECT_EQ(cell(result->amplification.find("spreaders")->table, 0, "account"), "account 2");
  for (const evidence::AnalysisTable& table : result->amplification.tables) {
    for (const Column& column : table.table.columns()) {
      for (const Cell& c : column.cells) EXPECT_EQ(to_text(c, column.type).find("omebody"), std::string::npos);
    }
  }
}

TEST_F(AmplifyLists, TargetsThatNeverOccur) {
  AmplifyOptions never = options();
  never.targets = {folder_.write("never.csv", "handle,platform\nnobody_at_all,x\n")};
  const auto result = amplify(never, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_TRUE(refused(*result, "A1-A3, B1-B4, B6-B8", "no target occurs"));
  EXPECT_TRUE(noted(*result, "0 of 1 listed targets occur in this data. Not in it: @nobody_at_all."));
  EXPECT_TRUE(result->amplification.figures.empty());
}

TEST_F(AmplifyLists, NoTargetsAtAll) {
  AmplifyOptions none = options();
  none.targets.clear();
  const auto result = amplify(none, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::usage);
}

TEST_F(AmplifyLists, GroupsThatCannotBeUsed) {
  AmplifyOptions with_group = options();
  with_group.group = folder_.write("empty.csv", "account_id\n").string();
  const auto empty = amplify(with_group, {});
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::bad_input);
  EXPECT_NE(describe(empty.error()).find("B6, B7"), std::string::npos);

  with_group.group = "g-12345";
  const auto unknown = amplify(with_group, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);

  with_group.group = folder_.write("others.csv", "account_id\n999\n").string();
  const auto others = amplify(with_group, {});
  ASSERT_TRUE(others) << describe(others.error());
  EXPECT_TRUE(refused(*others, "B6, B7", "none of the 0 accounts of the group"));

  const auto without = amplify(options(), {});
  ASSERT_TRUE(without);
  EXPECT_TRUE(refused(*without, "B6, B7", "no group was given"));
  EXPECT_TRUE(refused(*without, "B8", "no reply to a target"));
}

TEST_F(AmplifyLists, StatusesThatContradictOrComeTooLate) {
  AmplifyOptions with_status = options();
  with_status.status = {folder_.write("status.csv",
                                      "account_id,status,observed_at\n"
                                      "11,active,2020-07-01T10:00:00Z\n11,suspended,2020-07-01T15:00:00Z\n"
                                      "11,suspended,2020-06-20\n11,active,2020-06-25\n10,active,\n")};
  with_status.status_at = *parse_moment("2020-07-01");
  const auto result = amplify(with_status, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_TRUE(noted(*result, "different statuses on one day"));
  EXPECT_TRUE(noted(*result, "active again"));
  EXPECT_TRUE(noted(*result, "stand after a later observation"));
  EXPECT_TRUE(noted(*result, "have no observed_at"));
  EXPECT_EQ(cell(result->amplification.find("status")->table, 0, "unknown"), "1");
  expect_queries_agree(with_status.case_path, *result);

  // A day later than 14 days after the last observation, and before the first one: later ones never fill it.
  for (const char* date : {"2020-07-20", "2020-06-19"}) {
    with_status.status_at = *parse_moment(date);
    const auto none = amplify(with_status, {});
    ASSERT_TRUE(none);
    EXPECT_TRUE(refused(*none, "B4", "no account was observed in the 14 days up to")) << date;
  }
  with_status.status_at = *parse_moment("2020-06-22");
  const auto before = amplify(with_status, {});
  ASSERT_TRUE(before);
  EXPECT_EQ(cell(before->amplification.find("status")->table, 0, "suspended"), "1");

  with_status.status = {folder_.write("words.csv", "account_id,status\n11,banned\n")};
  const auto words = amplify(with_status, {});
  ASSERT_FALSE(words);
  EXPECT_EQ(words.error().code, ErrorCode::bad_input);
}

TEST_F(AmplifyLists, UnknownActionsAndTurnedWindows) {
  AmplifyOptions wrong = options();
  wrong.actions = {"like"};
  ASSERT_FALSE(amplify(wrong, {}));
  wrong = options();
  wrong.since = 5;
  wrong.until = 5;
  ASSERT_FALSE(amplify(wrong, {}));
}

// Times to the minute and no posts of the targets: B3 has nothing to stand on.
TEST_F(AmplifyLists, CoarseClocksAndNoPublicationTimes) {
  const fs::path bare =
      folder_.write("minutes.csv",
                    "post_id,account_id,created_at,retweet_id,retweet_user_id\n"
                    "a,u1,2021-01-01 10:00,q1,t1\nb,u1,2021-01-01 10:01,q2,t1\nc,u2,2021-01-01 10:05,q1,t1\n");
  const fs::path mapping = folder_.write("minutes.toml", R"(id = "minutes"
version = "1"
title = "a table of reposts"
family = "csv"
platform = "web"
id_clock = false
experimental = false

[post]
post_id = "post_id"
account_id = "account_id"
t = { path = "created_at", as = "sql_minute", zone = "UTC" }
repost_of = "retweet_id"
repost_account = "retweet_user_id"
)");
  ImportOptions import_options;
  import_options.inputs = {bare.string()};
  import_options.case_path = folder_ / "minutes.uni";
  import_options.settings.map_file = mapping.string();
  const auto imported = import(import_options, {});
  ASSERT_TRUE(imported) << describe(imported.error());
  AmplifyOptions coarse = options();
  coarse.case_path = folder_ / "minutes.uni";
  coarse.targets = {folder_.write("t1.csv", "account_id\nt1\n")};
  const auto result = amplify(coarse, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_TRUE(refused(*result, "B3", "too coarse for gaps of 1 s, 5 s, 10 s"));
  EXPECT_TRUE(refused(*result, "B3, latency", "is it known when the post was published"));
  EXPECT_TRUE(refused(*result, "A1, A2", "no post of a target"));
  EXPECT_TRUE(refused(*result, "A3", "no target has a known time of creation"));
  ASSERT_EQ(result->amplification.find("rapidity")->table.rows(), 1U);  // 60 s is as long as a minute
  EXPECT_EQ(cell(result->amplification.find("rapidity")->table, 0, "effective_s"), "120");
  expect_queries_agree(coarse.case_path, *result);
}

// ---- A real archive of one operation. ----

TEST(AmplifyArchive, NobodyIsNamedWhoIsNotOnAList) {
  const fs::path shared = fs::path(UNISONO_SHARED) / "data" / "xinjiang";
  if (!fs::exists(shared / "cnhu_2021_sample.csv")) GTEST_SKIP() << "no " << (shared / "cnhu_2021_sample.csv");
  Folder folder;
  import_file(shared / "cnhu_2021_sample.csv", folder / "case.uni");
  AmplifyOptions options;
  options.case_path = folder / "case.uni";
  options.targets = {shared / "handles.csv", shared / "handles_media.csv"};
  const auto result = amplify(options, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_TRUE(noted(*result, "handles.csv: 0 of 65 listed targets occur"));
  EXPECT_TRUE(noted(*result, "handles_media.csv: 0 of 13 listed targets occur"));
  const Table& amplified = result->amplification.find("amplified")->table;
  ASSERT_GT(amplified.rows(), 0U);
  EXPECT_EQ(cell(amplified, 0, "reposts"), "2");
  EXPECT_EQ(cell(amplified, 0, "accounts"), "2");
  for (std::size_t row = 0; row < amplified.rows(); ++row) {
    const std::string subject = cell(amplified, row, "subject");
    EXPECT_TRUE(subject.starts_with("outside ") || subject.starts_with("account ")) << subject;
    EXPECT_EQ(cell(amplified, row, "on_list"), "false");
  }
  expect_queries_agree(options.case_path, *result);

  // With the one account on a list that is reposted there.
  options.targets = {folder.write("one.csv", "handle\nCGTNenEspanol\n")};
  const auto named = amplify(options, {});
  ASSERT_TRUE(named) << describe(named.error());
  EXPECT_EQ(cell(named->amplification.find("amplified")->table, 0, "subject"), "@cgtnenespanol");
  EXPECT_EQ(numerator(*named, "A1", "all targets", "targets that occur"), 1);
  expect_queries_agree(options.case_path, *named);
}

}  // namespace
}  // namespace unisono::commands
