#include "unisono/evidence/group_story.hpp"

#include <gtest/gtest.h>

namespace unisono::evidence {
namespace {

std::string excerpt(std::string_view text, std::size_t words, bool expect_cut) {
  bool cut = !expect_cut;
  std::string kept = excerpt_of(text, words, cut);
  EXPECT_EQ(cut, expect_cut) << text;
  return kept;
}

TEST(Excerpt, ShortTextsStayWhole) {
  EXPECT_EQ(excerpt("one two three", 12, false), "one two three");
  EXPECT_EQ(excerpt("", 12, false), "");
}

TEST(Excerpt, LongTextsEndAfterTheLastWord) {
  EXPECT_EQ(excerpt("one two three four", 3, true), "one two three");
}

TEST(Excerpt, LinksAreLeftOut) {
  EXPECT_EQ(excerpt("read https://example.org/a this", 12, true), "read this");
  EXPECT_EQ(excerpt("https://example.org/a", 12, true), "");
}

TEST(Excerpt, TextWithoutSpacesIsCutByWordsToo) {
  const std::string text = "我坚决反对这种说法因为它与事实完全不符我们大家都很生气我们热爱自己的祖国和家乡";
  const std::string kept = excerpt(text, 12, true);
  EXPECT_LT(kept.size(), text.size());
  EXPECT_FALSE(kept.empty());
  EXPECT_EQ(text.rfind(kept, 0), 0U);
}

}  // namespace
}  // namespace unisono::evidence
