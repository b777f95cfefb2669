// B: moments in which more different accounts act than the minutes around them explain. An indicator of accounts and
// moments, never part of the test of a pair or a group. Docs: docs/network/bursts.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

struct BurstOptions {
  std::uint64_t width_us = 1'000'000;         // of a bin; bins start at multiples of it since 1970-01-01 UTC
  double alpha = 0.01;                        // BH over the bins that are not empty
  std::uint64_t half_width_us = 300'000'000;  // bins this far to each side are the background
  std::uint32_t guard = 2;                    // neighbours on each side that are left out of it, with the bin itself
  double phi = 0.05;                          // the variance of a count is mean + phi mean^2
  std::uint32_t min_accounts = 3;
  double min_ratio = 3.0;            // x >= min_ratio * background
  std::uint32_t min_background = 5;  // with fewer bins around it, a bin is not tested
};

// A bin with too many different accounts.
struct Burst {
  std::int64_t begin_us = 0;   // first moment of the bin
  std::uint32_t accounts = 0;  // x: distinct accounts
  double background = 0;       // mu: accounts expected in a bin
  double p = 1;                // P(X >= x)
  double q = 1;                // of P(X >= x | X >= 1), because only bins that are not empty are in the family
};

// An account that acted in a burst: "number and share of bursts joined".
struct BurstAccount {
  std::uint32_t account = 0;
  std::uint32_t bins = 0, bursts = 0;  // bins in which it acted; those of them that are bursts
};

struct BurstResult {
  std::vector<Burst> bursts;           // sorted by time
  std::vector<BurstAccount> accounts;  // with at least one burst, sorted by account
  std::uint64_t bins = 0;              // not empty: m of BH
  std::uint64_t untested = 0;          // with enough accounts, but too few bins around them
};

// Background of a bin from the counts of the bins around it: min(mean, 1.15 x mean of the lowest 90 %), where half an
// account is added to each sum, so that silence is never taken for a rate of zero. The lowest 90 % of n bins are the
// lowest floor(.9 n), at least one. Below a mean of k_sparse_mean most of the accounts are in the highest tenth even if
// nothing happens: there 1.15 is replaced by what Poisson counts of this mean would need, where that is more, and the
// mean alone is taken where chance would decide the lowest 90 %. `bins` > 0 bins (empty ones too) with `sum` accounts,
// of which the highest `bins` - lowest_bins(bins) hold `high_sum`. O(1).
inline constexpr double k_sparse_mean = 3.0;
double burst_background(std::uint64_t sum, std::uint64_t high_sum, std::uint64_t bins);
std::uint64_t lowest_bins(std::uint64_t bins);

// Bursts of n actions (any order; an account counts once in a bin). Bins before the first and after the last action
// count for nothing. X is negative binomial; a bin below min_accounts or min_ratio, or without background, has
// p = 1 and stays in the family. O(n log n), about 40 bytes an action; the result does not depend on threads.
// Errors: usage (arrays of different lengths; a width below 1 ms or above half_width / (guard + 1); other options out
// of range), cancelled.
Result<BurstResult> find_bursts(std::span<const std::int64_t> t_us, std::span<const std::uint32_t> account,
                                const BurstOptions& options, const Control& control);

// The same of first actions of a channel.
Result<BurstResult> find_bursts(const Events& events, const BurstOptions& options, const Control& control);

}  // namespace unisono::network
