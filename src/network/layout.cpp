#include "unisono/network/layout.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

constexpr int k_rounds = 120;
constexpr std::size_t k_most_forces = 2000;
constexpr double k_margin = 0.12;  // of a square's side, on each side

// Nodes that are drawn together, and the square they get.
struct Block {
  std::vector<std::uint32_t> nodes;  // ascending
  double x = 0, y = 0, side = 1;
};

std::vector<Block> blocks_of(const Graph& graph, std::span<const std::uint32_t> group) {
  std::vector<std::uint32_t> loose;
  std::map<std::uint32_t, std::vector<std::uint32_t>> named;
  for (std::uint32_t v = 0; v < graph.n; ++v) {
    if (group[v] == k_ungrouped)
      loose.push_back(v);
    else
      named[group[v]].push_back(v);
  }
  std::vector<Block> blocks;
  blocks.reserve(named.size() + loose.size());
  for (auto& [label, nodes] : named) blocks.push_back({.nodes = std::move(nodes)});
  const std::vector<std::uint32_t> component = connected_components(induced_subgraph(graph, loose));
  const std::size_t first = blocks.size();
  for (std::size_t i = 0; i < loose.size(); ++i) {
    if (first + component[i] == blocks.size()) blocks.emplace_back();
    blocks[first + component[i]].nodes.push_back(loose[i]);
  }
  std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) {
    return a.nodes.size() != b.nodes.size() ? a.nodes.size() > b.nodes.size() : a.nodes < b.nodes;
  });
  for (Block& block : blocks) block.side = std::sqrt(static_cast<double>(block.nodes.size()));
  return blocks;
}

// Rows of squares, largest first, about as wide as high; returns the side of the square around all of them.
double pack_in_rows(std::vector<Block>& blocks) {
  double area = 0, widest = 0;
  for (const Block& block : blocks) {
    area += block.side * block.side;
    widest = std::max(widest, block.side);
  }
  const double width = std::max(widest, 1.1 * std::sqrt(area));
  double x = 0, y = 0, row = 0, right = 0;
  for (Block& block : blocks) {
    if (x > 0 && x + block.side > width) {
      x = 0;
      y += row;
      row = 0;
    }
    block.x = x;
    block.y = y;
    x += block.side;
    row = std::max(row, block.side);
    right = std::max(right, x);
  }
  return std::max({right, y + row, 1e-9});
}

// A sunflower: evenly filled disc, the start of the forces.
std::vector<Position> spiral(std::size_t n, Random& random) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  random.shuffle(order);
  std::vector<Position> positions(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double radius = 0.5 * std::sqrt((static_cast<double>(i) + 0.5) / static_cast<double>(n));
    const double angle = 2.399963229728653 * static_cast<double>(i);  // the golden angle
    positions[order[i]] = {0.5 + radius * std::cos(angle), 0.5 + radius * std::sin(angle)};
  }
  return positions;
}

void apply_forces(const Graph& graph, std::vector<Position>& positions) {
  const std::size_t n = graph.n;
  const double ideal = 0.8 / std::sqrt(static_cast<double>(n));
  double mean = 0;
  for (const double weight : graph.weight) mean += weight / static_cast<double>(graph.weight.size());
  std::vector<Position> force(n);
  for (int round = 0; round < k_rounds; ++round) {
    std::fill(force.begin(), force.end(), Position{0, 0});
    for (std::uint32_t v = 0; v < n; ++v) {
      for (std::uint32_t u = v + 1; u < n; ++u) {
        const double dx = positions[v].x - positions[u].x, dy = positions[v].y - positions[u].y;
        const double push = ideal * ideal / std::max(dx * dx + dy * dy, 1e-9);
        force[v].x += dx * push, force[v].y += dy * push;
        force[u].x -= dx * push, force[u].y -= dy * push;
      }
      const auto neighbours = graph.neighbours(v);
      const auto weights = graph.weights(v);
      for (std::size_t i = 0; i < neighbours.size(); ++i) {
        const double dx = positions[neighbours[i]].x - positions[v].x, dy = positions[neighbours[i]].y - positions[v].y;
        const double pull = std::hypot(dx, dy) / ideal * std::min(1.0, weights[i] / mean);
        force[v].x += dx * pull, force[v].y += dy * pull;
      }
    }
    const double step = 0.1 * (1.0 - static_cast<double>(round) / k_rounds);
    for (std::size_t v = 0; v < n; ++v) {
      const double length = std::max(std::hypot(force[v].x, force[v].y), 1e-12);
      const double move = std::min(length, step) / length;
      positions[v].x += force[v].x * move;
      positions[v].y += force[v].y * move;
    }
  }
}

// Moves and scales into the unit square, keeping the proportions.
void fit(std::vector<Position>& positions) {
  double left = positions[0].x, right = left, top = positions[0].y, bottom = top;
  for (const Position& p : positions) {
    left = std::min(left, p.x), right = std::max(right, p.x);
    top = std::min(top, p.y), bottom = std::max(bottom, p.y);
  }
  const double size = std::max({right - left, bottom - top, 1e-9});
  for (Position& p : positions) {
    p.x = 0.5 + (p.x - (left + right) / 2) / size;
    p.y = 0.5 + (p.y - (top + bottom) / 2) / size;
  }
}

std::vector<Position> inside(const Graph& graph, const Block& block, Random random) {
  if (block.nodes.size() == 1) return {Position{}};
  std::vector<Position> positions = spiral(block.nodes.size(), random);
  if (block.nodes.size() <= k_most_forces) apply_forces(induced_subgraph(graph, block.nodes), positions);
  fit(positions);
  return positions;
}

}  // namespace

std::vector<Position> layout(const Graph& graph, std::span<const std::uint32_t> group, std::uint64_t seed) {
  std::vector<Block> blocks = blocks_of(graph, group);
  const double whole = pack_in_rows(blocks);
  std::vector<Position> positions(graph.n);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const Block& block = blocks[b];
    const std::vector<Position> local = inside(graph, block, Random::stream(seed, b));
    for (std::size_t i = 0; i < local.size(); ++i) {
      const auto scale = [&](double corner, double t) {
        return std::clamp((corner + block.side * (k_margin + (1 - 2 * k_margin) * t)) / whole, 0.0, 1.0);
      };
      positions[block.nodes[i]] = {scale(block.x, local[i].x), scale(block.y, local[i].y)};
    }
  }
  return positions;
}

}  // namespace unisono::network
