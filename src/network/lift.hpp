// Lift of an observed count over its expectation, with an exact Poisson interval.
#pragma once

#include <cstdint>

namespace unisono::network {

struct Lift {
  double lift = 0, low = 0, high = 0;
};

// lift = (W + 1/2) / (E + 1/2); ends = the exact (Garwood) 95 % limits of the mean of a Poisson count W over E + 1/2,
// which is taken as known: chi2_0.025(2W) / (2E + 1) and chi2_0.975(2W + 2) / (2E + 1). low = 0 for W = 0.
Lift poisson_lift(std::uint64_t observed, double expected);

// The mean at which a Poisson count is >= k with probability p: half the p-quantile of chi-square with 2k degrees of
// freedom. k >= 1, 0 < p < 1; relative error about 1e-12.
double poisson_mean_at(std::uint64_t k, double p);

}  // namespace unisono::network
