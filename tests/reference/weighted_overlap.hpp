// The weighted overlap as its definition says it: for every pair of eligible accounts the sum of the weights of common
// objects.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "unisono/signals/weighted_overlap.hpp"

namespace unisono::reference {

// Sums of the pairs that reach min_sum, in any order. O(sum of k_o^2).
inline std::vector<std::uint64_t> overlap_sums(const signals::SharerLists& lists, std::span<const std::uint32_t> weight,
                                               std::uint64_t min_sum) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> sums;
  const auto eligible = [&](std::uint32_t a) { return lists.eligible.empty() || lists.eligible[a] != 0; };
  for (std::size_t o = 0; o + 1 < lists.object_begin.size(); ++o)
    for (std::size_t i = lists.object_begin[o]; i < lists.object_begin[o + 1]; ++i)
      for (std::size_t j = i + 1; j < lists.object_begin[o + 1]; ++j) {
        const auto [a, b] = std::minmax(lists.account[i], lists.account[j]);
        if (eligible(a) && eligible(b)) sums[{a, b}] += weight[o];
      }
  std::vector<std::uint64_t> reached;
  for (const auto& [pair, sum] : sums)
    if (sum >= min_sum) reached.push_back(sum);
  return reached;
}

}  // namespace unisono::reference
