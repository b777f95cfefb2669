#include "unisono/evidence/amplification_wording.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "unisono/evidence/analysis_list.hpp"

namespace unisono::evidence {
namespace {

Figure share() {
  Figure figure;
  figure.subject = "@embassy";
  figure.label = "reposts by the group";
  figure.numerator = 2350;
  figure.denominator = 7832;
  return figure;
}

TEST(AmplificationWording, FiguresCarryDenominatorAndCoverage) {
  Figure figure = share();
  EXPECT_EQ(figure_sentence(figure), "reposts by the group (@embassy): 30.0 % (2,350 of 7,832). Coverage not known.");
  figure.coverage = 0.974;
  figure.low = 0.25;
  figure.high = 0.36;
  figure.excluded = 3;
  figure.excluded_why = "rows without a known account";
  EXPECT_EQ(
      figure_sentence(figure),
      "reposts by the group (@embassy): 30.0 % (2,350 of 7,832), interval of 95 %: 25.0-36.0 %. Coverage 97.4 %. Left "
      "out: 3 rows without a known account.");
}

TEST(AmplificationWording, NeverSaysWhatACountCannotShow) {
  std::vector<std::string> all = {figure_sentence(share()), std::string(status_caveat()),
                                  refusal_sentence({"B3", "the times are too coarse", "use others"})};
  for (const Analysis& analysis : analyses()) {
    for (const std::string_view text : {analysis.question, analysis.rule, analysis.innocent}) all.emplace_back(text);
  }
  EXPECT_GT(all.size(), 20U);
  for (std::string sentence : all) {
    std::transform(sentence.begin(), sentence.end(), sentence.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const char* word : {" bot ", " bots ", " bot.", "troll", "fake", "paid", "hired", "state-run", "sponsored",
                             "controlled by", "ordered", "proves", "reached", "impressions", "coordinated"}) {
      EXPECT_EQ((" " + sentence).find(word), std::string::npos) << word << " in: " << sentence;
    }
  }
}

TEST(AnalysisList, IsFoundInAnyCase) {
  ASSERT_NE(analysis_named("b4"), nullptr);
  EXPECT_EQ(analysis_named("B4")->id, "B4");
  EXPECT_EQ(analysis_named("B99"), nullptr);
  for (std::size_t i = 1; i < analyses().size(); ++i) EXPECT_LT(analyses()[i - 1].id, analyses()[i].id);
}

}  // namespace
}  // namespace unisono::evidence
