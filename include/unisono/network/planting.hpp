// A squad planted into the events of a channel: what its tests are asked to find, so that silence can be read.
// Docs: docs/network/planting.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

struct SquadPlan {
  std::uint32_t size = 10, tasks = 10;  // accounts; things that all of them do
  std::int64_t jitter_us = 30'000'000;  // all of a squad do a task within this
  std::int64_t precision_us = 0;        // planted times are floored to it; 0 or 1 = exact
};

struct PlantedSquad {
  Events events;                       // those of the data and the squad's, with the accounts and objects of the data
  std::vector<std::uint32_t> members;  // ascending
  std::string reason;                  // why it cannot be planted, with both numbers; then nothing else is filled
};

// Squad number `run` of `seed`. Its members are drawn from the accounts that have an event and are not barred (`barred`
// has one entry per account, or none), each as likely as another; they keep everything that they did. A task is a
// random event of somebody who is neither a member nor barred: every member posts the content of its post (all its
// objects) once more, at its time or up to jitter_us later. No object belongs to two tasks. A member that has acted on
// an object before the task keeps the earlier action, as the first one counts.
//
// O(n log n). Equal results for any order of the rows. Errors: usage (no account, a negative time, `barred` of the
// wrong length, more posts than ids).
Result<PlantedSquad> plant_squad(const Events& events, const SquadPlan& plan, std::span<const std::uint8_t> barred,
                                 std::uint64_t seed, std::uint64_t run);

// Of a squad that was planted, what one set of accounts holds: `inside` members among `accounts` (ascending).
std::uint32_t members_among(std::span<const std::uint32_t> members, std::span<const std::uint32_t> accounts);

// A set of accounts stands for a squad when it holds at least half of the squad, and the squad is at least half of it.
bool stands_for(std::span<const std::uint32_t> accounts, std::span<const std::uint32_t> members);

}  // namespace unisono::network
