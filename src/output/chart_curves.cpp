// Lorenz curve and comparison of quantiles: curves against a diagonal.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "output/chart_frame.hpp"

namespace unisono::output {
namespace {

std::vector<Tick> share_ticks() {
  std::vector<Tick> ticks;
  for (int i = 0; i <= 4; ++i) ticks.push_back({i * 0.25, fmt::format("{:g}", i * 0.25)});
  return ticks;
}

// 1, 0.1, 0.01 ... down to the smallest power of ten, as -log10; every second one where there are many.
std::vector<Tick> p_ticks(int decades) {
  std::vector<Tick> ticks;
  const int step = std::max(1, (decades + 7) / 8);
  for (int i = 0; i <= decades; i += step)
    ticks.push_back({static_cast<double>(i), i < 4 ? fmt::format("{}", std::pow(10.0, -i)) : fmt::format("1e-{}", i)});
  return ticks;
}

double decades_of(double p) {
  return -std::log10(std::clamp(p, 1e-300, 1.0));
}

}  // namespace

void append_lorenz_svg(Html& page, std::span<const evidence::LorenzPoint> points, const ChartText& text) {
  const Scale up = plot_up(0, 1);
  const Scale across = plot_across(0, 1);
  open_chart(page, text);
  draw_up_axis(page, up, share_ticks(), "share of actions");
  draw_line(page, across(0), up(0), across(1), up(1), k_chart_line, "5 3");
  std::string path;
  for (const evidence::LorenzPoint& point : points) {
    if (!std::isfinite(point.accounts) || !std::isfinite(point.actions)) continue;
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", across(point.accounts), up(point.actions));
  }
  if (!path.empty())
    page.empty("path", {{"d", path}, {"fill", "none"}, {"stroke", k_chart_dark}, {"stroke-width", "2.5"}});
  draw_across_axis(page, across, share_ticks(), "accounts, the least active first");
  draw_legend(page, {{Form::dashed_line, "if all acted alike"}});
  page.close();
}

void append_quantiles_svg(Html& page, std::span<const evidence::QuantileCurve> curves, const ChartText& text) {
  constexpr std::array k_forms = {Form::circle, Form::square, Form::diamond, Form::triangle};
  curves = curves.first(std::min(curves.size(), k_forms.size()));
  double deepest_expected = 1, deepest_observed = 1;
  for (const evidence::QuantileCurve& curve : curves) {
    for (const evidence::QuantilePoint& point : curve.points) {
      if (std::isfinite(point.expected)) deepest_expected = std::max(deepest_expected, decades_of(point.expected));
      if (std::isfinite(point.observed)) deepest_observed = std::max(deepest_observed, decades_of(point.observed));
    }
  }
  const int wide = static_cast<int>(std::ceil(deepest_expected));
  const int high = static_cast<int>(std::ceil(deepest_observed));
  const Scale across = plot_across(0, wide);
  const Scale up = plot_up(0, high);
  open_chart(page, text);
  draw_up_axis(page, up, p_ticks(high), "p found");
  const double end = std::min(wide, high);
  draw_line(page, across(0), up(0), across(end), up(end), k_chart_line, "5 3");
  std::vector<std::pair<Form, std::string>> entries = {{Form::dashed_line, "as often as chance"}};
  for (std::size_t i = 0; i < curves.size(); ++i) {
    for (const evidence::QuantilePoint& point : curves[i].points) {
      if (!std::isfinite(point.expected) || !std::isfinite(point.observed)) continue;
      draw_mark(page, k_forms[i], across(decades_of(point.expected)), up(decades_of(point.observed)));
    }
    entries.emplace_back(k_forms[i], curves[i].name);
  }
  draw_across_axis(page, across, p_ticks(wide), "share of p at or below it, if chance alone acts");
  draw_legend(page, entries);
  page.close();
}

}  // namespace unisono::output
