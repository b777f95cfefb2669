#include "unisono/network/poisson_binomial.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace unisono::network {

void TailRecursion::start(std::uint32_t w) {
  f_.assign(std::size_t{w} + 1, 0.0);
  f_[0] = 1.0;
  used_ = 0;
}

void TailRecursion::add(double chance) {
  const std::size_t w = f_.size() - 1;
  if (w == 0) return;
  const double rest = 1.0 - chance;
  f_[w] += f_[w - 1] * chance;
  used_ = std::min(used_ + 1, w - 1);
  for (std::size_t h = used_; h > 0; --h) f_[h] = f_[h] * rest + f_[h - 1] * chance;
  f_[0] *= rest;
}

void TailRecursion::add(double chance, std::uint64_t n) {
  constexpr double k_expected = 30.0;  // (1 - chance)^n of a block stays far above the smallest number
  const std::size_t w = f_.size() - 1;
  if (w == 0 || chance <= 0.0) return;
  if (n <= w || chance >= 0.5) {
    for (std::uint64_t i = 0; i < n; ++i) add(chance);
    return;
  }
  const double most = std::max(1.0, std::floor(k_expected / chance));
  const std::uint64_t block = most < static_cast<double>(n) ? static_cast<std::uint64_t>(most) : n;
  for (std::uint64_t left = n; left > 0; left -= std::min(left, block)) add_block(chance, std::min(left, block));
}

void TailRecursion::add_block(double chance, std::uint64_t n) {
  const std::size_t w = f_.size() - 1;
  exactly_.assign(w, 0.0);
  at_least_.assign(w + 1, 0.0);
  const auto trials = static_cast<double>(n);
  const double odds = chance / (1.0 - chance);
  double term = std::exp(trials * std::log1p(-chance));
  for (std::size_t k = 0; k < w; ++k) {
    exactly_[k] = term;
    term *= (trials - static_cast<double>(k)) / (static_cast<double>(k) + 1.0) * odds;
  }
  // Beyond w the terms may still rise, as far as the mean; the last one is k = n.
  for (double k = static_cast<double>(w); k <= trials && (term > at_least_[w] * 1e-18 || k < trials * chance);
       k += 1.0) {
    at_least_[w] += term;
    term *= (trials - k) / (k + 1.0) * odds;
  }
  for (std::size_t k = w; k > 0; --k) at_least_[k - 1] = at_least_[k] + exactly_[k - 1];
  for (std::size_t h = 0; h < w; ++h) f_[w] += f_[h] * at_least_[w - h];
  used_ = w - 1;
  for (std::size_t h = w; h > 0; --h) {
    double sum = 0.0;
    for (std::size_t k = 0; k < h; ++k) sum += f_[h - 1 - k] * exactly_[k];
    f_[h - 1] = sum;
  }
}

double TailRecursion::tail() const {
  return std::clamp(f_.back(), k_least_tail, 1.0);
}

double poisson_binomial_tail(std::span<const double> chances, std::uint32_t w) {
  TailRecursion recursion;
  recursion.start(w);
  for (const double chance : chances) recursion.add(chance);
  return recursion.tail();
}

double poisson_tail(double lambda, std::uint32_t w) {
  assert(lambda >= 0.0);
  if (w == 0) return 1.0;
  if (lambda <= 0.0) return k_least_tail;
  // Below the mean the complement is the short sum; above it the series falls at least geometrically.
  double log_term = -lambda;  // of k = 0
  if (static_cast<double>(w) <= lambda) {
    double below = std::exp(log_term);
    for (std::uint32_t k = 1; k < w; ++k) {
      log_term += std::log(lambda / k);
      below += std::exp(log_term);
    }
    return std::clamp(1.0 - below, k_least_tail, 1.0);
  }
  for (std::uint32_t k = 1; k <= w; ++k) log_term += std::log(lambda / k);
  double sum = 1.0, term = 1.0;
  for (double k = static_cast<double>(w) + 1.0; term > sum * 1e-18; k += 1.0) {
    term *= lambda / k;
    sum += term;
  }
  return std::clamp(std::exp(log_term) * sum, k_least_tail, 1.0);
}

}  // namespace unisono::network
