// What the group test could have found: printed beside an empty result.
#pragma once

#include <cstdint>

#include "network/halves.hpp"
#include "unisono/network/groups.hpp"

namespace unisono::network {

// The smallest n such that n accounts which all act within the window on the same j = max(min_objects, min_close)
// objects of each half would pass the gate, if they are as active as the accounts that could do so: those with j events
// in each half, on min_days days in the tested one. They have W = j n (n - 1) / 2; E is n (n - 1) / 2 times the mean of
// such a pair under the null, and the lower end of the lift must reach min_lift. Where T is blind the j objects need
// ten outside sharers as well. 0: no group of at most max_size accounts could have passed. A rule of thumb for a
// sentence, not a power analysis. O(n log n).
std::uint32_t smallest_detectable(const Halves& halves, const GroupOptions& options);

}  // namespace unisono::network
