// J: which accounts outside a confirmed group act with it, beyond what their activity explains? An account that joins
// "acts with the group"; it never becomes a member and recruits nobody. Docs: docs/network/joining.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

struct JoiningOptions {
  std::uint64_t window_us = 60'000'000;
  double alpha = 0.05;           // of this window (already divided when several windows are tested); at most 1
  std::uint32_t min_marked = 2;  // k: posts beside a member; accounts with fewer have p = 1 and stay in the family
  std::span<const std::uint8_t>
      declared;  // per account, or empty; 1 = declared feed or staff: part of the comparison, never tested
};

// An account outside group `group` that acts with it. An event is marked when a member acted on its object within the
// window, before or after; a post is marked when one of its events is. Posts are the unit.
struct Joining {
  std::uint32_t account = 0, group = 0;  // account of the Events; place in the list of groups
  std::uint32_t marked = 0, posts = 0;   // k of n posts
  std::uint32_t objects = 0, days = 0;   // of the marked events: distinct objects, distinct UTC days
  double expected = 0;  // marked posts, if it chose its objects like the others of each hour; the larger of two
  double p = 1, q = 1;
};

struct JoiningResult {
  std::vector<Joining> joined;       // accepted: k >= min_marked and q <= alpha; sorted by (group, account)
  std::uint64_t tests = 0;           // m of BH: accounts outside with at least one action, over all groups
  std::vector<double> marked_share;  // g of every group: marked events of the events outside
};

// Tests every account outside each group, on all events. With the account itself and the members left out, an event of
// hour b (UTC) is marked by chance with q_b = (marked + 2 g) / (events + 2); a post of n objects with min(1, n q_b).
// The same is computed with `marked` counted as if the events of the hour had happened at the moment of the post; the
// larger p counts, because an account that shares the group's minutes is marked more often than its hours say. p =
// P(Poisson-binomial >= k) over all its posts; BH over accounts x groups. Groups may overlap; `groups` hold account
// ids, ascending. One pass: who joins marks nothing for others. Equal for any number of threads.
// Time: events on the objects of each group, plus k x posts of every account with marked posts, plus the acts of
// members near each post of those with p <= alpha. Memory: about 16 bytes
// an event, 12 per marked event for each thread, 64 per account with p <= alpha.
// Errors: usage (members out of order or unknown, options out of range), cancelled, memory.
Result<JoiningResult> test_joining(const Events& events, std::span<const std::vector<std::uint32_t>> groups,
                                   const JoiningOptions& options, const Control& control);

}  // namespace unisono::network
