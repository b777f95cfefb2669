// The report as a whole: complete without scripts, in the order that readers need, the same for any number of threads,
// built for assistive programs, and without a word that the data cannot carry. That every printed number is what its
// query or command gives is tested by tests/report/every_number.
#include "unisono/commands/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>
#include <set>

#include "support/markup.hpp"
#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands {
namespace {

using test::Element;
using test::elements;

std::string report_of(const std::filesystem::path& case_path, const std::filesystem::path& out, unsigned threads = 1) {
  ReportOptions options;
  options.case_path = case_path;
  options.out = out;
  Control control;
  control.threads = threads;
  const auto written = report(options, control);
  EXPECT_TRUE(written) << describe(written.error());
  return written ? *read_file(out) : std::string();
}

// The report of a planted squad, made once.
const std::string& planted_report() {
  static const std::string k_html = [] {
    const test::TemporaryFolder folder;
    EXPECT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
    DetectOptions options;
    options.case_path = folder / "a.uni";
    options.windows_us = {60'000'000};
    EXPECT_TRUE(detect(options, {}));
    std::string html = report_of(folder / "a.uni", folder / "report.html");
    for (const unsigned threads : {2U, 7U})
      EXPECT_EQ(report_of(folder / "a.uni", folder / "again.html", threads), html) << threads << " threads";
    return html;
  }();
  return k_html;
}

TEST(Report, IsCompleteWithoutScriptsOrNetwork) {
  const std::string& html = planted_report();
  EXPECT_NE(html.find("default-src &#39;none&#39;"), std::string::npos);
  EXPECT_EQ(html.find("<script src"), std::string::npos);
  EXPECT_EQ(html.find("squad0"), std::string::npos) << "accounts that nobody named are pseudonyms";
  EXPECT_EQ(test::unbalanced(html.substr(html.find("<body>"))), "</html>\n");
  EXPECT_EQ(html.find("not filled") == std::string::npos, false);
  EXPECT_NE(html.find("The first 10 actions"), std::string::npos);
}

// outputs.md, section 3.
TEST(Report, SectionsStandInTheirOrder) {
  const std::string& html = planted_report();
  std::size_t at = 0;
  for (const char* part : {"<h1>",
                           ">Summary<",
                           ">What was found<",
                           ">What was not found<",
                           ">What could not be tested<",
                           ">What was measured<",
                           ">Findings<",
                           ">Group 1: 10 accounts<",
                           ">Why the level is not higher<",
                           ">Ties at T2",
                           ">Methods<",
                           ">What was not established<",
                           ">Data and coverage<",
                           ">Clocks<",
                           ">Gaps<",
                           ">Health of ids<",
                           ">Rows that could not be read<",
                           ">Right of reply<",
                           ">Names and lists used<",
                           ">Run record<",
                           ">Queries and commands<"}) {
    const std::size_t found = html.find(part, at);
    ASSERT_NE(found, std::string::npos) << part;
    at = found;
  }
}

TEST(Report, EveryPictureHasATextAndItsNumbers) {
  const std::string& html = planted_report();
  const std::vector<Element> pictures = elements(html, "svg");
  EXPECT_EQ(pictures.size(), 8U)
      << "network; timeline, gaps and windows of one group in one channel; two of moments of 5 and of 10 s";
  for (const Element& picture : pictures) EXPECT_EQ(picture.attribute("role"), "img");
  EXPECT_EQ(elements(html, "desc").size(), pictures.size());
  EXPECT_EQ(elements(html, "figcaption").size(), pictures.size());
  EXPECT_NE(html.find("data-column=\"members_only\""), std::string::npos);
}

TEST(Report, HeadingsDescendStepByStep) {
  int level = 0, sections = 0;
  for (const Element& element : elements(planted_report())) {
    if (element.name == "section") ++sections;
    if (element.name.size() != 2 || element.name[0] != 'h' ||
        !std::isdigit(static_cast<unsigned char>(element.name[1])))
      continue;
    const int now = element.name[1] - '0';
    EXPECT_LE(now, level + 1) << element.tag;
    level = now;
  }
  EXPECT_GE(sections, 11);
  for (const char* landmark : {"header", "nav", "main", "h1"})
    EXPECT_EQ(elements(planted_report(), landmark).size(), 1U) << landmark;
  EXPECT_EQ(elements(planted_report(), "html").front().attribute("lang"), "en");
}

TEST(Report, TablesHaveCaptionsAndHeaders) {
  const std::string& html = planted_report();
  std::size_t tables = 0;
  for (std::size_t at = html.find("<table"); at != std::string::npos; at = html.find("<table", at + 1)) {
    const std::string table = html.substr(at, html.find("</table>", at) - at);
    EXPECT_NE(table.find("<caption"), std::string::npos) << table.substr(0, 200);
    for (const Element& header : elements(table, "th")) EXPECT_FALSE(header.attribute("scope").empty()) << header.tag;
    EXPECT_FALSE(elements(table, "th").empty());
    ++tables;
  }
  EXPECT_GT(tables, 12U);
}

TEST(Report, LinksLeadSomewhereAndIdsAreUnique) {
  std::map<std::string, int> ids;
  std::vector<std::string> targets;
  for (const Element& element : elements(planted_report())) {
    if (!element.attribute("id").empty()) ++ids[element.attribute("id")];
    if (element.name == "a") targets.push_back(element.attribute("href"));
    for (const char* key : {"data-query", "data-command"})
      if (!element.attribute(key).empty()) targets.push_back("#" + element.attribute(key));
  }
  for (const auto& [id, times] : ids) EXPECT_EQ(times, 1) << id;
  EXPECT_GT(targets.size(), 50U);
  for (const std::string& target : targets) {
    ASSERT_TRUE(target.starts_with("#")) << target;
    EXPECT_EQ(ids.count(target.substr(1)), 1U) << target;
  }
}

// Every figure in a box or beside a picture says where it comes from.
TEST(Report, NumbersCarryQueriesOrCommands) {
  std::size_t numbers = 0;
  for (const Element& number : elements(planted_report(), "data")) {
    EXPECT_FALSE(number.attribute("value").empty());
    EXPECT_TRUE(!number.attribute("data-query").empty() || !number.attribute("data-command").empty()) << number.tag;
    ++numbers;
  }
  EXPECT_GT(numbers, 25U);
}

// Text as it is read: without tags, queries, the options of the run, and quoted posts.
std::string visible_text(std::string html) {
  html = html.substr(html.find("<body>"));
  for (const char* hidden : {"pre", "code", "blockquote", "svg"}) {
    html = std::regex_replace(html, std::regex(std::string("<") + hidden + "[ >][^]*?</" + hidden + ">"), " ");
  }
  html = std::regex_replace(html, std::regex("<[^>]*>"), " ");
  std::transform(html.begin(), html.end(), html.begin(), [](unsigned char c) { return std::tolower(c); });
  return html;
}

// What the program never writes (docs/evidence.md).
TEST(Report, NeverSaysWhatTheDataCannotCarry) {
  const std::string text = visible_text(planted_report());
  EXPECT_GT(text.size(), 5000U);
  const std::regex words(
      "\\b(bots?|botnet|trolls?|fake|paid|hired|state-run|state-sponsored|state-linked|controlled by|directed by|"
      "ordered|forced|coerced|lied|disinformation|true|false|reached|impressions|proves|sponsor\\w*)\\b");
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), words), end; at != end; ++at) found.insert((*at).str());
  EXPECT_EQ(found, std::set<std::string>{});
  EXPECT_EQ(text.find("100 %"), std::string::npos);
}

// Verbs are bound to levels: without G1 and T3 nothing "indicates" but the sentence that explains the levels.
TEST(Report, VerbsFollowTheLevels) {
  const std::string text = visible_text(planted_report());
  EXPECT_NE(text.find("this is consistent with"), std::string::npos);
  EXPECT_EQ(text.find("this indicates"), std::string::npos);
  EXPECT_EQ(text.find("strongly indicates"), std::string::npos);
}

TEST(Report, FullNamesNeedAReason) {
  ReportOptions options;
  options.full_names = true;
  EXPECT_EQ(report(options, {}).error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace unisono::commands
