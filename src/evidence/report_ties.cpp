#include <fmt/format.h>

#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/core/time.hpp"

namespace unisono::evidence {
namespace {

std::string ties_sql(const std::string& run_id, std::string_view condition) {
  return fmt::format(
      "SELECT t.channel, t.window_us / 1e6 AS window_s, a.label AS account_a, b.label AS account_b, t.w_t AS together, "
      "t.lambda_t AS expected_by_activity, t.w_x AS together_x, t.lambda_x AS expected_by_pace, t.p, t.q, t.n_objects "
      "AS objects, t.n_days AS days, t.median_lag_us / 1e6 AS median_lag_s "
      "FROM tie t JOIN account_name a ON a.platform = t.platform_a AND a.account_id = t.account_a "
      "JOIN account_name b ON b.platform = t.platform_b AND b.account_id = t.account_b "
      "WHERE t.run_id = {} AND {} ORDER BY t.q, t.p, t.channel, t.window_us, a.n, b.n",
      quote_sql(run_id), condition);
}

// The first row in words: the sentence of its finding, which knows the group that a T3 stands on, and its p and q.
Result<void> add_example(store::CaseFile& file, const ReportData& data, TieReport& report) {
  const std::string first = fmt::format(
      "(SELECT t.*, a.label AS label_a, b.label AS label_b FROM tie t JOIN account_name a ON a.platform = t.platform_a "
      "AND a.account_id = t.account_a JOIN account_name b ON b.platform = t.platform_b AND b.account_id = t.account_b "
      "WHERE t.run_id = {} AND t.test = 'rule' AND t.level = '{}' ORDER BY t.q, t.p, t.channel, t.window_us, a.n, b.n "
      "LIMIT 1)",
      quote_sql(data.run_id), name_of(report.level));
  UNISONO_TRY(const Table row,
              file.query(fmt::format("SELECT label_a, label_b, channel, window_us, f.statement FROM {} t LEFT JOIN "
                                     "finding f ON f.subject_id = t.platform_a || ':' || t.account_a || ' ' || "
                                     "t.platform_b || ':' || t.account_b || ' ' || t.channel || ' ' || t.window_us AND "
                                     "f.run_id = t.run_id AND f.subject_type = 'tie'",
                                     first)));
  const auto text = [&](std::size_t column) { return to_text(row.columns()[column].cells[0], ColumnType::text); };
  report.example = text(4);
  const auto* window_us = std::get_if<std::int64_t>(&row.columns()[3].cells[0]);
  const std::string command =
      fmt::format("unisono explain case.uni {} {} --channel {} --window {} --run {}", quote_shell(text(0)),
                  quote_shell(text(1)), text(2), window_argument(window_us == nullptr ? 0 : *window_us), data.run_id);
  for (const char* name : {"p", "q"}) {
    UNISONO_TRY(Figure figure, sourced_figure(file, fmt::format("{} of this pair", name), "",
                                              fmt::format("SELECT {} AS value FROM {}", name, first)));
    figure.command = command;
    report.example_figures.push_back(std::move(figure));
  }
  return {};
}

}  // namespace

Result<void> add_ties(store::CaseFile& file, const ReportRequest& request, ReportData& data) {
  for (const Level level : {Level::t3, Level::t2}) {
    TieReport report;
    report.level = level;
    UNISONO_TRY(report.ties,
                sourced(file, ties_sql(data.run_id, fmt::format("t.test = 'rule' AND t.level = '{}'", name_of(level))),
                        request.ties_shown));
    if (report.ties.total_rows == 0) continue;
    report.ties.command = detect_command(data.settings);
    UNISONO_CHECK(add_example(file, data, report));
    data.ties.push_back(std::move(report));
  }
  UNISONO_TRY(data.leads, sourced(file, ties_sql(data.run_id, "t.test = 'pace'"), request.ties_shown));
  data.leads.command = detect_command(data.settings);
  UNISONO_TRY(data.checks,
              sourced(file,
                      fmt::format("SELECT channel, window_us / 1e6 AS window_s, verdict, n_eligible AS eligible, "
                                  "family_k, least_p, c_bar, habit_f, background, smallest_group, reason FROM "
                                  "channel_check WHERE run_id = {} ORDER BY rowid",
                                  quote_sql(data.run_id)),
                      1000));
  data.checks.command = detect_command(data.settings);
  return {};
}

}  // namespace unisono::evidence
