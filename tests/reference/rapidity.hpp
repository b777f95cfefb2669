// Gaps and bursts as their definitions say it: every pair of neighbours, every run of actions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "unisono/evidence/rapidity.hpp"

namespace unisono::reference {

inline evidence::GapShare gap_share(const evidence::TimedActions& actions, std::int64_t threshold_us) {
  evidence::GapShare share;
  share.threshold_us = threshold_us;
  const auto usable = [&](std::size_t i) {  // the gap before action i
    return actions.account[i - 1] == actions.account[i] && actions.precision_us[i - 1] <= threshold_us &&
           actions.precision_us[i] <= threshold_us;
  };
  const auto within = [&](std::size_t i) { return usable(i) && actions.t_us[i] - actions.t_us[i - 1] <= threshold_us; };
  for (std::size_t i = 1; i < actions.account.size(); ++i) {
    if (usable(i)) {
      ++share.usable;
      share.coarsest_us = std::max({share.coarsest_us, actions.precision_us[i - 1], actions.precision_us[i]});
    }
    if (within(i)) ++share.within;
  }
  for (std::size_t first = 0; first < actions.account.size(); ++first) {
    std::size_t last = first;
    while (last + 1 < actions.account.size() && within(last + 1)) ++last;
    if (last > first && last - first + 1 > share.burst_actions) {
      share.burst_actions = last - first + 1;
      share.burst_account = actions.account[first];
      share.burst_first_us = actions.t_us[first];
      share.burst_last_us = actions.t_us[last];
    }
  }
  return share;
}

}  // namespace unisono::reference
