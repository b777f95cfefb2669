#include "unisono/network/negative_binomial.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "unisono/network/poisson_binomial.hpp"

namespace unisono::network {

double negative_binomial_tail(double mean, double phi, std::uint64_t x) {
  assert(mean > 0.0 && phi >= 0.0);
  if (x == 0) return 1.0;
  // P(k) / P(k-1) = (mean + phi mean (k-1)) / (k (1 + phi mean)), which needs no 1 / phi: phi = 0 is no special case.
  const double spread = phi * mean;
  const auto ratio = [&](double k) { return (mean + spread * (k - 1.0)) / (k * (1.0 + spread)); };
  const auto first = static_cast<double>(x);
  double log_term = spread > 0.0 ? -std::log1p(spread) / phi : -mean;  // of k = 0
  // The terms rise as long as k <= mean - spread and fall after that.
  const double largest = std::max(first, std::floor(std::max(0.0, mean - spread)));
  for (double k = 1.0; k <= largest; k += 1.0) log_term += std::log(ratio(k));
  double sum = 1.0;
  for (double k = largest, term = 1.0; k > first && term > sum * 1e-18; k -= 1.0) {
    term /= ratio(k);
    sum += term;
  }
  double k = largest + 1.0;
  for (double term = ratio(k); term > sum * 1e-18; term *= ratio(k)) {
    sum += term;
    k += 1.0;
  }
  return std::clamp(std::exp(log_term) * sum, k_least_tail, 1.0);
}

}  // namespace unisono::network
