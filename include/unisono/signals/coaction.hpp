// The co-action join: every pair of accounts that acted on at least m common objects within a window W of each other,
// exact. Specification and definition: docs/signals/coaction.md; the definition in obvious lines:
// tests/reference/coaction.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"

namespace unisono::signals {

__extension__ using Wide = unsigned __int128;

// Actions of one channel, column by column, in any order; all spans have the same length n.
// Ids are dense: account < n_accounts, object < n_objects, post < n_posts. `post` may be empty where only objects
// count; `t_us` is empty for a timeless join.
struct Actions {
  std::span<const std::uint32_t> account;
  std::span<const std::uint32_t> object;
  std::span<const std::uint32_t> post;
  std::span<const std::int64_t> t_us;
  std::uint32_t n_accounts = 0;
  std::uint32_t n_objects = 0;
  std::uint32_t n_posts = 0;

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

struct Join {
  std::vector<Pair> pairs;           // sorted by (a, b)
  std::uint64_t coactions = 0;       // exact number of co-actions in the window, counted before any pair is looked at
  std::uint32_t largest_object = 0;  // the object with most of them (the smallest id among equals)
  std::uint64_t largest_object_coactions = 0;
  std::uint64_t live_actions = 0;  // left after pruning what cannot be in a pair
};

// O(n log n + co-actions counted) time; memory independent of the number of co-actions. Equal bytes for any order of
// the rows and any number of threads. Errors: usage (m = 0, spans of different length, id out of range with its row),
// too_large, memory (with need and limit), cancelled.
Result<Join> join_coactions(const Actions& actions, const JoinOptions& options, const Control& control);

}  // namespace unisono::signals
