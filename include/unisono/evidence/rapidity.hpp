// How rapidly single accounts act one time after the other (B3): gaps between consecutive actions, and the longest run
// of short ones. Docs: docs/amplify.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace unisono::evidence {

// One entry per action, ordered by (account, t_us, precision_us). A gap lies between neighbours of one account; it is
// usable at a threshold if neither time is known less exactly than that.
struct TimedActions {
  std::span<const std::uint32_t> account;
  std::span<const std::int64_t> t_us, precision_us;  // precision: 1'000'000 for a time known to the second
};

struct GapShare {
  std::int64_t threshold_us = 0;
  std::uint64_t usable = 0, within = 0;  // gaps; within = at most the threshold
  std::int64_t coarsest_us = 0;          // precision of the least exact usable gap: it may be this much longer
  // The longest run of actions of one account in which each follows the last one within the threshold; the first such
  // run in the order of the input. 0 actions if there is none.
  std::uint64_t burst_actions = 0;
  std::uint32_t burst_account = 0;
  std::int64_t burst_first_us = 0, burst_last_us = 0;
};

// One entry per threshold, in the order given. O(actions * thresholds).
std::vector<GapShare> gap_shares(const TimedActions& actions, std::span<const std::int64_t> thresholds_us);

struct GapBin {
  std::int64_t above_us = 0, up_to_us = 0;  // above < gap <= up_to; the first bin also holds gaps of 0
  std::uint64_t gaps = 0;
};

// Bins between ascending `edges_us`, and one after the last (up_to_us = INT64_MAX). Gaps that are known less exactly
// than the end of their bin are left out. O(actions * log edges).
std::vector<GapBin> gap_histogram(const TimedActions& actions, std::span<const std::int64_t> edges_us);

}  // namespace unisono::evidence
