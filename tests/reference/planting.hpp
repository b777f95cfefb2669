// What a planted squad keeps and adds, by its definition, in maps and sets only: nothing is shared with the kernel.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "unisono/network/planting.hpp"

namespace unisono::reference {

__extension__ using PlantingWide = __int128;  // no time overflows

inline PlantingWide floor_to(PlantingWide t, std::int64_t unit) {
  if (unit <= 1) return t;
  return t - ((t % unit) + unit) % unit;
}

// The first rule that is broken; "" if none is.
inline std::string broken_rule(const network::Events& before, const network::SquadPlan& plan,
                               std::span<const std::uint8_t> barred, const network::PlantedSquad& planted) {
  const network::Events& after = planted.events;
  const std::set<std::uint32_t> members(planted.members.begin(), planted.members.end());
  if (planted.members.size() != plan.size || members.size() != plan.size) return "as many members as asked for";
  using Key = std::pair<std::uint32_t, std::uint32_t>;                  // account, object
  std::map<Key, std::pair<std::int64_t, std::uint32_t>> had, has;       // time, post
  std::map<std::uint32_t, std::vector<std::int64_t>> others_of_object;  // by accounts that may set a task
  std::set<std::uint32_t> acted;
  for (std::size_t e = 0; e < before.size(); ++e) {
    had[{before.account[e], before.object[e]}] = {before.t_us[e], before.post[e]};
    acted.insert(before.account[e]);
    if (!members.contains(before.account[e]) && (barred.empty() || barred[before.account[e]] == 0))
      others_of_object[before.object[e]].push_back(before.t_us[e]);
  }
  for (std::size_t e = 0; e < after.size(); ++e)
    has[{after.account[e], after.object[e]}] = {after.t_us[e], after.post[e]};
  if (has.size() != after.size()) return "one event for each account and object";
  for (const std::uint32_t member : members) {
    if (!acted.contains(member)) return "members are accounts of the data";
    if (!barred.empty() && barred[member] != 0) return "no member is barred";
  }
  for (const auto& [key, event] : had) {
    const auto now = has.find(key);
    if (now == has.end()) return "nothing is taken out";
    if (now->second == event) continue;
    if (!members.contains(key.first)) return "others keep what they did";
    if (now->second.second < before.n_posts) return "what a member did keeps its post";
    if (now->second.first > event.first) return "the first action counts";
  }
  std::map<std::uint32_t, std::uint32_t> task_of_object;
  std::map<std::uint32_t, std::set<std::uint32_t>> objects_of_task;
  std::map<std::uint32_t, std::pair<PlantingWide, PlantingWide>> span_of_task;
  for (const auto& [key, event] : has) {
    if (event.second < before.n_posts) {
      if (!had.contains(key)) return "no old post gets a new event";
      continue;
    }
    const auto& [account, object] = key;
    const std::uint32_t task = (event.second - before.n_posts) / plan.size;
    if (task >= plan.tasks) return "no more tasks than asked for";
    if (account != planted.members[(event.second - before.n_posts) % plan.size])
      return "a post of each member in each task";
    const auto [at, fresh] = task_of_object.emplace(object, task);
    if (!fresh && at->second != task) return "no object belongs to two tasks";
    objects_of_task[task].insert(object);
    const auto [span, first] =
        span_of_task.emplace(task, std::pair<PlantingWide, PlantingWide>(event.first, event.first));
    if (!first) {
      span->second.first = std::min<PlantingWide>(span->second.first, event.first);
      span->second.second = std::max<PlantingWide>(span->second.second, event.first);
    }
    bool set_by_somebody = false;
    for (const std::int64_t t : others_of_object[object]) {
      const PlantingWide most = std::numeric_limits<std::int64_t>::max(),
                         least = std::numeric_limits<std::int64_t>::min();
      const PlantingWide latest = std::min<PlantingWide>(PlantingWide(t) + plan.jitter_us, most);
      const PlantingWide earliest = floor_to(t, plan.precision_us) < least ? least : floor_to(t, plan.precision_us);
      set_by_somebody = set_by_somebody || (event.first >= earliest && event.first <= latest);
    }
    if (!set_by_somebody) return "a task is within the jitter after an action of somebody outside";
    if (plan.precision_us > 1 && floor_to(event.first, plan.precision_us) != event.first &&
        floor_to(event.first, plan.precision_us) >= std::numeric_limits<std::int64_t>::min())
      return "times are known to the precision";
  }
  for (const auto& [task, span] : span_of_task)
    if (span.second - span.first > PlantingWide(plan.jitter_us) + plan.precision_us)
      return "a task takes no longer than the jitter";
  for (const auto& [task, objects] : objects_of_task)
    for (const std::uint32_t member : planted.members)
      for (const std::uint32_t object : objects)
        if (!has.contains({member, object})) return "every member does every task";
  return {};
}

}  // namespace unisono::reference
