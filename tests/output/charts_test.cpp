#include "unisono/output/charts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/markup.hpp"

namespace unisono::output {
namespace {

using test::Element;
using test::elements;

constexpr std::int64_t k_day = 86'400'000'000;

struct Drawn {
  std::string svg;
  std::vector<Element> bars() const {
    std::vector<Element> found;
    for (Element& rect : elements(svg, "rect")) {
      if (rect.attribute("stroke-width") == "0.8") found.push_back(std::move(rect));  // not those of the legend
    }
    return found;
  }
};

double number(const Element& element, const char* key) {
  return std::stod(element.attribute(key));
}

template <typename Draw>
Drawn drawn(const Draw& draw) {
  Html page;
  draw(page);
  EXPECT_EQ(page.depth(), 0U);
  EXPECT_EQ(test::unbalanced(page.str()), "");
  const std::vector<Element> svg = elements(page.str(), "svg");
  EXPECT_EQ(svg.size(), 1U);
  EXPECT_EQ(svg.front().attribute("role"), "img");
  EXPECT_FALSE(svg.front().attribute("aria-label").empty());
  EXPECT_EQ(elements(page.str(), "title").size(), 1U);
  EXPECT_EQ(elements(page.str(), "desc").size(), 1U);
  EXPECT_EQ(page.str().find("nan"), std::string::npos);
  EXPECT_EQ(page.str().find("inf"), std::string::npos);
  return {page.str()};
}

TEST(Charts, MomentsStandBesideWhatWasExpected) {
  constexpr std::int64_t k_second = 1'000'000;
  std::vector<evidence::MomentBin> bins = {{0, 40, 2.0, true}, {60 * k_second, 10, 5.0, true}};
  const auto dashes = [](const Drawn& chart) {
    std::vector<Element> found;
    for (Element& line : elements(chart.svg, "line"))
      if (line.attribute("stroke-dasharray") == "5 3") found.push_back(std::move(line));
    return found;
  };
  const Drawn all = drawn([&](Html& page) { append_moments_svg(page, bins, k_second, {}, {"T", "D"}); });
  const std::vector<Element> bars = all.bars();
  ASSERT_EQ(bars.size(), 2U);
  const double most = number(bars[0], "height");
  EXPECT_NEAR(number(bars[1], "height"), most / 4, 0.2);
  const double bottom = number(bars[0], "y") + most;
  ASSERT_EQ(dashes(all).size(), 3U) << "one for each moment and one of the legend";
  EXPECT_NEAR(bottom - number(dashes(all)[0], "y1"), most * 2 / 40, 0.2);
  EXPECT_NEAR(bottom - number(dashes(all)[1], "y1"), most * 5 / 40, 0.2);

  bins[1].expected.reset(), bins[1].marked = false;
  bins[0].expected.reset();
  const Drawn around = drawn([&](Html& page) { append_moments_svg(page, bins, k_second, 20.0, {"T", "D"}); });
  ASSERT_EQ(dashes(around).size(), 2U) << "across the picture, and in the legend";
  EXPECT_NEAR(bottom - number(dashes(around)[0], "y1"), most / 2, 0.2);
  EXPECT_NE(around.svg.find(">other<"), std::string::npos);
  drawn([&](Html& page) { append_moments_svg(page, {}, k_second, {}, {"T", "D"}); });
}

TEST(Charts, TimelineBarsHaveTheHeightOfTheirCounts) {
  const std::vector<evidence::TimelineBin> bins = {{0, 100, 50}, {k_day, 50, 0}, {3 * k_day, 25, 25}};
  const Drawn chart = drawn([&](Html& page) { append_timeline_svg(page, bins, k_day, {"T", "D"}); });
  const std::vector<Element> bars = chart.bars();
  ASSERT_EQ(bars.size(), 5U);  // two, one, two
  const double all = number(bars[0], "height");
  EXPECT_NEAR(number(bars[1], "height"), all / 2, 0.2);
  EXPECT_NEAR(number(bars[2], "height"), all / 2, 0.2);
  EXPECT_NEAR(number(bars[3], "height"), all / 4, 0.2);
  EXPECT_NEAR(number(bars[4], "height"), all / 4, 0.2);
  // A day without actions is a gap, not nothing.
  EXPECT_NEAR(number(bars[3], "x") - number(bars[2], "x"), 2 * (number(bars[2], "x") - number(bars[0], "x")), 0.3);
  EXPECT_NE(chart.svg.find("1970-01-02"), std::string::npos);
}

TEST(Charts, LagsStackAndCarryTheirExpectation) {
  const std::vector<evidence::LagClass> lags = {
      {0, 1'000'000, 10, 5, 2.5}, {1'000'000, 60'000'000, 0, 0, 20.0}, {60'000'000, std::nullopt, 4, 0, std::nullopt}};
  const Drawn chart = drawn([&](Html& page) { append_lag_svg(page, lags, {"T", "D"}); });
  const std::vector<Element> bars = chart.bars();
  ASSERT_EQ(bars.size(), 3U);
  EXPECT_NEAR(number(bars[0], "height"), 2 * number(bars[1], "height"), 0.2);
  EXPECT_NEAR(number(bars[1], "y") + number(bars[1], "height"), number(bars[0], "y"), 0.2) << "one upon the other";
  std::size_t steps = 0;
  for (const Element& line : elements(chart.svg, "line")) {
    if (line.attribute("stroke-dasharray") == "5 3" && line.attribute("y1") == line.attribute("y2")) ++steps;
  }
  EXPECT_EQ(steps, 3U) << "two classes with an expectation, one mark of the legend";
  EXPECT_NE(chart.svg.find(">1 s<"), std::string::npos);
  EXPECT_NE(chart.svg.find(">more<"), std::string::npos);
}

TEST(Charts, WeeksShowShares) {
  const std::vector<evidence::WeekShare> weeks = {{0, 20, 40}, {7 * k_day, 0, 0}, {14 * k_day, 10, 40}};
  const Drawn chart = drawn([&](Html& page) { append_weeks_svg(page, weeks, {"T", "D"}); });
  const std::vector<Element> bars = chart.bars();
  ASSERT_EQ(bars.size(), 2U);
  EXPECT_NEAR(number(bars[0], "height"), 2 * number(bars[1], "height"), 0.2);
}

TEST(Charts, LorenzCurveRunsFromCornerToCorner) {
  const std::vector<evidence::LorenzPoint> points = {{0, 0}, {0.5, 0.1}, {1, 1}};
  const Drawn chart = drawn([&](Html& page) { append_lorenz_svg(page, points, {"T", "D"}); });
  const std::vector<Element> path = elements(chart.svg, "path");
  ASSERT_EQ(path.size(), 1U);
  EXPECT_EQ(path.front().attribute("d"), "M66.0 216.0L383.0 198.4L700.0 40.0");
}

TEST(Charts, QuantilesOnTheDiagonalAreOnTheLine) {
  const std::vector<evidence::QuantileCurve> curves = {{"T", {{0.001, 0.001}, {0.1, 0.1}, {1, 1}}}};
  const Drawn chart = drawn([&](Html& page) { append_quantiles_svg(page, curves, {"T", "D"}); });
  std::vector<Element> marks = elements(chart.svg, "circle");
  ASSERT_EQ(marks.size(), 4U);  // three and one of the legend
  for (std::size_t i = 0; i < 3; ++i) {
    const double across = (number(marks[i], "cx") - 66) / 634;
    const double up = (216 - number(marks[i], "cy")) / 176;
    EXPECT_NEAR(across, up, 0.002);
  }
}

TEST(Charts, SmallerPThanChanceLiesAboveTheLine) {
  const std::vector<evidence::QuantileCurve> curves = {{"X", {{0.1, 0.001}}}};
  const Drawn chart = drawn([&](Html& page) { append_quantiles_svg(page, curves, {"T", "D"}); });
  const Element mark = elements(chart.svg, "circle").front();
  EXPECT_GT((216 - number(mark, "cy")) / 176, 0.9);
}

TEST(Charts, SweepRunsFromASecondToADay) {
  const std::vector<evidence::SweepCurve> curves = {
      {"group", {{1'000'000, 0}, {60'000'000, 0.5}, {k_day, 1}, {7 * k_day, 1}}},
      {"others", {{0, 0.5}, {k_day, 0.25}}}};
  const Drawn chart = drawn([&](Html& page) { append_sweep_svg(page, curves, {"T", "D"}); });
  const std::vector<Element> paths = elements(chart.svg, "path");
  ASSERT_GE(paths.size(), 2U);
  EXPECT_EQ(elements(chart.svg, "circle").size(), 4U) << "three on the axis and one of the legend; a week is beyond it";
  EXPECT_NE(chart.svg.find("M66.0 216.0"), std::string::npos);
  EXPECT_NE(chart.svg.find("L700.0 40.0"), std::string::npos);
  EXPECT_NE(chart.svg.find(">1 d<"), std::string::npos);
}

TEST(Charts, NothingToShowIsStillAPicture) {
  drawn([](Html& page) { append_timeline_svg(page, {}, k_day, {"T", "D"}); });
  drawn([](Html& page) { append_lag_svg(page, {}, {"T", "D"}); });
  drawn([](Html& page) { append_weeks_svg(page, {}, {"T", "D"}); });
  drawn([](Html& page) { append_lorenz_svg(page, {}, {"T", "D"}); });
  drawn([](Html& page) { append_quantiles_svg(page, {}, {"T", "D"}); });
  drawn([](Html& page) { append_sweep_svg(page, {}, {"T", "D"}); });
}

TEST(Charts, WhatIsNotANumberIsLeftOut) {
  constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double k_infinite = std::numeric_limits<double>::infinity();
  const std::vector<evidence::LorenzPoint> points = {{0, 0}, {k_nan, 1}, {1, k_infinite}};
  drawn([&](Html& page) { append_lorenz_svg(page, points, {"T", "D"}); });
  const std::vector<evidence::QuantileCurve> curves = {{"T", {{k_nan, 0.5}, {0.5, 0}, {0, k_infinite}}}};
  drawn([&](Html& page) { append_quantiles_svg(page, curves, {"T", "D"}); });
  const std::vector<evidence::LagClass> lags = {{0, 1, 1, 0, k_nan}, {1, 2, 1, 0, k_infinite}};
  drawn([&](Html& page) { append_lag_svg(page, lags, {"T", "D"}); });
  const std::vector<evidence::SweepCurve> sweep = {{"S", {{k_day, k_nan}, {k_day, k_infinite}, {-5, 0.5}}}};
  drawn([&](Html& page) { append_sweep_svg(page, sweep, {"T", "D"}); });
}

TEST(Charts, TextsAreDataAndAxesHaveFewLabels) {
  const std::string hostile = "\"/><script>alert(1)</script>";
  std::vector<evidence::TimelineBin> bins;
  for (int i = 0; i < 100; ++i) bins.push_back({i * k_day, static_cast<std::uint64_t>(123456789 + i), 0});
  const Drawn chart = drawn([&](Html& page) { append_timeline_svg(page, bins, k_day, {hostile, hostile}); });
  EXPECT_TRUE(elements(chart.svg, "script").empty());
  EXPECT_LT(elements(chart.svg, "text").size(), 20U);
  const std::vector<evidence::QuantileCurve> curves = {{hostile, {{0.1, 1e-290}}}};
  const Drawn quantiles = drawn([&](Html& page) { append_quantiles_svg(page, curves, {"T", "D"}); });
  EXPECT_TRUE(elements(quantiles.svg, "script").empty());
}

}  // namespace
}  // namespace unisono::output
