// The habit factor F: how much likelier than chance a pair of accounts that is close on one object is to be close on
// another. It says how far the main assumption of test X fails in this data. Docs: docs/network/ties.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/activity.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/pace.hpp"

namespace unisono::network {

// F = sum I_1 I_2 / sum q_1 q_2 over pairs of accounts, each with one random pair of its shared objects that are not in
// one post of either account; I = close, q with the pair left out. Instead of drawing object pairs, their mean is taken
// for each pair of accounts: the limit of infinitely many draws, without their noise.
struct HabitSums {
  double observed = 0;  // sum of the means of I_1 I_2
  double expected = 0;  // sum of the means of q_1 q_2

  std::optional<double> factor() const { return expected > 0 ? std::optional(observed / expected) : std::nullopt; }
};

struct HabitOptions {
  std::uint64_t window_us = 60'000'000;
  std::uint64_t seed = 1;                 // which accounts are sampled
  std::uint64_t max_visits = 20'000'000;  // sharers to be looked at; beyond it a random sample of accounts is taken
};

struct HabitExpected {
  double value = 0;
  bool sampled = false;  // estimated from the rows of some accounts
};

// The part of the expected sum that comes from pairs of eligible accounts close on fewer than two objects. All others,
// which are few, carry the whole observed sum and in case of doubt the heaviest expected terms, are candidates of the
// tie test and counted there exactly; so what is sampled here is smooth. O(min(max_visits, pairs of sharers)) time, 12
// bytes per event and 24 per account and thread. Equal bytes for any number of threads.
Result<HabitExpected> habit_expected_elsewhere(const Events& events, const PostLists& posts, const Pace& pace,
                                               std::span<const std::uint8_t> eligible, const HabitOptions& options,
                                               const Control& control);

}  // namespace unisono::network
