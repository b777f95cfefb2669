// What each permutation of a channel keeps, by its definition: a permuted copy is right when these are equal for it and
// for the data. Sets and sorted lists only; nothing is shared with the kernel.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "unisono/network/events.hpp"

namespace unisono::reference {

using Moment = std::tuple<std::uint32_t, std::int64_t, std::uint32_t>;  // account, time, post

inline std::int64_t floor_hour(std::int64_t t_us) {
  const std::int64_t hour = 3'600'000'000;
  return t_us / hour - (t_us % hour < 0 ? 1 : 0);
}

// The posts with the set of objects that each carries.
inline std::map<Moment, std::set<std::uint32_t>> contents_of_posts(const network::Events& events) {
  std::map<Moment, std::set<std::uint32_t>> posts;
  for (std::size_t e = 0; e < events.size(); ++e)
    posts[{events.account[e], events.t_us[e], events.post[e]}].insert(events.object[e]);
  return posts;
}

// `bins` keeps who posted when ...
inline std::vector<Moment> moments(const network::Events& events) {
  std::vector<Moment> all;
  for (const auto& [moment, content] : contents_of_posts(events)) all.push_back(moment);
  return all;
}

// ... and the contents of every hour.
inline std::vector<std::pair<std::int64_t, std::set<std::uint32_t>>> contents_of_hours(const network::Events& events) {
  std::vector<std::pair<std::int64_t, std::set<std::uint32_t>>> all;
  for (const auto& [moment, content] : contents_of_posts(events))
    all.emplace_back(floor_hour(std::get<1>(moment)), content);
  std::sort(all.begin(), all.end());
  return all;
}

// `within` and `habit` keep who shared what ...
inline std::vector<std::pair<std::uint32_t, std::uint32_t>> choices(const network::Events& events) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> all;  // account, object
  for (std::size_t e = 0; e < events.size(); ++e) all.emplace_back(events.account[e], events.object[e]);
  std::sort(all.begin(), all.end());
  return all;
}

// ... and the times of every object inside each stratum of accounts.
inline std::vector<std::tuple<std::uint32_t, int, std::int64_t>> times_of_objects(const network::Events& events,
                                                                                  const std::vector<int>& stratum) {
  std::vector<std::tuple<std::uint32_t, int, std::int64_t>> all;
  for (std::size_t e = 0; e < events.size(); ++e)
    all.emplace_back(events.object[e], stratum[events.account[e]], events.t_us[e]);
  std::sort(all.begin(), all.end());
  return all;
}

// Decile 0 to 9 of every account: ten times the share of accounts with a smaller mean log(1 + delay in s), rounded
// down; 10 without an event on an object whose publication is known (INT64_MIN = not known).
inline std::vector<int> deciles(const network::Events& events, const std::vector<std::int64_t>& published_us) {
  std::map<std::uint32_t, std::pair<double, double>> sums;  // account -> sum, number
  for (std::size_t e = 0; e < events.size(); ++e) {
    if (published_us[events.object[e]] == INT64_MIN) continue;
    const double delay_s = static_cast<double>(events.t_us[e] - published_us[events.object[e]]) / 1e6;
    sums[events.account[e]].first += std::log1p(delay_s < 0 ? 0 : delay_s);
    sums[events.account[e]].second += 1;
  }
  std::vector<int> decile(events.n_accounts, 10);
  for (const auto& [account, own] : sums) {
    std::size_t smaller = 0;
    for (const auto& [other, sum] : sums) smaller += sum.first / sum.second < own.first / own.second ? 1 : 0;
    decile[account] = static_cast<int>(10 * smaller / sums.size());
  }
  return decile;
}

}  // namespace unisono::reference
