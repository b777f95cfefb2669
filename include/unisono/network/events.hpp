// Events: the first action of every account on every object of one channel, indexed by account and by object.
// Every test of the network folder reads this form and no other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unisono/signals/coaction.hpp"

namespace unisono::network {

// Column arrays of n events in account-major order (account, time, object). Object-major order is a permutation of
// them.
struct Events {
  std::uint32_t n_accounts = 0, n_objects = 0, n_posts = 0;
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  std::vector<std::size_t>
      account_begin;  // n_accounts + 1; events of account a are [account_begin[a], account_begin[a+1])
  std::vector<std::uint32_t> by_object;   // event indices ordered by (object, time, account)
  std::vector<std::size_t> object_begin;  // n_objects + 1; into by_object

  std::size_t size() const { return account.size(); }
  std::span<const std::uint32_t> of_object(std::uint32_t id) const {
    return std::span(by_object).subspan(object_begin[id], object_begin[id + 1] - object_begin[id]);
  }
};

// Keeps the earliest action of each (account, object); of equal times the one with the smallest post. Actions must
// carry posts and times. O(n log n).
Events first_events(const signals::Actions& actions);

// The events for which keep[event] is true, with the same ids. O(n).
Events select_events(const Events& events, std::span<const std::uint8_t> keep);

// The columns of `events` as Actions, for the join.
signals::Actions as_actions(const Events& events);

}  // namespace unisono::network
