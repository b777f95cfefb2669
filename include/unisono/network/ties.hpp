// Ties: which pairs of accounts act on the same objects at the same time beyond their activity (T) and beyond the pace
// of the content (X). Rule 3.4: p = max(p_T * m/K, p_X), BH with m' = K inside the Tarone family. Docs:
// docs/network/ties.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

struct TieOptions {
  std::uint64_t window_us = 60'000'000;
  double alpha = 0.05;            // of this window (already divided when several windows are tested)
  std::uint32_t min_objects = 2;  // k_min: eligible accounts have at least this many distinct objects
  double kappa = 10.0;            // weight of the pool of the size class in X
  std::uint64_t max_family_coactions = 20'000'000'000;  // above it K = all pairs of eligible accounts
  double max_collision = 0.2;                           // above it T is blind
  std::uint64_t seed = 1;                         // which accounts the habit factor samples where it cannot visit all
  std::uint64_t max_coactions = 100'000'000'000;  // more to be counted: Error{too_large}
  bool collected_by_object = false;  // all reposts of chosen posts: T is blind whatever the collision index says
  std::span<const std::uint8_t>
      declared;  // per account, or empty; 1 = declared feed or staff: counts as a sharer, never in a pair
  std::uint64_t precision_us =
      0;                       // coarsest precision of the times, 0 = exact; a shorter window is refused ("too_coarse")
  bool report_t_alone = true;  // also count what T alone would accept (the T of every candidate is computed then)
  // Nothing but ties by the rule is asked for. Where T alone accepts no pair (or is blind) there can be none: the
  // family, pace and the habit factor, most of the work on data without coordination, are then left out (family_k 0,
  // habit_factor and leads empty).
  bool only_ties = false;
  std::uint64_t max_habit_visits = 20'000'000;  // sharers visited for the habit factor; beyond it accounts are sampled
  signals::Joiner joiner;                       // of the candidates; empty: join_coactions
};

enum class TieTest : std::uint8_t { rule, pace };  // pace: leads where T is blind, level 0

// One tested pair that was accepted (rule) or leads (pace).
struct Tie {
  std::uint32_t a = 0, b = 0;  // account ids of the Events, a < b
  TieTest test = TieTest::rule;
  signals::Pair counts;               // objects, gaps, first, last
  std::uint32_t w_t = 0, w_x = 0;     // close units for T and for X
  double lambda_t = 0, lambda_x = 0;  // expected close units
  double p_t = 1, p_x = 1, p = 1, q = 1;
  std::int64_t median_lag_us = 0;  // over its close units
  std::uint32_t n_days = 0;        // distinct UTC days with a close unit
};

// What could be tested in one channel and window, and what could not (statistics: applicability).
struct ChannelCheck {
  std::uint64_t window_us = 0;
  std::uint64_t n_events = 0, n_accounts = 0;         // first actions; accounts with any
  std::uint64_t n_eligible = 0, n_below_minimum = 0;  // accounts
  std::uint64_t n_objects = 0, n_shared_objects = 0;  // objects with at least two sharers
  std::uint64_t n_pairs = 0;                          // m = n_eligible (n_eligible - 1) / 2
  std::uint64_t family_k = 0;                         // K of the Tarone family; 0 = empty
  std::uint64_t family_pairs = 0;                     // pairs in the family, at most K
  bool family_is_all_pairs = false;                   // K = m because the weighted join would have been too large
  double least_p = 1;               // least attainable p of X over all pairs; 1 = above alpha, or unknown (all pairs)
  std::optional<double> collision;  // c-bar; empty without events
  std::optional<double> habit_factor;  // F; empty when nothing is expected
  std::uint64_t habit_double = 0;      // double closenesses behind F
  bool habit_sampled = false;          // the chance part of F was estimated from a random sample of accounts
  bool blind = false;                  // collision > max_collision, or collected by object
  std::string verdict;  // "tested" | "blind" | "too_little_data" | "too_coarse" | "no_times" | "no_events"
  std::string reason;   // one sentence with the numbers
};

struct TieResult {
  ChannelCheck check;
  std::vector<Tie> ties;         // sorted by (a, b)
  std::uint64_t candidates = 0;  // pairs with at least two close objects
  std::uint64_t t_alone = 0,
                t_alone_accounts = 0;  // pairs that T alone accepts (BH over all pairs), and their accounts
  std::uint64_t ties_by = 0,
                ties_by_accounts = 0;  // ties that stay under any dependence (Benjamini-Yekutieli), and their accounts
};

// Tests every pair of eligible accounts on all events; no data is split. A window that cannot be tested is no error:
// `check` says so, and why. Where T is blind, `ties` holds the pairs that X passes in its Tarone family
// (TieTest::pace). Stages: nulls O(n); join; family (timeless join); T and X of the candidates, O(sum of their posts).
// Memory about 60 bytes per event, 100 per candidate. Equal bytes for any number of threads.
// Errors: usage, too_large, memory, cancelled.
Result<TieResult> test_ties(const Events& events, const TieOptions& options, const Control& control);

// Only the join of test_ties, through options.joiner: pairs of eligible accounts that are close on at least two
// objects, sorted by (a, b). Errors: those of join_coactions; usage.
Result<std::vector<signals::Pair>> tie_candidates(const Events& events, const TieOptions& options,
                                                  const Control& control);

}  // namespace unisono::network
