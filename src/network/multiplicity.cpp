#include "unisono/network/multiplicity.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace unisono::network {

namespace {

std::vector<double> adjusted(std::span<const double> p, double factor) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t x, std::size_t y) { return p[x] != p[y] ? p[x] < p[y] : x < y; });
  std::vector<double> q(p.size());
  double least = 1.0;
  for (std::size_t rank = p.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    least = std::min(least, p[i] * factor / static_cast<double>(rank));
    q[i] = least;
  }
  return q;
}

}  // namespace

std::vector<double> benjamini_hochberg(std::span<const double> p, std::uint64_t m) {
  assert(m >= p.size());
  return adjusted(p, static_cast<double>(m));
}

std::vector<double> benjamini_yekutieli(std::span<const double> p, std::uint64_t m) {
  assert(m >= p.size());
  return adjusted(p, static_cast<double>(m) * harmonic(m));
}

double harmonic(std::uint64_t m) {
  constexpr std::uint64_t k_summed = 1'000;
  double sum = 0.0;
  for (std::uint64_t i = std::min(m, k_summed); i > 0; --i) sum += 1.0 / static_cast<double>(i);
  if (m <= k_summed) return sum;
  // Euler-Maclaurin between k_summed and m; the next term is below 1e-17.
  const double a = static_cast<double>(k_summed), b = static_cast<double>(m);
  return sum + std::log(b / a) + (1.0 / b - 1.0 / a) / 2.0 - (1.0 / (b * b) - 1.0 / (a * a)) / 12.0;
}

}  // namespace unisono::network
