// Copies of a channel in which the contents of posts are exchanged inside every hour (permutation `bins`). What all
// copies share is prepared once.
#pragma once

#include <cstdint>
#include <vector>

#include "network/content_permutation.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/random.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

class HourExchange {
 public:
  explicit HourExchange(const Events& events);  // `events` must live as long as this; O(n log n)
  HourExchange(const HourExchange&) = delete;
  HourExchange& operator=(const HourExchange&) = delete;

  // The contents of every hour shuffled, hour by hour, twice; then a chain of swaps that sweeps twice over all posts.
  // Where no post has two objects only the column of objects and its index are written anew: O(n), else O(n log n).
  // Errors: cancelled.
  Result<Events> copy(Random random, const Control& control) const;

 private:
  std::vector<std::uint32_t> source_of_slots(const ContentPermutation& state, Random& random) const;
  Events with_objects(const std::vector<std::uint32_t>& source) const;
  Events with_contents(const std::vector<std::uint32_t>& source) const;

  const Events& events_;
  Slots slots_;
  PostContents contents_;
  ContentPermutation data_;                     // where every copy begins
  std::vector<std::uint32_t> items_, by_time_;  // by_time_: events ordered by (time, event)
};

}  // namespace unisono::network
