// One subject in several channels: one p-value from those of the channels, and how far the channels agree. Channels
// share data and people, so no p is multiplied by another. Docs: docs/network/fusion.md.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "unisono/core/result.hpp"

namespace unisono::network {

// All functions take one p in [0, 1] per channel that had an opportunity; a p below k_least_tail (poisson_binomial.hpp)
// counts as that. Error{usage}: no channel, a p that is not in [0, 1], lengths or matrices that do not fit.

// Cauchy combination (ACAT; Liu and Xie 2020, doi:10.1080/01621459.2018.1554485): T = sum w tan((1/2 - p) pi) / sum w,
// p = 1/2 - arctan(T) / pi. Valid in the tail under any dependence of the channels. `weight`: one per channel, > 0,
// fixed before looking; empty = equal. A channel with p = 1 has T = minus infinity; then the answer is the smallest p
// times the inverse of its share of the weight (Bonferroni), which is valid too. O(channels).
Result<double> acat(std::span<const double> p, std::span<const double> weight = {});

// Stouffer's Z = w'z / sqrt(w' R w), z = normal quantile of 1 - p. `correlation` R: row-major, symmetric, 1 on its
// diagonal, of the z-values under the null; empty = independent. A p of 1 counts as 1 - 2e-16. O(channels^2).
Result<double> stouffer(std::span<const double> p, std::span<const double> correlation,
                        std::span<const double> weight = {});

struct Brown {
  double p = 1;
  double scale = 1;    // c: the sum -2 sum ln p is about c times chi-square
  double degrees = 0;  // of freedom of that chi-square
};

// Brown's (1975) extension of Fisher's sum to dependent channels, covariances 3.263 r + 0.710 r^2 + 0.027 r^3 (Kost and
// McDermott 2002). `correlation` as above; empty = independent = Fisher.
Result<Brown> brown(std::span<const double> p, std::span<const double> correlation);

// What the combined p of ACAT rests on.
struct Agreement {
  double combined = 1;                   // ACAT
  std::vector<double> share;             // of each channel in the sum of -log10 p; all 0 when every p is 1
  std::vector<double> without;           // ACAT of the other channels; 1 when there is no other
  std::size_t channels_significant = 0;  // those with q <= 0.05
};

// `q`: the channels' adjusted p-values, one each. `weight` as in acat. O(channels^2).
Result<Agreement> agreement(std::span<const double> p, std::span<const double> q, std::span<const double> weight = {});

}  // namespace unisono::network
