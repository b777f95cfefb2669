// Splitting the events of a channel into two halves that share no unit of evidence.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unisono/network/events.hpp"

namespace unisono::network {

struct Halves {
  std::array<Events, 2> half;           // same ids as the whole
  std::vector<std::uint8_t> in_second;  // per event of the whole: 1 = it is in half[1]
  std::string unit;                     // "object", "component" or "post"
};

// The unit is the object; where posts carry several objects the connected component of objects joined by common posts;
// and where one component holds more than a fifth of the events, the post. A unit goes to half 0 or 1 by the lowest bit
// of its hash: the object's, the smallest of the component's objects', the post's. Where `post_hash` is empty the hash
// of a post is made of its time and of its objects' hashes. O(n log n).
Halves split_halves(const Events& events, std::span<const std::uint64_t> object_hash,
                    std::span<const std::uint64_t> post_hash);

// True when some post carries more than one object.
bool has_multi_object_posts(const Events& events);

}  // namespace unisono::network
