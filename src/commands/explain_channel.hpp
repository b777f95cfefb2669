// One pair of accounts in one channel: its figures in every window, and what the run stored of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands/find_account.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/evidence/pair_reason.hpp"
#include "unisono/evidence/run_settings.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {

struct PairRequest {
  std::string run_id;
  evidence::RunSettings settings;  // as it stored them
  DetectOptions run;               // the same for detect; channels and windows are all that it tested
  FoundAccount a, b;
};

// Rows of one account in one channel, in the case.
struct ActionCount {
  std::uint64_t rows = 0, without_time = 0, damaged = 0, outside = 0;  // damaged ids; outside of the period of the run
  std::uint64_t used = 0;
};

// What the run wrote about this pair and window.
struct StoredTie {
  std::string level;
  std::int64_t w_t = 0, w_x = 0;
  double p = 1, q = 1;
};

struct WindowExplained {
  evidence::PairVerdict verdict = evidence::PairVerdict::no_actions;
  evidence::PairContext context;
  network::PairFigures figures;
  std::optional<StoredTie> stored;
  std::string check_reason;  // what the run said of the window
  std::string reason;

  // The stored row has the same numbers, or there is none and the pair did not pass.
  bool same_as_stored() const;
};

// A common object with the posts behind it.
struct CoAction {
  std::string object_key, platform_a, platform_b, post_a, post_b;
  std::int64_t t_us_a = 0, t_us_b = 0;
  std::uint64_t gap_us = 0;
};

struct ChannelExplained {
  std::string channel;
  ActionCount a, b;
  std::vector<WindowExplained> windows;  // empty where one of them has no action that could be used
  std::vector<CoAction>
      co_actions;  // all common objects: those within the widest window by time, then the others by gap
};

// The counts of both accounts in every channel: one pass over the rows of both.
Result<std::vector<ChannelExplained>> count_actions(store::CaseFile& file, const PairRequest& request,
                                                    const std::vector<std::string>& channels);

// Fills windows and co_actions. Errors: those of scan_actions and PairExplainer.
Result<void> explain_channel(store::CaseFile& file, const PairRequest& request,
                             const std::vector<std::int64_t>& windows_us, ChannelExplained& channel,
                             const Control& control);

}  // namespace unisono::commands
