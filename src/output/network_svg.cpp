#include "unisono/output/network_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "unisono/output/network_file.hpp"

namespace unisono::output {
namespace {

constexpr double k_width = 1000, k_height = 640, k_margin = 30;

double across(double x) {
  return k_margin + x * (k_width - 2 * k_margin);
}
double down(double y) {
  return k_margin + y * (k_height - 2 * k_margin);
}

std::string number(double value) {
  return fmt::format("{:.1f}", value);
}

std::string colour(std::int64_t group) {
  const Rgb rgb = colour_of_group(group);
  return fmt::format("#{:02x}{:02x}{:02x}", rgb.r, rgb.g, rgb.b);
}

std::vector<std::size_t> heaviest_edges(const evidence::NetworkView& network, std::size_t max_edges) {
  std::vector<std::size_t> order(network.source.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const Column* weight = network.edges.find("Weight");
  const auto weight_of = [&](std::size_t edge) {
    const auto* value = weight == nullptr ? nullptr : std::get_if<double>(&weight->cells[edge]);
    return value == nullptr ? 0.0 : *value;
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return weight_of(a) != weight_of(b) ? weight_of(a) > weight_of(b) : a < b;
  });
  if (order.size() > max_edges) order.resize(max_edges);
  return order;
}

void draw_edges(Html& page, const evidence::NetworkView& network, const std::vector<std::size_t>& edges) {
  page.open("g",
            {{"stroke", "#8c959f"}, {"stroke-opacity", edges.size() > 800 ? "0.25" : "0.5"}, {"stroke-width", "0.8"}});
  for (const std::size_t edge : edges) {
    const std::size_t a = network.source[edge];
    const std::size_t b = network.target[edge];
    page.empty("line", {{"x1", number(across(network.x[a]))},
                        {"y1", number(down(network.y[a]))},
                        {"x2", number(across(network.x[b]))},
                        {"y2", number(down(network.y[b]))}});
  }
  page.close();
}

// Each group's number at its centre: colour is never the only sign.
void draw_group_numbers(Html& page, const evidence::NetworkView& network) {
  struct Centre {
    double x = 0, y = 0;
    std::size_t n = 0;
  };
  std::map<std::int64_t, Centre> centres;
  for (std::size_t node = 0; node < network.group.size(); ++node) {
    if (network.group[node] < 0) continue;
    Centre& centre = centres[network.group[node]];
    centre.x += network.x[node];
    centre.y += network.y[node];
    ++centre.n;
  }
  page.open("g", {{"font-size", "20"},
                  {"font-weight", "700"},
                  {"text-anchor", "middle"},
                  {"fill", "#1b1f24"},
                  {"stroke", "#ffffff"},
                  {"stroke-width", "4"},
                  {"paint-order", "stroke"}});
  for (const auto& [group, centre] : centres) {
    const auto n = static_cast<double>(centre.n);
    page.element("text", fmt::format("{}", group + 1),
                 {{"x", number(across(centre.x / n))}, {"y", number(down(centre.y / n) + 7)}});
  }
  page.close();
}

}  // namespace

void append_network_svg(Html& page, const evidence::NetworkView& network, std::size_t max_edges) {
  const std::vector<std::size_t> edges = heaviest_edges(network, max_edges);
  const std::string description = fmt::format(
      "{} accounts and {} of {} ties. Circles are accounts; a line joins two accounts with an accepted tie; colours "
      "and numbers are groups.",
      network.x.size(), edges.size(), network.source.size());
  page.open("svg", {{"viewBox", fmt::format("0 0 {} {}", k_width, k_height)},
                    {"role", "img"},
                    {"xmlns", "http://www.w3.org/2000/svg"}});
  page.element("title", "Network of accounts").element("desc", description);
  draw_edges(page, network, edges);
  const double radius = std::clamp(70.0 / std::sqrt(static_cast<double>(network.x.size()) + 1.0), 2.5, 8.0);
  page.open("g", {{"stroke", "#ffffff"}, {"stroke-width", "0.8"}});
  for (std::size_t node = 0; node < network.x.size(); ++node) {
    page.empty("circle", {{"cx", number(across(network.x[node]))},
                          {"cy", number(down(network.y[node]))},
                          {"r", number(radius)},
                          {"fill", colour(network.group[node])}});
  }
  page.close();
  draw_group_numbers(page, network);
  page.close();
}

}  // namespace unisono::output
