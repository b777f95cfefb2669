#include "frame/printer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "frame/safe_text.hpp"
#include "unisono/core/unicode.hpp"

namespace unisono::app {
namespace {

Section section_of(std::vector<Column> columns) {
  return {"things", "Things", Table(std::move(columns)), 40};
}

TEST(Visible, EscapesWhatCouldActOnATerminal) {
  EXPECT_EQ(visible("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(visible("line\nbreak\tand\rreturn"), "line\\nbreak\\tand\\rreturn");
  EXPECT_EQ(visible("\x7f"), "\\x7f");
  EXPECT_EQ(visible("\xc2\x9b"), "\\u009b");  // C1 control: CSI on some terminals
  EXPECT_EQ(visible("a\xe2\x80\xae"
                    "b"),
            "a\\u202eb");                                 // right-to-left override
  EXPECT_EQ(visible("\xe2\x81\xa6"), "\\u2066");          // left-to-right isolate
  EXPECT_EQ(visible("\xe2\x80\xa8"), "\\u2028");          // line separator
  EXPECT_EQ(visible("\xf3\xa0\x81\x81"), "\\U000e0041");  // invisible tag letter
  EXPECT_EQ(visible(std::string_view("\0", 1)), "\\x00");
}

TEST(Visible, KeepsWhatScriptsNeed) {
  const std::string_view persian = "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae";  // with a zero-width non-joiner
  EXPECT_EQ(visible(persian), persian);
  EXPECT_EQ(visible("漢字 ไทย émoji 👩‍👩‍👧"), "漢字 ไทย émoji 👩‍👩‍👧");
  EXPECT_EQ(visible("\xef\xbf\xbd"), "\xef\xbf\xbd");  // a real U+FFFD is no invalid byte
}

TEST(Visible, ShowsInvalidBytes) {
  EXPECT_EQ(visible("a\xff"
                    "b"),
            "a\\xffb");
  EXPECT_EQ(visible("\xe2\x80"), "\\xe2\\x80");
}

TEST(Visible, ReversibleDoublesBackslashes) {
  EXPECT_EQ(visible("C:\\new", true), "C:\\\\new");
  EXPECT_EQ(visible("C:\\new"), "C:\\new");
}

TEST(CutToWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to_width("abcdef", 4), "abc…");
  EXPECT_EQ(cut_to_width("漢字漢字", 5), "漢字…");
  EXPECT_EQ(cut_to_width("漢字漢字", 4), "漢…");
  EXPECT_EQ(cut_to_width("abc", 0), "");
}

TEST(TerminalTable, AlignsNumbersToTheRight) {
  const Section section = section_of({{"name", ColumnType::text, {std::string("a"), std::string("漢字")}},
                                      {"n", ColumnType::integer, {std::int64_t{5}, std::int64_t{1200}}}});
  EXPECT_EQ(format_for_terminal(section, {80, false}),
            "Things\n"
            "name     n\n"
            "──────────\n"
            "a        5\n"
            "漢字  1200\n");
}

TEST(TerminalTable, NeverExceedsTheWidth) {
  std::vector<Column> columns;
  for (int c = 0; c < 12; ++c)
    columns.push_back({"column_" + std::to_string(c), ColumnType::text, {std::string(50, 'x')}});
  const std::string text = format_for_terminal(section_of(columns), {60, false});
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = text.find('\n', start);
    EXPECT_LE(display_width(text.substr(start, end - start)), 60U) << text.substr(start, end - start);
    start = end + 1;
  }
  EXPECT_NE(text.find("more columns"), std::string::npos);
}

TEST(TerminalTable, SaysHowManyRowsAreLeftOut) {
  Section section = section_of({{"n", ColumnType::integer, {}}});
  for (std::int64_t i = 0; i < 7; ++i) section.table.append_row({i});
  section.rows_on_terminal = 3;
  EXPECT_NE(format_for_terminal(section, {80, false}).find("4 more rows"), std::string::npos);
}

TEST(TerminalTable, AnEmptyTableSaysSo) {
  EXPECT_EQ(format_for_terminal(section_of({{"n", ColumnType::integer, {}}}), {80, false}), "Things\n  (none)\n");
}

TEST(TerminalTable, HostileTextStaysOnItsLine) {
  const Section section = section_of({{"text\x1b", ColumnType::text, {std::string("x\n\x1b[2Jy")}}});
  const std::string text = format_for_terminal(section, {80, false});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("x\\n\\x1b[2Jy"), std::string::npos);
}

TEST(Tsv, EscapesTabsAndKeepsMissingApart) {
  const Section section = section_of({{"a", ColumnType::text, {std::string("x\ty\\z"), Cell{}}},
                                      {"t", ColumnType::time_us, {std::int64_t{0}, Cell{}}}});
  EXPECT_EQ(format_tsv(section, false), "a\tt\nx\\ty\\\\z\t1970-01-01T00:00:00Z\n\t\n");
  EXPECT_EQ(format_tsv(section, true).substr(0, 9), "# things\n");
}

TEST(Tsv, OfATableThatAFileHoldsTheFirstRowsAndTheFile) {
  Section section = section_of({{"n", ColumnType::integer, {}}});
  for (std::int64_t i = 0; i < 5; ++i) section.table.append_row({i});
  section.rows_on_terminal = 2;
  section.whole_in = "out/things\x1b.csv";
  EXPECT_EQ(format_tsv(section, false), "n\n0\n1\n# 3 more rows (all of them in out/things\\x1b.csv or with --json)\n");
}

TEST(Prose, HeadingOnceAndSentencesWrapped) {
  Section section = section_of(
      {{"what", ColumnType::text, {std::string("Found"), std::string("Found"), std::string("Not\x1b[2J")}},
       {"sentence", ColumnType::text, {std::string("one two three"), std::string("four"), std::string("five\x1b")}}});
  section.is_prose = true;
  EXPECT_EQ(format_for_terminal(section, {12, false}),
            "Things\nFound:\n  - one two\n    three\n  - four\nNot\\x1b[2J:\n  - five\\x1b\n");
}

TEST(Ndjson, OneObjectPerRowWithTypes) {
  const Section section = section_of({{"id", ColumnType::text, {std::string("001\xe2\x80\xae")}},
                                      {"n", ColumnType::integer, {std::int64_t{7}}},
                                      {"p", ColumnType::real, {0.25}},
                                      {"none", ColumnType::text, {Cell{}}},
                                      {"extra_json", ColumnType::text, {std::string(R"({"k":1})")}}});
  EXPECT_EQ(format_ndjson(section), R"({"table":"things","id":"001\u202e","n":7,"p":0.25,"none":null,"extra":{"k":1}})"
                                    "\n");
}

TEST(EscapeHiddenInJson, KeepsTheValue) {
  const std::string text = "a\xe2\x80\xae\xf3\xa0\x81\x81\x7f\xc2\x9b é";
  const std::string json = nlohmann::json(text).dump();
  const std::string escaped = escape_hidden_in_json(json);
  EXPECT_EQ(escaped, "\"a\\u202e\\udb40\\udc41\\u007f\\u009b é\"");
  EXPECT_EQ(nlohmann::json::parse(escaped).get<std::string>(), text);
}

}  // namespace
}  // namespace unisono::app
