// From counts and draws to a decision: the rows of group tests, BH over those that belong together, and the gate.
// Docs: docs/network/groups.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "network/group_null.hpp"
#include "network/lift.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/groups.hpp"

namespace unisono::network {

// Errors: usage (an array of the wrong length, an option out of range).
Result<void> check_group_input(const Events& events, std::span<const std::uint64_t> object_hash,
                               const GroupOptions& options);

GroupTestResult make_test(GroupTest kind, Direction direction, std::size_t members, const Observed& observed,
                          const NullCount& count, const Lift& lift);

// BH over the tests of one (channel, window, direction, test), and the gate. O(n log n).
void decide(std::span<GroupTestResult* const> tests, double alpha, const GroupOptions& options);

// Within the tests of one candidate, direction and window: G_H passes only beside a passing G_X. Own delays say nothing
// of a moment that is the object's own, at which everybody shares it; other sharers of the object do.
void guard_habit(std::span<GroupTestResult> tests);

}  // namespace unisono::network
