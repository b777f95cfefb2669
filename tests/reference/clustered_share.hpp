// The interval as its definition says it, on one pair of numbers per account.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "unisono/evidence/clustered_share.hpp"

namespace unisono::reference {

inline evidence::ClusteredShare clustered_share(const std::vector<double>& rows, const std::vector<double>& hits) {
  double n = 0, y = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    n += rows[i];
    y += hits[i];
  }
  const double p = y / n;
  double residuals = 0, squares = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    residuals += (hits[i] - p * rows[i]) * (hits[i] - p * rows[i]);
    squares += rows[i] * rows[i];
  }
  const auto clusters = static_cast<double>(rows.size());
  evidence::ClusteredShare share;
  share.share = p;
  share.design_effect = rows.size() < 2 || p == 0 || p == 1
                            ? squares / n
                            : clusters / (clusters - 1) * residuals / (n * n) / (p * (1 - p) / n);
  bool all_agree = true;
  for (std::size_t i = 0; i < rows.size(); ++i) all_agree = all_agree && (hits[i] == 0 || hits[i] == rows[i]);
  if (all_agree) share.design_effect = std::max(share.design_effect, squares / n);
  share.design_effect = std::max(1.0, share.design_effect);
  // The two solutions of (p - x)^2 = z^2 x (1 - x) / m.
  const double m = n / share.design_effect, z2 = 1.959963984540054 * 1.959963984540054;
  const double a = 1 + z2 / m, b = -(2 * p + z2 / m), c = p * p;
  const double root = std::sqrt(std::max(0.0, b * b - 4 * a * c));
  share.low = (-b - root) / (2 * a);
  share.high = (-b + root) / (2 * a);
  return share;
}

}  // namespace unisono::reference
