// The co-action join: every pair of accounts that acted on at least m common objects within a window W of each other,
// exact. Specification and definition: docs/signals/coaction.md; the definition in obvious lines:
// tests/reference/coaction.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"

namespace unisono::signals {

__extension__ using Wide = unsigned __int128;

// Actions of one channel, column by column, in any order; all spans have the same length n.
// Ids are dense: account < n_accounts, object < n_objects, post < n_posts. `post` may be empty where only objects
// count; `t_us` is empty for a timeless join. `side` is empty, or holds 0 or 1 for each of n_accounts accounts: then
// only actions of different sides are co-actions (a tile of a larger join, signals/coaction_tiles.hpp).
struct Actions {
  std::span<const std::uint32_t> account;
  std::span<const std::uint32_t> object;
  std::span<const std::uint32_t> post;
  std::span<const std::int64_t> t_us;
  std::uint32_t n_accounts = 0;
  std::uint32_t n_objects = 0;
  std::uint32_t n_posts = 0;
  std::span<const std::uint8_t> side = {};

  std::size_t size() const { return account.size(); }
};

enum class Count : std::uint8_t { objects, action_pairs };  // what is compared with m
enum class Repeats : std::uint8_t { all, first };           // first = earliest action of each (account, object)

struct JoinOptions {
  std::uint64_t window_us = 60'000'000;  // closed: |t_i - t_j| <= window_us; ignored when t_us is empty
  std::uint32_t min_shared = 2;          // m >= 1
  Count count = Count::objects;
  Repeats repeats = Repeats::first;
  std::uint64_t max_coactions = 100'000'000'000;  // more to be counted than this: Error{too_large}
  std::uint64_t cap_object = 0;                   // objects with more co-actions are left out whole; 0: none is
  bool count_only = false;                        // no pairs, only their number and the histogram
};

// One surviving pair; a < b. Times are 0 in a timeless join.
struct Pair {
  std::uint32_t a = 0, b = 0;
  std::uint32_t objects = 0, actions = 0;
  std::uint64_t min_gap_us = 0, max_gap_us = 0;
  Wide gap_sum_us = 0;
  std::int64_t first_us = 0, last_us = 0;
  bool operator==(const Pair&) const = default;
};

// An object that cap_object left out: every tie of such a join is a lower bound.
struct SkippedObject {
  std::uint32_t object = 0, actions = 0;  // actions that take part (with Repeats::first the first ones)
  std::uint64_t coactions = 0;
  bool operator==(const SkippedObject&) const = default;
};

struct Join {
  std::vector<Pair> pairs;                         // sorted by (a, b); empty with count_only
  std::uint64_t n_pairs = 0;                       // those that reach the threshold
  std::array<std::uint64_t, 256> pairs_sharing{};  // of them, by the number of common objects; the last: 255 or more
  std::vector<SkippedObject> skipped;              // ascending by object
  std::uint64_t coactions = 0;       // exact number of co-actions in the window, counted before any pair is looked at
  std::uint32_t largest_object = 0;  // the object with most of them (the smallest id among equals)
  std::uint64_t largest_object_coactions = 0;
  std::uint64_t live_actions = 0;  // left after pruning what cannot be in a pair; summed over tiles
  std::uint32_t tiles = 1;         // pieces that the join was cut into to stay within the memory limit
};

// O(n log n + co-actions counted) time; memory independent of the number of co-actions. Equal bytes for any order of
// the rows and any number of threads. Errors: usage (m = 0, spans of different length, id out of range with its row),
// too_large, memory (with need and limit), cancelled.
Result<Join> join_coactions(const Actions& actions, const JoinOptions& options, const Control& control);

// Who computes a join: join_coactions where it is empty, else whatever gives the same result, such as pairs that other
// machines have found.
using Joiner = std::function<Result<Join>(const Actions&, const JoinOptions&, const Control&)>;
Result<Join> join_with(const Joiner& joiner, const Actions& actions, const JoinOptions& options,
                       const Control& control);

}  // namespace unisono::signals
