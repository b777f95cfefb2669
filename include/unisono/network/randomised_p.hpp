// Do the p-values of T, X and D follow the uniform distribution that their nulls promise? Randomised p of pairs that
// are chosen without looking at what is tested. Docs: docs/network/calibrate.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/degrees.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/ties.hpp"

namespace unisono::network {

// P(W > w) + U P(W = w) with U uniform, which has no steps: exactly uniform where the null is true.
struct RandomisedP {
  std::vector<double> activity;  // T, of pairs of accounts that had posts within the window of each other
  std::vector<double> pace;      // X, of pairs that share an object
};

// Up to n_pairs pairs for each test, no account in two of them, drawn in proportion to how often they were active
// together (T: their times alone decide) or to what they share (X: who shared what alone decides); only eligible
// accounts. `options` gives the window, eligibility and kappa. Stream `run` of `seed`; equal for any number of
// threads. O(n log n + events of the pairs). Errors: too_large, cancelled.
Result<RandomisedP> randomised_p(const Events& events, const TieOptions& options, std::size_t n_pairs,
                                 std::uint64_t seed, std::uint64_t run, const Control& control);

// The same for D: pairs drawn in proportion to the objects of both accounts (degrees alone decide), without times.
// Empty where D cannot be tested. O(n log n + classes of degrees x iterations). Errors: cancelled.
Result<std::vector<double>> randomised_degrees(const Events& events, const DegreeOptions& options, std::size_t n_pairs,
                                               std::uint64_t seed, std::uint64_t run, const Control& control);

// Kolmogorov's distance sup |F_n(p) - p| of values in [0, 1]; nothing without values. O(n log n).
std::optional<double> distance_from_uniform(std::span<const double> values);

// What Kolmogorov's distance of n >= 1 independent uniform values exceeds with chance .05 (Stephens 1974,
// doi:10.1080/01621459.1974.10480196).
double critical_distance(std::size_t n);

// The smallest value that a share `expected` (in (0, 1]) of the values does not exceed. `sorted` ascending, not empty.
double quantile(std::span<const double> sorted, double expected);

}  // namespace unisono::network
