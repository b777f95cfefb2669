#include "unisono/output/html.hpp"

#include <gtest/gtest.h>

namespace unisono::output {
namespace {

TEST(Html, TextAndAttributesCannotBecomeMarkup) {
  Html page;
  page.open("p", {{"title", "\"><script>"}}).text("<img src=x onerror=alert(1)> & 'quoted'").close();
  EXPECT_EQ(page.str(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;img src=x onerror=alert(1)&gt; &amp; &#39;quoted&#39;</p>\n");
}

TEST(Html, ShowsCharactersThatReorderText) {
  EXPECT_EQ(escape_html("abc\u202Edef"), "abc[U+202E]def");
  EXPECT_EQ(escape_html("a\u2066b\u2069"), "a[U+2066]b[U+2069]");
  EXPECT_EQ(escape_html("zero\u200Bwidth"), "zero[U+200B]width");
}

TEST(Html, KeepsScriptsThatNeedJoiners) {
  EXPECT_EQ(escape_html("می\u200Cخواهم"), "می\u200Cخواهم");
  EXPECT_EQ(escape_html("新疆 Ürümqi 👩\u200D🔬"), "新疆 Ürümqi 👩\u200D🔬");
}

TEST(Html, RemovesControlsAndReplacesInvalidBytes) {
  EXPECT_EQ(escape_html(std::string_view("a\0b\x1b[31mc", 9)), "ab[31mc");
  EXPECT_EQ(escape_html("a\xff"
                        "b\xc3"),
            "a\uFFFDb\uFFFD");
  EXPECT_EQ(escape_html("\xe2\x80"), "\uFFFD");  // one cut sequence, one replacement
}

TEST(Html, ClosesInOrderAndBreaksLinesAfterBlocksOnly) {
  Html page;
  page.open("p").element("b", "1").text(", 2").close();
  EXPECT_EQ(page.str(), "<p><b>1</b>, 2</p>\n");
  EXPECT_EQ(page.depth(), 0U);
}

}  // namespace
}  // namespace unisono::output
