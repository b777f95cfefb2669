// Pictures as static SVG: no scripts, no fonts, no colour that means something by itself, black on white on paper. Each
// begins with a title and a description for those who do not see it; the numbers stand beside it in a table.
//
// Equal data gives equal bytes. Values that are not finite are left out. O(marks).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "unisono/evidence/chart_data.hpp"
#include "unisono/evidence/concentration.hpp"
#include "unisono/output/html.hpp"

namespace unisono::output {

struct ChartText {
  std::string title;        // "Group 1 over time"
  std::string description;  // one or two sentences with the main numbers
};

// Actions per bin as bars, those close to another member filled. Bins ascending, `bin_us` wide; bins without actions
// may be absent. At most 2,000 bins are drawn.
void append_timeline_svg(Html& page, std::span<const evidence::TimelineBin> bins, std::int64_t bin_us,
                         const ChartText& text);

// Different accounts per bin as bars, those with too many filled; a dash at what a bin was expected to hold, and
// `level` as a line across. Bins ascending, `bin_us` wide; those without accounts may be absent. At most 2,000 bins are
// drawn.
void append_moments_svg(Html& page, std::span<const evidence::MomentBin> bins, std::int64_t bin_us,
                        std::optional<double> level, const ChartText& text);

// Gaps per class as bars, the expectation as a line of steps (dashed, with a mark in each class).
void append_lag_svg(Html& page, std::span<const evidence::LagClass> classes, const ChartText& text);

// Share per week as bars from 0 to 100 % (the axis ends at the next tenth above the largest); weeks without actions are
// gaps. Weeks ascending.
void append_weeks_svg(Html& page, std::span<const evidence::WeekShare> weeks, const ChartText& text);

// Lorenz curve with the diagonal of equal accounts. Points from (0, 0) to (1, 1).
void append_lorenz_svg(Html& page, std::span<const evidence::LorenzPoint> points, const ChartText& text);

// p-values against the uniform distribution on two logarithmic axes; below the diagonal are more small p than chance
// gives. At most four curves, told apart by the form of their marks.
void append_quantiles_svg(Html& page, std::span<const evidence::QuantileCurve> curves, const ChartText& text);

// Shares of pairs from 0 to 1 against windows from a second to a day (logarithmic). At most four curves, told apart by
// the form of their marks; windows outside are left out.
void append_sweep_svg(Html& page, std::span<const evidence::SweepCurve> curves, const ChartText& text);

}  // namespace unisono::output
