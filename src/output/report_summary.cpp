#include <fmt/format.h>

#include <algorithm>

#include "output/report_sections.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/amplification_wording.hpp"
#include "unisono/evidence/report_wording.hpp"

namespace unisono::output {
namespace {

// "repost within 60 s, text within 10 s": where the group was found.
std::string places_of(const evidence::GroupReport& group) {
  std::string places;
  for (const evidence::GroupStorySection& section : group.story) {
    places +=
        fmt::format("{}{} within {}", places.empty() ? "" : ", ", section.channel, format_duration(section.window_us));
  }
  return places;
}

void append_claims(Html& html, const evidence::ReportData& data) {
  constexpr std::size_t k_shown = 3;
  for (std::size_t i = 0; i < std::min(k_shown, data.groups.size()); ++i) {
    const evidence::GroupReport& group = data.groups[i];
    html.open("p", {{"class", "claim"}}).element("span", evidence::name_of(group.level), {{"class", "level"}});
    html.open("a", {{"href", "#" + group.group_id}})
        .text(fmt::format("Group {}", i + 1))
        .close()
        .text(fmt::format(" ({}): {}", places_of(group), group.statement))
        .close();
  }
  if (data.groups_in_all > k_shown)
    html.element("p", fmt::format("And {} more groups below.", data.groups_in_all - k_shown));
  for (const evidence::TieReport& ties : data.ties) {
    html.open("p", {{"class", "claim"}}).element("span", evidence::name_of(ties.level), {{"class", "level"}});
    html.open("a", {{"href", fmt::format("#ties-{}", evidence::name_of(ties.level))}})
        .text("Pairs")
        .close()
        .text(": " + evidence::ties_sentence(ties.level))
        .close();
  }
}

void append_amplification_claims(Html& html, const evidence::ReportData& data) {
  if (!data.amplification) return;
  for (const evidence::Figure* figure : main_figures(*data.amplification)) {
    html.open("p", {{"class", "claim"}}).element("span", "0", {{"class", "level"}});
    html.open("a", {{"href", "#amplification"}})
        .text("Amplification")
        .close()
        .text(": " + evidence::figure_sentence(*figure))
        .close();
  }
}

}  // namespace

void append_summary(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  page.open_section("summary", "Summary");
  append_figure_boxes(page, data.overview);
  html.element("h3", "What was found");
  append_figure_boxes(page, data.levels);
  if (data.groups.empty() && data.ties.empty())
    html.element("p", "Nothing was found that chance, activity and the pace of the content do not explain.");
  append_claims(html, data);
  append_amplification_claims(html, data);
  html.element("h3", "What was not found");
  std::vector<std::string> not_found;
  if (data.groups.empty()) not_found.emplace_back(evidence::no_group_sentence());
  if (data.ties.empty()) not_found.emplace_back(evidence::no_tie_sentence());
  for (const evidence::Level level : {evidence::Level::g1, evidence::Level::t3}) {
    const std::string sentence = evidence::level_not_given_sentence(level);
    if (std::find(data.not_established.begin(), data.not_established.end(), sentence) != data.not_established.end())
      not_found.push_back(sentence);
  }
  not_found.emplace_back("Who runs these accounts is not a question that this data can answer.");
  append_list(html, not_found);
  html.element("h3", "What could not be tested");
  if (data.not_testable.empty()) {
    html.element("p", "Every channel of this data was tested in full.");
  } else {
    append_list(html, data.not_testable_brief);
    html.open("p")
        .text("The reasons stand under ")
        .element("a", "what was not established", {{"href", "#not-established"}})
        .text(".")
        .close();
  }
  html.element("p", evidence::claim_ladder_sentence(), {{"class", "soft"}});
  page.close_section();
}

void append_measured(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  page.open_section("measured", "What was measured");
  html.element("p", evidence::measured_sentence());
  html.element("h3", "What this data holds");
  append_table(page, data.data.coverage, "Actions by channel");
  html.element("h3", "What could be tested, and what not");
  html.element("p", evidence::checks_sentence());
  append_table(page, data.checks, "Checks before each test");
  page.close_section();
}

}  // namespace unisono::output
