#include "unisono/evidence/pair_reason.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "unisono/evidence/group_reason.hpp"

namespace unisono::evidence {
namespace {

network::PairFigures close_pair() {
  network::PairFigures pair;
  pair.n_actions_a = 20, pair.n_actions_b = 8;
  pair.eligible_a = pair.eligible_b = pair.in_family = true;
  pair.common.resize(6);
  pair.n_close = pair.w_t = pair.w_x = 5;
  pair.lambda_t = 0.2, pair.lambda_x = 0.5;
  pair.p_t = 1e-9, pair.p_x = 2e-6, pair.p = 2e-6, pair.least_p = 1e-8;
  return pair;
}

PairContext context_of(double q) {
  PairContext context{"account 1", "account 2", "repost", 60'000'000};
  context.alpha = 0.0125, context.n_pairs = 4950, context.family_k = 30, context.others = 2, context.collision = 0.05;
  context.q = q;
  return context;
}

std::string reason(const network::PairFigures& pair, const PairContext& context) {
  return reason_of(verdict_of(pair, context), pair, context);
}

TEST(PairReason, TheFirstMissingConditionIsTheVerdict) {
  network::PairFigures pair = close_pair();
  PairContext context = context_of(2e-5);
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::tie);
  context.blind = true;
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::lead);
  context.q = 0.4;
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::blind);
  context.blind = false;
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::too_likely);
  pair.w_x = 1;
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::one_occasion);
  pair.n_close = 0;
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::not_close);
  pair.in_family = false;
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::too_few_common);
  pair.common.clear();
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::nothing_common);
  pair.eligible_b = false;
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::too_few_objects);
  pair.declared_a = true;
  EXPECT_EQ(verdict_of(pair, context), PairVerdict::declared_feed);
}

TEST(PairReason, NumbersOfTheRuleAreSaid) {
  const std::string tie = reason(close_pair(), context_of(2e-5));
  EXPECT_NE(tie.find("p = max(p_T x 4950/30, p_X) = max(1.7e-07, 2.0e-06) = 2.0e-06"), std::string::npos) << tie;
  EXPECT_NE(tie.find("q = 2.0e-05 in a family of 30 pairs"), std::string::npos) << tie;
  network::PairFigures pair = close_pair();
  pair.p_x = pair.p = 0.2;
  const std::string none = reason(pair, context_of(0.9));
  EXPECT_NE(none.find("X decides"), std::string::npos) << none;
  EXPECT_NE(none.find("With 2 other pairs accepted in a family of 30, 0.0013 would have been enough"),
            std::string::npos)
      << none;
  pair.p_t = 0.01;
  EXPECT_NE(reason(pair, context_of(0.9)).find("T decides"), std::string::npos);
  EXPECT_EQ(reason(close_pair(), context_of(1e-40)).find("= <"), std::string::npos);
}

TEST(PairReason, NeverSaysWhatTheProgramCannotKnow) {
  std::vector<std::string> all = {no_actions_reason("account 1", 0, 0, 0, 0),
                                  no_actions_reason("account 1", 9, 2, 3, 4),
                                  common_group_sentence("account 1", "account 2", "g-0123456789ab", "G0"),
                                  no_common_group_sentence("account 1", "account 2"),
                                  differs_from_run_sentence("r", true),
                                  differs_from_run_sentence("r", false),
                                  weakest_member_sentence("account 1", 2, 10)};
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(PairVerdict::too_likely); ++i) {
    const auto verdict = static_cast<PairVerdict>(i);
    const std::string said = reason_of(verdict, close_pair(), context_of(0.5));
    const bool has_figures = verdict != PairVerdict::no_actions && verdict != PairVerdict::too_coarse;
    EXPECT_EQ(said.empty(), !has_figures) << name_of(verdict);
    all.push_back(said);
    all.emplace_back(title_of(verdict));
  }
  for (std::string sentence : all) {
    std::transform(sentence.begin(), sentence.end(), sentence.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const char* word : {" bot ", "troll", "fake", "paid", "hired", "controlled", "directed by", "ordered",
                             "forced", "proves", "reached", "impressions", "innocent", "indicates", "coordinat"})
      EXPECT_EQ((" " + sentence).find(word), std::string::npos) << word << " in: " << sentence;
  }
}

TEST(GroupReason, TheNearestGateIsTheOneWithTheLeastToSpare) {
  store::GroupTestRow test;
  test.test = "G_T", test.channel = "repost", test.window_us = 60'000'000;
  test.w = 90, test.expected = 4.0, test.lift = 20.1, test.lo = 16.0, test.hi = 25.0, test.q = 1e-4, test.n_tested = 8;
  test.objects = 12, test.days = 2, test.accounts = 9;
  EXPECT_NE(nearest_gate_sentence(test, 2, 0.00625).find("the number of its days is 2, at least 2"), std::string::npos);
  test.days = 9, test.lo = 3.1;
  EXPECT_NE(nearest_gate_sentence(test, 2, 0.00625).find("the lower end of its lift is 3.10, at least 3"),
            std::string::npos);
  test.test = "G_H", test.lo = 4.2;
  EXPECT_NE(nearest_gate_sentence(test, 2, 0.00625).find("at least 4"), std::string::npos);
  EXPECT_NE(weakest_test_sentence(test).find("G_H in repost within 60 s: 90 close pairs"), std::string::npos)
      << weakest_test_sentence(test);
}

}  // namespace
}  // namespace unisono::evidence
