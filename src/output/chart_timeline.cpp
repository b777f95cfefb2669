#include <algorithm>

#include "output/chart_frame.hpp"

namespace unisono::output {
namespace {

constexpr std::size_t k_most_bins = 2000;

}  // namespace

void append_timeline_svg(Html& page, std::span<const evidence::TimelineBin> bins, std::int64_t bin_us,
                         const ChartText& text) {
  bins = bins.first(std::min(bins.size(), k_most_bins));
  std::uint64_t most = 0;
  for (const evidence::TimelineBin& bin : bins) most = std::max(most, bin.actions);
  const TimeUs first = bins.empty() ? 0 : bins.front().t_us;
  const TimeUs last = bins.empty() ? bin_us : bins.back().t_us + bin_us;
  const std::vector<Tick> ticks = count_ticks(static_cast<double>(most), 4);
  const Scale up = plot_up(0, ticks.back().value);
  const Scale across = plot_across(static_cast<double>(first), static_cast<double>(last));
  open_chart(page, text);
  draw_up_axis(page, up, ticks, "actions");
  const double width = std::max(1.5, across(static_cast<double>(first + bin_us)) - across.at - 1);
  for (const evidence::TimelineBin& bin : bins) {
    const double x = across(static_cast<double>(bin.t_us)) + 0.5;
    draw_bar(page, x, width, up(static_cast<double>(bin.actions)), up(0), k_chart_light);
    if (bin.together > 0) draw_bar(page, x, width, up(static_cast<double>(bin.together)), up(0), k_chart_dark);
  }
  draw_across_axis(page, across, time_ticks(first, last, 6), "time (UTC)");
  draw_legend(page, {{Form::filled_box, "with another member"}, {Form::hollow_box, "alone"}});
  page.close();
}

}  // namespace unisono::output
