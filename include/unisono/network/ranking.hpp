// Ranking accounts by group evidence, without times: who shares rare content with a dense group. An order, not a test:
// it returns one on organic data too. Docs: docs/network/ranking.md; definition: tests/reference/ranking.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

struct RankingOptions {
  std::uint32_t min_objects = 5;           // k_min: eligible accounts have at least this many distinct objects
  std::uint32_t max_sharers = 200;         // objects with more eligible sharers weigh nothing
  std::uint32_t max_idf_sharers = 50;      // the same for the column `idf_sum`
  std::span<const std::uint8_t> declared;  // per account, or empty; 1 = declared feed or staff: not ranked, not counted
  std::uint64_t max_coactions = 20'000'000'000;  // more pairs of sharers than this: Error{too_large}
  bool triangles = true;                         // fill best_triangle, which can cost more than everything else
};

// One eligible account. Shared objects are those with 2 to max_sharers eligible sharers; e_uv is the sum of
// 1 / sharers^2 over those that two accounts share.
struct RankedAccount {
  std::uint32_t account = 0;   // id in the Events
  std::uint32_t objects = 0;   // distinct, of any popularity
  std::uint32_t shared = 0;    // of these, shared objects
  std::uint32_t partners = 0;  // accounts with which it has one
  double score = 0;            // group evidence; comparable inside one run only
  double best_pair = 0;        // max e_uv
  double best_triangle = 0;    // max e_uv + e_uw + e_vw over accounts that share with each other; 0 without
  double idf_sum = 0;          // sum of ln(eligible accounts / sharers) over objects of <= max_idf_sharers
  double cosine = 0;           // max shared objects / sqrt(objects of u x objects of v)
  bool operator==(const RankedAccount&) const = default;
};

struct Ranking {
  std::vector<RankedAccount> accounts;  // eligible ones by (score descending, account)
  std::uint64_t n_accounts = 0;         // with any event
  std::uint64_t n_eligible = 0, n_below_minimum = 0;
  std::uint64_t n_shared_objects = 0, coactions = 0;  // objects that weigh something; their pairs of sharers
};

// Score: s_u = sum of the three largest e_uv; then three times g_v = min(1, s_v / Q_0.99(s))^2, s_u = sum_v e_uv g_v
// (quantile by linear interpolation over the eligible accounts). Pairs are summed anew in every pass and never stored:
// O(5 co-actions) time and about 16 bytes per event and 24 bytes per account and thread. The best triangle looks at no
// more than 2,000 pairs of partners of an account, the strongest first, and is a lower bound beyond. Equal bytes for
// any number of threads. Times are not read. Errors: usage, too_large, memory, cancelled.
Result<Ranking> rank_accounts(const Events& events, const RankingOptions& options, const Control& control);

}  // namespace unisono::network
