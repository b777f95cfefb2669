#include "unisono/network/discrete_fdr.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <numeric>

#include "unisono/network/multiplicity.hpp"

namespace unisono::network {
namespace {

std::vector<std::size_t> ascending(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t x, std::size_t y) { return values[x] != values[y] ? values[x] < values[y] : x < y; });
  return order;
}

std::uint64_t family_size(std::span<const TestClass> classes) {
  std::uint64_t m = 0;
  for (const TestClass& c : classes) m += c.n_tests;
  return m;
}

// sum over the classes of n_c term(F_c(t)) for every t, which ascend.
template <typename Term>
std::vector<double> sums_at(std::span<const double> t, std::span<const TestClass> classes, const Term& term) {
  std::vector<double> sums(t.size(), 0.0);
  for (const TestClass& c : classes) {
    assert(std::is_sorted(c.attainable.begin(), c.attainable.end()));
    if (c.n_tests == 0) continue;
    std::size_t below = 0;
    for (std::size_t i = 0; i < t.size(); ++i) {
      while (below < c.attainable.size() && c.attainable[below] <= t[i]) ++below;
      if (below > 0) sums[i] += static_cast<double>(c.n_tests) * term(c.attainable[below - 1]);
    }
  }
  return sums;
}

// The p-values in ascending order, and where each stood.
struct Sorted {
  std::vector<std::size_t> order;
  std::vector<double> p;

  explicit Sorted(std::span<const double> given) : order(ascending(given)) {
    for (const std::size_t i : order) p.push_back(given[i]);
    assert(p.empty() || (p.front() >= 0.0 && p.back() <= 1.0));
  }
};

std::vector<double> step_up(std::span<const double> given, std::span<const TestClass> classes, double factor) {
  const Sorted sorted(given);
  const std::vector<double> expected = sums_at(sorted.p, classes, [](double f) { return f; });
  std::vector<double> q(given.size());
  double least = 1.0;
  for (std::size_t rank = given.size(); rank > 0; --rank) {
    least = std::min(least, factor * expected[rank - 1] / static_cast<double>(rank));
    q[sorted.order[rank - 1]] = least;
  }
  return q;
}

}  // namespace

std::vector<double> heyse(std::span<const double> p, std::span<const TestClass> classes) {
  assert(family_size(classes) >= p.size());
  return step_up(p, classes, 1.0);
}

std::vector<double> discrete_benjamini_yekutieli(std::span<const double> p, std::span<const TestClass> classes) {
  assert(family_size(classes) >= p.size());
  return step_up(p, classes, harmonic(family_size(classes)));
}

std::vector<double> discrete_step_down(std::span<const double> p, std::span<const TestClass> classes) {
  assert(family_size(classes) >= p.size());
  const Sorted sorted(p);
  const std::vector<double> odds = sums_at(sorted.p, classes, [](double f) { return f / (1.0 - f); });
  std::vector<double> q(p.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    largest = std::max(largest, std::min(1.0, odds[i] / static_cast<double>(i + 1)));
    q[sorted.order[i]] = largest;
  }
  return q;
}

double e_value(std::uint64_t w, double lambda, double theta) {
  assert(lambda >= 0.0 && theta > 0.0);
  return std::exp(theta * static_cast<double>(w) - lambda * std::expm1(theta));
}

std::vector<std::uint8_t> e_benjamini_hochberg(std::span<const double> e, std::uint64_t m, double alpha) {
  assert(m >= e.size() && alpha > 0.0 && alpha < 1.0);
  std::vector<double> sorted(e.begin(), e.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  std::size_t rejected = sorted.size();
  const auto passes = [&](std::size_t k) {
    return sorted[k - 1] * alpha * static_cast<double>(k) >= static_cast<double>(m);
  };
  while (rejected > 0 && !passes(rejected)) --rejected;
  std::vector<std::uint8_t> marks(e.size(), 0);
  for (std::size_t i = 0; i < e.size(); ++i) marks[i] = rejected > 0 && e[i] >= sorted[rejected - 1] ? 1 : 0;
  return marks;
}

}  // namespace unisono::network
