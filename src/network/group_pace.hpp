// G_X: is a group closer in time than other sharers of the same objects? Times of members are drawn from sharers
// outside. G_H: closer than its members' own habits make it? Times are drawn from their own delays since publication,
// learnt from objects that are not tested. Docs: docs/network/groups.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "network/group_habits.hpp"
#include "network/group_null.hpp"
#include "network/lift.hpp"

namespace unisono::network {

struct PaceOptions {
  bool own_habits = false;  // G_H
  std::uint64_t window_us = 60'000'000;
  double alpha = 0.05;
  double min_lift = 3.0;  // of the gate, for the early stops
  std::uint64_t seed = 1;
};

struct PaceTest {
  bool testable = false;  // at least three objects with >= 2 members and >= 10 outside sharers
  Observed observed;      // on those objects
  NullCount count;
  Lift lift;                          // interval by bootstrap over those objects
  std::uint32_t skipped_objects = 0;  // at least two members, too few outside sharers
};

// One entry per candidate; m of the family = number of testable ones. `own_habits`: G_H, on the objects whose
// publication is known; a member's delay is one of its own on the same source with probability k_s / (k_s + 1), else
// one of its own with probability k / (k + 3) (k_s and k such delays), else the time of an outside sharer. Draw d of
// group g uses stream d * groups + g of `seed`. Equal for any number of threads. Errors: cancelled, memory.
Result<std::vector<PaceTest>> test_pace(const Events& tested, const Candidates& candidates, const Habits& habits,
                                        const PaceOptions& options, const Control& control);

}  // namespace unisono::network
