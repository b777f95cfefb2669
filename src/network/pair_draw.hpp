// Pairs of accounts for a look at p-values, drawn without looking at what is tested.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "unisono/core/random.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

using AccountPair = std::pair<std::uint32_t, std::uint32_t>;

// Up to n_pairs pairs, sorted, no account in two of them: of the account of an event out of `from`, drawn uniformly,
// and that of the event `partner(place in from)`. Gives up after 32 draws a pair. O(accounts + draws).
template <typename Partner>
std::vector<AccountPair> draw_pairs(const Events& events, std::span<const std::uint32_t> from, std::size_t n_pairs,
                                    Random& random, Partner&& partner) {
  constexpr std::size_t k_tries_per_pair = 32;
  std::vector<AccountPair> pairs;
  std::vector<std::uint8_t> taken(events.n_accounts, 0);
  for (std::size_t i = 0; i < n_pairs * k_tries_per_pair && pairs.size() < n_pairs && !from.empty(); ++i) {
    const auto place = static_cast<std::size_t>(random.below(from.size()));
    const std::uint32_t a = events.account[from[place]], b = events.account[partner(place)];
    if (a == b || taken[a] != 0 || taken[b] != 0) continue;
    taken[a] = taken[b] = 1;
    pairs.emplace_back(std::min(a, b), std::max(a, b));
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace unisono::network
