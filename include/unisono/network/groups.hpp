// Groups: found on one half of the objects, tested on the other (G_T, G_X, G_H), cross-fitted, gated, with stability;
// and groups found elsewhere, tested on a whole channel.
// Docs: docs/network/groups.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/publication.hpp"

namespace unisono::network {

enum class GroupTest : std::uint8_t { activity, pace, habit };  // G_T, G_X, G_H
enum class Direction : std::uint8_t {
  first_to_second,  // found on half 1 and tested on half 2
  second_to_first,
  whole  // found in another channel and tested on all objects of this one
};

struct GroupOptions {
  std::uint64_t window_us = 60'000'000;
  double alpha = 0.05;           // of this channel and window; each direction gets half of it
  std::uint64_t seed = 1;        // Leiden and permutations
  std::uint64_t split_seed = 1;  // halves
  std::uint32_t min_close = 2;   // screen: close co-actions per pair on the finding half (--weak: 1)
  std::uint32_t min_size = 3, max_size = 200;
  double min_lift = 3.0;        // gate: lower end of the lift, G_T and G_X
  double min_habit_lift = 4.0;  // of G_H: fans with notifications stay below
  std::uint32_t min_w = 3, min_objects = 3, min_days = 2, min_accounts = 3;
  std::uint32_t stability_seeds = 100;
  double min_stability = 0.9;
  bool activity_blind = false;                    // T is blind: G_T is not run
  bool without_pace = false;                      // neither G_X nor G_H is run
  std::uint64_t max_coactions = 100'000'000'000;  // more on one half: Error{too_large}
  std::span<const std::uint8_t>
      declared;            // per account, or empty; 1 = declared feed or staff: an outside sharer, never a member
  Publications published;  // of the objects; G_H is run where min_published of them are known
  double min_published = 0.8;
  std::span<const std::uint64_t> post_hash;  // per post, or empty: hash64(key of the post, split_seed), see find_groups
  signals::Joiner joiner;                    // of the screens; empty: join_coactions
};

// One test of one candidate on the held-out half.
struct GroupTestResult {
  GroupTest test = GroupTest::activity;
  Direction direction = Direction::first_to_second;
  std::uint64_t n_tested = 0;  // candidates tested in this (direction, test): the m of BH
  std::uint64_t w = 0;         // close connected units of member pairs
  double expected = 0, lift = 0, low = 0, high = 0;
  double p = 1, q = 1;
  double p_above = 0;  // without the draws that equal W: a randomised p lies uniformly between it and p
  std::uint32_t objects = 0, days = 0, accounts = 0;  // those that carry close pairs
  std::uint32_t skipped_objects = 0;                  // G_X, G_H: fewer than ten outside sharers
  bool passed = false;
  std::uint32_t members = 0;  // size of the candidate
  std::uint64_t draws = 0;    // permutations behind p
  std::string reason;         // why it did not pass, empty otherwise
};

struct TestedP {
  GroupTest test = GroupTest::activity;
  double p_above = 0, p = 1;
};

// A candidate with its tests; `passed` groups of both directions that overlap are merged into one Group.
struct Group {
  std::vector<std::uint32_t> members;  // account ids, ascending
  std::vector<GroupTestResult> tests;  // of every candidate that was merged into it
  double stability = 0;                // mean pairwise co-assignment on the screen graph, smaller of the directions
  bool stable = false;
};

struct GroupResult {
  std::vector<Group> groups;                                  // that passed; sorted by (size descending, members)
  std::uint64_t candidates_first = 0, candidates_second = 0;  // found on half 1 / on half 2
  std::uint64_t too_large = 0;                                // communities that stayed above max_size
  std::uint64_t testable_activity = 0, testable_pace = 0, testable_habit = 0;
  double published_share = 0;  // of the objects; below min_published habit was not tested
  std::vector<TestedP> all_p;  // of every test of every candidate, in a fixed order
  std::vector<GroupTestResult>
      failed;              // best failed tests, for "what was not established" (at most 20, smallest p first)
  std::string split_unit;  // "object", "component" or "post"
  std::uint32_t smallest_detectable = 0;  // accounts; 0 = nothing could have been detected
};

// Finds candidates on each half of the events and tests them on the other.
//
// `object_hash[o]` must be hash64(key of object o, options.split_seed): the lowest bit decides the half (dense ids
// change when rows are added, keys do not). `post_hash` is used only where the splitting unit is the post; without it a
// hash is made of the post's time and objects. Equal results for any number of threads and any order of the rows.
//
// Time: co-actions of the screen, plus draws x (posts of the half in hours in which members act). Memory: events, pairs
// of the screen. Errors: usage (an array of the wrong length, an option out of range), memory, cancelled.
Result<GroupResult> find_groups(const Events& events, std::span<const std::uint64_t> object_hash,
                                const GroupOptions& options, const Control& control);

// The same for several windows of one channel, one result each. They share the halves and the permutations of G_T,
// which makes four windows cost little more than one. All options but window_us, alpha and activity_blind must be the
// same.
Result<std::vector<GroupResult>> find_groups(const Events& events, std::span<const std::uint64_t> object_hash,
                                             std::span<const GroupOptions> windows, const Control& control);

// Only the joins of find_groups, through the joiner of each window; what they give is thrown away. Same errors.
Result<void> run_screen_joins(const Events& events, std::span<const std::uint64_t> object_hash,
                              std::span<const GroupOptions> windows, const Control& control);

// Tests groups that were found in other channels on all events of this one, members unchanged (direction whole), at
// alpha of each window. Habits are learnt on the half that does not hold the tested object. Result: [window][group] ->
// its tests, decided together over all groups of a window. Groups may overlap; members ascending. Same errors.
Result<std::vector<std::vector<std::vector<GroupTestResult>>>> test_given_groups(
    const Events& events, std::span<const std::uint64_t> object_hash,
    std::span<const std::vector<std::uint32_t>> groups, std::span<const GroupOptions> windows, const Control& control);

}  // namespace unisono::network
