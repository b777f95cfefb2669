// Discrete false discovery rate by its definition: one list of attainable p-values per test, every rejection set tried.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace unisono::reference {

// `attainable[i]` belongs to test i; all tests of the family are listed.
using Attainable = std::vector<std::vector<double>>;

inline double largest_at_most(const std::vector<double>& attainable, double t) {
  double largest = 0;
  for (const double p : attainable)
    if (p <= t) largest = std::max(largest, p);
  return largest;
}

inline double expected_false(const Attainable& attainable, double t, bool odds) {
  double sum = 0;
  for (const auto& list : attainable) {
    const double f = largest_at_most(list, t);
    sum += odds ? f / (1 - f) : f;
  }
  return sum;
}

// Is test i rejected at alpha? Step-up: k = the largest rank whose p passes; step-down: all ranks up to k pass.
inline std::vector<int> discrete_rejections(const std::vector<double>& p, const Attainable& attainable, double alpha,
                                            bool down, double factor) {
  std::vector<double> sorted = p;
  std::sort(sorted.begin(), sorted.end());
  std::size_t k = 0;
  for (std::size_t rank = 1; rank <= sorted.size(); ++rank) {
    const bool passes =
        factor * expected_false(attainable, sorted[rank - 1], down) <= alpha * static_cast<double>(rank);
    if (passes) k = rank;
    if (!passes && down) break;
  }
  std::vector<int> rejected;
  for (const double value : p) rejected.push_back(k > 0 && value <= sorted[k - 1] ? 1 : 0);
  return rejected;
}

}  // namespace unisono::reference
