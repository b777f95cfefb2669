#include <fmt/format.h>

#include "output/report_sections.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/report_wording.hpp"
#include "unisono/output/charts.hpp"

namespace unisono::output {
namespace {

void append_method(Html& html, const evidence::MethodText& method) {
  html.element("h3", method.name).open("dl", {{"class", "method"}});
  const auto row = [&](std::string_view name, std::string_view text) {
    if (!text.empty()) html.element("dt", name).element("dd", text);
  };
  row("asks", method.question);
  row("counts as chance", method.chance);
  row("assumes, and misleads", method.assumes);
  row("reference", method.references);
  html.close();
}

void append_calibration(ReportPage& page, const evidence::CalibrationReport& calibration) {
  Html& html = page.html();
  html.element("h3", "How these tests behave on permuted copies of this data");
  if (calibration.verdicts.total_rows == 0) {
    html.element("p", evidence::not_calibrated_sentence());
    return;
  }
  html.element("p", evidence::calibration_sentence());
  append_table(page, calibration.verdicts, "Calibrated or not");
  append_table(page, calibration.copies, "Found in permuted copies, beside what was found in the data",
               "ties_found and groups_found are those of the data. Under fastball, ties are the pairs that test D "
               "accepts.");
  if (!calibration.pictures.empty()) html.open("div", {{"class", "pictures"}});
  for (const evidence::CalibrationReport::Picture& picture : calibration.pictures) {
    const std::string within =
        picture.window_us > 0 ? " within " + format_duration(picture.window_us) : std::string(" without times");
    const std::string title =
        fmt::format("p-values of {}{}: {}", picture.channel, within, evidence::permutation_title(picture.permutation));
    std::string description = "The share of p-values at or below each value:";
    for (const evidence::QuantileCurve& curve : picture.curves)
      description += fmt::format(" test {}, {} points;", curve.name, curve.points.size());
    description += " the numbers are given by the query below.";
    open_picture(html, title);
    append_quantiles_svg(html, picture.curves, {title, description});
    close_picture(html, title, {});
  }
  if (!calibration.pictures.empty()) {
    html.close();
    append_source(page, calibration.points.sql, calibration.points.command);
  }
  append_table(
      page, calibration.fits, "Distance from chance",
      "Kolmogorov's distance between the p-values and chance. share_001, share_01 and share_05 are the shares of p at "
      "or below .001, .01 and .05: chance alone gives .001, .01 and .05. Of the copies that were judged alone, fitting "
      "many lie no farther from chance than 19 of 20 would. c bar, habit and family are means over the copies.");
}

void append_planting(ReportPage& page, const evidence::PlantingReport& planting) {
  Html& html = page.html();
  html.element("h3", "What these tests could have found: squads planted into this data");
  if (planting.squads.total_rows == 0) {
    html.element("p", evidence::nothing_planted_sentence(planting.command));
    return;
  }
  html.element("p", evidence::planting_sentence());
  append_list(html, planting.sentences);
  append_table(page, planting.squads, "Planted squads, and how many of the draws were found");
}

}  // namespace

void append_methods(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  page.open_section("methods", "Methods");
  append_list(html, evidence::method_rules(data.settings));
  for (const evidence::MethodText& method : evidence::method_texts()) append_method(html, method);
  append_calibration(page, data.calibration);
  append_planting(page, data.planting);
  page.close_section();
}

}  // namespace unisono::output
