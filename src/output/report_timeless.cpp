#include <fmt/format.h>

#include "output/report_sections.hpp"
#include "unisono/evidence/report_wording.hpp"

namespace unisono::output {
namespace {

void append_channel(ReportPage& page, const evidence::TimelessReport& report) {
  Html& html = page.html();
  html.element("h4", fmt::format("Without times: {}", report.channel));
  html.element("p", evidence::ranking_sentence());
  html.element("p", evidence::list_caveat(), {{"class", "caveat"}});
  append_table(page, report.accounts, fmt::format("Accounts by what rare content they share: {}", report.channel));
  if (report.ties.total_rows == 0) {
    html.element("p", evidence::no_shared_interest_sentence());
    return;
  }
  html.element("p", evidence::shared_interest_sentence());
  if (!report.example.empty()) html.element("p", "The first row in words: " + report.example, {{"class", "claim"}});
  if (report.ties_in_all > report.ties.total_rows)
    html.element("p", fmt::format("The case keeps {} of {} pairs; the command prints all.", report.ties.total_rows,
                                  report.ties_in_all));
  append_table(page, report.ties, fmt::format("Pairs at {}: {}", name_of(evidence::Level::t1), report.channel));
}

}  // namespace

void append_timeless(ReportPage& page, const evidence::ReportData& data) {
  if (data.timeless.empty()) return;
  Html& html = page.html();
  html.element("h3", "What can be said without times", {{"id", "timeless"}});
  html.element("p", evidence::timeless_sentence());
  append_table(page, data.timeless_checks, "Without times: what could be compared");
  for (const evidence::TimelessReport& report : data.timeless) append_channel(page, report);
}

}  // namespace unisono::output
