// Moments with too many different accounts: all of them over time, and the minutes around the strongest.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/report_wording.hpp"
#include "unisono/network/bursts.hpp"

namespace unisono::evidence {
namespace {

constexpr std::size_t k_most_shown = 50;
constexpr std::size_t k_most_bins = 2000;
constexpr std::int64_t k_drawable_us = INT64_MAX / 2;  // no picture around moments at the ends of time

// The bins around the strongest burst as far as its background reaches, counted anew from the posts.
Result<void> add_surroundings(store::CaseFile& file, const ReportData& data, const store::BurstRow& strongest,
                              BurstReport& report) {
  const auto half = static_cast<std::int64_t>(network::BurstOptions{}.half_width_us);
  if (strongest.begin_us < -k_drawable_us || strongest.begin_us > k_drawable_us) return {};
  UNISONO_TRY(
      report.around,
      sourced(file,
              fmt::format("SELECT time_bucket(INTERVAL '{} seconds', t_us) AS \"from\", count(DISTINCT (platform, "
                          "account_id)) AS accounts FROM {} WHERE t_us >= TIMESTAMP '{}' AND t_us < TIMESTAMP "
                          "'{}' GROUP BY 1 ORDER BY 1",
                          report.width_us / k_us_per_s, binned_posts(data.settings, report.width_us),
                          format_iso(strongest.begin_us - half, Precision::us),
                          format_iso(strongest.begin_us + report.width_us + half, Precision::us)),
              k_most_bins));
  report.expected = strongest.expected;
  report.near.push_back({strongest.begin_us - half, 0, {}, false});  // the picture spans the whole background
  for (std::size_t row = 0; row < report.around.table.rows(); ++row) {
    const auto* t = std::get_if<std::int64_t>(&report.around.table.columns()[0].cells[row]);
    const auto* accounts = std::get_if<std::int64_t>(&report.around.table.columns()[1].cells[row]);
    if (t == nullptr || accounts == nullptr) continue;
    report.near.push_back({*t, static_cast<std::uint64_t>(*accounts), {}, *t == strongest.begin_us});
  }
  report.near.push_back({strongest.begin_us + half, 0, {}, false});
  return {};
}

// The strongest come first where there are more than a picture holds.
void add_marks(std::vector<store::BurstRow> bursts, BurstReport& report) {
  if (bursts.size() > k_most_bins) bursts.resize(k_most_bins);
  std::sort(bursts.begin(), bursts.end(), [](const auto& a, const auto& b) { return a.begin_us < b.begin_us; });
  for (const store::BurstRow& burst : bursts)
    report.over_time.push_back({burst.begin_us, static_cast<std::uint64_t>(burst.accounts), burst.expected, true});
}

Result<BurstReport> burst_report(store::CaseFile& file, const store::RunResults& results, const ReportData& data,
                                 std::int64_t width_us) {
  BurstReport report{.width_us = width_us};
  const std::string where = fmt::format("run_id = {} AND width_us = {}", quote_sql(data.run_id), width_us);
  UNISONO_TRY(
      report.bursts,
      sourced_figure(file, fmt::format("moments of {} with too many different accounts", format_duration(width_us)),
                     "moments with posts",
                     fmt::format("SELECT (SELECT count(*) FROM burst WHERE {0}) AS numerator, bins AS denominator "
                                 "FROM burst_check WHERE {0}",
                                 where)));
  UNISONO_TRY(
      report.strongest,
      sourced(file,
              fmt::format("SELECT begin_us AS begin_t, accounts, expected, p, q FROM burst WHERE {} ORDER BY p, "
                          "accounts DESC, begin_us",
                          where),
              k_most_shown));
  report.strongest.command = detect_command(data.settings);
  std::vector<store::BurstRow> bursts;
  for (const store::BurstRow& burst : results.indicators.bursts.bursts)
    if (burst.width_us == width_us) bursts.push_back(burst);
  std::sort(bursts.begin(), bursts.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.p, -a.accounts, a.begin_us) < std::tuple(b.p, -b.accounts, b.begin_us);
  });
  UNISONO_CHECK(add_surroundings(file, data, bursts.front(), report));
  add_marks(std::move(bursts), report);
  const std::string subject = fmt::format("bins of {}", format_duration(width_us));
  for (const store::FindingRow& finding : results.findings)
    if (finding.subject_type == "moments" && finding.subject_id == subject) report.statement = finding.statement;
  UNISONO_TRY(report.accounts,
              sourced(file,
                      fmt::format("SELECT n.label AS account, b.bursts, b.bins, b.bursts / b.bins AS share FROM "
                                  "burst_account b JOIN account_name n USING (platform, account_id) WHERE {} ORDER BY "
                                  "b.bursts DESC, b.bins, n.n",
                                  where),
                      k_most_shown));
  return report;
}

}  // namespace

Result<void> add_bursts(store::CaseFile& file, const store::RunResults& results, ReportData& data) {
  UNISONO_TRY(data.burst_checks,
              sourced(file,
                      fmt::format("SELECT width_us / 1e6 AS width_s, verdict, posts, accounts, bins, untested, bursts, "
                                  "alpha, reason FROM burst_check WHERE run_id = {} ORDER BY rowid",
                                  quote_sql(data.run_id)),
                      100));
  data.burst_checks.command = detect_command(data.settings);
  std::vector<std::string> untested;
  for (const store::BurstCheckRow& check : results.indicators.bursts.checks) {
    if (check.verdict == "tested") {
      data.moments_tested = true;
      continue;
    }
    untested.push_back(format_duration(check.width_us));
    // Of several reasons that of the widest bins: they are the last to become too fine.
    data.moments_not_testable = moments_not_tested_sentence(untested, check.reason);
  }
  for (const store::BurstCheckRow& check : results.indicators.bursts.checks) {
    if (check.bursts == 0) continue;
    UNISONO_TRY(BurstReport report, burst_report(file, results, data, check.width_us));
    data.bursts.push_back(std::move(report));
  }
  return {};
}

}  // namespace unisono::evidence
