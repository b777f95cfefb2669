// Co-actions and their expectation by the definition: every pair of events of two accounts, one after the other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "unisono/network/chance.hpp"

namespace unisono::reference {

inline network::ChanceCounts chance_counts(const network::Events& events, std::uint64_t window_us) {
  const std::int64_t hour_us = 3'600'000'000;
  const auto hour = [&](std::size_t e) { return events.t_us[e] / hour_us - (events.t_us[e] % hour_us < 0 ? 1 : 0); };
  std::map<std::int64_t, std::map<std::uint32_t, double>> n_ob;
  std::map<std::int64_t, double> n_b;
  std::map<std::tuple<std::uint32_t, std::int64_t, std::uint32_t>, int> posts;
  for (std::size_t e = 0; e < events.size(); ++e) {
    n_ob[hour(e)][events.object[e]] += 1;
    n_b[hour(e)] += 1;
    ++posts[{events.account[e], events.t_us[e], events.post[e]}];
  }
  const auto chance = [&](std::int64_t b, std::int64_t other) {
    double same = 0;
    for (const auto& [object, n] : n_ob[b]) {
      const auto there = n_ob[other].find(object);
      if (there == n_ob[other].end()) continue;
      same += b == other ? n * (n - 1) : n * there->second;
    }
    if (b == other) return n_b[b] < 2 ? 0.0 : same / (n_b[b] * (n_b[b] - 1));
    return same / (n_b[b] * n_b[other]);
  };
  network::ChanceCounts counts;
  counts.hours = n_b.size();
  counts.posts = posts.size();
  for (const auto& [post, n] : posts) counts.multi_posts += n > 1 ? 1U : 0U;
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (events.account[i] == events.account[j]) continue;
      counts.shared_pairs += events.object[i] == events.object[j] ? 1U : 0U;
      const auto [low, high] = std::minmax(events.t_us[i], events.t_us[j]);
      if (static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) > window_us) continue;
      ++counts.close_pairs;
      counts.co_actions += events.object[i] == events.object[j] ? 1U : 0U;
      counts.expected += chance(hour(i), hour(j));
    }
  }
  return counts;
}

}  // namespace unisono::reference
