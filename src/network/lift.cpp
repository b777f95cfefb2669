#include "network/lift.hpp"

#include <cmath>

namespace unisono::network {
namespace {

// log Gamma(k) for a whole k >= 1; std::lgamma writes a global variable.
double log_gamma(double k) {
  double shift = 0;
  for (; k < 16; ++k) shift += std::log(k);
  const double r = 1 / (k * k);
  const double series = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / k;
  return (k - 0.5) * std::log(k) - k + 0.91893853320467274178 + series - shift;
}

// Regularised lower incomplete gamma P(a, x) = P(Poisson(x) >= a), by its series or by Lentz's continued fraction.
double gamma_p(double a, double x) {
  const double front = std::exp(a * std::log(x) - x - log_gamma(a));
  if (x < a + 1) {
    double term = 1 / a, sum = term;
    for (double n = a + 1; term > sum * 1e-17; ++n) sum += term *= x / n;
    return front * sum;
  }
  constexpr double k_tiny = 1e-300;
  double b = x + 1 - a, c = 1 / k_tiny, d = 1 / b, h = d;
  for (double i = 1;; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (std::abs(d) < k_tiny) d = k_tiny;
    c = b + an / c;
    if (std::abs(c) < k_tiny) c = k_tiny;
    d = 1 / d;
    const double delta = d * c;
    h *= delta;
    if (std::abs(delta - 1) < 1e-16 || i > 1e7) break;
  }
  return 1 - front * h;
}

}  // namespace

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
