// rank: what can be said without times: which pairs share more than activity and popularity explain (D, level T1), and
// which accounts share rare content with a dense group (an order, level 0).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"

namespace unisono::commands {

struct RankOptions {
  std::filesystem::path case_path;
  std::vector<std::string> channels;  // empty = every channel that has actions
  double alpha = 0.05;                // of each channel
  std::uint32_t max_sharers = 50;     // D counts objects with at most this many sharers; 0 = all
  bool allow_lossy = false;
};

struct RankResult {
  Table checks;    // one row per channel: what could be tested
  Table accounts;  // the order of each channel, best first
  Table pairs;     // pairs that D accepts
  std::vector<std::string> notes;
};

// Reads times of no action and writes nothing. Names as in reports. Errors: usage, not_found, too_large, memory,
// cancelled.
Result<RankResult> rank(const RankOptions& options, const Control& control);

}  // namespace unisono::commands
