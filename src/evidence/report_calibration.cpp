#include <fmt/format.h>

#include <map>
#include <tuple>
#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/store/calibration_tables.hpp"

namespace unisono::evidence {

Result<void> add_calibration(store::CaseFile& file, ReportData& data) {
  CalibrationReport& report = data.calibration;
  const std::string run = quote_sql(data.run_id);
  UNISONO_TRY(report.verdicts,
              sourced(file,
                      fmt::format("SELECT channel, calibrated, runs, ties, \"groups\", alpha, sentence FROM "
                                  "calibration_verdict WHERE run_id = {} ORDER BY channel",
                                  run),
                      100));
  if (report.verdicts.total_rows == 0) return {};
  UNISONO_TRY(report.copies,
              sourced(file,
                      fmt::format("SELECT channel, permutation, count(*) AS copies, avg(false_ties) AS "
                                  "mean_false_ties, max(false_ties) AS most_false_ties, avg(false_groups) AS "
                                  "mean_false_groups, max(false_groups) AS most_false_groups, max(accounts) AS "
                                  "most_accounts, avg(surviving_ties) AS mean_surviving_ties, avg(surviving_groups) "
                                  "AS mean_surviving_groups FROM calibration WHERE run_id = {} GROUP BY channel, "
                                  "permutation ORDER BY channel, permutation",
                                  run),
                      100));
  UNISONO_TRY(report.fits,
              sourced(file,
                      fmt::format("SELECT channel, window_us / 1e6 AS window_s, permutation, test, n, "
                                  "distance, c_bar, habit_f, family_k FROM calibration_fit WHERE run_id = {} ORDER BY "
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
  UNISONO_TRY(const store::CalibrationRows rows, store::read_calibration(file, data.run_id));
  const std::string command = calibrate_command(data.settings, rows.verdicts.empty() ? 20 : rows.verdicts[0].runs);
  for (SourcedTable* table : {&report.verdicts, &report.copies, &report.fits, &report.points}) table->command = command;
  std::map<std::tuple<std::string, std::int64_t, std::string>, std::map<std::string, QuantileCurve>> curves;
  for (const store::CalibrationPointRow& point : rows.points) {
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
