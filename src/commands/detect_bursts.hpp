// Moments with too many different accounts, over all posts of the case (docs/network/bursts.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unisono/commands/detect.hpp"
#include "unisono/evidence/findings.hpp"
#include "unisono/store/case_file.hpp"
#include "unisono/store/indicator_tables.hpp"

namespace unisono::commands {

inline constexpr std::int64_t k_burst_widths_us[] = {1'000'000, 5'000'000, 10'000'000};

struct BurstOutcome {
  store::BurstRows rows;
  std::vector<store::FindingRow> findings;  // level 0, one for each width with bursts
};

// Bins of 1, 5 and 10 s, each width at its own alpha. A width for which the times of more than half of the posts are
// too coarse is not tested. Errors: those of scan_post_times, cancelled.
Result<BurstOutcome> detect_bursts(store::CaseFile& file, const DetectOptions& options, const std::string& run_id,
                                   const Control& control);

}  // namespace unisono::commands
