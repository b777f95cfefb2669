// The co-action join as its definition says it: every pair of actions on every object, gaps in 128 bits. O(sum of
// k_o^2).
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "unisono/signals/coaction.hpp"

namespace unisono::reference {

struct Action {
  std::uint32_t account = 0, object = 0;
  std::int64_t t = 0;
  bool operator==(const Action&) const = default;
};

__extension__ using SignedWide = __int128;

// The earliest action of each account on each object.
inline std::vector<Action> first_actions(const std::vector<Action>& actions) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> earliest;
  for (const Action& x : actions) {
    const auto [place, fresh] = earliest.try_emplace({x.account, x.object}, x.t);
    if (!fresh) place->second = std::min(place->second, x.t);
  }
  std::vector<Action> kept;
  for (const auto& [key, t] : earliest) kept.push_back({key.first, key.second, t});
  return kept;
}

// `timeless`: the times are ignored and everything on an object is close. `side` as in signals::Actions. action_pairs
// of a pair must stay below 2^32.
inline signals::Join coactions(std::vector<Action> actions, const signals::JoinOptions& options, bool timeless,
                               const std::vector<std::uint8_t>& side = {}) {
  if (timeless)
    for (Action& x : actions) x.t = 0;
  if (options.repeats == signals::Repeats::first) actions = first_actions(actions);

  struct Record {
    signals::Pair pair;
    std::set<std::uint32_t> objects;
  };
  const auto gap_of = [](const Action& x, const Action& y) {
    const SignedWide difference = SignedWide{x.t} - SignedWide{y.t};
    return static_cast<signals::Wide>(difference < 0 ? -difference : difference);
  };
  const auto coact = [&](const Action& x, const Action& y) {
    return x.object == y.object && x.account != y.account && (side.empty() || side[x.account] != side[y.account]) &&
           (timeless || gap_of(x, y) <= options.window_us);
  };
  std::map<std::uint32_t, std::uint64_t> per_object;
  std::map<std::uint32_t, std::uint32_t> actions_of;
  signals::Join join;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    ++actions_of[actions[i].object];
    for (std::size_t j = i + 1; j < actions.size(); ++j)
      if (coact(actions[i], actions[j])) ++per_object[actions[i].object];
  }
  const auto capped = [&](std::uint32_t object) {
    return options.cap_object > 0 && per_object[object] > options.cap_object;
  };

  std::map<std::pair<std::uint32_t, std::uint32_t>, Record> records;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    for (std::size_t j = i + 1; j < actions.size(); ++j) {
      const Action &x = actions[i], &y = actions[j];
      if (!coact(x, y) || capped(x.object)) continue;
      const signals::Wide gap = gap_of(x, y);
      const auto [a, b] = std::minmax(x.account, y.account);
      const auto [place, fresh] = records.try_emplace({a, b});
      signals::Pair& p = place->second.pair;
      if (fresh) p = {a, b, 0, 0, static_cast<std::uint64_t>(gap), 0, 0, std::min(x.t, y.t), std::max(x.t, y.t)};
      p.actions += 1;
      place->second.objects.insert(x.object);
      p.gap_sum_us += gap;
      p.min_gap_us = std::min(p.min_gap_us, static_cast<std::uint64_t>(gap));
      p.max_gap_us = std::max(p.max_gap_us, static_cast<std::uint64_t>(gap));
      p.first_us = std::min({p.first_us, x.t, y.t});
      p.last_us = std::max({p.last_us, x.t, y.t});
    }
  }
  for (auto& [key, record] : records) {
    record.pair.objects = static_cast<std::uint32_t>(record.objects.size());
    const std::uint32_t counted = options.count == signals::Count::objects ? record.pair.objects : record.pair.actions;
    if (counted < options.min_shared) continue;
    ++join.n_pairs;
    ++join.pairs_sharing[std::min<std::uint32_t>(record.pair.objects, 255)];
    if (!options.count_only) join.pairs.push_back(record.pair);
  }
  for (const auto& [object, found] : per_object) {
    join.coactions += found;
    if (capped(object)) join.skipped.push_back({object, actions_of[object], found});
    if (found > join.largest_object_coactions)
      std::tie(join.largest_object, join.largest_object_coactions) = std::pair(object, found);
  }
  return join;
}

// Columns that own their rows, and the Actions that point into them.
struct Columns {
  std::vector<std::uint32_t> account, object;
  std::vector<std::int64_t> t;
  std::uint32_t n_accounts = 0, n_objects = 0;

  explicit Columns(const std::vector<Action>& actions) {
    for (const Action& x : actions) {
      account.push_back(x.account);
      object.push_back(x.object);
      t.push_back(x.t);
      n_accounts = std::max(n_accounts, x.account + 1);
      n_objects = std::max(n_objects, x.object + 1);
    }
  }
  signals::Actions view(bool timeless) const {
    signals::Actions actions{account, object, {}, {}, n_accounts, n_objects, 0};
    if (!timeless) actions.t_us = t;
    return actions;
  }
};

}  // namespace unisono::reference
