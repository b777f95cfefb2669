// Communities by definition: modularity as a double sum, connectedness by search, and for tiny graphs the best
// partition of all.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "unisono/network/graph.hpp"

namespace unisono::reference {

// Q = 1/2m sum over i, j of (A_ij - gamma k_i k_j / 2m) [c_i = c_j].
inline double modularity(const network::Graph& graph, const std::vector<std::uint32_t>& community, double gamma) {
  std::vector<std::vector<double>> a(graph.n, std::vector<double>(graph.n, 0.0));
  std::vector<double> k(graph.n, 0.0);
  double two_m = 0;
  for (std::uint32_t i = 0; i < graph.n; ++i) {
    for (std::size_t e = graph.begin[i]; e < graph.begin[i + std::size_t{1}]; ++e) {
      a[i][graph.target[e]] += graph.weight[e];
      k[i] += graph.weight[e];
      two_m += graph.weight[e];
    }
  }
  double q = 0;
  for (std::uint32_t i = 0; i < graph.n; ++i) {
    for (std::uint32_t j = 0; j < graph.n; ++j) {
      if (community[i] == community[j] && two_m > 0) q += (a[i][j] - gamma * k[i] * k[j] / two_m) / two_m;
    }
  }
  return q;
}

inline bool every_community_connected(const network::Graph& graph, const std::vector<std::uint32_t>& community) {
  std::map<std::uint32_t, std::set<std::uint32_t>> left;
  for (std::uint32_t v = 0; v < graph.n; ++v) left[community[v]].insert(v);
  for (auto& [label, nodes] : left) {
    std::vector<std::uint32_t> reached{*nodes.begin()};
    nodes.erase(nodes.begin());
    while (!reached.empty()) {
      const std::uint32_t v = reached.back();
      reached.pop_back();
      for (const std::uint32_t u : graph.neighbours(v)) {
        if (nodes.erase(u) > 0) reached.push_back(u);
      }
    }
    if (!nodes.empty()) return false;
  }
  return true;
}

// The largest modularity of any partition; all set partitions are tried, so n <= 9.
inline double best_modularity(const network::Graph& graph, double gamma) {
  std::vector<std::uint32_t> community(graph.n, 0);
  double best = -2;
  const std::function<void(std::uint32_t, std::uint32_t)> label = [&](std::uint32_t v, std::uint32_t used) {
    if (v == graph.n) {
      best = std::max(best, modularity(graph, community, gamma));
      return;
    }
    for (std::uint32_t c = 0; c <= used; ++c) {
      community[v] = c;
      label(v + 1, std::max(used, c + 1));
    }
  };
  label(0, 0);
  return best;
}

}  // namespace unisono::reference
