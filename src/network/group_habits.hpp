// What the group tests know of the accounts' habits, always learnt from objects that are not tested.
// Docs: docs/network/groups.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "network/own_delays.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/publication.hpp"

namespace unisono::network {

inline constexpr std::uint32_t k_strata = 4;
inline constexpr std::uint8_t k_unknown_habit = 3;

// Mean log(1 + delay in s) of every account with an event in `learnt`, ascending by (mean, account). Delays count from
// the publication of the object; where that is not known, from `first_us` of it, and without `first_us` not at all. O(n
// log n).
std::vector<std::pair<double, std::uint32_t>> mean_log_delays(const Events& learnt, const Publications& published,
                                                              std::span<const std::int64_t> first_us = {});

// Habit stratum of every account: 0, 1, 2 = tercile of its mean log(1 + delay in s) over the events of `learnt`, delays
// counted from the object's publication where it is known, else from the first share in `whole`; k_unknown_habit = no
// event. O(n log n).
std::vector<std::uint8_t> habit_strata(const Events& whole, const Events& learnt, const Publications& published);

struct Habits {
  std::vector<std::uint8_t> stratum;  // per event of the tested data
  Publications published;
  std::vector<OwnDelays> own;
  std::vector<std::uint8_t> own_of;  // per event of the tested data: which of `own`

  OwnDelays::Of delays(const Events& tested, std::uint32_t event) const {
    return own[own_of[event]].of(tested.account[event], published.source_of(tested.object[event]));
  }
};

// For a test on one half with habits from the other.
Habits habits_of_other_half(const Events& whole, const Events& learnt, const Events& tested,
                            const Publications& published);

// For a test on both halves at once: each event with the habits of the half that does not hold it. `in_second` tells
// the half of every event of `whole`.
Habits habits_across_halves(const Events& whole, const std::array<Events, 2>& half,
                            std::span<const std::uint8_t> in_second, const Publications& published);

// Share of the objects whose publication is known. 0 without objects.
double published_share(const Events& events, const Publications& published);

}  // namespace unisono::network
