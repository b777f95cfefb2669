// The sweep by its definition: for every pair of the accounts the gaps on the objects that both acted on; the pair is
// an edge from its min_shared-th smallest gap on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "unisono/network/sweep.hpp"

namespace unisono::reference {

inline std::vector<network::SweepCount> sweep(const network::Events& events, const std::vector<std::uint32_t>& accounts,
                                              const std::vector<std::uint64_t>& windows_us, std::uint32_t min_shared) {
  std::map<std::uint32_t, std::map<std::uint32_t, std::int64_t>> times;  // account -> object -> time
  for (std::size_t e = 0; e < events.size(); ++e) times[events.account[e]][events.object[e]] = events.t_us[e];
  std::vector<network::SweepCount> counts;
  for (const std::uint64_t window_us : windows_us) {
    std::set<std::uint32_t> tied;
    network::SweepCount count;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      for (std::size_t j = i + 1; j < accounts.size(); ++j) {
        std::vector<std::uint64_t> gaps;
        for (const auto& [object, t] : times[accounts[i]]) {
          const auto other = times[accounts[j]].find(object);
          if (other == times[accounts[j]].end()) continue;
          const auto [low, high] = std::minmax(t, other->second);
          gaps.push_back(static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low));
        }
        std::sort(gaps.begin(), gaps.end());
        if (gaps.size() < min_shared || gaps[min_shared - 1] > window_us) continue;
        ++count.edges;
        tied.insert({accounts[i], accounts[j]});
      }
    }
    count.accounts = tied.size();
    counts.push_back(count);
  }
  return counts;
}

// Members choose in descending order of their events, each the nearest of those that are left.
inline std::vector<std::uint32_t> comparison(const network::Events& events, const std::vector<std::uint32_t>& members,
                                             const std::vector<std::uint8_t>& barred) {
  std::map<std::uint32_t, std::set<std::uint32_t>> objects, sharers;
  for (std::size_t e = 0; e < events.size(); ++e) {
    objects[events.account[e]].insert(events.object[e]);
    sharers[events.object[e]].insert(events.account[e]);
  }
  const std::set<std::uint32_t> inside(members.begin(), members.end());
  std::set<std::uint32_t> left;
  for (const auto& [object, accounts] : sharers) {
    std::size_t n = 0;
    for (const std::uint32_t account : accounts) n += inside.count(account);
    if (n < 2) continue;
    for (const std::uint32_t account : accounts)
      if (!inside.contains(account) && (barred.empty() || barred[account] == 0)) left.insert(account);
  }
  std::vector<std::uint32_t> order = members, chosen;
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t x, std::uint32_t y) {
    return objects[x].size() != objects[y].size() ? objects[x].size() > objects[y].size() : x < y;
  });
  for (const std::uint32_t member : order) {
    if (left.empty()) break;
    const auto rank = [&](std::uint32_t account) {
      const std::size_t n = objects[account].size(), wanted = objects[member].size();
      return std::tuple(n > wanted ? n - wanted : wanted - n, n, account);
    };
    const auto nearest =
        std::min_element(left.begin(), left.end(), [&](std::uint32_t x, std::uint32_t y) { return rank(x) < rank(y); });
    chosen.push_back(*nearest);
    left.erase(nearest);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace unisono::reference
