// Positions for a picture of a network: every group drawn by forces inside its own square, the squares packed in rows.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "unisono/network/graph.hpp"

namespace unisono::network {

struct Position {
  double x = 0.5, y = 0.5;  // in [0, 1]; y grows downwards
};

inline constexpr std::uint32_t k_ungrouped = std::numeric_limits<std::uint32_t>::max();

// One position per node. `group` has one entry per node: any label, or k_ungrouped; ungrouped nodes are placed by
// connected component among themselves. Groups take squares with an area that grows with their size, largest first, and
// never overlap. Inside: Fruchterman and Reingold, Graph drawing by force-directed placement, Software: Practice and
// Experience 21 (1991) 1129-1164. The same positions for the same input and seed. O(rounds * sum of squared group
// sizes): meant for up to about 2,000 nodes; a group above 2,000 nodes is placed on a spiral, without forces.
std::vector<Position> layout(const Graph& graph, std::span<const std::uint32_t> group, std::uint64_t seed);

}  // namespace unisono::network
