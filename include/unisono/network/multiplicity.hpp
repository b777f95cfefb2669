// Many tests at once: false discovery rate inside a family of m tests, and the family of pairs that could pass at all.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace unisono::network {

// Adjusted p-values (q) of Benjamini and Hochberg (1995) in the order given. `m` >= p.size() is the size of the family;
// the tests that are not listed have p = 1. A test is accepted when its q <= alpha. O(n log n).
std::vector<double> benjamini_hochberg(std::span<const double> p, std::uint64_t m);

// The same under any dependence of the tests (Benjamini and Yekutieli 2001): times 1 + 1/2 + ... + 1/m.
std::vector<double> benjamini_yekutieli(std::span<const double> p, std::uint64_t m);

// 1 + 1/2 + ... + 1/m, to 1e-15 relative.
double harmonic(std::uint64_t m);

// Several windows of one channel are each tested at alpha / n and their findings united.
inline double alpha_each(double alpha, std::size_t n_windows) {
  return alpha / static_cast<double>(n_windows);
}

// Tarone (1990): the smallest K >= 1 with count_at(K) <= K, where count_at(K) is the number of tests whose least
// attainable p is at most alpha / K, falling in K. BH with m = K is then valid among those tests. `most` = number of
// all tests, for which count_at(most) <= most holds. O(log most) calls.
template <typename CountAt>
std::uint64_t tarone_k(std::uint64_t most, CountAt&& count_at) {
  std::uint64_t low = 1, high = most > 0 ? most : 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (count_at(middle) <= middle)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

}  // namespace unisono::network
