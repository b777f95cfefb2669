#include "network/co_sharers.hpp"

#include <algorithm>
#include <numeric>

namespace unisono::network {

CoSharers co_sharers(const Events& events, std::span<const std::uint8_t> eligible,
                     const std::function<bool(std::size_t, std::size_t)>& counts) {
  CoSharers lists;
  lists.object_begin.push_back(0);
  for (std::uint32_t object = 0; object < events.n_objects; ++object) {
    const auto all = events.of_object(object);
    const std::size_t first = lists.sharer.size();
    for (const std::uint32_t event : all)
      if (eligible[events.account[event]] != 0) lists.sharer.push_back(events.account[event]);
    const std::uint64_t k = lists.sharer.size() - first;
    if (k < 2 || !counts(all.size(), k)) {
      lists.sharer.resize(first);
      continue;
    }
    std::sort(lists.sharer.begin() + static_cast<std::ptrdiff_t>(first), lists.sharer.end());
    lists.object.push_back(object);
    lists.object_begin.push_back(lists.sharer.size());
    lists.pairs += k * (k - 1) / 2;
  }
  lists.account_begin.assign(std::size_t{events.n_accounts} + 1, 0);
  for (const std::uint32_t account : lists.sharer) ++lists.account_begin[account + std::size_t{1}];
  std::partial_sum(lists.account_begin.begin(), lists.account_begin.end(), lists.account_begin.begin());
  lists.place.resize(lists.sharer.size());
  std::vector<std::size_t> next(lists.account_begin.begin(), lists.account_begin.end() - 1);
  for (std::uint32_t index = 0; index < lists.object.size(); ++index)
    for (const std::uint32_t account : lists.sharers_of(index)) lists.place[next[account]++] = index;
  return lists;
}

std::vector<std::uint32_t> CoSharers::blocks() const {
  constexpr std::uint64_t k_blocks = 256;
  const auto n_accounts = static_cast<std::uint32_t>(account_begin.size() - 1);
  const std::uint64_t share = (2 * pairs + n_accounts) / k_blocks + 1;
  std::vector<std::uint32_t> begin{0};
  std::uint64_t work = 0;
  for (std::uint32_t account = 0; account < n_accounts; ++account) {
    for (const std::uint32_t index : objects_of(account)) work += sharers_of(index).size();
    if (++work < share) continue;
    begin.push_back(account + 1);
    work = 0;
  }
  if (begin.back() != n_accounts) begin.push_back(n_accounts);
  return begin;
}

}  // namespace unisono::network
