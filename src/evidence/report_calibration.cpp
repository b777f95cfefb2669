#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/evidence/calibration.hpp"
#include "unisono/store/calibration_tables.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::evidence {
namespace {

struct ChosenRun {
  std::string run_id, command;
  store::CalibrationRows rows;
};

std::set<std::string> channels_of(const store::CalibrationRows& rows) {
  std::set<std::string> channels;
  for (const store::CalibrationVerdictRow& verdict : rows.verdicts) channels.insert(verdict.channel);
  return channels;
}

std::string command_of(RunSettings settings, const store::CalibrationRows& rows) {
  const std::set<std::string> channels = channels_of(rows);
  settings.channels.assign(channels.begin(), channels.end());
  std::vector<std::string> permutations;
  for (const CopiesOfOneKind& kind : by_permutation(rows.copies)) permutations.push_back(kind.permutation);
  return calibrate_command(settings, rows.verdicts.empty() ? 20 : rows.verdicts.front().runs, permutations);
}

// What the run itself tried, or the latest `calibrate` of the same tests on the same data that covers as much.
Result<ChosenRun> choose_run(store::CaseFile& file, const ReportData& data) {
  ChosenRun chosen{data.run_id, {}, {}};
  UNISONO_TRY(chosen.rows, store::read_calibration(file, data.run_id));
  const std::set<std::string> own = channels_of(chosen.rows);
  UNISONO_TRY(const std::vector<store::StoredRun> runs, store::stored_runs(file));
  for (const store::StoredRun& run : runs) {
    if (run.run.verb != "calibrate" || run.run.input_hash != data.input_hash) continue;
    UNISONO_TRY(const RunSettings settings, run_settings(run.run.options_json, run.run.seed));
    if (!same_tests(settings, data.settings)) continue;
    UNISONO_TRY(store::CalibrationRows rows, store::read_calibration(file, run.run_id));
    const std::set<std::string> channels = channels_of(rows);
    if (std::includes(channels.begin(), channels.end(), own.begin(), own.end()) && !channels.empty())
      chosen = {run.run_id, {}, std::move(rows)};
  }
  chosen.command = command_of(data.settings, chosen.rows);
  return chosen;
}

}  // namespace

Result<void> add_calibration(store::CaseFile& file, ReportData& data) {
  CalibrationReport& report = data.calibration;
  UNISONO_TRY(const ChosenRun chosen, choose_run(file, data));
  const std::string run = quote_sql(chosen.run_id);
  UNISONO_TRY(report.verdicts,
              sourced(file,
                      fmt::format("SELECT channel, subject, calibrated, runs, ties, \"groups\", alpha, sentence FROM "
                                  "calibration_verdict WHERE run_id = {} ORDER BY channel, subject DESC",
                                  run),
                      100));
  if (report.verdicts.total_rows == 0) return {};
  UNISONO_TRY(report.copies,
              sourced(file,
                      fmt::format("SELECT c.channel, permutation, count(*) AS copies, any_value(v.ties) AS ties_found, "
                                  "avg(false_ties) AS mean_false_ties, max(false_ties) AS most_false_ties, "
                                  "any_value(v.\"groups\") AS groups_found, avg(false_groups) AS mean_false_groups, "
                                  "max(false_groups) AS most_false_groups, max(accounts) AS most_accounts, "
                                  "avg(surviving_ties) AS mean_surviving_ties, avg(surviving_groups) AS "
                                  "mean_surviving_groups FROM calibration c JOIN calibration_verdict v ON v.run_id = "
                                  "c.run_id AND v.channel = c.channel AND (v.subject = 'degrees') = (permutation = "
                                  "'fastball') WHERE c.run_id = {} GROUP BY c.channel, permutation ORDER BY "
                                  "c.channel, permutation",
                                  run),
                      100));
  UNISONO_TRY(report.fits,
              sourced(file,
                      fmt::format("SELECT channel, window_us / 1e6 AS window_s, permutation, test, n, "
                                  "distance, share_001, share_01, share_05, copies, fitting, c_bar, habit_f, family_k "
                                  "FROM calibration_fit WHERE run_id = {} ORDER BY "
                                  "channel, window_us, permutation, test",
                                  run),
                      400));
  UNISONO_TRY(report.points,
              sourced(file,
                      fmt::format("SELECT channel, window_us / 1e6 AS window_s, permutation, test, expected, observed "
                                  "FROM calibration_qq WHERE run_id = {} ORDER BY channel, window_us, permutation, "
                                  "test, expected",
                                  run),
                      0));
  for (SourcedTable* table : {&report.verdicts, &report.copies, &report.fits, &report.points})
    table->command = chosen.command;
  std::map<std::tuple<std::string, std::int64_t, std::string>, std::map<std::string, QuantileCurve>> curves;
  for (const store::CalibrationPointRow& point : chosen.rows.points) {
    QuantileCurve& curve = curves[{point.channel, point.window_us, point.permutation}][point.test];
    curve.name = point.test;
    curve.points.push_back({point.expected, point.observed});
  }
  for (auto& [where, tests] : curves) {
    CalibrationReport::Picture picture{std::get<0>(where), std::get<2>(where), std::get<1>(where), {}};
    for (auto& [test, curve] : tests) picture.curves.push_back(std::move(curve));
    report.pictures.push_back(std::move(picture));
  }
  return {};
}

}  // namespace unisono::evidence
