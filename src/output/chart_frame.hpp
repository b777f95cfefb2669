// What all pictures share: the sheet, scales, axes and a legend of forms.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/time.hpp"
#include "unisono/output/charts.hpp"

namespace unisono::output {

// Colours of Paul Tol's "muted" scheme; filled, hollow and dashed tell the same apart without colour.
inline constexpr std::string_view k_chart_dark = "#332288", k_chart_light = "#dfe7f3", k_chart_line = "#882255",
                                  k_chart_ink = "#1b1f24", k_chart_grid = "#d0d7de";

// Maps [from, to] to [at, at + length]; a length below 0 runs upwards or leftwards.
struct Scale {
  double from = 0, to = 1, at = 0, length = 1;
  double operator()(double value) const { return at + (to > from ? (value - from) / (to - from) : 0.0) * length; }
};

struct Tick {
  double value = 0;
  std::string label;
};

inline constexpr double k_chart_width = 720, k_chart_height = 280;
inline constexpr double k_plot_left = 66, k_plot_top = 40, k_plot_width = 634, k_plot_height = 176;

std::string svg_number(double value);  // one decimal

Scale plot_across(double from, double to);  // left to right
Scale plot_up(double from, double to);      // bottom to top

// Ascending from 0, steps of 1, 2 or 5 times a power of ten, about `about` of them, the last >= largest.
std::vector<Tick> count_ticks(double largest, int about);
std::vector<Tick> time_ticks(TimeUs first, TimeUs last, int about);  // dates, with hours when the span is short

// Opens svg, draws title, description and the frame of the plot. The caller closes the element.
void open_chart(Html& page, const ChartText& text);
void draw_up_axis(Html& page, const Scale& up, const std::vector<Tick>& ticks, std::string_view name);
void draw_across_axis(Html& page, const Scale& across, const std::vector<Tick>& ticks, std::string_view name);
void draw_line(Html& page, double x1, double y1, double x2, double y2, std::string_view colour, std::string_view dash);

// A rectangle from `top` to `bottom`; nothing if it has no height.
void draw_bar(Html& page, double x, double width, double top, double bottom, std::string_view fill);

enum class Form { filled_box, hollow_box, dashed_line, circle, square, diamond, triangle };
void draw_mark(Html& page, Form form, double x, double y);  // circle to triangle, boxes of the legend
void draw_legend(Html& page, const std::vector<std::pair<Form, std::string>>& entries);

}  // namespace unisono::output
