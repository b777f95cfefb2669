#include "unisono/evidence/report_summary.hpp"
#include "output/report_sections.hpp"
#include "unisono/evidence/report_wording.hpp"

namespace unisono::output {
namespace {

void append_claim(Html& html, const evidence::Claim& claim) {
  if (claim.level.empty()) {
    html.element("p", claim.statement);
    return;
  }
  html.open("p", {{"class", "claim"}}).element("span", claim.level, {{"class", "level"}});
  html.open("a", {{"href", "#" + claim.anchor}}).text(claim.subject).close().text(": " + claim.statement).close();
}

}  // namespace

void append_summary(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  page.open_section("summary", "Summary");
  append_figure_boxes(page, data.overview);
  html.element("h3", "What was found");
  append_figure_boxes(page, data.levels);
  const evidence::ReportSummary summary = evidence::summary_of(data);
  for (const evidence::Claim& claim : summary.found) append_claim(html, claim);
  html.element("h3", "What was not found");
  append_list(html, summary.not_found);
  html.element("h3", "What could not be tested");
  append_list(html, summary.not_tested);
  if (!data.not_testable.empty()) {
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
