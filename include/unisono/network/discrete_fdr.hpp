// False discovery rate where counts make p-values discrete, so that most tests cannot reach a small p at all; and
// e-values, which stay valid while data grows. Docs: docs/network/multiplicity.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace unisono::network {

// Tests with the same null: how many they are, and every p-value that one of them can have, ascending (the last is 1).
struct TestClass {
  std::uint64_t n_tests = 0;
  std::span<const double> attainable;
};

// Adjusted p-values in the order given. All tests of the family are in a class, m = sum of n_tests >= p.size(); those
// that are not listed have p = 1. F_c(t) = the largest attainable p of class c that is <= t, or 0. A p-value is one of
// those attainable in its class. p in [0, 1]. O((n + attainable) log).

// Heyse (2011): q_(k) = min over l >= k of E(p_(l)) / l, E(t) = sum n_c F_c(t): the expected number of false rejections
// instead of m t. Never larger than Benjamini-Hochberg, which it equals when every p is attainable. Tests positively
// dependent, or independent.
std::vector<double> heyse(std::span<const double> p, std::span<const TestClass> classes);

// Discrete Benjamini-Yekutieli: Heyse times 1 + 1/2 + ... + 1/m; any dependence.
std::vector<double> discrete_benjamini_yekutieli(std::span<const double> p, std::span<const TestClass> classes);

// Step-down DBH of Doehler, Durand and Roquain (2018, doi:10.1214/18-EJS1441): q_(k) = max over l <= k of S(p_(l)) / l,
// S(t) = sum n_c F_c(t) / (1 - F_c(t)). FDR proven for independent tests.
std::vector<double> discrete_step_down(std::span<const double> p, std::span<const TestClass> classes);

// E-value of a count w that is Poisson(lambda), or a Poisson-binomial with that mean, under the null: exp(theta w -
// lambda (e^theta - 1)), whose null expectation is at most 1. Those of independent later data may be multiplied, and
// looked at at any time, as long as lambda is fixed. theta > 0, lambda >= 0. Infinite beyond 1e308.
inline constexpr double k_e_theta = 1.3862943611198906;  // ln 4
double e_value(std::uint64_t w, double lambda, double theta = k_e_theta);

// e-BH (Wang and Ramdas 2022, doi:10.1111/rssb.12489): the k largest are rejected, k = max{k : e_(k) >= m / (alpha k)};
// any dependence. 1 = rejected, in the order given; equal values share their fate. m >= e.size(), 0 < alpha < 1, no e
// is negative or not a number. O(n log n).
std::vector<std::uint8_t> e_benjamini_hochberg(std::span<const double> e, std::uint64_t m, double alpha);

}  // namespace unisono::network
