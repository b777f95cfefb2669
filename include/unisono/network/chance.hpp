// How many co-actions a channel holds, and how many chance explains: what `detect --explain` prints beside the words.
// Docs: docs/network/ties.md.
#pragma once

#include <cstdint>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

struct ChanceCounts {
  std::uint64_t posts = 0, multi_posts = 0;  // posts with an event; those with several objects, each of them one unit
  std::uint64_t hours = 0;                   // bins (UTC) with an event
  std::uint64_t close_pairs = 0;   // pairs of events of two accounts at most the window apart, whatever objects
  std::uint64_t co_actions = 0;    // of these on one object: sum of C_o
  double expected = 0;             // of these by the null of T: sum of c_bb' over the close pairs
  std::uint64_t shared_pairs = 0;  // pairs of sharers of an object, at any distance: sum of N_o
};

// O(n (1 + hours that a window spans) + n log n). Equal results for any order of the rows. Errors: too_large (the
// window spans too many hours), cancelled.
Result<ChanceCounts> count_chance(const Events& events, std::uint64_t window_us, const Control& control);

}  // namespace unisono::network
