// A report asks nobody for anything: no address that a browser would follow by itself, and a policy that forbids the
// rest, also where posts and names try to bring one in. (`tests/browser/no_requests` counts with a real browser.)
#include <gtest/gtest.h>

#include <regex>

#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/commands/report.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands {
namespace {

// All matches of the first group of `pattern`, ignoring case.
std::vector<std::string> found(const std::string& text, const char* pattern) {
  const std::regex regex(pattern, std::regex::icase);
  std::vector<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) out.push_back((*at)[1]);
  return out;
}

// All parts of `text` that stand from `begin` up to the next `end`, with both.
std::vector<std::string> parts(const std::string& text, const std::string& begin, const std::string& end) {
  std::vector<std::string> out;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    const std::size_t last = text.find(end, at);
    out.push_back(text.substr(at, last == std::string::npos ? last : last - at + end.size()));
  }
  return out;
}

TEST(ReportOffline, NothingPointsOutsideOfTheFile) {
  const test::TemporaryFolder folder;
  std::vector<test::PlantedAction> actions = test::planted_actions({});
  const std::vector<std::string> hostile = {"<img src=http://a.example/x.png onerror=alert(1)>",
                                            "\"><script src=\"//a.example/x.js\"></script>",
                                            "<style>@import url(http://a.example/x.css)</style>",
                                            "</title><meta http-equiv=refresh content='0;url=http://a.example'>",
                                            "' onmouseover='fetch(\"http://a.example\")"};
  std::size_t changed = 0;
  for (test::PlantedAction& action : actions) {
    const std::size_t number = std::stoul(action.object.substr(4));
    if (number % 7 != 0) continue;  // among them everything that the squad shares
    action.object += hostile[number / 7 % hostile.size()];
    ++changed;
  }
  ASSERT_GT(changed, 120U);
  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", actions));
  DetectOptions options;
  options.case_path = folder / "a.uni";
  options.windows_us = {60'000'000};
  const auto detected = detect(options, {});
  ASSERT_TRUE(detected) << describe(detected.error());
  ASSERT_GT(detected->groups.rows(), 0U);
  ReportOptions report_options;
  report_options.case_path = folder / "a.uni";
  report_options.out = folder / "report.html";
  report_options.title = hostile[0];
  ASSERT_TRUE(report(report_options, {}));
  const std::string html = *read_file(folder / "report.html");

  EXPECT_NE(html.find("a.example"), std::string::npos) << "the hostile texts are not shown: nothing was tested";
  // Attributes inside of tags; what stands in quotes there or between tags as text is escaped and so no tag.
  const std::vector<std::string> tags = parts(html, "<", ">");
  EXPECT_GT(tags.size(), 200U);
  std::size_t data_blocks = 0;  // the only kind of script that is allowed: it holds data and does not run
  for (const std::string& tag : tags) {
    if (tag == "<script type=\"application/ld+json\">" && ++data_blocks == 1) continue;
    EXPECT_TRUE(found(tag, "^<(script|iframe|object|embed|base|form|audio|video|source)\\b").empty()) << tag;
    EXPECT_TRUE(found(tag, "\\s(on[a-z]+|srcset|poster|background|ping)=").empty()) << tag;
    for (const std::string& target : found(tag, "\\s(?:href|src|action|data|xlink:href)=\"([^\"]*)\""))
      EXPECT_TRUE(target.starts_with("#") || target.starts_with("data:")) << tag;
    EXPECT_TRUE(found(tag, "\\s(?:href|src|action|data)=([^\"])").empty()) << tag;
    EXPECT_TRUE(found(tag, "http-equiv=\"(refresh)").empty()) << tag;
  }
  const std::vector<std::string> styles = parts(html, "<style", "</style>");
  EXPECT_GT(styles.size(), 0U);
  for (const std::string& style : styles) {
    EXPECT_EQ(style.find("url("), std::string::npos) << style;
    EXPECT_EQ(style.find("@import"), std::string::npos) << style;
  }
  EXPECT_EQ(found(html, "http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\""),
            std::vector<std::string>{"default-src &#39;none&#39;; img-src data:; style-src &#39;unsafe-inline&#39;; "
                                     "base-uri &#39;none&#39;; form-action &#39;none&#39;"});
  EXPECT_LT(html.find("Content-Security-Policy"), html.find("</head>"));
}

}  // namespace
}  // namespace unisono::commands
