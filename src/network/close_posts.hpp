// The close pairs of posts of two accounts, each once, in a fixed order that does not depend on which account comes
// first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unisono/network/activity.hpp"

namespace unisono::network {

inline std::uint64_t gap_us(std::int64_t earlier, std::int64_t later) {
  return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier);
}

// A pair of posts at most the window apart.
struct ClosePosts {
  std::int64_t later_us = 0;
  std::uint64_t object_pairs = 1;  // a b of posts with a and b objects
  std::uint32_t earlier_cell = 0, later_cell = 0;
};

// A stretch of the posts of one account: entries [begin, end) of PostLists.
struct Stretch {
  std::size_t begin = 0, end = 0;
};

// Calls visit(ClosePosts) -> bool for every close pair of one post of `u` and one of `v`, ascending by (earlier time,
// later time, object_pairs); stops when visit returns false and then returns false itself. `buffer` is scratch. O(posts
// + close pairs log ties).
template <typename Visit>
bool walk_close_posts(const PostLists& lists, Stretch u, Stretch v, std::uint64_t window_us,
                      std::vector<ClosePosts>& buffer, Visit&& visit) {
  const std::int64_t* t = lists.t_us.data();
  const auto pair = [&](std::size_t earlier, std::size_t later) {
    return ClosePosts{t[later], std::uint64_t{lists.n_objects[earlier]} * lists.n_objects[later], lists.cell[earlier],
                      lists.cell[later]};
  };
  std::size_t i = u.begin, j = v.begin;
  while (i < u.end && j < v.end) {
    const std::int64_t now = std::min(t[i], t[j]);
    std::size_t i_end = i, j_end = j;  // the posts of this moment
    while (i_end < u.end && t[i_end] == now) ++i_end;
    while (j_end < v.end && t[j_end] == now) ++j_end;
    const bool ordered = !lists.several && (i_end - i) + (j_end - j) == 1;
    buffer.clear();
    const auto emit = [&](std::size_t earlier, std::size_t later) {
      if (ordered) return visit(pair(earlier, later));
      buffer.push_back(pair(earlier, later));
      return true;
    };
    for (std::size_t x = i; x < i_end; ++x)
      for (std::size_t y = j; y < v.end && gap_us(now, t[y]) <= window_us; ++y)
        if (!emit(x, y)) return false;
    for (std::size_t y = j; y < j_end; ++y)
      for (std::size_t x = i_end; x < u.end && gap_us(now, t[x]) <= window_us; ++x)
        if (!emit(y, x)) return false;
    std::sort(buffer.begin(), buffer.end(), [](const ClosePosts& a, const ClosePosts& b) {
      return a.later_us != b.later_us ? a.later_us < b.later_us : a.object_pairs < b.object_pairs;
    });
    for (const ClosePosts& close : buffer)
      if (!visit(close)) return false;
    i = i_end;
    j = j_end;
  }
  return true;
}

}  // namespace unisono::network
