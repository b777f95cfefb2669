// A weighted undirected graph in compressed rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace unisono::network {

struct WeightedEdge {
  std::uint32_t a = 0, b = 0;
  double weight = 0;
};

// Every edge stands in the rows of both its ends; no loops, no parallel edges, weights > 0, rows ascending by
// neighbour.
struct Graph {
  std::uint32_t n = 0;
  std::vector<std::size_t> begin;  // n + 1; row of node v is [begin[v], begin[v + 1])
  std::vector<std::uint32_t> target;
  std::vector<double> weight;

  std::span<const std::uint32_t> neighbours(std::uint32_t v) const {
    return std::span(target).subspan(begin[v], begin[v + 1] - begin[v]);
  }
  std::span<const double> weights(std::uint32_t v) const {
    return std::span(weight).subspan(begin[v], begin[v + 1] - begin[v]);
  }
  std::size_t edges() const { return target.size() / 2; }
};

// Edges in any order and direction, ends < n. Parallel edges are added up; loops and weights that
// are not greater than zero are left out. O(n + e log e) time, O(n + e) memory.
Graph make_graph(std::uint32_t n, std::span<const WeightedEdge> edges);

// The graph on `nodes` (ascending, distinct), renumbered 0, 1, ... in that order. O(n + edges of the nodes).
Graph induced_subgraph(const Graph& graph, std::span<const std::uint32_t> nodes);

// Component of every node, numbered 0, 1, ... by smallest node. O(n + e).
std::vector<std::uint32_t> connected_components(const Graph& graph);

}  // namespace unisono::network
