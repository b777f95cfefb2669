// Centralities as their definitions say them: peeling for every k, a system of equations solved whole.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "unisono/network/graph.hpp"

namespace unisono::reference {

// For each k: take away nodes with fewer than k neighbours until none is left; who remains has a core number of k.
inline std::vector<std::uint32_t> core_numbers(const network::Graph& graph) {
  std::vector<std::uint32_t> core(graph.n, 0);
  for (std::uint32_t k = 1; k < graph.n; ++k) {
    std::vector<bool> alive(graph.n, true);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t v = 0; v < graph.n; ++v) {
        if (!alive[v]) continue;
        std::uint32_t degree = 0;
        for (const std::uint32_t u : graph.neighbours(v)) degree += alive[u] ? 1U : 0U;
        if (degree < k) alive[v] = false, changed = true;
      }
    }
    for (std::uint32_t v = 0; v < graph.n; ++v)
      if (alive[v]) core[v] = k;
  }
  return core;
}

// r = (1 - d) / n + d P' r, a node without edges stepping anywhere: by elimination with the largest pivot.
inline std::vector<double> page_rank(const network::Graph& graph, double damping) {
  const std::size_t n = graph.n;
  std::vector<std::vector<double>> m(n, std::vector<double>(n + 1, 0));
  for (std::uint32_t v = 0; v < n; ++v) {
    double strength = 0;
    for (const double w : graph.weights(v)) strength += w;
    for (std::size_t to = 0; to < n; ++to)
      if (!(strength > 0)) m[to][v] -= damping / static_cast<double>(n);
    for (std::size_t e = graph.begin[v]; e < graph.begin[v + 1]; ++e)
      m[graph.target[e]][v] -= damping * graph.weight[e] / strength;
    m[v][v] += 1;
    m[v][n] = (1 - damping) / static_cast<double>(n);
  }
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c; r < n; ++r)
      if (std::abs(m[r][c]) > std::abs(m[pivot][c])) pivot = r;
    std::swap(m[c], m[pivot]);
    for (std::size_t r = 0; r < n; ++r) {
      const double f = r == c ? 0 : m[r][c] / m[c][c];
      for (std::size_t i = c; i <= n && f != 0; ++i) m[r][i] -= f * m[c][i];
    }
  }
  std::vector<double> rank(n);
  for (std::size_t v = 0; v < n; ++v) rank[v] = m[v][n] / m[v][v];
  return rank;
}

}  // namespace unisono::reference
