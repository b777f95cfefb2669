// Bursts by their definition: every bin of the data is written down, empty ones too, and its background is sorted anew.
// The tail is summed from x upwards with log-gamma. For small spans of time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace unisono::reference {

struct BurstRule {
  std::int64_t width_us = 1'000'000, half_width_us = 300'000'000;
  std::int64_t guard = 2, min_accounts = 3, min_background = 5;
  double alpha = 0.01, phi = 0.05, min_ratio = 3;
};

struct BurstBin {
  std::int64_t number = 0, accounts = 0;
  double background = 0, p = 1, given = 1, q = 1;  // given: that the bin is not empty
  bool burst = false;
};

inline double negative_binomial_tail(double mean, double phi, std::int64_t x) {
  const double size = 1 / phi, a = phi * mean / (1 + phi * mean);
  double sum = 0, term = 1;
  for (std::int64_t k = x; (k < x + 100 || term > 1e-17 * sum) && k < x + 200'000; ++k) {
    const auto d = static_cast<double>(k);
    term = std::exp(std::lgamma(d + size) - std::lgamma(size) - std::lgamma(d + 1) + d * std::log(a) -
                    size * std::log1p(phi * mean));
    sum += term;
  }
  return sum;
}

inline double burst_background(std::vector<std::int64_t> counts) {
  std::sort(counts.begin(), counts.end());
  const std::size_t low = std::max<std::size_t>(1, counts.size() * 9 / 10);
  double all = 0.5, lowest = 0.5;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    all += static_cast<double>(counts[i]);
    if (i < low) lowest += static_cast<double>(counts[i]);
  }
  const auto n = static_cast<double>(counts.size()), n_low = static_cast<double>(low);
  double factor = 1.15;
  if (const double mean = all / n; mean < 3) {  // the lowest n_low of n Poisson counts of this mean
    double expected = 0, below = 0;
    for (int k = 0; k < 60; ++k) {
      const double upto = below + std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
      expected += k * (std::min(upto, n_low / n) - std::min(below, n_low / n)) * n;
      below = upto;
    }
    if (expected < 4 * std::sqrt(n * mean)) return mean;
    factor = std::max(factor, mean * n_low / expected);
  }
  return std::min(all / n, factor * lowest / n_low);
}

// The bins that are not empty, in order of time.
inline std::vector<BurstBin> bursts(const std::vector<std::int64_t>& t_us, const std::vector<std::uint32_t>& account,
                                    const BurstRule& rule) {
  std::map<std::int64_t, std::set<std::uint32_t>> in_bin;
  for (std::size_t i = 0; i < t_us.size(); ++i)
    in_bin[static_cast<std::int64_t>(
               std::floor(static_cast<long double>(t_us[i]) / static_cast<long double>(rule.width_us)))]
        .insert(account[i]);
  std::vector<BurstBin> bins;
  for (const auto& [number, accounts] : in_bin) {
    BurstBin bin{.number = number, .accounts = static_cast<std::int64_t>(accounts.size())};
    std::vector<std::int64_t> around;
    for (std::int64_t other = in_bin.begin()->first; other <= in_bin.rbegin()->first; ++other) {
      if (std::abs(other - number) <= rule.guard || std::abs(other - number) > rule.half_width_us / rule.width_us)
        continue;
      around.push_back(in_bin.contains(other) ? static_cast<std::int64_t>(in_bin.at(other).size()) : 0);
    }
    if (bin.accounts >= rule.min_accounts && std::ssize(around) >= rule.min_background) {
      bin.background = burst_background(around);
      if (static_cast<double>(bin.accounts) >= rule.min_ratio * bin.background) {
        bin.p = negative_binomial_tail(bin.background, rule.phi, bin.accounts);
        bin.given = bin.p / negative_binomial_tail(bin.background, rule.phi, 1);
      }
    }
    bins.push_back(bin);
  }
  for (BurstBin& bin : bins) {  // Benjamini and Hochberg: the smallest p m / rank over all tests with a p as large
    for (const BurstBin& other : bins) {
      if (other.given < bin.given) continue;
      const auto rank =
          std::count_if(bins.begin(), bins.end(), [&](const BurstBin& x) { return x.given <= other.given; });
      bin.q = std::min(bin.q, other.given * static_cast<double>(bins.size()) / static_cast<double>(rank));
    }
    bin.burst = bin.p < 1 && bin.q <= rule.alpha;
  }
  return bins;
}

}  // namespace unisono::reference
