// How long the members of a group wait for one another on an object, and how long they would if it made no difference
// which of its sharers they are. Formula: docs/output.md, "Pictures".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/time.hpp"

namespace unisono::evidence {

// Upper ends of the classes of a histogram of gaps, ascending; one more class follows them without an upper end.
std::span<const std::int64_t> gap_edges_us();

// Which class a gap falls in: the first whose upper end is at least `gap_us`. O(log edges).
std::size_t gap_class(std::int64_t gap_us, std::span<const std::int64_t> edges_us);

// Adds to `expected` (edges + 1 classes) the mean number of gaps between consecutive members in each class, if the
// `members` of one object were drawn from all its sharers without replacement: exact, no simulation. `times` holds the
// sharers' times, ascending; 2 <= members <= times.size(), else nothing is added. Sums to members - 1 for each object.
// The pair at distance d of n sharers is consecutive with chance C(n-d-1, m-2) / C(n, m). O(sharers * classes).
void add_expected_gaps(std::span<const TimeUs> times, std::size_t members, std::span<const std::int64_t> edges_us,
                       std::span<double> expected);

}  // namespace unisono::evidence
