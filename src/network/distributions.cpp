#include "network/distributions.hpp"

#include <cassert>
#include <cmath>
#include <numbers>

namespace unisono::network {
namespace {

constexpr double k_tiny = 1e-300;
constexpr double k_most_terms = 1e7;

double away_from_zero(double x) {
  return std::abs(x) < k_tiny ? k_tiny : x;
}

double gamma_front(double a, double x) {
  return std::exp(a * std::log(x) - x - log_gamma(a));
}

double gamma_series(double a, double x) {  // P, for x < a + 1
  double term = 1 / a, sum = term;
  for (double n = a + 1; term > sum * 1e-17; ++n) sum += term *= x / n;
  return gamma_front(a, x) * sum;
}

double gamma_fraction(double a, double x) {  // Q, for x >= a + 1; Lentz's method
  double b = x + 1 - a, c = 1 / k_tiny, d = 1 / b, h = d;
  for (double i = 1; i < k_most_terms; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = 1 / away_from_zero(an * d + b);
    c = away_from_zero(b + an / c);
    const double delta = d * c;
    h *= delta;
    if (std::abs(delta - 1) < 1e-16) break;
  }
  return gamma_front(a, x) * h;
}

double beta_fraction(double a, double b, double x) {
  double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), h = d;
  for (double m = 1; m < k_most_terms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

}  // namespace

double log_gamma(double x) {
  assert(x > 0);
  double shift = 0;
  for (; x < 16; ++x) shift += std::log(x);
  const double r = 1 / (x * x);
  const double series = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / x;
  return (x - 0.5) * std::log(x) - x + 0.91893853320467274178 + series - shift;
}

double gamma_p(double a, double x) {
  if (x <= 0) return 0;
  return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double gamma_q(double a, double x) {
  if (x <= 0) return 1;
  return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

double beta_i(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x));
  return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double normal_tail(double z) {
  return 0.5 * std::erfc(z / std::numbers::sqrt2);
}

double normal_at_tail(double p) {
  assert(p > 0 && p < 1);
  if (p > 0.5) return -normal_at_tail(1 - p);
  // Newton on the logarithm of the tail, which is concave and falls: right of the root it steps down to it without
  // overshooting, and P(Z > z) <= exp(-z^2 / 2) / 2 gives a start there.
  double z = std::sqrt(-2 * std::log(2 * p));
  for (int step = 0; step < 100; ++step) {
    const double tail = normal_tail(z);
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    const double change = std::log(tail / p) * tail / density;
    z += change;
    if (std::abs(change) <= 1e-15 * (1 + std::abs(z))) break;
  }
  return z;
}

}  // namespace unisono::network
