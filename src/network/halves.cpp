#include "network/halves.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "unisono/core/random.hpp"
#include "unisono/network/components.hpp"

namespace unisono::network {
namespace {

constexpr std::uint32_t k_none = std::numeric_limits<std::uint32_t>::max();

// Component of every object (its smallest object), joined by common posts.
std::vector<std::uint32_t> components_of_objects(const Events& events) {
  DisjointSets sets(events.n_objects);
  std::vector<std::uint32_t> first_object(events.n_posts, k_none);
  for (std::size_t e = 0; e < events.size(); ++e) {
    std::uint32_t& first = first_object[events.post[e]];
    if (first == k_none) first = events.object[e];
    sets.unite(first, events.object[e]);
  }
  std::vector<std::uint32_t> component(events.n_objects);
  for (std::uint32_t o = 0; o < events.n_objects; ++o) component[o] = sets.find(o);
  return component;
}

std::size_t largest_component_events(const Events& events, std::span<const std::uint32_t> component) {
  std::vector<std::size_t> size(events.n_objects, 0);
  for (const std::uint32_t object : events.object) ++size[component[object]];
  return size.empty() ? 0 : *std::max_element(size.begin(), size.end());
}

// A sum over the objects, because their order in a post means nothing; with the time, so that not all posts of one set
// of objects fall into one half.
std::vector<std::uint64_t> hashes_of_posts(const Events& events, std::span<const std::uint64_t> object_hash) {
  std::vector<std::uint64_t> sum(events.n_posts, 0);
  std::vector<std::int64_t> earliest(events.n_posts, std::numeric_limits<std::int64_t>::max());
  for (std::size_t e = 0; e < events.size(); ++e) {
    sum[events.post[e]] += mix64(object_hash[events.object[e]]);
    earliest[events.post[e]] = std::min(earliest[events.post[e]], events.t_us[e]);
  }
  for (std::size_t p = 0; p < sum.size(); ++p) sum[p] = mix64(sum[p] ^ mix64(static_cast<std::uint64_t>(earliest[p])));
  return sum;
}

}  // namespace

bool has_multi_object_posts(const Events& events) {
  std::vector<std::uint32_t> first_object(events.n_posts, k_none);
  for (std::size_t e = 0; e < events.size(); ++e) {
    std::uint32_t& first = first_object[events.post[e]];
    if (first == k_none) first = events.object[e];
    if (first != events.object[e]) return true;
  }
  return false;
}

Halves split_halves(const Events& events, std::span<const std::uint64_t> object_hash,
                    std::span<const std::uint64_t> post_hash) {
  Halves halves{.half = {}, .in_second = std::vector<std::uint8_t>(events.size()), .unit = "object"};
  std::vector<std::uint8_t>& in_second = halves.in_second;
  if (!has_multi_object_posts(events)) {
    for (std::size_t e = 0; e < events.size(); ++e) in_second[e] = object_hash[events.object[e]] & 1U;
  } else {
    const std::vector<std::uint32_t> component = components_of_objects(events);
    if (largest_component_events(events, component) * 5 <= events.size()) {
      halves.unit = "component";
      std::vector<std::uint64_t> least(events.n_objects, std::numeric_limits<std::uint64_t>::max());
      for (std::uint32_t o = 0; o < events.n_objects; ++o)
        least[component[o]] = std::min(least[component[o]], object_hash[o]);
      for (std::size_t e = 0; e < events.size(); ++e) in_second[e] = least[component[events.object[e]]] & 1U;
    } else {
      halves.unit = "post";
      std::vector<std::uint64_t> made;
      if (post_hash.empty()) {
        made = hashes_of_posts(events, object_hash);
        post_hash = made;
      }
      for (std::size_t e = 0; e < events.size(); ++e) in_second[e] = post_hash[events.post[e]] & 1U;
    }
  }
  halves.half[1] = select_events(events, in_second);
  std::vector<std::uint8_t> in_first = in_second;
  for (std::uint8_t& flag : in_first) flag ^= 1U;
  halves.half[0] = select_events(events, in_first);
  return halves;
}

}  // namespace unisono::network
