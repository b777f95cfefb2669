// The mean histogram of gaps between consecutive members by its definition: every way of choosing the members among the
// sharers, one after the other.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace unisono::reference {

// At most 20 sharers.
inline std::vector<double> expected_gaps(std::span<const std::int64_t> times, std::size_t members,
                                         std::span<const std::int64_t> edges) {
  std::vector<double> sum(edges.size() + 1, 0.0);
  double choices = 0;
  for (std::uint32_t chosen = 0; chosen < (1U << times.size()); ++chosen) {
    if (static_cast<std::size_t>(std::popcount(chosen)) != members) continue;
    ++choices;
    std::int64_t before = -1;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if ((chosen >> i & 1U) == 0) continue;
      if (before >= 0) {
        std::size_t k = 0;
        while (k < edges.size() && times[i] - times[static_cast<std::size_t>(before)] > edges[k]) ++k;
        ++sum[k];
      }
      before = static_cast<std::int64_t>(i);
    }
  }
  for (double& value : sum) value /= choices;
  return sum;
}

}  // namespace unisono::reference
