#include "output/chart_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace unisono::output {
namespace {

constexpr double k_letter = 8.8;  // about as wide as a letter of the widest of the usual fonts

}  // namespace

std::string svg_number(double value) {
  return fmt::format("{:.1f}", value);
}

Scale plot_across(double from, double to) {
  return {from, to, k_plot_left, k_plot_width};
}

Scale plot_up(double from, double to) {
  return {from, to, k_plot_top + k_plot_height, -k_plot_height};
}

std::vector<Tick> count_ticks(double largest, int about) {
  largest = std::isfinite(largest) ? std::max(1.0, largest) : 1.0;
  double step = std::pow(10.0, std::floor(std::log10(largest / about)));
  for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
    if (largest / (step * factor) > about) continue;
    step *= factor;
    break;
  }
  step = std::max(1.0, step);
  std::vector<Tick> ticks;
  for (int i = 0; ticks.empty() || ticks.back().value < largest; ++i)
    ticks.push_back({i * step, fmt::format("{:.0f}", i * step)});
  return ticks;
}

std::vector<Tick> time_ticks(TimeUs first, TimeUs last, int about) {
  constexpr std::int64_t k_hour = 3'600'000'000;
  constexpr std::array<std::int64_t, 15> k_steps = {
      k_hour / 60, k_hour / 6,   k_hour / 2,   k_hour,       3 * k_hour,    6 * k_hour,    12 * k_hour,  24 * k_hour,
      48 * k_hour, 168 * k_hour, 336 * k_hour, 672 * k_hour, 2016 * k_hour, 4368 * k_hour, 8736 * k_hour};
  const std::int64_t span = std::max<std::int64_t>(1, last - first);
  std::int64_t step = k_steps.back();
  for (const std::int64_t candidate : k_steps) {
    if (span / candidate > about) continue;
    step = candidate;
    break;
  }
  while (span / step > about) step *= 2;
  const Precision precision = step >= 24 * k_hour ? Precision::day : Precision::min;
  std::vector<Tick> ticks;
  std::int64_t at = first / step * step;
  while (at < first) at += step;
  for (; at <= last; at += step) {
    std::string label = format_iso(at, precision);
    if (precision == Precision::min) label = label.substr(5, 11);  // "05-11T09:30" of "2021-05-11T09:30:00Z"
    ticks.push_back({static_cast<double>(at), std::move(label)});
  }
  return ticks;
}

void open_chart(Html& page, const ChartText& text) {
  page.open("svg", {{"viewBox", fmt::format("0 0 {} {}", k_chart_width, k_chart_height)},
                    {"class", "chart"},
                    {"role", "img"},
                    {"aria-label", text.title + ". " + text.description},
                    {"font-size", "15"},
                    {"xmlns", "http://www.w3.org/2000/svg"}});
  page.element("title", text.title).element("desc", text.description);
}

void draw_line(Html& page, double x1, double y1, double x2, double y2, std::string_view colour, std::string_view dash) {
  page.empty("line", {{"x1", svg_number(x1)},
                      {"y1", svg_number(y1)},
                      {"x2", svg_number(x2)},
                      {"y2", svg_number(y2)},
                      {"stroke", colour},
                      {"stroke-dasharray", dash.empty() ? "none" : dash}});
}

void draw_bar(Html& page, double x, double width, double top, double bottom, std::string_view fill) {
  if (!(bottom - top > 0)) return;
  page.empty("rect", {{"x", svg_number(x)},
                      {"y", svg_number(top)},
                      {"width", svg_number(width)},
                      {"height", svg_number(bottom - top)},
                      {"fill", fill},
                      {"stroke", k_chart_dark},
                      {"stroke-width", "0.8"}});
}

void draw_up_axis(Html& page, const Scale& up, const std::vector<Tick>& ticks, std::string_view name) {
  page.open("g", {{"fill", k_chart_ink}, {"text-anchor", "end"}});
  for (const Tick& tick : ticks) {
    const double y = up(tick.value);
    draw_line(page, k_plot_left, y, k_plot_left + k_plot_width, y, k_chart_grid, "");
    page.element("text", tick.label, {{"x", svg_number(k_plot_left - 8)}, {"y", svg_number(y + 5)}});
  }
  page.close();
  page.element("text", name, {{"x", "4"}, {"y", "18"}, {"fill", k_chart_ink}});
}

void draw_across_axis(Html& page, const Scale& across, const std::vector<Tick>& ticks, std::string_view name) {
  const double bottom = k_plot_top + k_plot_height;
  const std::string_view size = ticks.size() > 10 ? "11.5" : "13";
  page.open("g", {{"fill", k_chart_ink}, {"text-anchor", "middle"}, {"font-size", size}});
  for (const Tick& tick : ticks) {
    const double x = across(tick.value);
    draw_line(page, x, bottom, x, bottom + 5, k_chart_ink, "");
    const double half = k_letter / 2 * static_cast<double>(tick.label.size());  // a label never leaves the sheet
    page.element("text", tick.label,
                 {{"x", svg_number(std::min(x, k_chart_width - half))}, {"y", svg_number(bottom + 21)}});
  }
  page.element(
      "text", name,
      {{"x", svg_number(k_plot_left + k_plot_width / 2)}, {"y", svg_number(k_chart_height - 14)}, {"font-size", "15"}});
  page.close();
  draw_line(page, k_plot_left, bottom, k_plot_left + k_plot_width, bottom, k_chart_ink, "");
}

void draw_mark(Html& page, Form form, double x, double y) {
  const auto path = [&](std::string_view d) {
    page.empty("path", {{"d", d}, {"fill", "#ffffff"}, {"stroke", k_chart_line}, {"stroke-width", "1.5"}});
  };
  const auto box = [&](std::string_view fill) {
    page.empty("rect", {{"x", svg_number(x - 6)},
                        {"y", svg_number(y - 6)},
                        {"width", "12"},
                        {"height", "12"},
                        {"fill", fill},
                        {"stroke", k_chart_dark}});
  };
  switch (form) {
    case Form::filled_box:
      return box(k_chart_dark);
    case Form::hollow_box:
      return box(k_chart_light);
    case Form::dashed_line:
      return draw_line(page, x - 12, y, x + 12, y, k_chart_line, "5 3");
    case Form::circle:
      page.empty("circle", {{"cx", svg_number(x)},
                            {"cy", svg_number(y)},
                            {"r", "3"},
                            {"fill", "#ffffff"},
                            {"stroke", k_chart_line},
                            {"stroke-width", "1.5"}});
      return;
    case Form::square:
      return path(fmt::format("M{:.1f} {:.1f}h6v6h-6z", x - 3, y - 3));
    case Form::diamond:
      return path(fmt::format("M{:.1f} {:.1f}l4 4l-4 4l-4 -4z", x, y - 4));
    case Form::triangle:
      return path(fmt::format("M{:.1f} {:.1f}l4 7h-8z", x, y - 4));
  }
}

void draw_legend(Html& page, const std::vector<std::pair<Form, std::string>>& entries) {
  const auto width_of = [](const std::string& label) { return k_letter * static_cast<double>(label.size()) + 42; };
  double x = k_plot_left + k_plot_width;
  for (const auto& [form, label] : entries) x -= width_of(label);
  for (const auto& [form, label] : entries) {
    draw_mark(page, form, x + 12, 13);
    page.element("text", label, {{"x", svg_number(x + 29)}, {"y", "18"}, {"fill", k_chart_ink}});
    x += width_of(label);
  }
}

}  // namespace unisono::output
