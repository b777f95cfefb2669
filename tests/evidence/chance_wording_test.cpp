#include "unisono/evidence/chance_wording.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "unisono/evidence/planting.hpp"
#include "unisono/evidence/report_wording.hpp"

namespace unisono::evidence {
namespace {

network::ChannelCheck check() {
  network::ChannelCheck check;
  check.window_us = 60'000'000;
  check.n_events = 5589;
  check.n_pairs = 141'246;
  check.family_k = 517;
  check.habit_factor = 4.2;
  check.collision = 0.57;
  return check;
}

network::ChanceCounts counts() {
  return {.posts = 5580,
          .multi_posts = 9,
          .hours = 190,
          .close_pairs = 7060,
          .co_actions = 3528,
          .expected = 1119.85,
          .shared_pairs = 41'986};
}

TEST(ChanceWording, SaysUnitsExpectationAndFactor) {
  const std::string sentence = chance_sentence("repost", check(), counts());
  for (const char* words :
       {"repost, 60 s: 5,589 actions in 5,580 posts (9 with several objects, each one unit) of 190 hours",
        "7,060 pairs of actions of two accounts lie within 60 s; 3,528 of them are on one object", "gives 1,120 (T)",
        "8.4 % (3,528 of 41,986)", "4.2 times as likely to be close again (F)",
        "Of 141,246 pairs 517 could pass at all (K); therefore p of T is multiplied by 273."})
    EXPECT_NE(sentence.find(words), std::string::npos) << words << " in: " << sentence;
}

TEST(ChanceWording, BlindAndEmptyFamilies) {
  network::ChannelCheck blind = check();
  blind.blind = true;
  EXPECT_NE(chance_sentence("repost", blind, counts())
                .find("T cannot be used: two actions of an hour meet on one object with a chance of 0.57"),
            std::string::npos);
  network::ChannelCheck empty = check();
  empty.family_k = 0;
  empty.habit_factor.reset();
  const std::string nothing = chance_sentence("link", empty, {});
  EXPECT_NE(nothing.find("No pair of 141,246 shares enough"), std::string::npos) << nothing;
  EXPECT_EQ(nothing.find("pace of the content"), std::string::npos);
}

TEST(ChanceWording, RulesNameUnitBinsFactorAndStopRule) {
  std::string all;
  for (const std::string& rule : chance_rules(0.05, 4, 2, false)) all += rule + "\n";
  for (const char* words : {"The unit is the post", "bins of one hour (UTC)", "0.05 / 4 windows = 0.0125", "m / K",
                            "two close objects", "2 x candidates / 0.00625", "given up early", "2 days"})
    EXPECT_NE(all.find(words), std::string::npos) << words;
  EXPECT_NE(chance_rules(0.05, 1, 1, true)[4].find("one close object"), std::string::npos);
}

TEST(SweepWording, SaysWhenThereIsNoComparison) {
  GroupSweep sweep;
  sweep.members = sweep.compared = 10;
  sweep.member_events = 20;
  sweep.compared_events = 19;
  EXPECT_EQ(sweep_sentence(sweep).find("comparison"), std::string::npos) << sweep_sentence(sweep);
  sweep.compared_events = 11;
  EXPECT_NE(sweep_sentence(sweep).find("less active than the members, so the comparison says little"),
            std::string::npos);
  sweep.compared = 4;
  EXPECT_NE(sweep_sentence(sweep).find("fewer than half of the 10 members: there is no comparison"), std::string::npos);
  EXPECT_FALSE(has_comparison(sweep));
}

TEST(ChanceWording, NeverSaysWhatTheProgramCannotKnow) {
  store::PlantingRow row{"repost", {}, 10, 10, 30'000'000, 20, 20, 20, 10, 1, 9.0, 0.0, ""};
  std::vector<std::string> all = planting_sentences(std::vector<store::PlantingRow>{row});
  all.push_back(chance_sentence("repost", check(), counts()));
  all.emplace_back(planting_sentence());
  all.push_back(nothing_planted_sentence("unisono calibrate case.uni --plant 10x10x30s"));
  all.push_back(sweep_sentence({}));
  all.push_back(sweep_description({}, 60'000'000));
  for (std::string& rule : chance_rules(0.05, 4, 2, false)) all.push_back(std::move(rule));
  for (std::string sentence : all) {
    std::transform(sentence.begin(), sentence.end(), sentence.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const char* word :
         {" bot ",     " bots ",      " bot.",          "troll",       "fake",    "paid",     "hired",
          "state-run", "sponsored",   "controlled by",  "directed by", "ordered", "forced",   "proves",
          "reached",   "impressions", "disinformation", " false ",     " true ",  "indicates"})
      EXPECT_EQ((" " + sentence).find(word), std::string::npos) << word << " in: " << sentence;
  }
}

}  // namespace
}  // namespace unisono::evidence
