#include <algorithm>
#include <cmath>

#include "output/chart_frame.hpp"
#include "unisono/core/time.hpp"

namespace unisono::output {
namespace {

// "1 s", "10 min": the upper end of a class; the last one has none.
std::string label_of(const evidence::LagClass& lag) {
  return lag.to_us ? format_duration(*lag.to_us) : "more";
}

std::optional<double> finite(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

// A step over each class at the height of its expectation, and a mark in its middle.
void draw_expected(Html& page, std::span<const evidence::LagClass> classes, const Scale& across, const Scale& up) {
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::optional<double> expected = finite(classes[i].expected);
    if (!expected) continue;
    const double y = up(*expected);
    draw_line(page, across(static_cast<double>(i)), y, across(static_cast<double>(i) + 1), y, k_chart_line, "5 3");
    const std::optional<double> next = i + 1 < classes.size() ? finite(classes[i + 1].expected) : std::nullopt;
    if (!next) continue;
    const double x = across(static_cast<double>(i) + 1);
    draw_line(page, x, y, x, up(*next), k_chart_line, "2 2");
  }
}

}  // namespace

void append_lag_svg(Html& page, std::span<const evidence::LagClass> classes, const ChartText& text) {
  double most = 0;
  bool any_expected = false;
  bool any_alone = false;
  for (const evidence::LagClass& lag : classes) {
    most = std::max({most, static_cast<double>(lag.gaps + lag.alone), finite(lag.expected).value_or(0)});
    any_expected = any_expected || finite(lag.expected).has_value();
    any_alone = any_alone || lag.alone > 0;
  }
  const std::vector<Tick> ticks = count_ticks(most, 4);
  const Scale up = plot_up(0, ticks.back().value);
  const Scale across = plot_across(0, static_cast<double>(std::max<std::size_t>(1, classes.size())));
  open_chart(page, text);
  draw_up_axis(page, up, ticks, "gaps");
  std::vector<Tick> names;
  const double width = across(1) - across(0);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const double x = across(static_cast<double>(i)) + 0.15 * width;
    const double gaps = static_cast<double>(classes[i].gaps);
    draw_bar(page, x, 0.7 * width, up(gaps), up(0), k_chart_dark);
    draw_bar(page, x, 0.7 * width, up(gaps + static_cast<double>(classes[i].alone)), up(gaps), k_chart_light);
    names.push_back({static_cast<double>(i) + 0.5, label_of(classes[i])});
  }
  draw_expected(page, classes, across, up);
  draw_across_axis(page, across, names, "time from one member to the next on the same object, up to");
  std::vector<std::pair<Form, std::string>> entries = {{Form::filled_box, "others shared it too"}};
  if (any_alone) entries.emplace_back(Form::hollow_box, "members only");
  if (any_expected) entries.emplace_back(Form::dashed_line, "expected for the filled");
  draw_legend(page, entries);
  page.close();
}

}  // namespace unisono::output
