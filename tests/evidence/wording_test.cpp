#include "unisono/evidence/wording.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace unisono::evidence {
namespace {

// Those of the levels that say "indicates".
std::vector<std::string> stronger_sentences() {
  return {tie_beyond_habit_sentence("account 1", "account 2", 9.0, 5.0, 14.0),
          group_coordinated_sentence(12, {"repost", "reply"})};
}

std::vector<std::string> every_sentence() {
  std::vector<std::string> all = {
      count_sentence(3, 10, "accounts", "acted twice"),
      tie_sentence("account 1", "account 2", "60 s", 7, 0.4),
      group_sentence(12, 8.1, 5.0, 12.9, Background::activity),
      group_sentence(12, 8.1, 5.0, 12.9, Background::other_sharers),
      group_sentence(12, 8.1, 5.0, 12.9, Background::own_habits),
      burst_sentence({3, 1204, "1 s", 30, 0.42, "2021-05-11T09:30:00Z"}),
      shared_interest_sentence("account 1", "account 2", 9, 0.3),
      std::string(shared_interest_sentence()),
      std::string(ranking_sentence()),
      habit_withheld("repost", "q 0.3 is above 0.025"),
      habit_group_withheld(),
      second_channel_withheld(0),
      second_channel_withheld(2),
      unstable_withheld(0.61),
      background_withheld(0.3),
      calibration_withheld("repost", true),
      calibration_withheld("", false),
      calibration_sentence("repost", {{"bins", 20, 0, 0}, {"habit", 20, 0, 1}}, 97, 9, true),
      calibration_sentence("repost", {{"within", 20, 7.5, 3}}, 97, 9, false),
      not_calibrated_sentence("media"),
      std::string(list_caveat()),
      std::string(similarity_caveat()),
      std::string(lower_bound_note())};
  for (const Level level : {Level::count, Level::t1, Level::t2, Level::t3, Level::g0, Level::g1}) {
    for (const char* channel :
         {"repost", "reply", "text", "hashtag_seq", "hashtag", "link", "domain", "media", "mention", "generic"}) {
      for (std::string& reason : innocent_explanations(channel, level)) all.push_back(std::move(reason));
    }
    for (std::string& reason : withheld_levels(level)) all.push_back(std::move(reason));
  }
  for (std::string& reason : burst_explanations()) all.push_back(std::move(reason));
  return all;
}

TEST(Wording, NeverSaysWhatTheProgramCannotKnow) {
  std::vector<std::string> all = every_sentence();
  for (std::string& sentence : stronger_sentences()) all.push_back(std::move(sentence));
  for (std::string sentence : all) {
    std::transform(sentence.begin(), sentence.end(), sentence.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const char* word : {" bot ", " bots ", " bot.", "troll", "fake", "paid", "hired", "state-run", "sponsored",
                             "controlled by", "directed by", "ordered", "forced", "proves", "reached", "impressions",
                             "disinformation", " false ", " true "}) {
      EXPECT_EQ((" " + sentence).find(word), std::string::npos) << word << " in: " << sentence;
    }
  }
}

TEST(Wording, VerbsAreBoundToLevels) {
  EXPECT_NE(tie_sentence("a", "b", "60 s", 7, 0.4).find("is consistent with"), std::string::npos);
  EXPECT_NE(group_sentence(5, 4, 3, 6, Background::activity).find("is consistent with"), std::string::npos);
  EXPECT_NE(shared_interest_sentence("a", "b", 7, 0.4).find("is consistent with"), std::string::npos);
  EXPECT_EQ(burst_sentence({1, 2, "1 s", 3, 0.4, "then"}).find("consistent"), std::string::npos) << "level 0";
  for (const std::string& sentence : every_sentence())
    EXPECT_EQ(sentence.find("indicates"), std::string::npos) << sentence;
  for (const std::string& sentence : stronger_sentences()) {
    EXPECT_NE(sentence.find("This indicates"), std::string::npos) << sentence;
    EXPECT_EQ(sentence.find("strongly indicates"), std::string::npos) << "level G2 is not given: " << sentence;
    EXPECT_EQ(sentence.find("consistent"), std::string::npos) << sentence;
  }
}

TEST(Wording, NumbersCarryTheirDenominators) {
  EXPECT_EQ(format_share(16500, 37500), "44.0 % (16,500 of 37,500)");
  EXPECT_EQ(format_share(0, 0), "no rows");
  EXPECT_EQ(format_expected(0.0001), "fewer than 0.01");
  EXPECT_EQ(format_expected(0.44), "0.44");
  EXPECT_EQ(format_p(1e-40), "< 1e-30");
  EXPECT_EQ(format_p(3e-31), "< 1e-30");
  EXPECT_EQ(format_p(0.0312), "0.031");
  EXPECT_EQ(format_p(1.0), "1");
  EXPECT_EQ(format_p(0.00042), "4.2e-04");
  EXPECT_EQ(format_p(0.042), "0.042");
  EXPECT_EQ(format_p(3.14e-7), "3.1e-07");
}

TEST(Wording, EveryLevelBelowTheTopSaysWhatIsWithheld) {
  for (const Level level : {Level::count, Level::g0, Level::g1}) EXPECT_GE(withheld_levels(level).size(), 2U);
  for (const Level level : {Level::t1, Level::t2, Level::t3}) EXPECT_GE(withheld_levels(level).size(), 1U);
  EXPECT_STREQ(name_of(Level::g0), "G0");
  EXPECT_STREQ(title_of(Level::t2), "same content at the same time");
}

}  // namespace
}  // namespace unisono::evidence
