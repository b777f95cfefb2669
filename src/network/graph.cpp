#include "unisono/network/graph.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace unisono::network {

Graph make_graph(std::uint32_t n, std::span<const WeightedEdge> edges) {
  struct Half {
    std::uint32_t from, to;
    double weight;
  };
  std::vector<Half> halves;
  halves.reserve(edges.size() * 2);
  for (const WeightedEdge& edge : edges) {
    if (edge.a == edge.b || !(edge.weight > 0)) continue;
    halves.push_back({edge.a, edge.b, edge.weight});
    halves.push_back({edge.b, edge.a, edge.weight});
  }
  // Weights too, so that parallel edges are added up in one order, whatever the order they came in.
  std::sort(halves.begin(), halves.end(), [](const Half& x, const Half& y) {
    return std::tie(x.from, x.to, x.weight) < std::tie(y.from, y.to, y.weight);
  });

  Graph graph{.n = n, .begin = std::vector<std::size_t>(n + std::size_t{1}, 0)};
  graph.target.reserve(halves.size());
  graph.weight.reserve(halves.size());
  for (std::size_t i = 0; i < halves.size(); ++i) {
    if (i > 0 && halves[i].from == halves[i - 1].from && halves[i].to == halves[i - 1].to) {
      graph.weight.back() += halves[i].weight;
      continue;
    }
    graph.target.push_back(halves[i].to);
    graph.weight.push_back(halves[i].weight);
    ++graph.begin[halves[i].from + std::size_t{1}];
  }
  for (std::size_t v = 0; v < n; ++v) graph.begin[v + 1] += graph.begin[v];
  return graph;
}

Graph induced_subgraph(const Graph& graph, std::span<const std::uint32_t> nodes) {
  constexpr std::uint32_t k_outside = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> rank(graph.n, k_outside);
  for (std::uint32_t i = 0; i < nodes.size(); ++i) rank[nodes[i]] = i;

  Graph part{.n = static_cast<std::uint32_t>(nodes.size()), .begin = {0}};
  part.begin.reserve(nodes.size() + 1);
  for (const std::uint32_t node : nodes) {
    for (std::size_t e = graph.begin[node]; e < graph.begin[node + std::size_t{1}]; ++e) {
      if (rank[graph.target[e]] == k_outside) continue;
      part.target.push_back(rank[graph.target[e]]);
      part.weight.push_back(graph.weight[e]);
    }
    part.begin.push_back(part.target.size());
  }
  return part;
}

std::vector<std::uint32_t> connected_components(const Graph& graph) {
  constexpr std::uint32_t k_unseen = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> component(graph.n, k_unseen);
  std::vector<std::uint32_t> stack;
  std::uint32_t n_components = 0;
  for (std::uint32_t start = 0; start < graph.n; ++start) {
    if (component[start] != k_unseen) continue;
    component[start] = n_components;
    stack.assign(1, start);
    while (!stack.empty()) {
      const std::uint32_t v = stack.back();
      stack.pop_back();
      for (const std::uint32_t u : graph.neighbours(v)) {
        if (component[u] != k_unseen) continue;
        component[u] = n_components;
        stack.push_back(u);
      }
    }
    ++n_components;
  }
  return component;
}

}  // namespace unisono::network
