#include "unisono/evidence/rapidity.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace unisono::evidence {
namespace {

GapShare gap_share(const TimedActions& actions, std::int64_t threshold_us) {
  GapShare share;
  share.threshold_us = threshold_us;
  std::size_t run_begin = 0;
  for (std::size_t i = 1; i < actions.account.size(); ++i) {
    const bool same = actions.account[i] == actions.account[i - 1];
    const std::int64_t precision = std::max(actions.precision_us[i], actions.precision_us[i - 1]);
    const bool usable = same && precision <= threshold_us;
    const bool within = usable && actions.t_us[i] - actions.t_us[i - 1] <= threshold_us;
    share.usable += usable ? 1 : 0;
    share.within += within ? 1 : 0;
    if (usable) share.coarsest_us = std::max(share.coarsest_us, precision);
    if (!within) {
      run_begin = i;
      continue;
    }
    const std::uint64_t run = i - run_begin + 1;
    if (run > share.burst_actions) {
      share.burst_actions = run;
      share.burst_account = actions.account[i];
      share.burst_first_us = actions.t_us[run_begin];
      share.burst_last_us = actions.t_us[i];
    }
  }
  return share;
}

}  // namespace

std::vector<GapShare> gap_shares(const TimedActions& actions, std::span<const std::int64_t> thresholds_us) {
  assert(actions.account.size() == actions.t_us.size() && actions.t_us.size() == actions.precision_us.size());
  std::vector<GapShare> shares;
  for (const std::int64_t threshold_us : thresholds_us) shares.push_back(gap_share(actions, threshold_us));
  return shares;
}

std::vector<GapBin> gap_histogram(const TimedActions& actions, std::span<const std::int64_t> edges_us) {
  std::vector<GapBin> bins;
  std::int64_t above = 0;
  for (const std::int64_t edge : edges_us) {
    bins.push_back({above, edge, 0});
    above = edge;
  }
  bins.push_back({above, std::numeric_limits<std::int64_t>::max(), 0});
  for (std::size_t i = 1; i < actions.account.size(); ++i) {
    if (actions.account[i] != actions.account[i - 1]) continue;
    const std::int64_t gap = actions.t_us[i] - actions.t_us[i - 1];
    const auto edge = std::lower_bound(edges_us.begin(), edges_us.end(), gap);
    GapBin& bin = bins[static_cast<std::size_t>(edge - edges_us.begin())];
    if (std::max(actions.precision_us[i], actions.precision_us[i - 1]) <= bin.up_to_us) ++bin.gaps;
  }
  return bins;
}

}  // namespace unisono::evidence
