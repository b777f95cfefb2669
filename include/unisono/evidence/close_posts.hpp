// The posts behind a group: those with which a member acted on an object within the window of another member.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/network/events.hpp"

namespace unisono::evidence {

// Post ids of `events`, ascending and unique. `member` has one flag per account. O(events of the members' objects).
std::vector<std::uint32_t> close_posts(const network::Events& events, std::span<const std::uint8_t> member,
                                       std::uint64_t window_us);

// The same for a pair: posts of a and b on common objects within the window. O(events of a and b).
std::vector<std::uint32_t> close_posts_of_pair(const network::Events& events, std::uint32_t a, std::uint32_t b,
                                               std::uint64_t window_us);

}  // namespace unisono::evidence
