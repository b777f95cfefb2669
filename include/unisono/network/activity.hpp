// The null of test T: both accounts were active then; was it the same object by chance? The chance that two events of
// given hours carry the same object, and the posts of every account in order of time. Docs: docs/network/ties.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

// Collision chances between the hours (UTC) of all events. With n_ob events of object o in hour b and N_b events in it,
//   within an hour   c_bb  = sum_o n_ob (n_ob - 1) / (N_b (N_b - 1)), 0 when N_b < 2
//   between two      c_bb' = sum_o n_ob n_ob' / (N_b N_b')
// Hours are numbered densely in order of time ("cells"); empty hours have none.
class HourCollisions {
 public:
  // Chances of all pairs of cells that a gap of at most window_us can join. O(n + pairs of cells per object); memory
  // 8 bytes per joinable pair of cells. Errors: too_large (window spans too many hours), cancelled.
  static Result<HourCollisions> build(const Events& events, std::uint64_t window_us, const Control& control);

  std::uint32_t cell(std::size_t event) const { return cell_of_event_[event]; }
  std::uint64_t window_us() const { return window_us_; }
  std::size_t n_cells() const { return size_.size(); }
  std::int64_t hour(std::uint32_t cell) const { return hour_[cell]; }       // hours since 1970-01-01 UTC
  std::uint64_t n_events(std::uint32_t cell) const { return size_[cell]; }  // N_b
  // For two cells in either order that events within the window of each other may have.
  double chance(std::uint32_t x, std::uint32_t y) const {
    return x < y ? chance_[begin_[x] + (y - x)] : chance_[begin_[y] + (x - y)];
  }
  // c-bar = sum_b N_b c_bb / sum_b N_b: near 1 an hour holds one object and T sees nothing. 0 without events.
  double collision_index() const;

 private:
  std::uint64_t window_us_ = 0;
  std::vector<std::uint32_t> cell_of_event_;
  std::vector<std::int64_t> hour_;
  std::vector<std::uint64_t> size_;
  std::vector<std::size_t> begin_;  // n_cells + 1; chance_[begin_[b] + d] is that of cells b and b + d
  std::vector<double> chance_;
};

// The posts of every account: all its events of one post at one time are one entry with the number of their objects.
struct PostLists {
  std::vector<std::size_t> account_begin;  // n_accounts + 1; entries ordered by (account, time, post)
  std::vector<std::int64_t> t_us;
  std::vector<std::uint32_t> n_objects;
  std::vector<std::uint32_t> cell;      // of HourCollisions
  std::vector<std::uint32_t> of_event;  // event -> entry
  std::vector<std::uint32_t>
      time_mark;         // window-long stretch of time, modulo k_time_marks: close posts differ by at most one
  bool several = false;  // some entry has more than one object
};

inline constexpr std::uint32_t k_time_marks = 1U << 18;

PostLists post_lists(const Events& events, const HourCollisions& hours);

}  // namespace unisono::network
