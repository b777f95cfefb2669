#include "network/group_null.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "unisono/core/time.hpp"

namespace unisono::network {
namespace {

std::int64_t day_of(std::int64_t t_us) {
  const std::int64_t day = t_us / k_us_per_day;
  return t_us % k_us_per_day < 0 ? day - 1 : day;
}

template <typename T>
std::uint32_t count_distinct(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  return static_cast<std::uint32_t>(std::unique(values.begin(), values.end()) - values.begin());
}

struct Carriers {
  std::vector<std::uint32_t> objects, accounts;
  std::vector<std::int64_t> days;
};

}  // namespace

Candidates make_candidates(std::vector<std::vector<std::uint32_t>> members, std::uint32_t n_accounts) {
  Candidates candidates{.members = std::move(members), .group_of = std::vector<std::uint32_t>(n_accounts, k_no_group)};
  for (std::uint32_t g = 0; g < candidates.members.size(); ++g) {
    for (const std::uint32_t account : candidates.members[g]) candidates.group_of[account] = g;
  }
  return candidates;
}

std::vector<Observed> observe(const Events& half, const Candidates& candidates, std::uint64_t window_us, bool multi,
                              const std::function<bool(std::uint32_t, std::uint32_t)>& counted) {
  std::vector<Observed> observed(candidates.members.size());
  std::vector<Carriers> carriers(candidates.members.size());
  std::vector<CloseCoaction> coactions;
  std::vector<std::uint32_t> sharers;
  for (std::uint32_t o = 0; o < half.n_objects; ++o) {
    sharers.clear();
    for (const std::uint32_t event : half.of_object(o)) {
      const std::uint32_t group = candidates.group_of[half.account[event]];
      if (group != k_no_group) sharers.push_back(event);
    }
    if (sharers.size() < 2) continue;
    // Grouped, still in order of time inside a group.
    std::sort(sharers.begin(), sharers.end(), [&](std::uint32_t x, std::uint32_t y) {
      const std::uint32_t a = candidates.group_of[half.account[x]], b = candidates.group_of[half.account[y]];
      return std::tie(a, half.t_us[x], x) < std::tie(b, half.t_us[y], y);
    });
    for (std::size_t i = 0; i < sharers.size(); ++i) {
      const std::uint32_t x = sharers[i];
      const std::uint32_t group = candidates.group_of[half.account[x]];
      for (std::size_t j = i + 1; j < sharers.size(); ++j) {
        const std::uint32_t y = sharers[j];
        if (candidates.group_of[half.account[y]] != group) break;
        if (static_cast<std::uint64_t>(half.t_us[y]) - static_cast<std::uint64_t>(half.t_us[x]) > window_us) break;
        if (!counted(group, o)) break;
        Carriers& carry = carriers[group];
        if (carry.objects.empty() || carry.objects.back() != o) carry.objects.push_back(o);
        carry.accounts.push_back(half.account[x]);
        carry.accounts.push_back(half.account[y]);
        carry.days.push_back(day_of(half.t_us[x]));
        if (!multi) {
          ++observed[group].w;
          continue;
        }
        const bool ordered = half.account[x] < half.account[y];
        const std::uint32_t a = ordered ? x : y, b = ordered ? y : x;
        coactions.push_back({group, half.account[a], half.account[b], half.post[a], half.post[b], o});
      }
    }
  }
  for_each_close_unit(coactions, [&](const CloseCoaction& unit, std::uint64_t) { ++observed[unit.group].w; });
  for (std::size_t g = 0; g < observed.size(); ++g) {
    observed[g].objects = static_cast<std::uint32_t>(carriers[g].objects.size());
    observed[g].accounts = count_distinct(carriers[g].accounts);
    observed[g].days = count_distinct(carriers[g].days);
  }
  return observed;
}

std::uint64_t draws_needed(std::uint64_t n_tested, double alpha) {
  return std::max(k_least_draws, static_cast<std::uint64_t>(std::ceil(2.0 * static_cast<double>(n_tested) / alpha)));
}

}  // namespace unisono::network
