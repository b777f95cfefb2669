#include "unisono/network/fusion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "network/distributions.hpp"
#include "unisono/network/poisson_binomial.hpp"

namespace unisono::network {
namespace {

constexpr double k_tiny = 1e-15;          // below it tan((1/2 - p) pi) = 1 / (p pi) to the last bit
constexpr double k_nearly_one = 2.3e-16;  // Stouffer's distance of a p of 1 from 1
constexpr double k_significant = 0.05;
constexpr double k_asymmetry = 1e-9;

Result<void> check_values(std::span<const double> values, const char* name) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!(values[i] >= 0.0 && values[i] <= 1.0))
      return fail(ErrorCode::usage,
                  fmt::format("{} of channel {} is {}; it must lie between 0 and 1", name, i, values[i]));
  return {};
}

Result<void> check(std::span<const double> p, std::span<const double> weight) {
  if (p.empty()) return fail(ErrorCode::usage, "no channel to combine", "leave out subjects without an opportunity");
  UNISONO_CHECK(check_values(p, "p"));
  if (!weight.empty() && weight.size() != p.size())
    return fail(ErrorCode::usage, fmt::format("{} weights for {} channels", weight.size(), p.size()));
  for (std::size_t i = 0; i < weight.size(); ++i)
    if (!(weight[i] > 0.0 && std::isfinite(weight[i])))
      return fail(ErrorCode::usage, fmt::format("weight of channel {} is {}; it must be above 0", i, weight[i]));
  return {};
}

Result<void> check_correlation(std::span<const double> r, std::size_t n) {
  if (r.empty()) return {};
  if (r.size() != n * n)
    return fail(ErrorCode::usage, fmt::format("{} correlations for {} channels; {} are needed", r.size(), n, n * n));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const double value = r[i * n + j];
      if (!(std::abs(value) <= 1.0) || std::abs(value - r[j * n + i]) > k_asymmetry || (i == j && value != 1.0))
        return fail(
            ErrorCode::usage,
            fmt::format("correlation of channels {} and {} is {}; the matrix must be symmetric, within -1 to 1, "
                        "and 1 on its diagonal",
                        i, j, value));
    }
  return {};
}

double weight_of(std::span<const double> weight, std::size_t i) {
  return weight.empty() ? 1.0 : weight[i];
}

// Checked arguments; channel `skipped` is left out.
double combine(std::span<const double> p, std::span<const double> weight, std::size_t skipped) {
  double total = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (i != skipped) total += weight_of(weight, i);
  double sum = 0, bound = 1;
  bool hopeless = false;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (i == skipped) continue;
    const double part = weight_of(weight, i) / total, value = std::max(p[i], k_least_tail);
    hopeless = hopeless || value >= 1.0;
    bound = std::min(bound, value / part);
    sum += part * (value < k_tiny ? 1.0 / (value * std::numbers::pi) : std::tan((0.5 - value) * std::numbers::pi));
  }
  if (hopeless) return bound;
  return std::clamp(std::atan2(1.0, sum) / std::numbers::pi, k_least_tail, 1.0);
}

}  // namespace

Result<double> acat(std::span<const double> p, std::span<const double> weight) {
  UNISONO_CHECK(check(p, weight));
  return combine(p, weight, p.size());
}

Result<double> stouffer(std::span<const double> p, std::span<const double> correlation,
                        std::span<const double> weight) {
  UNISONO_CHECK(check(p, weight));
  UNISONO_CHECK(check_correlation(correlation, p.size()));
  double sum = 0, variance = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    sum += weight_of(weight, i) * normal_at_tail(std::clamp(p[i], k_least_tail, 1.0 - k_nearly_one));
    for (std::size_t j = 0; j < p.size(); ++j) {
      const double r = correlation.empty() ? (i == j ? 1.0 : 0.0) : correlation[i * p.size() + j];
      variance += weight_of(weight, i) * weight_of(weight, j) * r;
    }
  }
  if (!(variance > 0.0))
    return fail(ErrorCode::usage,
                fmt::format("the variance of the combined channels is {}; it must be above 0", variance),
                "check the correlations: no set of channels has them");
  return std::clamp(normal_tail(sum / std::sqrt(variance)), k_least_tail, 1.0);
}

Result<Brown> brown(std::span<const double> p, std::span<const double> correlation) {
  UNISONO_CHECK(check(p, {}));
  UNISONO_CHECK(check_correlation(correlation, p.size()));
  const auto k = static_cast<double>(p.size());
  double sum = 0, variance = 4 * k;
  for (std::size_t i = 0; i < p.size(); ++i) {
    sum -= 2 * std::log(std::max(p[i], k_least_tail));
    for (std::size_t j = 0; j < p.size() && !correlation.empty(); ++j) {
      const double r = correlation[i * p.size() + j];
      if (i != j) variance += r * (3.263 + r * (0.710 + r * 0.027));
    }
  }
  if (!(variance > 0.0))
    return fail(ErrorCode::usage,
                fmt::format("the variance of the combined channels is {}; it must be above 0", variance),
                "check the correlations: no set of channels has them");
  Brown result{.scale = variance / (4 * k), .degrees = 8 * k * k / variance};
  result.p = std::clamp(gamma_q(result.degrees / 2, sum / result.scale / 2), k_least_tail, 1.0);
  return result;
}

Result<Agreement> agreement(std::span<const double> p, std::span<const double> q, std::span<const double> weight) {
  UNISONO_CHECK(check(p, weight));
  UNISONO_CHECK(check_values(q, "q"));
  if (q.size() != p.size())
    return fail(ErrorCode::usage, fmt::format("{} adjusted p-values for {} channels", q.size(), p.size()));
  Agreement result{.combined = combine(p, weight, p.size())};
  double total = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    result.share.push_back(-std::log10(std::max(p[i], k_least_tail)));
    total += result.share.back();
    result.without.push_back(p.size() == 1 ? 1.0 : combine(p, weight, i));
    result.channels_significant += q[i] <= k_significant ? 1U : 0U;
  }
  for (double& share : result.share) share = total > 0 ? share / total : 0.0;
  return result;
}

}  // namespace unisono::network
