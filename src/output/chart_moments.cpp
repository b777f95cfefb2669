#include <algorithm>

#include "output/chart_frame.hpp"

namespace unisono::output {
namespace {

constexpr std::size_t k_most_bins = 2000;
constexpr double k_least_width = 1.5, k_mark_width = 7;

}  // namespace

void append_moments_svg(Html& page, std::span<const evidence::MomentBin> bins, std::int64_t bin_us,
                        std::optional<double> level, const ChartText& text) {
  bins = bins.first(std::min(bins.size(), k_most_bins));
  double most = level.value_or(0);
  bool has_expected = level.has_value(), has_others = false;
  for (const evidence::MomentBin& bin : bins) {
    most = std::max({most, static_cast<double>(bin.accounts), bin.expected.value_or(0)});
    has_expected = has_expected || bin.expected.has_value();
    has_others = has_others || !bin.marked;
  }
  const TimeUs first = bins.empty() ? 0 : bins.front().t_us;
  const TimeUs last = bins.empty() ? bin_us : bins.back().t_us + bin_us;
  const std::vector<Tick> ticks = count_ticks(most, 4);
  const Scale up = plot_up(0, ticks.back().value);
  const Scale across = plot_across(static_cast<double>(first), static_cast<double>(last));
  open_chart(page, text);
  draw_up_axis(page, up, ticks, "different accounts");
  const double width = std::max(k_least_width, across(static_cast<double>(first + bin_us)) - across.at - 1);
  for (const bool marked : {false, true}) {  // the marked ones on top
    for (const evidence::MomentBin& bin : bins) {
      if (bin.marked != marked) continue;
      const double x = std::min(across(static_cast<double>(bin.t_us)), k_plot_left + k_plot_width - width);
      draw_bar(page, x, width, up(static_cast<double>(bin.accounts)), up(0), marked ? k_chart_dark : k_chart_light);
      if (!bin.expected) continue;
      const double y = up(*bin.expected), middle = x + width / 2;
      draw_line(page, middle - k_mark_width, y, middle + k_mark_width, y, k_chart_line, "5 3");
    }
  }
  if (level) draw_line(page, k_plot_left, up(*level), k_plot_left + k_plot_width, up(*level), k_chart_line, "5 3");
  draw_across_axis(page, across, time_ticks(first, last, 6), "time (UTC)");
  std::vector<std::pair<Form, std::string>> legend = {{Form::filled_box, "too many"}};
  if (has_others) legend.emplace_back(Form::hollow_box, "other");
  if (has_expected) legend.emplace_back(Form::dashed_line, "expected");
  draw_legend(page, legend);
  page.close();
}

}  // namespace unisono::output
