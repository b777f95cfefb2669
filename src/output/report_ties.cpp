#include <fmt/format.h>

#include "output/report_sections.hpp"
#include "unisono/evidence/report_wording.hpp"

namespace unisono::output {

void append_ties(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  if (data.ties.empty()) {
    html.element("h3", "Ties");
    html.element("p", evidence::no_tie_sentence());
  }
  for (const evidence::TieReport& report : data.ties) {
    html.element("h3", fmt::format("Ties at {}: {}", evidence::name_of(report.level), evidence::title_of(report.level)),
                 {{"id", fmt::format("ties-{}", evidence::name_of(report.level))}});
    html.element("p", evidence::ties_sentence(report.level));
    if (!report.example.empty()) html.element("p", "The first row in words: " + report.example, {{"class", "claim"}});
    append_figure_lines(page, {&report.example_figures[0], &report.example_figures[1]});
    html.element("p", evidence::list_caveat(), {{"class", "caveat"}});
    append_table(page, report.ties, fmt::format("Pairs at {}", evidence::name_of(report.level)));
  }
  if (data.leads.total_rows > 0) {
    html.element("h3", "Leads");
    html.element("p", evidence::leads_sentence());
    html.element("p", evidence::list_caveat(), {{"class", "caveat"}});
    append_table(page, data.leads, "Pairs that are leads only");
  }
}

}  // namespace unisono::output
