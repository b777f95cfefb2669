// Pairs that act together against the window: curves on a logarithmic axis of time.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "output/chart_frame.hpp"

namespace unisono::output {
namespace {

constexpr double k_longest_s = 86'400;

double decades_of(std::int64_t window_us) {
  return std::log10(static_cast<double>(window_us) / static_cast<double>(k_us_per_s));
}

std::vector<Tick> window_ticks() {
  std::vector<Tick> ticks;
  for (const std::int64_t s : {1, 10, 60, 300, 3'600, 14'400, 86'400})
    ticks.push_back({std::log10(static_cast<double>(s)), format_duration(s * k_us_per_s)});
  return ticks;
}

}  // namespace

void append_sweep_svg(Html& page, std::span<const evidence::SweepCurve> curves, const ChartText& text) {
  constexpr std::array k_forms = {Form::circle, Form::square, Form::diamond, Form::triangle};
  curves = curves.first(std::min(curves.size(), k_forms.size()));
  const Scale across = plot_across(0, std::log10(k_longest_s));
  const Scale up = plot_up(0, 1);
  open_chart(page, text);
  std::vector<Tick> shares;
  for (int i = 0; i <= 4; ++i) shares.push_back({i * 0.25, fmt::format("{:g}", i * 0.25)});
  draw_up_axis(page, up, shares, "share of all pairs");
  std::vector<std::pair<Form, std::string>> entries;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    std::string path;
    for (const evidence::SweepMark& mark : curves[i].marks) {
      if (mark.window_us < k_us_per_s || !std::isfinite(mark.share)) continue;
      const double x = decades_of(mark.window_us), share = std::clamp(mark.share, 0.0, 1.0);
      if (x > across.to) continue;
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", across(x), up(share));
      draw_mark(page, k_forms[i], across(x), up(share));
    }
    if (!path.empty())
      page.empty(
          "path",
          {{"d", path}, {"fill", "none"}, {"stroke", i == 0 ? k_chart_dark : k_chart_line}, {"stroke-width", "1.2"}});
    entries.emplace_back(k_forms[i], curves[i].name);
  }
  draw_across_axis(page, across, window_ticks(), "window");
  draw_legend(page, entries);
  page.close();
}

}  // namespace unisono::output
