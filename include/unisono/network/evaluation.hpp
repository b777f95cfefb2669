// How well an order or a decision agrees with known truth. Docs: docs/network/evaluation.md; definitions in obvious
// lines: tests/reference/evaluation.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "unisono/core/result.hpp"

namespace unisono::network {

// Scores (higher = more suspected) with the truth of each: 1 = positive, 0 = negative. Both spans have the same length.
// Equal scores are never put in an order: every figure is what a random order among equals would give on average
// (`average_precision`: every group of equals is taken as a whole, as scikit-learn does).
struct Judged {
  std::span<const double> score;
  std::span<const std::uint8_t> positive;
};

struct RankingQuality {
  std::size_t n = 0, n_positive = 0;
  double auc = 0;                // P(a positive scores above a negative) + P(equal) / 2
  double average_precision = 0;  // sum over distinct scores of (recall gained) x (precision down to this score)
  double partial_auc = 0;        // area under the ROC curve up to the false-positive rate asked for, divided by it:
                                 // 1 = perfect, half that rate = chance
};

// O(n log n). Errors: usage (different lengths, a score that is not a number, a mark that is neither 0 nor 1, no
// positive or no negative, max_false_positive_rate outside (0, 1]).
Result<RankingQuality> ranking_quality(const Judged& judged, double max_false_positive_rate = 0.01);

// Expected share of positives among the k highest scores. 1 <= k <= n. O(n log n). Errors: usage.
Result<double> precision_at(const Judged& judged, std::size_t k);

struct Interval {
  double low = 0, high = 1;
};

// Exact (Clopper and Pearson 1934) interval of a share of `count` among `n` >= 1, count <= n. 0 < level < 1. Relative
// error below 1e-9 for n up to a million. O(1).
Interval clopper_pearson(std::uint64_t count, std::uint64_t n, double level = 0.95);

// One found cluster: how many accounts, and which share of them belongs to what was looked for.
struct ClusterPrecision {
  std::uint64_t accounts = 0;
  double precision = 0;  // in [0, 1]
};

// Precision of clusters weighted by what they find: sum n p^2 / sum n p (Iannucci et al.); nothing when no cluster
// holds a positive. O(clusters).
std::optional<double> weighted_precision(std::span<const ClusterPrecision> clusters);

}  // namespace unisono::network
