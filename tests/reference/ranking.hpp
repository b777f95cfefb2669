// Group evidence as its definition says it: a dense matrix of evidence, no skipping, no scratch space.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unisono/network/ranking.hpp"

namespace unisono::reference {

struct RankingColumns {
  double score = 0, best_pair = 0, best_triangle = 0, idf_sum = 0, cosine = 0;
  std::uint32_t shared = 0, partners = 0;
};

inline std::vector<RankingColumns> ranking(const network::Events& events, const network::RankingOptions& options,
                                           std::vector<std::uint32_t>& eligible) {
  std::vector<std::vector<std::uint8_t>> has(events.n_accounts, std::vector<std::uint8_t>(events.n_objects, 0));
  std::vector<std::size_t> k_u(events.n_accounts, 0);
  for (std::size_t e = 0; e < events.size(); ++e)
    has[events.account[e]][events.object[e]] = 1, ++k_u[events.account[e]];
  for (std::uint32_t u = 0; u < events.n_accounts; ++u)
    if (k_u[u] > 0 && k_u[u] >= options.min_objects && (options.declared.empty() || options.declared[u] == 0))
      eligible.push_back(u);
  const std::size_t n = eligible.size();
  std::vector<RankingColumns> columns(n);
  std::vector<std::vector<double>> e(n, std::vector<double>(n, 0)), common = e;
  for (std::uint32_t o = 0; o < events.n_objects; ++o) {
    double k = 0;
    for (const std::uint32_t u : eligible) k += has[u][o];
    if (k < 2 || k > options.max_sharers) continue;
    for (std::size_t i = 0; i < n; ++i) {
      if (has[eligible[i]][o] == 0) continue;
      ++columns[i].shared;
      if (k <= options.max_idf_sharers) columns[i].idf_sum += std::log(static_cast<double>(n) / k);
      for (std::size_t j = 0; j < n; ++j)
        if (i != j && has[eligible[j]][o] != 0) e[i][j] += 1 / (k * k), common[i][j] += 1;
    }
  }
  std::vector<double> s(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> row = e[i];
    row.resize(std::max<std::size_t>(n, 3), 0);
    std::sort(row.rbegin(), row.rend());
    s[i] = row[0] + row[1] + row[2];
    columns[i].best_pair = row[0];
    for (std::size_t j = 0; j < n; ++j) {
      if (e[i][j] <= 0) continue;
      ++columns[i].partners;
      const double size = static_cast<double>(k_u[eligible[i]]) * static_cast<double>(k_u[eligible[j]]);
      columns[i].cosine = std::max(columns[i].cosine, common[i][j] / std::sqrt(size));
      for (std::size_t k = 0; k < j; ++k)
        if (e[i][k] > 0 && e[j][k] > 0)
          columns[i].best_triangle = std::max(columns[i].best_triangle, e[i][j] + e[i][k] + e[j][k]);
    }
  }
  for (int step = 0; step < 3 && n > 0; ++step) {
    std::vector<double> sorted = s, next(n, 0);
    std::sort(sorted.begin(), sorted.end());
    const double at = 0.99 * static_cast<double>(n - 1), low = std::floor(at);
    const double below = sorted[static_cast<std::size_t>(low)], above = sorted[static_cast<std::size_t>(std::ceil(at))];
    const double high = below + (at - low) * (above - below);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        if (s[j] <= 0) continue;
        const double g = high > 0 ? std::min(1.0, s[j] / high) : 1.0;
        next[i] += e[i][j] * g * g;
      }
    s = next;
  }
  for (std::size_t i = 0; i < n; ++i) columns[i].score = s[i];
  return columns;
}

}  // namespace unisono::reference
