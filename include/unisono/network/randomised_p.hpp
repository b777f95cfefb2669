// Do the p-values of T and X follow the uniform distribution that their nulls promise? Randomised p of pairs that are
// chosen without looking at what is tested. Docs: docs/network/calibrate.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/ties.hpp"

namespace unisono::network {

// P(W > w) + U P(W = w) with U uniform, which has no steps: exactly uniform where the null is true.
struct RandomisedP {
  std::vector<double> activity;  // T, of pairs of accounts that had posts within the window of each other
  std::vector<double> pace;      // X, of pairs that share an object
};

// Up to n_pairs distinct pairs for each test, drawn in proportion to how often they were active together (T: their
// times alone decide) or to what they share (X: who shared what alone decides); only eligible accounts. `options` gives
// the window, eligibility and kappa. Stream `run` of `seed`; equal for any number of threads. O(n log n + events of the
// pairs). Errors: too_large, cancelled.
Result<RandomisedP> randomised_p(const Events& events, const TieOptions& options, std::size_t n_pairs,
                                 std::uint64_t seed, std::uint64_t run, const Control& control);

// Kolmogorov's distance sup |F_n(p) - p| of values in [0, 1]; nothing without values. O(n log n).
std::optional<double> distance_from_uniform(std::span<const double> values);

// The smallest value that a share `expected` (in (0, 1]) of the values does not exceed. `sorted` ascending, not empty.
double quantile(std::span<const double> sorted, double expected);

}  // namespace unisono::network
