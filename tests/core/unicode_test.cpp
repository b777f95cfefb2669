#include "unisono/core/unicode.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reference/unicode.hpp"
#include "unisono/core/random.hpp"

namespace unisono {
namespace {

std::string random_text(Random& random, std::string_view alphabet, std::size_t most) {
  std::string text;
  for (std::size_t n = random.below(most + 1); n > 0; --n) text += alphabet[random.below(alphabet.size())];
  return text;
}

TEST(Unicode, ValidityAgreesWithTheTable) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("plain ASCII of more than eight bytes"));
  EXPECT_TRUE(is_valid_utf8("新疆 ئۇيغۇر 😀"));
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE6\x96", "abcdefgh\xFF", "\xFF\xFE"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
  }
  Random random(1);
  const std::string_view bytes = "aB\x80\x8F\x90\x9F\xA0\xBF\xC0\xC2\xDF\xE0\xE1\xED\xEF\xF0\xF1\xF4\xF5\xFF";
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_text(random, bytes, 12);
    std::size_t replaced = 0;
    const std::string expected = reference::repair(text, &replaced);
    ASSERT_EQ(is_valid_utf8(text), reference::is_valid_utf8(text));
    const RepairedText repaired = replace_invalid_utf8(text);
    ASSERT_EQ(repaired.text, expected);
    ASSERT_EQ(repaired.replaced, replaced);
    ASSERT_TRUE(is_valid_utf8(repaired.text));
    ASSERT_EQ(replace_invalid_utf8(repaired.text).replaced, 0U);
  }
}

TEST(Unicode, EveryCodePointThereAndBack) {
  for (char32_t c = 0; c <= 0x110000; c += c < 0x3000 ? 1 : 97) {
    const bool scalar = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    std::string text;
    append_utf8(text, c);
    std::size_t position = 0;
    ASSERT_EQ(next_code_point(text, position), scalar ? c : 0xFFFD);
    ASSERT_EQ(position, text.size());
  }
}

TEST(Unicode, FoldsAsIcuDoes) {
  EXPECT_EQ(nfkc_casefold("Hello WORLD 123"), "hello world 123");
  EXPECT_EQ(nfkc_casefold("ＡＢＣ　１２３"), "abc 123");
  EXPECT_EQ(nfkc_casefold("Straße ﬁn…"), "strasse fin...");
  EXPECT_EQ(nfkc_casefold("a\u200Bb\u200Cc\uFE0F"), "abc");
  EXPECT_EQ(nfkc_casefold("ـ"), "ـ");  // tatweel stays
  EXPECT_EQ(nfkc_casefold("\uFBAA"), "\u06BE");
  EXPECT_EQ(nfkc_casefold("\uFEE9"), "\u0647");
  EXPECT_EQ(nfkc_casefold("\uFBEC"), "\u0626\u06D5");
  EXPECT_EQ(nfkc_casefold("\uFBE8"), "\u0649");
  EXPECT_EQ(nfkc_casefold("\u0677"), "\u06C7\u0674");
  EXPECT_EQ(nfkc_casefold("¥￥"), "¥¥");
  EXPECT_EQ(nfkc_casefold("a\xFF"
                          "B"),
            "a\uFFFDb");
  EXPECT_EQ(casefold("ＡΣ ß"), "ａσ ss");
  EXPECT_EQ(nfkc_casefold("\xF0\x9D\x95\xB3"), "h");  // mathematical letters
  // The ASCII path and ICU give the same: force ICU by a character that folds to nothing.
  for (int c = 0; c < 128; ++c) {
    const std::string text(1, static_cast<char>(c));
    EXPECT_EQ(nfkc_casefold(text), nfkc_casefold(text + "\u200B")) << c;
  }
}

TEST(Unicode, EntitiesAreDecodedOnce) {
  EXPECT_EQ(decode_entities("a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#39; &#x1F600;"), "a & b <c> \"d\" 'e' 😀");
  EXPECT_EQ(decode_entities("&amp;amp;"), "&amp;");
  EXPECT_EQ(decode_entities("&amp;lt;"), "&lt;");
  EXPECT_EQ(decode_entities("&unknown; & &; &# &#; &#x; &#xZZ; &amp"), "&unknown; & &; &# &#; &#x; &#xZZ; &amp");
  EXPECT_EQ(decode_entities("&#0;&#xD800;&#x110000;&#99999999;"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(decode_entities("&#999999999;"), "&#999999999;");
  EXPECT_EQ(decode_entities("&"), "&");
}

TEST(Unicode, Tokens) {
  EXPECT_EQ(count_tokens(""), 0U);
  EXPECT_EQ(count_tokens("   ... !? _ -"), 0U);
  EXPECT_EQ(count_tokens("Don't pay $1,234.50 to user_name!"), 5U);
  EXPECT_EQ(count_tokens("a'b c' 'd 1.2 1.b"), 6U);
  EXPECT_EQ(count_tokens("新疆"), 1U);  // one bigram
  EXPECT_EQ(count_tokens("新"), 1U);
  EXPECT_EQ(count_tokens("新疆棉花 很好"), 4U);
  EXPECT_EQ(count_tokens("China新疆cotton"), 3U);
  EXPECT_EQ(count_tokens("ئۇيغۇر تىلى"), 2U);
  EXPECT_EQ(count_tokens("ключ слова"), 2U);
  EXPECT_EQ(count_tokens("e\u0301te\u0301 a\u200Db"), 2U);
}

TEST(Unicode, TokensAgreeWithIcuOutsideTheScriptsWithoutSpaces) {
  Random random(2);
  const std::vector<std::string> pieces = {"a",  "Z", "9",      "_", "'", ".",      ",", ";", ":", " ", "-",
                                           "\n", "é", "\u0301", "ж", "ا", "\u200D", "’", "·", "€", "٣", "😀"};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t n = random.below(10); n > 0; --n) text += pieces[random.below(pieces.size())];
    ASSERT_EQ(count_tokens(text), reference::count_words(text)) << text;
  }
}

TEST(Unicode, Scripts) {
  EXPECT_EQ(script_of(""), "Zyyy");
  EXPECT_EQ(script_of("123 !?"), "Zyyy");
  EXPECT_EQ(script_of("123 日"), "Hani");
  EXPECT_EQ(script_of("hello"), "Latn");
  EXPECT_EQ(script_of("新疆 ok"), "Hani");  // of equal counts the first
  EXPECT_EQ(script_of("ok 新疆"), "Latn");
  EXPECT_EQ(script_of("Привет, мир é"), "Cyrl");
  EXPECT_EQ(script_of("مرحبا"), "Arab");
  EXPECT_EQ(script_of("ひらがな"), "Hira");
}

TEST(Unicode, DisplayWidth) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("新疆"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("a\u200Bb\x1B"), 2U);
  EXPECT_EQ(display_width("ＡＢ"), 4U);
  EXPECT_EQ(display_width("😀"), 2U);
  EXPECT_EQ(display_width("\xFF"), 1U);
}

TEST(Unicode, PrintableHoldsNothingThatSteersATerminal) {
  EXPECT_EQ(printable("plain"), "plain");
  EXPECT_EQ(printable("a\r\nb\tc\n"), "a b c");
  EXPECT_EQ(printable("\x1B[31mred\x1B[0m"), "[31mred[0m");
  EXPECT_EQ(printable("\u202Eabc\u202C \u2066x\u2069"), "abc x");
  EXPECT_EQ(printable("a\u200B\u00ADb\u009B"
                      "c\x7F"),
            "abc");
  EXPECT_EQ(printable("a\u2028b"), "a b");
  EXPECT_EQ(printable("a \n b"), "a  b");
  EXPECT_EQ(printable("\xFF"), "\uFFFD");
  Random random(3);
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    for (std::size_t n = random.below(20); n > 0; --n) text += static_cast<char>(random.below(256));
    const std::string safe = printable(text);
    ASSERT_TRUE(is_valid_utf8(safe));
    for (const char c : safe) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  }
}

TEST(Unicode, CutsKeepClustersWhole) {
  EXPECT_EQ(cut_code_points("hello", 10), "hello");
  EXPECT_EQ(cut_code_points("hello", 3), "hel");
  EXPECT_EQ(cut_code_points("hello", 0), "");
  EXPECT_EQ(cut_code_points("新疆棉花", 2), "新疆");
  EXPECT_EQ(cut_code_points("ae\u0301b", 2), "a");
  EXPECT_EQ(cut_code_points("ae\u0301b", 3), "ae\u0301");
  EXPECT_EQ(cut_code_points("👩‍👩‍👧‍👦!", 6), "");
  EXPECT_EQ(cut_code_points("👩‍👩‍👧‍👦!", 7), "👩‍👩‍👧‍👦");
  EXPECT_EQ(cut_code_points("a\r\nb", 2), "a");
  std::string zalgo = "a";
  for (int i = 0; i < 100'000; ++i) zalgo += "\u0301";
  EXPECT_EQ(cut_code_points(zalgo, 50), "");
  EXPECT_EQ(cut_words("one two, three four", 2), "one two,");
  EXPECT_EQ(cut_words("one two", 2), "one two");
  EXPECT_EQ(cut_words("one two!", 2), "one two!");
  EXPECT_EQ(cut_words("one two", 0), "");
}

TEST(Unicode, Versions) {
  EXPECT_GE(std::stod(icu_version()), 72.0);
  EXPECT_GE(std::stod(unicode_version()), 15.0);
}

}  // namespace
}  // namespace unisono
