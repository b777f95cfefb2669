#include <fmt/format.h>

#include "output/report_sections.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/report_wording.hpp"
#include "unisono/output/charts.hpp"

namespace unisono::output {
namespace {

void append_over_time(ReportPage& page, const evidence::BurstReport& report) {
  Html& html = page.html();
  const std::string title =
      fmt::format("Moments of {} with too many different accounts", format_duration(report.width_us));
  const std::string description =
      evidence::bursts_over_time_description(report.over_time.size(), report.strongest.total_rows);
  open_picture(html, title);
  append_moments_svg(html, report.over_time, report.width_us, {}, {title, description});
  close_picture(html, title, description);
}

void append_surroundings(ReportPage& page, const evidence::BurstReport& report) {
  if (report.near.empty()) return;
  Html& html = page.html();
  const std::string title =
      fmt::format("The minutes around the moment of {} that stands out most", format_duration(report.width_us));
  std::uint64_t most = 0;
  for (const evidence::MomentBin& bin : report.near)
    if (bin.marked) most = bin.accounts;
  const std::string description =
      evidence::burst_surroundings_description(most, report.expected, format_duration(report.width_us));
  open_picture(html, title);
  append_moments_svg(html, report.near, report.width_us, report.expected, {title, description});
  close_picture(html, title, description);
  html.open("details").element("summary", "The numbers of this picture");
  append_table(page, report.around, title);
  html.close();
}

void append_width(ReportPage& page, const evidence::BurstReport& report) {
  Html& html = page.html();
  html.element("h4", fmt::format("Moments of {}", format_duration(report.width_us)));
  html.open("p", {{"class", "claim"}})
      .element("span", fmt::format("{} {}", name_of(evidence::Level::count), title_of(evidence::Level::count)),
               {{"class", "level"}})
      .text(report.statement)
      .close();
  append_figure_lines(page, {&report.bursts});
  append_over_time(page, report);
  append_surroundings(page, report);
  append_table(page, report.strongest, fmt::format("Moments of {}, by p", format_duration(report.width_us)));
  html.element("p", evidence::list_caveat(), {{"class", "caveat"}});
  append_table(page, report.accounts,
               fmt::format("Accounts that acted in such moments of {}", format_duration(report.width_us)));
}

}  // namespace

void append_bursts(ReportPage& page, const evidence::ReportData& data) {
  if (data.burst_checks.total_rows == 0) return;
  Html& html = page.html();
  html.element("h3", "Moments with too many different accounts (level 0)", {{"id", "moments"}});
  html.element("p", evidence::moments_sentence());
  append_table(page, data.burst_checks, "Moments: what could be tested");
  if (data.bursts.empty()) return;
  for (const evidence::BurstReport& report : data.bursts) append_width(page, report);
  html.element("h4", "Ordinary explanations of such moments");
  append_list(html, evidence::burst_explanations());
}

}  // namespace unisono::output
