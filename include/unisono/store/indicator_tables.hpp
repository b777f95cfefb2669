// The rows of results that open no level above T1 (docs/store.md, "Tables of a run"): moments with too many accounts,
// what is known without times, and the second opinion on groups. write_results writes them with their run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::store {

// Whether bins of one width could be tested, on all posts of the case.
struct BurstCheckRow {
  std::int64_t width_us = 0;
  std::string verdict, reason;  // "tested", "too_coarse", "no_events"
  std::int64_t posts = 0, accounts = 0;
  std::int64_t bins = 0, untested = 0, bursts = 0;  // not empty; of them without a background; too full
  double alpha = 0;
};

struct BurstRow {
  std::int64_t width_us = 0;
  TimeUs begin_us = 0;
  std::int64_t accounts = 0;  // different ones
  double expected = 0, p = 1, q = 1;
};

struct BurstAccountRow {
  std::int64_t width_us = 0;
  std::string platform, account_id;
  std::int64_t bins = 0, bursts = 0;  // in which it acted; of them bursts
};

struct BurstRows {
  std::vector<BurstCheckRow> checks;
  std::vector<BurstRow> bursts;
  std::vector<BurstAccountRow> accounts;
};

// A channel whose times are not usable: what D and the order of accounts had to work with.
struct TimelessCheckRow {
  std::string channel, verdict, reason;  // verdict of test D
  std::int64_t actions = 0, accounts = 0, eligible = 0, pairs_in_family = 0, objects_counted = 0;
  std::int64_t ranked = 0, ties = 0;  // all of them; the tables hold the first
  double alpha = 0;
  std::int64_t max_sharers = 0;
};

struct RankedRow {
  std::string channel;
  std::int64_t place = 0;  // from 1
  std::string platform, account_id;
  double score = 0, best_triangle = 0, idf_sum = 0;
  std::int64_t shared = 0, objects = 0, partners = 0;
  double cosine = 0;
};

// A pair that test D accepts (level T1).
struct DegreeTieRow {
  std::string channel;
  std::string platform_a, account_a, platform_b, account_b;
  std::int64_t shared = 0;
  double expected = 0, p = 1, q = 1;
  std::string level = "T1";
};

struct TimelessRows {
  std::vector<TimelessCheckRow> checks;
  std::vector<RankedRow> accounts;
  std::vector<DegreeTieRow> ties;
};

// Which of the members of a group another method puts together too.
struct SecondOpinionRow {
  std::string group_id, channel;
  std::int64_t window_us = 0;
  std::string method;                            // "pieces", "clusters", "dense"
  std::optional<double> resolution;              // of the clusters
  std::int64_t members = 0, of = 0;              // of the group, in the one set that holds most of them
  std::int64_t accounts = 0;                     // of that set
  std::optional<std::int64_t> objects;           // of a dense block
  std::optional<double> jaccard;                 // of the set and the group; empty without a set
  std::optional<double> co_assignment;           // of a cluster: mean over pairs and seeds
  std::optional<double> rand_index, variation;   // of clusters between seeds: adjusted Rand, variation of information
  std::optional<double> density;                 // of a dense block
  std::optional<std::int64_t> copies, as_dense;  // randomised tables, and those with a block at least as dense
  std::string reason;                            // why there is no set; empty if there is one
};

// The set of accounts behind a row of SecondOpinionRow.
struct SecondOpinionAccountRow {
  std::string group_id, channel;
  std::string method;
  std::optional<double> resolution;
  std::string platform, account_id;
};

struct SecondOpinionRows {
  std::vector<SecondOpinionRow> opinions;
  std::vector<SecondOpinionAccountRow> accounts;
};

struct IndicatorRows {
  BurstRows bursts;
  TimelessRows timeless;
  SecondOpinionRows second;
};

// Inside a Step. Rows of the run that are there already are replaced.
Result<void> write_indicators(CaseFile& file, std::string_view run_id, const IndicatorRows& rows);

Result<IndicatorRows> read_indicators(CaseFile& file, std::string_view run_id);  // empty for an unknown run

}  // namespace unisono::store
