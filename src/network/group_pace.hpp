// G_X: is a group closer in time than other sharers of the same objects? Times of members are drawn from sharers
// outside. Docs: docs/network/groups.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "network/group_null.hpp"
#include "network/lift.hpp"

namespace unisono::network {

inline constexpr std::uint32_t k_unknown_habit = 3;

// Habit stratum of every account: 0, 1, 2 = tercile of its mean log(1 + delay in s) over the events of `half`, delays
// counted from published_us[object] where it is known (k_unpublished = unknown), else from the first share in `whole`;
// 3 = no event in the half. O(n log n).
inline constexpr std::int64_t k_unpublished = INT64_MIN;
std::vector<std::uint8_t> habit_strata(const Events& whole, const Events& half,
                                       std::span<const std::int64_t> published_us);

struct PaceTest {
  bool testable = false;  // at least three objects with >= 2 members and >= 10 outside sharers
  Observed observed;      // on those objects
  NullCount count;
  Lift lift;                          // interval by bootstrap over those objects
  std::uint32_t skipped_objects = 0;  // at least two members, too few outside sharers
};

// One entry per candidate; m of the family = number of testable ones. Draw d of group g uses stream d * groups + g of
// `seed`. Equal for any number of threads. Errors: cancelled, memory.
Result<std::vector<PaceTest>> test_pace(const Events& half, const Candidates& candidates,
                                        std::span<const std::uint8_t> stratum, std::uint64_t window_us, double alpha,
                                        std::uint64_t seed, const Control& control);

}  // namespace unisono::network
