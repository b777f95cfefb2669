#include "network/lift.hpp"

#include <cmath>

#include "network/distributions.hpp"

namespace unisono::network {

double poisson_mean_at(std::uint64_t k, double p) {
  const auto a = static_cast<double>(k);
  double low = 0, high = a + 1;
  while (gamma_p(a, high) < p) high *= 2;
  double x = a;
  for (int step = 0; step < 200; ++step) {
    const double error = gamma_p(a, x) - p;
    (error < 0 ? low : high) = x;
    const double slope = std::exp((a - 1) * std::log(x) - x - log_gamma(a));
    double next = x - error / slope;  // Newton, kept inside the bracket
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (std::abs(next - x) <= 1e-14 * x) return next;
    x = next;
  }
  return x;
}

Lift poisson_lift(std::uint64_t observed, double expected) {
  const double base = expected + 0.5;
  return {.lift = (static_cast<double>(observed) + 0.5) / base,
          .low = observed == 0 ? 0.0 : poisson_mean_at(observed, 0.025) / base,
          .high = poisson_mean_at(observed + 1, 0.975) / base};
}

}  // namespace unisono::network
