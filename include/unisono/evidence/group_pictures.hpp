// The numbers behind the pictures of a group: what its members did over time, and how long they waited for one another.
#pragma once

#include <cstdint>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/evidence/chart_data.hpp"
#include "unisono/evidence/figure.hpp"
#include "unisono/evidence/group_actions.hpp"
#include "unisono/evidence/sourced_table.hpp"

namespace unisono::evidence {

// Members are those that were found, an action is the first of an account on an object, as in the tests.
struct GroupPictures {
  std::int64_t bin_us = 0;  // 1 min to 28 d, so that there are at most about 100 bins
  SourcedTable timeline;    // from, actions, together
  std::vector<TimelineBin> bins;
  SourcedTable gaps;  // up_to_s, gaps, members_only: one row for each class; the command is that of the expectation
  std::vector<LagClass> lags;  // with the expectation
  // The numbers beside the pictures: actions together of all actions; gaps within the window of all gaps; objects that
  // members alone shared of those that two members share.
  Figure together, near, alone;
};

// The expectation of the gaps is left out where it would read more than `most_events` actions. O(bins + actions on
// objects that two members share). Errors: cancelled.
Result<GroupPictures> group_pictures(const GroupActions& actions, const Control& control,
                                     std::uint64_t most_events = 2'000'000);

}  // namespace unisono::evidence
