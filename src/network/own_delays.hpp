// The habit of an account: how long after publication it acts, and how long after the posts of one source.
// Docs: docs/network/groups.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/network/events.hpp"
#include "unisono/network/publication.hpp"

namespace unisono::network {

class OwnDelays {
 public:
  // Over the events of `learnt` on objects whose publication is known. O(n log n), 12 bytes an event.
  OwnDelays(const Events& learnt, const Publications& published);

  struct Of {
    std::span<const std::int64_t> all, same_source;  // us; the second is part of the first, empty for k_no_source
  };
  Of of(std::uint32_t account, std::uint32_t source) const;  // O(log delays of the account)

 private:
  std::vector<std::int64_t> delay_us_;  // by (account, source, delay)
  std::vector<std::uint32_t> source_;
  std::vector<std::size_t> begin_;  // per account, n_accounts + 1
};

}  // namespace unisono::network
