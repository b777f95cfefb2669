// Group statistics by definition: close connected units, the screen's weights, and the null of G_T by trying every
// arrangement.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "unisono/network/events.hpp"

namespace unisono::reference {

struct CloseEvents {
  std::uint32_t u_event, v_event;
};

inline bool close(std::int64_t a, std::int64_t b, std::uint64_t window_us) {
  const std::int64_t gap = a < b ? b - a : a - b;
  return static_cast<std::uint64_t>(gap) <= window_us;
}

// All close co-actions of two accounts.
inline std::vector<CloseEvents> close_coactions(const network::Events& events, std::uint32_t u, std::uint32_t v,
                                                std::uint64_t window_us) {
  std::vector<CloseEvents> found;
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    for (std::uint32_t j = 0; j < events.size(); ++j) {
      if (events.account[i] == u && events.account[j] == v && events.object[i] == events.object[j] &&
          close(events.t_us[i], events.t_us[j], window_us))
        found.push_back({i, j});
    }
  }
  return found;
}

// Groups of co-actions joined by a common post, until nothing can be joined any more.
inline std::vector<std::vector<CloseEvents>> connected_units(const network::Events& events,
                                                             const std::vector<CloseEvents>& coactions) {
  std::vector<std::vector<CloseEvents>> units;
  for (const CloseEvents& one : coactions) units.push_back({one});
  const auto joined = [&](const std::vector<CloseEvents>& a, const std::vector<CloseEvents>& b) {
    for (const CloseEvents& x : a) {
      for (const CloseEvents& y : b) {
        if (events.post[x.u_event] == events.post[y.u_event] || events.post[x.v_event] == events.post[y.v_event])
          return true;
      }
    }
    return false;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < units.size() && !changed; ++i) {
      for (std::size_t j = i + 1; j < units.size() && !changed; ++j) {
        if (!joined(units[i], units[j])) continue;
        units[i].insert(units[i].end(), units[j].begin(), units[j].end());
        units.erase(units.begin() + static_cast<std::ptrdiff_t>(j));
        changed = true;
      }
    }
  }
  return units;
}

inline std::uint64_t group_w(const network::Events& events, const std::vector<std::uint32_t>& members,
                             std::uint64_t window_us) {
  std::uint64_t w = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (std::size_t j = i + 1; j < members.size(); ++j)
      w += connected_units(events, close_coactions(events, members[i], members[j], window_us)).size();
  }
  return w;
}

// -log10 min(0.9, (C_o + 0.1) / (N_o + 10)).
inline double evidence(const network::Events& events, std::uint32_t object, std::uint64_t window_us) {
  double close_pairs = 0, pairs = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (std::size_t j = i + 1; j < events.size(); ++j) {
      if (events.object[i] != object || events.object[j] != object) continue;
      ++pairs;
      close_pairs += close(events.t_us[i], events.t_us[j], window_us) ? 1 : 0;
    }
  }
  return -std::log10(std::min(0.9, (close_pairs + 0.1) / (pairs + 10)));
}

struct ScreenPair {
  std::size_t units = 0;
  double weight = 0;
};

inline ScreenPair screen_pair(const network::Events& events, std::uint32_t u, std::uint32_t v,
                              std::uint64_t window_us) {
  ScreenPair pair;
  for (const auto& unit : connected_units(events, close_coactions(events, u, v, window_us))) {
    ++pair.units;
    double largest = 0;
    for (const CloseEvents& one : unit)
      largest = std::max(largest, evidence(events, events.object[one.u_event], window_us));
    pair.weight += largest;
  }
  return pair;
}

// Every way to permute the objects among the events of each hour (posts of one object each) in which no account has an
// object twice; visit(object of every event). Equal arrangements may be visited several times, all equally often.
inline void for_each_arrangement(const network::Events& events,
                                 const std::function<void(const std::vector<std::uint32_t>&)>& visit) {
  std::map<std::int64_t, std::vector<std::uint32_t>> hours;
  for (std::uint32_t e = 0; e < events.size(); ++e) hours[events.t_us[e] / 3'600'000'000].push_back(e);
  std::vector<std::vector<std::uint32_t>> bins;
  for (const auto& [hour, list] : hours) bins.push_back(list);
  std::vector<std::uint32_t> object = events.object;
  const std::function<void(std::size_t)> permute = [&](std::size_t b) {
    if (b == bins.size()) {
      std::set<std::pair<std::uint32_t, std::uint32_t>> held;
      for (std::size_t e = 0; e < events.size(); ++e) {
        if (!held.emplace(events.account[e], object[e]).second) return;
      }
      visit(object);
      return;
    }
    std::vector<std::uint32_t> order = bins[b];
    do {
      for (std::size_t i = 0; i < order.size(); ++i) object[bins[b][i]] = events.object[order[i]];
      permute(b + 1);
    } while (std::next_permutation(order.begin(), order.end()));
  };
  permute(0);
}

// The times that a member can have under G_H on one object, with their probabilities: its own delays on the same source
// with k_s / (k_s + 1), else its own delays with k / (k + 3), else the times of the outside sharers.
inline std::map<std::int64_t, double> habit_times(std::int64_t published, const std::vector<std::int64_t>& same_source,
                                                  const std::vector<std::int64_t>& own,
                                                  const std::vector<std::int64_t>& outside) {
  std::map<std::int64_t, double> times;
  double left = 1;
  const auto k_s = static_cast<double>(same_source.size()), k = static_cast<double>(own.size());
  for (const std::int64_t delay : same_source) times[published + delay] += left * k_s / (k_s + 1) / k_s;
  left *= 1 - k_s / (k_s + 1);
  for (const std::int64_t delay : own) times[published + delay] += left * k / (k + 3) / k;
  left *= 1 - k / (k + 3);
  for (const std::int64_t t : outside) times[t] += left / static_cast<double>(outside.size());
  return times;
}

inline double chance_close(const std::map<std::int64_t, double>& a, const std::map<std::int64_t, double>& b,
                           std::uint64_t window_us) {
  double chance = 0;
  for (const auto& [t, p] : a) {
    for (const auto& [u, q] : b) chance += close(t, u, window_us) ? p * q : 0;
  }
  return chance;
}

}  // namespace unisono::reference
