// Joining by its definition, for worlds of a few thousand events: every event is compared with every event of a member,
// and every chance is computed by counting the events of its hour again.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "unisono/network/events.hpp"

namespace unisono::reference {

struct JoiningTest {
  std::uint32_t group = 0, account = 0, marked = 0, posts = 0, objects = 0, days = 0;
  double expected = 0, p = 1, q = 1;
};

struct JoiningRule {
  std::int64_t window_us = 60'000'000;
  std::uint32_t min_marked = 2;
};

// P(X >= k), by the whole distribution.
inline double tail_of(const std::vector<double>& chances, std::size_t k) {
  std::vector<double> chance_of(chances.size() + 1, 0);
  chance_of[0] = 1;
  for (const double q : chances)
    for (std::size_t n = chance_of.size(); n-- > 0;)
      chance_of[n] = chance_of[n] * (1 - q) + (n > 0 ? chance_of[n - 1] * q : 0);
  double sum = 0;
  for (std::size_t n = chance_of.size(); n-- > k;) sum += chance_of[n];
  return sum;
}

// The chance of an event in an hour with these counts, of everybody outside and of the account; `share` is g.
inline double chance_of_mark(double marked, double own_marked, double events, double own_events, double share) {
  return (marked - own_marked + 2 * share) / (events - own_events + 2);
}

// Every account outside every group that acted, in order of (group, account).
inline std::vector<JoiningTest> joining(const network::Events& events,
                                        const std::vector<std::vector<std::uint32_t>>& groups,
                                        const JoiningRule& rule) {
  const std::size_t n = events.size();
  std::vector<std::int64_t> hour(n);
  for (std::size_t e = 0; e < n; ++e)
    hour[e] = static_cast<std::int64_t>(std::floor(static_cast<double>(events.t_us[e]) / 3.6e9));
  std::vector<JoiningTest> tests;
  for (std::uint32_t g = 0; g < groups.size(); ++g) {
    const std::set<std::uint32_t> members(groups[g].begin(), groups[g].end());
    std::vector<bool> marked(n);
    std::map<std::int64_t, double> in_hour, marked_in_hour;
    double all = 0, all_marked = 0;
    for (std::size_t e = 0; e < n; ++e) {
      if (members.contains(events.account[e])) continue;
      for (std::size_t m = 0; m < n; ++m)
        if (members.contains(events.account[m]) && events.object[m] == events.object[e] &&
            std::abs(events.t_us[m] - events.t_us[e]) <= rule.window_us)
          marked[e] = true;
      in_hour[hour[e]] += 1, all += 1;
      if (marked[e]) marked_in_hour[hour[e]] += 1, all_marked += 1;
    }
    for (std::uint32_t a = 0; a < events.n_accounts; ++a) {
      if (members.contains(a) || events.account_begin[a] == events.account_begin[a + 1]) continue;
      JoiningTest test{.group = g, .account = a};
      std::map<std::int64_t, double> own, own_marked;
      std::map<std::tuple<std::int64_t, std::uint32_t>, std::pair<int, bool>> posts;  // objects, any marked
      std::set<std::int64_t> days;
      for (std::size_t e = events.account_begin[a]; e < events.account_begin[a + 1]; ++e) {
        own[hour[e]] += 1;
        auto& post = posts[{events.t_us[e], events.post[e]}];
        ++post.first;
        if (!marked[e]) continue;
        own_marked[hour[e]] += 1;
        post.second = true;
        ++test.objects;
        days.insert(static_cast<std::int64_t>(std::floor(static_cast<double>(hour[e]) / 24)));
      }
      test.days = static_cast<std::uint32_t>(days.size());
      test.posts = static_cast<std::uint32_t>(posts.size());
      std::vector<double> chances, of_moments;
      double expected_of_moments = 0;
      for (const auto& [key, post] : posts) {
        const auto h = static_cast<std::int64_t>(std::floor(static_cast<double>(std::get<0>(key)) / 3.6e9));
        chances.push_back(std::min(
            1.0, post.first * chance_of_mark(marked_in_hour[h], own_marked[h], in_hour[h], own[h], all_marked / all)));
        test.expected += chances.back();
        // Everybody else's events of the hour, as if they had happened at the moment of this post.
        double marked_here = 0;
        for (std::size_t e = 0; e < n; ++e) {
          if (hour[e] != h || events.account[e] == a || members.contains(events.account[e])) continue;
          bool mark = false;
          for (std::size_t m = 0; m < n && !mark; ++m)
            mark = members.contains(events.account[m]) && events.object[m] == events.object[e] &&
                   std::abs(events.t_us[m] - std::get<0>(key)) <= rule.window_us;
          marked_here += mark ? 1 : 0;
        }
        of_moments.push_back(
            std::min(1.0, post.first * chance_of_mark(marked_here, 0, in_hour[h], own[h], all_marked / all)));
        expected_of_moments += of_moments.back();
        test.marked += post.second ? 1U : 0U;
      }
      test.expected = std::max(test.expected, expected_of_moments);
      if (test.marked >= rule.min_marked)
        test.p = std::max(tail_of(chances, test.marked), tail_of(of_moments, test.marked));
      tests.push_back(test);
    }
  }
  for (JoiningTest& test : tests) {  // Benjamini and Hochberg over all of them
    for (const JoiningTest& other : tests) {
      if (other.p < test.p) continue;
      const auto rank = std::count_if(tests.begin(), tests.end(), [&](const auto& x) { return x.p <= other.p; });
      test.q = std::min(test.q, other.p * static_cast<double>(tests.size()) / static_cast<double>(rank));
    }
  }
  return tests;
}

}  // namespace unisono::reference
