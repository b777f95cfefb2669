// The rows of a run (formats of docs/store.md, "Tables of a run") as plain structs, written in one step and read back.
// An empty optional is NULL. Rows are read in the order in which they were written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/store/calibration_tables.hpp"
#include "unisono/store/case_file.hpp"
#include "unisono/store/indicator_tables.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::store {

using OptionalInteger = std::optional<std::int64_t>;
using OptionalReal = std::optional<double>;

// The levels that may be stored: 0, T1, T2, T3, G0, G1, G2. Anything else is refused by write_results.
bool is_level(std::string_view level);

struct ChannelCheckRow {
  std::string channel;
  OptionalInteger window_us;  // NULL = timeless
  OptionalInteger n_eligible, family_k;
  OptionalReal c_bar, habit_f, background, publication;
  std::string verdict, reason;
  OptionalInteger n_events, n_accounts, n_objects, n_shared_objects, n_pairs;
  OptionalReal least_p;
  OptionalInteger smallest_group;
};

struct TieRow {
  std::string channel;
  OptionalInteger window_us;
  std::string test = "rule";  // or "pace"
  std::string platform_a, account_a, platform_b, account_b;
  OptionalInteger n_objects, n_actions, w_t, w_x;
  OptionalReal lambda_t, lambda_x, p_t, p_x, p, q, p_half1, p_half2;
  bool in_family = true;
  OptionalInteger gap_min_us, gap_max_us;
  __extension__ __int128 gap_sum_us = 0;
  OptionalInteger median_lag_us;
  std::optional<TimeUs> first_us, last_us;
  OptionalInteger n_days;
  bool lower_bound = false;
  std::string level = "0";
};

struct GroupRow {
  std::string group_id;
  std::int64_t n = 0;
  std::string level = "G0";
  std::string reasons_json;
  OptionalReal stability;
};

struct GroupMemberRow {
  std::string group_id, platform, account_id, how;
};

struct GroupTestRow {
  std::string group_id, channel;  // group_id "" = a candidate that became no group
  OptionalInteger window_us;
  std::string direction, test;
  OptionalInteger n_tested, w;
  OptionalReal expected, lift, lo, hi, p, q;
  OptionalInteger objects, days;
  bool passed = false;
  std::string reason;
  OptionalInteger accounts, skipped_objects;
};

// An account outside a group that acts with it (test J). It is no member.
struct JoiningRow {
  std::string group_id, channel;
  OptionalInteger window_us;
  std::string platform, account_id;
  OptionalInteger marked, posts;  // posts beside a member, of all its posts
  OptionalReal expected, p, q;
  OptionalInteger objects, days;
};

struct FindingRow {
  std::string finding_id, analysis, subject_type, subject_id, level = "0", statement, numbers_json, method_json, status;
};

struct EvidenceRow {
  std::string finding_id;
  std::int64_t ord = 0;
  std::string platform, post_id;
  OptionalInteger raw_file;
  std::optional<std::string> raw_member;
  OptionalInteger raw_offset, raw_length;
};

struct RunResults {
  std::vector<ChannelCheckRow> checks;
  std::vector<TieRow> ties;
  std::vector<GroupRow> groups;
  std::vector<GroupMemberRow> members;
  std::vector<GroupTestRow> tests;
  std::vector<JoiningRow> joining;
  std::vector<FindingRow> findings;
  std::vector<EvidenceRow> evidence;  // of these findings
  CalibrationRows calibration;        // of this run, where it was calibrated
  IndicatorRows indicators;
};

// Writes run and results in one Step of its own: all or nothing. A run with the same run_id is replaced. Returns the
// run_id. Errors: usage (a level that does not exist, evidence of a finding that is not there), io.
Result<std::string> write_results(CaseFile& file, const Run& run, const RunResults& results);

Result<RunResults> read_results(CaseFile& file, std::string_view run_id);  // empty for an unknown run

}  // namespace unisono::store
