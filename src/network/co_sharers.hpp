// Who shares objects with whom, row by row, without storing the pairs: the timeless counterpart of the co-action join
// for sums that need one account's partners at a time (ranking, degrees).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

// The eligible sharers of the objects that count, and the other way round.
struct CoSharers {
  std::vector<std::uint32_t> object;  // id in the Events of every object that counts, ascending
  std::vector<std::size_t> object_begin, account_begin;
  std::vector<std::uint32_t> sharer;  // ascending within an object
  std::vector<std::uint32_t> place;   // indices into `object`, ascending within an account
  std::uint64_t pairs = 0;            // sum over the objects of k (k - 1) / 2

  std::span<const std::uint32_t> sharers_of(std::size_t index) const {
    return std::span(sharer).subspan(object_begin[index], object_begin[index + 1] - object_begin[index]);
  }
  std::span<const std::uint32_t> objects_of(std::uint32_t account) const {
    const std::size_t first = account_begin[account], last = account_begin[account + std::size_t{1}];
    return std::span(place).subspan(first, last - first);
  }

  // Cuts the accounts into blocks of about equal work: first account of each block, and the end. The same for any
  // number of threads.
  std::vector<std::uint32_t> blocks() const;
};

// An object counts when counts(its sharers, its eligible sharers) and at least two of them are eligible. `eligible`:
// one per account, 0 or 1. O(n log n).
CoSharers co_sharers(const Events& events, std::span<const std::uint8_t> eligible,
                     const std::function<bool(std::size_t, std::size_t)>& counts);

// One worker's sums over the partners of one account: a counter per account, cleared through the list of those met.
template <typename Sum>
class PartnerSums {
 public:
  PartnerSums(const CoSharers& lists, std::size_t n_accounts) : lists_(&lists), sum_(n_accounts, Sum{}) {}

  // Sums weight[index of the object] over the objects shared with each other account (`later`: with larger ids only).
  // Objects ascending, so sum(a, b) and sum(b, a) are equal bytes. Weights are positive.
  template <typename Weight>
  void find(std::uint32_t account, bool later, const Weight& weight) {
    for (const std::uint32_t met : partners_) sum_[met] = Sum{};
    partners_.clear();
    for (const std::uint32_t index : lists_->objects_of(account)) {
      const Sum w = weight(index);
      for (const std::uint32_t other : lists_->sharers_of(index)) {
        if (other == account || (later && other < account)) continue;
        if (sum_[other] == Sum{}) partners_.push_back(other);
        sum_[other] += w;
      }
    }
  }

  const std::vector<std::uint32_t>& partners() const { return partners_; }  // in the order in which they were met
  Sum of(std::uint32_t account) const { return sum_[account]; }

 private:
  const CoSharers* lists_;
  std::vector<Sum> sum_;
  std::vector<std::uint32_t> partners_;
};

}  // namespace unisono::network
