#include "unisono/evidence/clustered_share.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace unisono::evidence {

ClusterSums cluster_sums(std::span<const std::uint64_t> rows, std::span<const std::uint64_t> hits) {
  assert(rows.size() == hits.size());
  ClusterSums sums;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    assert(hits[i] <= rows[i]);
    ++sums.accounts;
    sums.rows += rows[i];
    sums.hits += hits[i];
    sums.rows_squared += rows[i] * rows[i];
    sums.hits_squared += hits[i] * hits[i];
    sums.products += rows[i] * hits[i];
  }
  return sums;
}

ClusteredShare clustered_share(const ClusterSums& sums) {
  ClusteredShare result;
  if (sums.rows == 0) return result;
  const auto rows = static_cast<double>(sums.rows);
  const auto accounts = static_cast<double>(sums.accounts);
  const double share = static_cast<double>(sums.hits) / rows;
  result.share = share;
  const double if_all_agree = static_cast<double>(sums.rows_squared) / rows;
  result.design_effect = if_all_agree;
  if (sums.accounts > 1 && sums.hits > 0 && sums.hits < sums.rows) {
    const double spread = static_cast<double>(sums.hits_squared) - 2 * share * static_cast<double>(sums.products) +
                          share * share * static_cast<double>(sums.rows_squared);
    const double variance = accounts / (accounts - 1) * spread / (rows * rows);
    result.design_effect = variance / (share * (1 - share) / rows);
    // One account that makes nearly all rows leaves no residuals, yet it is one account.
    if (sums.hits_squared == sums.products) result.design_effect = std::max(result.design_effect, if_all_agree);
  }
  result.design_effect = std::max(result.design_effect, 1.0);
  constexpr double k_z = 1.959963984540054;
  const double n = rows / result.design_effect;
  const double middle = (share + k_z * k_z / (2 * n)) / (1 + k_z * k_z / n);
  const double half = k_z / (1 + k_z * k_z / n) * std::sqrt(share * (1 - share) / n + k_z * k_z / (4 * n * n));
  result.low = sums.hits == 0 ? 0 : std::max(0.0, middle - half);
  result.high = sums.hits == sums.rows ? 1 : std::min(1.0, middle + half);
  return result;
}

}  // namespace unisono::evidence
