#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "output/chart_frame.hpp"

namespace unisono::output {

void append_weeks_svg(Html& page, std::span<const evidence::WeekShare> weeks, const ChartText& text) {
  constexpr TimeUs k_week = 604'800'000'000;
  double largest = 0;
  for (const evidence::WeekShare& week : weeks) {
    if (week.whole > 0) largest = std::max(largest, static_cast<double>(week.part) / static_cast<double>(week.whole));
  }
  const double top = std::clamp(std::ceil(largest * 10), 1.0, 10.0) * 10;
  std::vector<Tick> ticks;
  const double step = top > 50 ? 20 : top > 20 ? 10 : 5;
  for (double value = 0; value < top + step / 2; value += step)
    ticks.push_back({value, fmt::format("{:g}", value / 100)});
  const TimeUs first = weeks.empty() ? 0 : weeks.front().week_us;
  const TimeUs last = weeks.empty() ? k_week : weeks.back().week_us + k_week;
  const Scale up = plot_up(0, ticks.back().value);
  const Scale across = plot_across(static_cast<double>(first), static_cast<double>(last));
  open_chart(page, text);
  draw_up_axis(page, up, ticks, "share of all in the week");
  const double width = std::max(1.5, across(static_cast<double>(first + k_week)) - across.at - 2);
  for (const evidence::WeekShare& week : weeks) {
    if (week.whole == 0) continue;
    const double y = up(100.0 * static_cast<double>(week.part) / static_cast<double>(week.whole));
    draw_bar(page, across(static_cast<double>(week.week_us)) + 1, width, y, up(0), k_chart_dark);
  }
  // Labels at Mondays, at most seven of them.
  std::vector<Tick> mondays;
  const std::int64_t apart = k_week * ((last - first) / k_week / 7 + 1);
  for (TimeUs at = first; at < last; at += apart)
    mondays.push_back({static_cast<double>(at), format_iso(at, Precision::day)});
  draw_across_axis(page, across, mondays, "weeks from Monday (UTC)");
  page.close();
}

}  // namespace unisono::output
