// detect --count-only: how many pairs of accounts the join finds in every channel and window, exactly, without a test
// and without a result in the case. It says what a run would have to do before anyone waits for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unisono/commands/detect.hpp"
#include "unisono/signals/coaction.hpp"

namespace unisono::commands {

struct CountPairsOptions {
  DetectOptions selection;       // case, channels, windows, since, until, allow_lossy, max_coactions; nothing else
  bool timeless = false;         // no window: everything on an object counts, rows without a time too
  std::uint32_t min_shared = 2;  // common objects (or action pairs) that make a pair
  signals::Count count = signals::Count::objects;
  signals::Repeats repeats = signals::Repeats::first;
  std::uint64_t cap_object = 0;  // objects with more co-actions are left out whole; 0: none is
};

struct CountPairsResult {
  Table counts;   // one row per channel and window
  Table skipped;  // the objects that cap_object left out, largest first
  std::vector<std::string> notes;
};

// O(actions log actions + co-actions) per channel and window; memory does not depend on the number of pairs. Errors:
// usage, not_found, too_large, memory, cancelled.
Result<CountPairsResult> count_pairs(const CountPairsOptions& options, const Control& control);

}  // namespace unisono::commands
