// What clusters of ties are measured with, by definition: every pair of nodes in every partition, and the table of all
// combinations of labels.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace unisono::reference {

// Share of (pair of `nodes`, partition) in which both have one label.
inline double co_assignment(const std::vector<std::uint32_t>& nodes,
                            const std::vector<std::vector<std::uint32_t>>& partitions) {
  double together = 0, all = 0;
  for (const auto& labels : partitions)
    for (const std::uint32_t a : nodes)
      for (const std::uint32_t b : nodes)
        if (a < b) all += 1, together += labels[a] == labels[b] ? 1 : 0;
  return all == 0 ? 1 : together / all;
}

// H(A | B) + H(B | A).
inline double variation_of_information(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> both;
  std::map<std::uint32_t, double> in_a, in_b;
  const auto n = static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) both[{a[i], b[i]}] += 1 / n, in_a[a[i]] += 1 / n, in_b[b[i]] += 1 / n;
  double sum = 0;
  for (const auto& [labels, share] : both)
    sum -= share * (std::log(share / in_a[labels.first]) + std::log(share / in_b[labels.second]));
  return sum;
}

}  // namespace unisono::reference
