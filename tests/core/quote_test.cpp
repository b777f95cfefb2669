#include "unisono/core/quote.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace unisono {
namespace {

// What a shell makes of a word.
std::string said_by_shell(const std::string& quoted) {
  std::string said;
  FILE* pipe = popen(("printf %s " + quoted).c_str(), "r");
  std::array<char, 256> buffer{};
  while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) said += buffer.data();
  if (pipe != nullptr) pclose(pipe);
  return said;
}

TEST(Quote, AShellReadsBackWhatWasQuoted) {
  for (const std::string word : {"out/case.uni", "account 12", "it's", "$(id)", "`id`", "a\"b", "a\\b", "*", "~", "a;b",
                                 "new\nline", "#x", "@x"})
    EXPECT_EQ(said_by_shell(quote_shell(word)), word) << quote_shell(word);
  EXPECT_EQ(quote_shell(""), "''");
  EXPECT_EQ(quote_shell("case.uni"), "case.uni");
}

TEST(Quote, TextOfSqlEndsWhereItShould) {
  EXPECT_EQ(quote_sql("x' OR 'y"), "'x'' OR ''y'");
  EXPECT_EQ(quote_sql(""), "''");
}

}  // namespace
}  // namespace unisono
