// Channels without usable times: who shares rare content, and which pairs share more than chance.
#include <fmt/format.h>

#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"

namespace unisono::evidence {
namespace {

constexpr std::size_t k_most_shown = 50;

Result<TimelessReport> timeless_report(store::CaseFile& file, const store::RunResults& results, const ReportData& data,
                                       const store::TimelessCheckRow& check) {
  TimelessReport report{.channel = check.channel};
  report.ranked = static_cast<std::uint64_t>(check.ranked);
  report.ties_in_all = static_cast<std::uint64_t>(check.ties);
  const std::string run = quote_sql(data.run_id), channel = quote_sql(check.channel);
  const std::string command = rank_command(data.settings, check.channel, check.max_sharers);
  UNISONO_TRY(report.accounts,
              sourced(file,
                      fmt::format("SELECT r.place, n.label AS account, r.score, r.best_triangle, r.idf_sum, r.shared, "
                                  "r.objects, r.partners, r.cosine FROM ranking r JOIN account_name n USING (platform, "
                                  "account_id) WHERE r.run_id = {} AND r.channel = {} ORDER BY r.place",
                                  run, channel),
                      k_most_shown));
  UNISONO_TRY(
      report.ties,
      sourced(
          file,
          fmt::format("SELECT a.label AS account_a, b.label AS account_b, d.shared, d.expected, d.p, d.q FROM "
                      "degree_tie d JOIN account_name a ON a.platform = d.platform_a AND a.account_id = d.account_a "
                      "JOIN account_name b ON b.platform = d.platform_b AND b.account_id = d.account_b WHERE "
                      "d.run_id = {} AND d.channel = {} ORDER BY d.q, d.p, a.n, b.n",
                      run, channel),
          k_most_shown));
  report.accounts.command = report.ties.command = command;
  for (const store::FindingRow& finding : results.findings) {
    if (finding.analysis != "D" || !finding.subject_id.ends_with(" " + check.channel)) continue;
    report.example = finding.statement;  // they are written in order of q
    break;
  }
  return report;
}

}  // namespace

Result<void> add_timeless(store::CaseFile& file, const store::RunResults& results, ReportData& data) {
  UNISONO_TRY(data.timeless_checks,
              sourced(file,
                      fmt::format("SELECT channel, verdict, actions, accounts, eligible, pairs_in_family, "
                                  "objects_counted, ranked, ties, reason FROM timeless_check WHERE run_id = {} ORDER "
                                  "BY rowid",
                                  quote_sql(data.run_id)),
                      100));
  for (const store::TimelessCheckRow& check : results.indicators.timeless.checks) {
    UNISONO_TRY(TimelessReport report, timeless_report(file, results, data, check));
    data.timeless.push_back(std::move(report));
  }
  if (data.timeless.empty()) return {};
  UNISONO_TRY(Figure ties,
              sourced_figure(file, fmt::format("pairs at {} ({})", name_of(Level::t1), title_of(Level::t1)), "pairs",
                             fmt::format("SELECT sum(ties)::BIGINT AS numerator FROM timeless_check WHERE "
                                         "run_id = {}",
                                         quote_sql(data.run_id))));
  data.levels.push_back(std::move(ties));
  return {};
}

}  // namespace unisono::evidence
