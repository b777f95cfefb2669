// Tables that a run writes. Wall clock, threads and host stand in run_log only, so that equal runs give equal tables.
#include <array>

#include "unisono/store/schema.hpp"

namespace unisono::store {
namespace {

constexpr std::string_view k_run = R"(
  run_id VARCHAR NOT NULL, verb VARCHAR NOT NULL, options_json VARCHAR, seed UBIGINT, input_hash VARCHAR, version VARCHAR
)";

constexpr std::string_view k_run_log = R"(
  run_id VARCHAR NOT NULL, started TIMESTAMP, ended TIMESTAMP, threads INTEGER, host VARCHAR
)";

constexpr std::string_view k_channel_check = R"(
  run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, n_eligible BIGINT, family_k BIGINT, c_bar DOUBLE,
  habit_f DOUBLE, background DOUBLE, publication DOUBLE, verdict VARCHAR, reason VARCHAR, n_events BIGINT,
  n_accounts BIGINT, n_objects BIGINT, n_shared_objects BIGINT, n_pairs BIGINT, least_p DOUBLE, smallest_group INTEGER
)";

constexpr std::string_view k_tie = R"(
  run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, test VARCHAR NOT NULL, platform_a VARCHAR NOT NULL,
  account_a VARCHAR NOT NULL, platform_b VARCHAR NOT NULL, account_b VARCHAR NOT NULL, n_objects BIGINT, n_actions BIGINT,
  w_t BIGINT, w_x BIGINT, lambda_t DOUBLE, lambda_x DOUBLE, p_t DOUBLE, p_x DOUBLE, p DOUBLE, q DOUBLE, p_half1 DOUBLE,
  p_half2 DOUBLE, in_family BOOLEAN, gap_min_us BIGINT, gap_max_us BIGINT, gap_sum_us HUGEINT, median_lag_us BIGINT,
  first_us TIMESTAMP, last_us TIMESTAMP, n_days INTEGER, lower_bound BOOLEAN, level VARCHAR NOT NULL
)";

constexpr std::string_view k_group = R"(
  run_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, n INTEGER, level VARCHAR NOT NULL, reasons_json VARCHAR,
  stability DOUBLE
)";

constexpr std::string_view k_group_member = R"(
  run_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, platform VARCHAR NOT NULL, account_id VARCHAR NOT NULL, how VARCHAR
)";

constexpr std::string_view k_group_test = R"(
  run_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, direction VARCHAR,
  test VARCHAR, n_tested BIGINT, w BIGINT, expected DOUBLE, lift DOUBLE, lo DOUBLE, hi DOUBLE, p DOUBLE, q DOUBLE,
  objects INTEGER, days INTEGER, passed BOOLEAN, reason VARCHAR, accounts INTEGER, skipped_objects INTEGER
)";

constexpr std::string_view k_finding = R"(
  finding_id VARCHAR NOT NULL, run_id VARCHAR NOT NULL, analysis VARCHAR, subject_type VARCHAR, subject_id VARCHAR,
  level VARCHAR NOT NULL, statement VARCHAR, numbers_json VARCHAR, method_json VARCHAR, status VARCHAR
)";

constexpr std::string_view k_evidence = R"(
  finding_id VARCHAR NOT NULL, ord BIGINT NOT NULL, platform VARCHAR, post_id VARCHAR, raw_file INTEGER, raw_member VARCHAR,
  raw_offset BIGINT, raw_length BIGINT
)";

constexpr std::string_view k_annotation = R"(
  t TIMESTAMP, who VARCHAR, subject_type VARCHAR, subject_id VARCHAR, kind VARCHAR, text VARCHAR
)";

constexpr std::string_view k_calibration = R"(
  run_id VARCHAR NOT NULL, permutation VARCHAR, run_no INTEGER, false_ties BIGINT, false_groups BIGINT, accounts BIGINT,
  channel VARCHAR, surviving_ties BIGINT, surviving_groups BIGINT
)";

constexpr std::string_view k_calibration_fit = R"(
  run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, permutation VARCHAR, test VARCHAR, n BIGINT,
  distance DOUBLE, c_bar DOUBLE, habit_f DOUBLE, family_k DOUBLE, copies INTEGER, fitting INTEGER, share_001 DOUBLE,
  share_01 DOUBLE, share_05 DOUBLE
)";

constexpr std::string_view k_calibration_qq = R"(
  run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, permutation VARCHAR, test VARCHAR, expected DOUBLE,
  observed DOUBLE
)";

constexpr std::string_view k_calibration_verdict = R"(
  run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, calibrated BOOLEAN NOT NULL, runs INTEGER, ties BIGINT, groups BIGINT,
  alpha DOUBLE, sentence VARCHAR, subject VARCHAR
)";

constexpr std::string_view k_planting = R"(
  run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, size INTEGER, tasks INTEGER, jitter_us BIGINT,
  draws INTEGER, found INTEGER, in_groups INTEGER, by_habit INTEGER, in_ties INTEGER, members DOUBLE, others DOUBLE,
  reason VARCHAR
)";

constexpr std::string_view k_joining = R"(
  run_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, platform VARCHAR NOT NULL,
  account_id VARCHAR NOT NULL, marked BIGINT, posts BIGINT, expected DOUBLE, p DOUBLE, q DOUBLE, objects BIGINT, days BIGINT
)";

constexpr std::string_view k_burst_check = R"(
  run_id VARCHAR NOT NULL, width_us BIGINT NOT NULL, verdict VARCHAR, reason VARCHAR, posts BIGINT, accounts BIGINT,
  bins BIGINT, untested BIGINT, bursts BIGINT, alpha DOUBLE
)";

constexpr std::string_view k_burst = R"(
  run_id VARCHAR NOT NULL, width_us BIGINT NOT NULL, begin_us TIMESTAMP NOT NULL, accounts BIGINT, expected DOUBLE,
  p DOUBLE, q DOUBLE
)";

constexpr std::string_view k_burst_account = R"(
  run_id VARCHAR NOT NULL, width_us BIGINT NOT NULL, platform VARCHAR NOT NULL, account_id VARCHAR NOT NULL, bins BIGINT,
  bursts BIGINT
)";

constexpr std::string_view k_timeless_check = R"(
  run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, verdict VARCHAR, reason VARCHAR, actions BIGINT, accounts BIGINT,
  eligible BIGINT, pairs_in_family BIGINT, objects_counted BIGINT, ranked BIGINT, ties BIGINT, alpha DOUBLE,
  max_sharers BIGINT
)";

constexpr std::string_view k_ranking = R"(
  run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, place BIGINT NOT NULL, platform VARCHAR NOT NULL,
  account_id VARCHAR NOT NULL, score DOUBLE, best_triangle DOUBLE, idf_sum DOUBLE, shared BIGINT, objects BIGINT,
  partners BIGINT, cosine DOUBLE
)";

constexpr std::string_view k_degree_tie = R"(
  run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, platform_a VARCHAR NOT NULL, account_a VARCHAR NOT NULL,
  platform_b VARCHAR NOT NULL, account_b VARCHAR NOT NULL, shared BIGINT, expected DOUBLE, p DOUBLE, q DOUBLE,
  level VARCHAR NOT NULL
)";

constexpr std::string_view k_second_opinion = R"(
  run_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, method VARCHAR NOT NULL,
  resolution DOUBLE, members BIGINT, "of" BIGINT, accounts BIGINT, objects BIGINT, jaccard DOUBLE, co_assignment DOUBLE,
  rand_index DOUBLE, variation DOUBLE, density DOUBLE, copies BIGINT, as_dense BIGINT, reason VARCHAR
)";

constexpr std::string_view k_second_opinion_account = R"(
  run_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, method VARCHAR NOT NULL, resolution DOUBLE,
  platform VARCHAR NOT NULL, account_id VARCHAR NOT NULL
)";

constexpr std::array k_tables{
    TableDefinition{"run", k_run},
    TableDefinition{"run_log", k_run_log},
    TableDefinition{"channel_check", k_channel_check},
    TableDefinition{"tie", k_tie},
    TableDefinition{"group_", k_group},
    TableDefinition{"group_member", k_group_member},
    TableDefinition{"group_test", k_group_test},
    TableDefinition{"finding", k_finding},
    TableDefinition{"evidence", k_evidence},
    TableDefinition{"annotation", k_annotation},
    TableDefinition{"calibration", k_calibration},
    TableDefinition{"calibration_fit", k_calibration_fit},
    TableDefinition{"calibration_qq", k_calibration_qq},
    TableDefinition{"calibration_verdict", k_calibration_verdict},
    TableDefinition{"joining", k_joining},
    TableDefinition{"burst_check", k_burst_check},
    TableDefinition{"burst", k_burst},
    TableDefinition{"burst_account", k_burst_account},
    TableDefinition{"timeless_check", k_timeless_check},
    TableDefinition{"ranking", k_ranking},
    TableDefinition{"degree_tie", k_degree_tie},
    TableDefinition{"second_opinion", k_second_opinion},
    TableDefinition{"second_opinion_account", k_second_opinion_account},
    TableDefinition{"planting", k_planting},
};

}  // namespace

std::span<const TableDefinition> result_tables() {
  return k_tables;
}

}  // namespace unisono::store
