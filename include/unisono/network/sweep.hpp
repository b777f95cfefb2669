// How many pairs of some accounts act together as the window grows: one lucky window proves nothing (analysis C2).
// Docs: docs/network/sweep.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

struct SweepCount {
  std::uint64_t edges = 0;     // pairs of the accounts that are close on at least min_shared objects
  std::uint64_t accounts = 0;  // accounts with such a pair
  bool operator==(const SweepCount&) const = default;
};

// One count for each window, in their order; exact. Only pairs among `accounts` (each once) are looked at; the first
// action of an account on an object counts. O(n + windows x co-actions among the accounts). Errors: usage (min_shared
// is 0, an account that does not exist), too_large, memory, cancelled.
Result<std::vector<SweepCount>> sweep_windows(const Events& events, std::span<const std::uint32_t> accounts,
                                              std::span<const std::uint64_t> windows_us, std::uint32_t min_shared,
                                              const Control& control);

// One account to compare with for each member, as far as there are enough: not a member, not barred (`barred` has one
// entry per account, or none), acted on an object that at least two members acted on; of these the one whose number of
// events is nearest to the member's, of equals the less active, then the smaller id. Members choose in descending order
// of their events. Ascending. O(n + members x accounts).
std::vector<std::uint32_t> comparison_accounts(const Events& events, std::span<const std::uint32_t> members,
                                               std::span<const std::uint8_t> barred);

}  // namespace unisono::network
