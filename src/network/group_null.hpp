// What the two group tests share: which account is in which candidate, what is counted, and how draws are spent.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "network/close_units.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

inline constexpr std::uint32_t k_no_group = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint64_t k_screening_draws = 199;  // after them candidates with p > k_hopeless_p are dropped
inline constexpr double k_hopeless_p = 0.2;
inline constexpr std::uint64_t k_least_draws = 999;

// Candidates of one direction: disjoint, members ascending.
struct Candidates {
  std::vector<std::vector<std::uint32_t>> members;
  std::vector<std::uint32_t> group_of;  // per account, k_no_group outside
};

Candidates make_candidates(std::vector<std::vector<std::uint32_t>> members, std::uint32_t n_accounts);

// What carries the close units of one group.
struct Observed {
  std::uint64_t w = 0;                                // close connected units of pairs of members
  std::uint32_t objects = 0, days = 0, accounts = 0;  // distinct; the day (UTC) of a pair is that of its earlier event
};

// Counts over the events of one half, on the (group, object) for which `counted` is true. O(n + close pairs log).
std::vector<Observed> observe(const Events& half, const Candidates& candidates, std::uint64_t window_us, bool multi,
                              const std::function<bool(std::uint32_t group, std::uint32_t object)>& counted);

// How a statistic of one group compared with its draws.
struct NullCount {
  std::uint64_t draws = 0;
  std::uint64_t reached = 0;  // draws with W* >= W
  std::uint64_t sum = 0;      // of W*
  std::uint64_t above = 0;    // draws with W* > W
  void add(const NullCount& other) {
    draws += other.draws;
    reached += other.reached;
    sum += other.sum;
    above += other.above;
  }
  void add_draw(std::uint64_t drawn, std::uint64_t observed) {
    add({1, drawn >= observed ? 1U : 0U, drawn, drawn > observed ? 1U : 0U});
  }
  double p() const { return draws == 0 ? 1.0 : static_cast<double>(1 + reached) / static_cast<double>(1 + draws); }
  // The p that would be if no draw, nor the data itself, equalled W: p is a step, and this is its lower edge.
  double p_above() const { return draws == 0 ? 0.0 : static_cast<double>(above) / static_cast<double>(1 + draws); }
  double expected() const { return draws == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(draws); }
};

// Draws of a run: B = max(999, ceil(2 * tested / alpha)).
std::uint64_t draws_needed(std::uint64_t n_tested, double alpha);

}  // namespace unisono::network
