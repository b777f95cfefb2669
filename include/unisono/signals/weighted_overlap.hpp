// How many pairs of accounts share objects of at least a given total weight, for all totals at once: the timeless join
// with weights that the Tarone family of a pair test needs (docs/signals/coaction.md, "Weighted overlap"). Definition
// in obvious lines: tests/reference/weighted_overlap.hpp.
//
//   // weight = -log(chance of being close on this object), times 2^16 and rounded *up*; thresholds log(K / alpha)
//   times 2^16 and
//   // rounded *down*: both can only make the family larger, which is valid and conservative.
//   UNISONO_TRY(const OverlapHistogram sums, weighted_overlap(lists, weight, {.min_sum = threshold(1)}, control));
//   K = smallest k with sums.pairs_at_least(threshold(k)) <= k
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"

namespace unisono::signals {

// Who acted on each object, at any time. The sharers of object o are account[object_begin[o]] to account[object_begin[o
// + 1]]: distinct accounts in any order, each < n_accounts. An account with eligible[account] == 0 is in no pair; an
// empty span makes all accounts eligible.
struct SharerLists {
  std::span<const std::size_t> object_begin;  // n_objects + 1
  std::span<const std::uint32_t> account;
  std::span<const std::uint8_t> eligible;  // n_accounts, or empty
  std::uint32_t n_accounts = 0;
};

struct WeightedOverlapOptions {
  std::uint64_t min_sum = 1;                     // pairs below it are not counted; >= 1
  std::uint64_t max_coactions = 20'000'000'000;  // more pairs of sharers to be visited than this: Error{too_large}
  std::size_t bins = std::size_t{1} << 22;       // of width 2^shift, 8 bytes each; the last one holds everything above
  unsigned shift = 0;
};

struct OverlapHistogram {
  std::uint64_t min_sum = 0;
  unsigned shift = 0;
  std::vector<std::uint64_t> at_least;  // at_least[i] = number of pairs with sum >= min_sum + (i << shift)
  std::uint64_t max_sum = 0;            // largest sum of a pair that reaches min_sum; 0 when none does
  std::uint64_t coactions = 0;          // pairs of sharers that were visited, after pruning

  // Number of pairs with sum >= threshold, exact when shift == 0 and the threshold is at most that of the last bin;
  // otherwise the threshold is rounded down to a bin, so the answer is never too small. threshold >= min_sum.
  std::uint64_t pairs_at_least(std::uint64_t threshold) const;
};

// weight[o] of object o, fixed point of the caller's choice; the sums are exact integers. Objects of weight 0 are
// skipped, and accounts whose objects together weigh less than min_sum are pruned (repeatedly) before the limit is
// compared. O(sharers + coactions) time; O(sharers + bins + 12 n_accounts per thread) memory. Equal results for any
// number of threads. Errors: usage (lengths, ids out of range, no bins), too_large (with planned and allowed number),
// memory, cancelled.
Result<OverlapHistogram> weighted_overlap(const SharerLists& lists, std::span<const std::uint32_t> weight,
                                          const WeightedOverlapOptions& options, const Control& control);

}  // namespace unisono::signals
