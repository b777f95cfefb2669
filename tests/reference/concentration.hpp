// Concentration as its definitions say it, on one number per account.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

#include "unisono/evidence/concentration.hpp"

namespace unisono::reference {

inline std::vector<std::uint64_t> counts_of(const std::vector<evidence::CountClass>& classes) {
  std::vector<std::uint64_t> counts;
  for (const auto& c : classes) counts.insert(counts.end(), c.accounts, c.count);
  return counts;
}

inline std::vector<evidence::CountClass> classes_of(std::vector<std::uint64_t> counts) {
  std::sort(counts.begin(), counts.end());
  std::vector<evidence::CountClass> classes;
  for (const std::uint64_t count : counts) {
    if (classes.empty() || classes.back().count != count) classes.push_back({count, 0});
    ++classes.back().accounts;
  }
  return classes;
}

inline evidence::TopShare top_share(std::vector<std::uint64_t> counts, std::uint32_t per_mille) {
  std::sort(counts.begin(), counts.end(), std::greater<>());
  evidence::TopShare share;
  share.per_mille = per_mille;
  share.accounts = counts.size();
  share.actions = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  while (share.k * 1000 < counts.size() * per_mille) ++share.k;
  for (std::size_t i = 0; i < share.k; ++i) share.top_actions += counts[i];
  if (counts.empty()) return share;
  share.cut = counts[share.k - 1];
  for (const std::uint64_t count : counts) {
    if (count == share.cut) ++share.tied;
    if (count > share.cut) {
      ++share.above;
      share.actions_above += count;
    }
    if (count >= share.cut) {
      ++share.at_or_above;
      share.actions_at_or_above += count;
    }
  }
  return share;
}

// Half the mean difference of all pairs over the mean.
inline double gini(const std::vector<std::uint64_t>& counts) {
  double difference = 0, sum = 0;
  for (const std::uint64_t a : counts) {
    sum += static_cast<double>(a);
    for (const std::uint64_t b : counts) difference += std::fabs(static_cast<double>(a) - static_cast<double>(b));
  }
  const auto n = static_cast<double>(counts.size());
  return sum == 0 ? 0 : difference / (2 * n * sum);
}

}  // namespace unisono::reference
