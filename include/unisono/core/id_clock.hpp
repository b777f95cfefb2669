// Id clocks: platforms that put the time of creation into a post's id give a second witness for its time.
// Only the clock of X is trusted to set a post's time; the others are compared with it (docs/core/time.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "unisono/core/time.hpp"

namespace unisono {

enum class IdClock : std::uint8_t {
  x,         // ms = (id >> 22) + 1288834974657, for ids above 3e10 (older ones are plain counters)
  tiktok,    // s = id >> 32
  mastodon,  // ms = id >> 16; the instance's own id, not its uri
  bluesky,  // record key (TID): 13 base32-sortable characters, us = value >> 10; also the last part of an at:// address
  instagram,  // ms = (id >> 23) + 1314220021721; also "MEDIA_USER"
};

// The clock of a platform's post ids ("x" -> IdClock::x), empty if it has none.
std::optional<IdClock> id_clock_of(std::string_view platform);

// ms, s, ms, us, ms.
Precision precision_of(IdClock clock);

// The time inside an id; empty unless the id has the form that the clock needs and the time falls between the
// platform's first year and 2100. O(length).
std::optional<TimeUs> id_clock(IdClock clock, std::string_view id);

// The smallest X id of a millisecond, plus `sequence` (22 bits: worker and counter). t from 2010-11-04 on (assert).
std::uint64_t x_id_at(TimeUs t, std::uint32_t sequence = 0);

}  // namespace unisono
