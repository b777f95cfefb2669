#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "output/report_sections.hpp"
#include "unisono/evidence/amplification_wording.hpp"
#include "unisono/evidence/analysis_list.hpp"
#include "unisono/evidence/report_wording.hpp"
#include "unisono/output/charts.hpp"

namespace unisono::output {
namespace {

constexpr std::size_t k_most_figures = 80, k_most_rows = 60;

// One row for each figure: what, of whom, the number, how much of it the data holds.
void append_figures(ReportPage& page, std::span<const evidence::Figure> figures, std::string_view caption) {
  Html& html = page.html();
  html.open("div", {{"class", "scroll"}, {"role", "region"}, {"aria-label", caption}, {"tabindex", "0"}});
  html.open("table").element("caption", caption).open("thead").open("tr");
  for (const char* name : {"what", "of whom", "number", "coverage", "left out", "source"})
    html.element("th", name, {{"scope", "col"}});
  html.close().close().open("tbody");
  for (const evidence::Figure& figure : figures) {
    html.open("tr").element("th", figure.label, {{"scope", "row"}, {"class", "long"}});
    html.element("td", figure.subject).open("td");
    append_figure(page, figure);
    html.close();
    html.element("td", figure.coverage      ? fmt::format("{:.1f} %", 100 * *figure.coverage)
                       : figure.denominator ? std::string("not known")
                                            : std::string());
    html.element("td",
                 figure.excluded > 0 ? fmt::format("{} {}", figure.excluded, figure.excluded_why) : std::string());
    html.open("td");
    append_refs(page, figure);
    html.close().close();
  }
  html.close().close().close();
}

void append_weeks(ReportPage& page, const evidence::AmplificationReport& report) {
  if (report.weeks.empty()) return;
  std::uint64_t part = 0, whole = 0;
  for (const evidence::WeekShare& week : report.weeks) {
    part += week.part;
    whole += week.whole;
  }
  const std::string description = evidence::weeks_description(part, whole, report.weeks.size());
  constexpr std::string_view k_title = "The group's share per week";
  open_picture(page.html(), k_title);
  append_weeks_svg(page.html(), report.weeks, {std::string(k_title), description});
  close_picture(page.html(), k_title, description);
}

void append_lorenz(ReportPage& page, const evidence::AmplificationReport& report) {
  if (report.amplification.lorenz.empty()) return;
  std::string description(evidence::lorenz_description());
  std::vector<const evidence::Figure*> shares;
  for (const evidence::Figure& figure : report.amplification.figures) {
    if (figure.analysis != "B1" || figure.subject != "all targets") continue;
    shares.push_back(&figure);
    description += " " + evidence::figure_sentence(figure);
  }
  constexpr std::string_view k_title = "How evenly the actions are spread";
  open_picture(page.html(), k_title);
  append_lorenz_svg(page.html(), report.amplification.lorenz, {std::string(k_title), description});
  close_picture(page.html(), k_title, evidence::lorenz_description());
  append_figure_lines(page, shares);
}

void append_rule(Html& html, const evidence::Analysis& analysis) {
  html.element("p", evidence::rule_sentence(analysis.rule), {{"class", "soft"}});
  if (!analysis.innocent.empty())
    html.element("p", evidence::innocent_sentence(analysis.innocent), {{"class", "soft"}});
}

void append_analysis(ReportPage& page, const evidence::AmplificationReport& report,
                     const evidence::AnalysisTable& table) {
  if (table.name == "weeks") append_weeks(page, report);
  if (table.name == "concentration") append_lorenz(page, report);
  if (table.name == "spreaders" || table.name == "devotion")
    page.html().element("p", evidence::list_caveat(), {{"class", "caveat"}});
  if (table.analysis == "B4") page.html().element("p", evidence::status_caveat(), {{"class", "caveat"}});
  evidence::SourcedTable shown{table.table, table.sql, table.command, table.total_rows};
  for (Column& column : shown.table.columns()) column.cells.resize(std::min(column.cells.size(), k_most_rows));
  append_table(page, shown, table.title);
}

}  // namespace

void append_amplification(ReportPage& page, const evidence::ReportData& data) {
  if (!data.amplification) return;
  const evidence::AmplificationReport& report = *data.amplification;
  Html& html = page.html();
  html.element("h3", "Amplification of the targets (level 0: counts)", {{"id", "amplification"}});
  html.element("p", evidence::amplification_sentence());
  append_list(html, report.amplification.notes);
  const std::span<const evidence::Figure> figures = report.amplification.figures;
  append_figures(page, figures.first(std::min(k_most_figures, figures.size())), "Figures of amplification");
  append_source(page, {}, report.command,
                figures.size() > k_most_figures
                    ? fmt::format("Shown: {} of {} figures; the command prints all.", k_most_figures, figures.size())
                    : std::string());
  std::string analysis;
  for (const evidence::AnalysisTable& table : report.amplification.tables) {
    const evidence::Analysis* described = evidence::analysis_named(table.analysis);
    if (table.analysis != analysis) {
      html.element("h4", fmt::format("{}: {}", table.analysis,
                                     described == nullptr ? std::string_view(table.title) : described->question));
      if (described != nullptr) append_rule(html, *described);
    }
    analysis = table.analysis;
    append_analysis(page, report, table);
  }
  if (report.amplification.refused.empty()) return;
  html.element("h4", "Not computed");
  std::vector<std::string> lines;
  for (const evidence::Refusal& refusal : report.amplification.refused)
    lines.push_back(evidence::refusal_sentence(refusal));
  append_list(html, lines);
}

}  // namespace unisono::output
