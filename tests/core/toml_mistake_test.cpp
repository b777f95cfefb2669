#include "unisono/core/toml_mistake.hpp"

#include <gtest/gtest.h>

namespace unisono {
namespace {

std::size_t line_of_mistake(std::string_view toml) {
  const auto found = toml_mistake(toml);
  return found ? found->line : 0;
}

TEST(TomlMistake, HeadersWithoutAName) {
  EXPECT_EQ(line_of_mistake("a = 1\n[[=\n"), 2U);
  EXPECT_EQ(line_of_mistake("[\n"), 1U);
  EXPECT_EQ(line_of_mistake("\n\n  ["), 3U);
  EXPECT_EQ(line_of_mistake("[a]\n[[\n]]\n"), 2U);
  EXPECT_EQ(line_of_mistake("[a]\n[[ \"b\".c ]]\nx = [\n  1,\n]\n[ 'd' ]\n"), 0U);
}

TEST(TomlMistake, CharactersBeyondAsciiBelongIntoStringsAndComments) {
  EXPECT_EQ(line_of_mistake("\n[6a\u011dz]\n"), 2U);
  EXPECT_EQ(line_of_mistake("gr\u00f6\u00dfe = 1\n"), 1U);
  EXPECT_EQ(line_of_mistake("# gr\u00f6\u00dfe\na = \"gr\u00f6\u00dfe\"\nb = 'gr\u00f6\u00dfe' # \u011d\n"), 0U);
  EXPECT_EQ(line_of_mistake("\xef\xbb\xbf"
                            "a = 1\n"),
            0U)
      << "a byte order mark";
}

TEST(TomlMistake, StringsEndWhereTomlEndsThem) {
  EXPECT_EQ(line_of_mistake("a = \"\"\"\n[[=\u011d\n\"\"\"\n\n[=]\n"), 5U);
  EXPECT_EQ(line_of_mistake("a = \"\\\"\u011d\"\nb = 1\n"), 0U) << "an escaped quote does not end a string";
  EXPECT_EQ(line_of_mistake("a = 'x\\'\n[=]\n"), 2U) << "in a literal string nothing is escaped";
  EXPECT_EQ(line_of_mistake("a = \"not closed\n[=]\n"), 2U);
  EXPECT_EQ(line_of_mistake("a = \"\"\"never closed \u011d\n"), 0U) << "left to the TOML library, which says so";
}

}  // namespace
}  // namespace unisono
