// The rows of a calibration (docs/store.md, "Tables of a run"): what the tests of a run find in permuted data and
// of planted squads. They belong to the run that they judge; write_results writes them with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::store {

// One permuted copy of a channel, all its windows united.
struct CalibrationRow {
  std::string channel, permutation;  // "bins", "within", "habit", "fastball"
  std::int64_t run_no = 0;           // from 1
  std::int64_t false_ties = 0, false_groups = 0;
  std::int64_t accounts = 0;  // in false ties and false groups
  std::int64_t surviving_ties = 0,
               surviving_groups = 0;  // with those that the permutation cannot break, which are not false
};

// How near the randomised p of one test are to the uniform distribution, over all copies.
struct CalibrationFitRow {
  std::string channel;
  std::int64_t window_us = 0;
  std::string permutation, test;                        // "none" = the data itself; "T", "X", "G_T", "G_X", "G_H", "D"
  std::int64_t n = 0;                                   // p-values
  std::optional<double> distance;                       // Kolmogorov's; empty without p-values
  std::optional<double> c_bar, habit_f, family_k;       // means over the copies
  std::int64_t copies = 0, fitting = 0;                 // copies judged alone; of these, those near enough to uniform
  std::optional<double> share_001, share_01, share_05;  // of the p at or below .001, .01, .05
};

// A point of the same comparison: the share `expected` of all p lies at or below `observed`.
struct CalibrationPointRow {
  std::string channel;
  std::int64_t window_us = 0;
  std::string permutation, test;
  double expected = 0, observed = 0;
};

// What a verdict is about: ties and groups of `detect`, or the pairs that test D accepts (permutation "fastball").
inline constexpr std::string_view k_verdict_on_detect = "detect", k_verdict_on_degrees = "degrees";

struct CalibrationVerdictRow {
  std::string channel;
  bool calibrated = false;
  std::int64_t runs = 0;
  std::int64_t ties = 0, groups = 0;  // found in the data
  double alpha = 0;
  std::string sentence;
  std::string subject = std::string(k_verdict_on_detect);
};

// Squads of one size and number of tasks that were planted into a channel, and how often the tests found them.
struct PlantingRow {
  std::string channel;
  std::optional<std::int64_t> window_us;  // empty = all windows together, as a run unites them
  std::int64_t size = 0, tasks = 0, jitter_us = 0;
  std::int64_t draws = 0;                    // squads that were planted; 0 with a reason
  std::int64_t found = 0;                    // of them: in a group or by ties
  std::int64_t in_groups = 0, by_habit = 0;  // a group stood for the squad; it passed the habit test too
  std::int64_t in_ties = 0;                  // at least half of the squad had a tie with another member
  std::optional<double> members, others;     // of the groups that stood for a squad, on average
  std::string reason;                        // why it could not be planted
};

struct CalibrationRows {
  std::vector<CalibrationRow> copies;
  std::vector<CalibrationFitRow> fits;
  std::vector<CalibrationPointRow> points;
  std::vector<CalibrationVerdictRow> verdicts;
  std::vector<PlantingRow> plantings;
};

// Inside a Step. Rows of the run that are there already are replaced.
Result<void> write_calibration(CaseFile& file, std::string_view run_id, const CalibrationRows& rows);

Result<CalibrationRows> read_calibration(CaseFile& file, std::string_view run_id);  // empty for an unknown run

}  // namespace unisono::store
