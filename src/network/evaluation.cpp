#include "unisono/network/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

#include "network/distributions.hpp"

namespace unisono::network {
namespace {

// Accounts of one score, in descending order of scores.
struct Group {
  std::uint64_t positive = 0, negative = 0;
};

Result<std::vector<Group>> groups_of(const Judged& judged) {
  const std::size_t n = judged.score.size();
  if (judged.positive.size() != n)
    return fail(ErrorCode::usage, fmt::format("{} scores but {} marks of truth", n, judged.positive.size()));
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isnan(judged.score[i])) return fail(ErrorCode::usage, fmt::format("score {} is not a number", i));
    if (judged.positive[i] > 1)
      return fail(ErrorCode::usage, fmt::format("mark of truth {} is {}; it must be 0 or 1", i, judged.positive[i]));
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
    return judged.score[x] != judged.score[y] ? judged.score[x] > judged.score[y] : x < y;
  });
  std::vector<Group> groups;
  for (std::size_t i = 0; i < n; ++i) {
    if (i == 0 || judged.score[order[i]] != judged.score[order[i - 1]]) groups.emplace_back();
    ++(judged.positive[order[i]] != 0 ? groups.back().positive : groups.back().negative);
  }
  return groups;
}

}  // namespace

Result<RankingQuality> ranking_quality(const Judged& judged, double max_false_positive_rate) {
  if (!(max_false_positive_rate > 0 && max_false_positive_rate <= 1))
    return fail(ErrorCode::usage,
                fmt::format("the largest false-positive rate is {}; it must lie in (0, 1]", max_false_positive_rate),
                "use 0.01");
  UNISONO_TRY(const std::vector<Group> groups, groups_of(judged));
  RankingQuality quality{.n = judged.score.size()};
  for (const Group& group : groups) quality.n_positive += group.positive;
  if (quality.n_positive == 0 || quality.n_positive == quality.n)
    return fail(ErrorCode::usage,
                fmt::format("{} of {} are positive; both kinds are needed", quality.n_positive, quality.n));

  const auto positives = static_cast<double>(quality.n_positive);
  const auto negatives = static_cast<double>(quality.n - quality.n_positive);
  const double limit = max_false_positive_rate * negatives;  // in negatives
  double above_positive = 0, above_negative = 0, area = 0, partial = 0;
  for (const Group& group : groups) {
    const auto p = static_cast<double>(group.positive), q = static_cast<double>(group.negative);
    area += q * (above_positive + p / 2);
    if (q > 0 && above_negative < limit) {
      const double part = std::min(q, limit - above_negative);  // the curve is a straight line inside a group
      partial += part * (above_positive + p * part / q / 2);
    }
    above_positive += p;
    above_negative += q;
    quality.average_precision += p / positives * above_positive / (above_positive + above_negative);
  }
  quality.auc = area / positives / negatives;
  quality.partial_auc = partial / positives / limit;
  return quality;
}

Result<double> precision_at(const Judged& judged, std::size_t k) {
  UNISONO_TRY(const std::vector<Group> groups, groups_of(judged));
  if (k == 0 || k > judged.score.size())
    return fail(ErrorCode::usage, fmt::format("k is {}; it must lie between 1 and {}", k, judged.score.size()));
  double found = 0;
  std::size_t left = k;
  for (const Group& group : groups) {
    const std::size_t size = group.positive + group.negative, taken = std::min(left, size);
    found += static_cast<double>(group.positive) * static_cast<double>(taken) / static_cast<double>(size);
    left -= taken;
    if (left == 0) break;
  }
  return found / static_cast<double>(k);
}

Interval clopper_pearson(std::uint64_t count, std::uint64_t n, double level) {
  assert(n >= 1 && count <= n && level > 0 && level < 1);
  const double out = (1 - level) / 2;
  // The chance at which P(Bin(n, chance) >= k), which rises with it, is `p`.
  const auto chance_at = [&](std::uint64_t k, double p) {
    double low = 0, high = 1;
    for (int step = 0; step < 200 && low < high; ++step) {
      const double middle = (low + high) / 2;
      if (middle <= low || middle >= high) break;
      (beta_i(static_cast<double>(k), static_cast<double>(n - k + 1), middle) < p ? low : high) = middle;
    }
    return (low + high) / 2;
  };
  return {.low = count == 0 ? 0 : chance_at(count, out), .high = count == n ? 1 : chance_at(count + 1, 1 - out)};
}

std::optional<double> weighted_precision(std::span<const ClusterPrecision> clusters) {
  double found = 0, weighted = 0;
  for (const ClusterPrecision& cluster : clusters) {
    assert(cluster.precision >= 0 && cluster.precision <= 1);
    const double positive = static_cast<double>(cluster.accounts) * cluster.precision;
    found += positive;
    weighted += positive * cluster.precision;
  }
  if (found <= 0) return std::nullopt;
  return weighted / found;
}

}  // namespace unisono::network
