// Objects permuted among the events of an hour: what activity alone explains. The null that ties and groups are both
// judged by, made here without any code of the product's tests.
#pragma once

#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include "unisono/core/random.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/events.hpp"

namespace unisono::test {

// A later repeat of an object by its account is dropped, so a few events get lost.
inline network::Events permuted_inside_hours(const network::Events& events, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint32_t> object = events.object;
  std::map<std::int64_t, std::vector<std::size_t>> hours;
  for (std::size_t i = 0; i < events.size(); ++i) hours[events.t_us[i] / k_us_per_hour].push_back(i);
  for (auto& [hour, list] : hours)
    for (std::size_t i = list.size(); i > 1; --i) std::swap(object[list[i - 1]], object[list[random.below(i)]]);
  signals::Actions actions = network::as_actions(events);
  actions.object = object;
  return network::first_events(actions);
}

// How many permutations a test draws: UNISONO_PERMUTED_RUNS, or `otherwise`.
inline std::uint64_t permuted_runs(std::uint64_t otherwise) {
  const char* runs = std::getenv("UNISONO_PERMUTED_RUNS");
  return runs != nullptr ? std::strtoull(runs, nullptr, 10) : otherwise;
}

}  // namespace unisono::test
