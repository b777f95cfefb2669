#include "unisono/core/qut_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace unisono {
namespace {

using Tokens = std::vector<std::string>;

TEST(QutText, KeyTakesMentionsOut) {
  EXPECT_EQ(qut_text_key("  Hello   WORLD "), "hello world");
  EXPECT_EQ(qut_text_key("hello@you world"), "hello world");
  EXPECT_EQ(qut_text_key("@someone"), "");
  EXPECT_EQ(qut_text_key(""), "");
  EXPECT_EQ(qut_text_key("@a\u200bb c"), "c");  // a zero-width space ends no mention
  EXPECT_EQ(qut_text_key("@x\x1cy"), "");       // nor does an information separator, which is a blank elsewhere
  EXPECT_EQ(qut_text_key("a\x1c"
                         "b"),
            "a b");
}

TEST(QutText, TokensAreCutAtWordBoundaries) {
  EXPECT_EQ(qut_tokens("Don't stop"), (Tokens{"don't", "stop"}));
  EXPECT_EQ(qut_tokens("'tis the end'"), (Tokens{"end", "the", "tis"}));
  EXPECT_EQ(qut_tokens("3.14 1,000 10:30"), (Tokens{"1,000", "10", "3.14", "30", ":"}));
  EXPECT_EQ(qut_tokens("#新疆"), (Tokens{"#", "新", "疆"}));
  EXPECT_EQ(qut_tokens("カタカナ かな"), (Tokens{"か", "な", "カタカナ"}));
  EXPECT_EQ(qut_tokens("🇨🇳🇷🇺"), (Tokens{"🇨🇳", "🇷🇺"}));
  EXPECT_EQ(qut_tokens("a a @b"), (Tokens{"a"}));
  EXPECT_TRUE(qut_tokens(" \n").empty());
}

TEST(QutText, SurvivesAnyBytes) {
  EXPECT_NO_THROW((void)qut_tokens("\xff\xfe@\x80 x\xe2\x80"));
  EXPECT_NO_THROW((void)qut_text_key("\xc3"));
}

// Texts and what the toolkit itself made of them; skipped where the vectors are not at hand.
TEST(QutText, EqualsTheToolkit) {
  std::ifstream file(std::filesystem::path(UNISONO_SHARED) / "vectors/peers/qut/text.jsonl");
  if (!file) GTEST_SKIP() << "no vectors";
  std::size_t n = 0;
  for (std::string line; std::getline(file, line); ++n) {
    const nlohmann::json vector = nlohmann::json::parse(line);
    Tokens tokens = vector.at("tokens");
    std::sort(tokens.begin(), tokens.end());
    const std::string text = vector.at("text");
    EXPECT_EQ(qut_tokens(text), tokens) << text;
    EXPECT_EQ(qut_text_key(text), vector.at("co_tweet_key").get<std::string>()) << text;
  }
  EXPECT_EQ(n, 66U);
}

}  // namespace
}  // namespace unisono
