// Rows of a run that stand beside ties and groups and never enter their tests: accounts that act with a group, moments
// in which too many accounts act, and a ranking without times (docs/store.md, "Tables of a run").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::store {

// An account outside a group that acts with it (test J).
struct JoiningRow {
  std::string group_id, channel;
  std::int64_t window_us = 0;
  std::string platform, account_id;
  std::int64_t marked = 0, posts = 0;  // posts beside a member, of all its posts
  double expected = 0, p = 1, q = 1;
  std::int64_t objects = 0, days = 0;
};

// A moment in which more accounts act than the minutes around it explain (test B).
struct BurstRow {
  std::string channel;
  std::int64_t width_us = 0;
  TimeUs begin_us = 0;
  std::int64_t accounts = 0;
  double background = 0, p = 1, q = 1;
};

struct BurstAccountRow {
  std::string channel;
  std::int64_t width_us = 0;
  std::string platform, account_id;
  std::int64_t bins = 0, bursts = 0;  // in which it acted; those of them that are bursts
};

// A place in the ranking of accounts that share rare objects. An order, not a test.
struct AccountScoreRow {
  std::string channel, platform, account_id;
  std::int64_t place = 0;  // from 1
  double score = 0, triangle = 0, idf_sum = 0, cosine = 0;
  std::int64_t shared = 0, objects = 0;  // objects shared with another ranked account, of all its objects
};

struct IndicatorRows {
  std::vector<JoiningRow> joining;
  std::vector<BurstRow> bursts;
  std::vector<BurstAccountRow> burst_accounts;
  std::vector<AccountScoreRow> scores;
};

// Inside a Step. Rows of the run that are there already are replaced.
Result<void> write_indicators(CaseFile& file, std::string_view run_id, const IndicatorRows& rows);

Result<IndicatorRows> read_indicators(CaseFile& file, std::string_view run_id);  // empty for an unknown run

}  // namespace unisono::store
