#include "unisono/evidence/report_data.hpp"

#include <fmt/format.h>

#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::evidence {
namespace {

// How much was found and how much could be looked at: the first lines of a report.
Result<void> add_levels(store::CaseFile& file, ReportData& data) {
  const std::string run = quote_sql(data.run_id);
  const auto add = [&](std::string_view label, std::string_view rows, std::string sql) -> Result<void> {
    UNISONO_TRY(Figure figure, sourced_figure(file, label, rows, std::move(sql)));
    data.levels.push_back(std::move(figure));
    return {};
  };
  for (const Level level : {Level::g1, Level::g0}) {
    UNISONO_CHECK(add(fmt::format("groups at {} ({})", name_of(level), title_of(level)), "groups",
                      fmt::format("SELECT count(*) AS numerator FROM group_ WHERE run_id = {} AND level = '{}'", run,
                                  name_of(level))));
  }
  for (const Level level : {Level::t3, Level::t2}) {
    UNISONO_CHECK(add(fmt::format("pairs at {} ({})", name_of(level), title_of(level)), "pairs",
                      fmt::format("SELECT count(DISTINCT (platform_a, account_a, platform_b, account_b)) AS numerator "
                                  "FROM tie WHERE run_id = {} AND test = 'rule' AND level = '{}'",
                                  run, name_of(level))));
  }
  return add("combinations of channel and window tested in full", "combinations",
             fmt::format("SELECT count(*) FILTER (WHERE verdict = 'tested') AS numerator, count(*) AS denominator FROM "
                         "channel_check WHERE run_id = {}",
                         run));
}

Result<void> add_network(store::CaseFile& file, ReportData& data) {
  UNISONO_TRY(data.network, network_view(file, data.run_id));
  const std::string ties = fmt::format("FROM tie WHERE run_id = {} AND test = 'rule'", quote_sql(data.run_id));
  UNISONO_TRY(
      Figure accounts,
      sourced_figure(file, "accounts with a tie or in a group", "accounts",
                     fmt::format("SELECT count(*) AS numerator FROM (SELECT platform_a, account_a {0} UNION SELECT "
                                 "platform_b, account_b {0} UNION SELECT platform, account_id FROM group_member WHERE "
                                 "run_id = {1} AND how = 'found')",
                                 ties, quote_sql(data.run_id))));
  UNISONO_TRY(Figure pairs, sourced_figure(file, "pairs with a tie in any channel", "pairs",
                                           "SELECT count(DISTINCT (platform_a, account_a, platform_b, account_b)) AS "
                                           "numerator " +
                                               ties));
  data.network_figures = {std::move(accounts), std::move(pairs)};
  return {};
}

Result<void> add_replies(store::CaseFile& file, ReportData& data) {
  for (const GroupReport& group : data.groups) {
    ReplyRow reply{group.group_id, {}, {}, {}, {}};
    const std::vector<Cell> parameters = {group.group_id};
    UNISONO_TRY(const Table rows, file.query("SELECT kind, text, t FROM annotation WHERE subject_type = 'group' AND "
                                             "subject_id = $1 AND kind IN ('asked', 'answer') ORDER BY t, text",
                                             parameters));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      const bool asked = to_text(rows.columns()[0].cells[row], ColumnType::text) == "asked";
      (asked ? reply.asked : reply.answer) = to_text(rows.columns()[1].cells[row], ColumnType::text);
      (asked ? reply.asked_on : reply.answered_on) = to_text(rows.columns()[2].cells[row], ColumnType::time_us);
    }
    data.replies.push_back(std::move(reply));
  }
  return {};
}

}  // namespace

Result<SourcedTable> sourced(store::CaseFile& file, std::string sql, std::size_t shown) {
  SourcedTable sourced;
  UNISONO_TRY(const std::int64_t total, file.count(fmt::format("SELECT count(*) FROM ({})", sql)));
  sourced.total_rows = static_cast<std::uint64_t>(total);
  UNISONO_TRY(sourced.table, file.query(fmt::format("{} LIMIT {}", sql, shown)));
  sourced.sql = std::move(sql);
  return sourced;
}

Result<Figure> sourced_figure(store::CaseFile& file, std::string_view label, std::string_view rows, std::string sql) {
  Figure figure;
  figure.label = label;
  figure.rows = rows;
  UNISONO_TRY(const Table table, file.query(sql));
  const auto cell = [&](std::string_view name) -> const Cell* {
    const Column* column = table.find(name);
    return column == nullptr || column->cells.empty() ? nullptr : &column->cells.front();
  };
  const auto integer = [&](std::string_view name, std::optional<std::int64_t>& into) {
    const Cell* at = cell(name);
    if (const auto* value = at == nullptr ? nullptr : std::get_if<std::int64_t>(at)) into = *value;
  };
  const auto real = [&](std::string_view name, std::optional<double>& into) {
    const Cell* at = cell(name);
    if (const auto* value = at == nullptr ? nullptr : std::get_if<double>(at)) into = *value;
  };
  integer("numerator", figure.numerator);
  integer("denominator", figure.denominator);
  real("value", figure.value);
  real("low", figure.low);
  real("high", figure.high);
  figure.sql = std::move(sql);
  return figure;
}

Result<ReportData> gather_report(store::CaseFile& file, const ReportRequest& request, const Control& control) {
  UNISONO_TRY(const store::StoredRun run, store::find_run(file, "detect", request.run_id));
  UNISONO_CHECK(prepare_account_names(file, request.names));
  ReportData data;
  data.run_id = run.run_id;
  data.version = run.run.version;
  data.options_json = run.run.options_json;
  data.input_hash = run.run.input_hash;
  data.seed = run.run.seed;
  UNISONO_TRY(data.settings, run_settings(data.options_json, data.seed));
  UNISONO_CHECK(add_data(file, data));
  UNISONO_CHECK(add_levels(file, data));
  UNISONO_CHECK(add_ties(file, request, data));
  UNISONO_TRY(const store::RunResults results, store::read_results(file, data.run_id));
  UNISONO_CHECK(add_timeless(file, results, data));
  UNISONO_CHECK(add_bursts(file, results, data));
  UNISONO_CHECK(add_groups(file, request, results, data, control));
  UNISONO_CHECK(add_amplification(file, data, control));
  UNISONO_CHECK(add_calibration(file, data));
  UNISONO_CHECK(add_planting(file, data));
  UNISONO_CHECK(add_reasons(file, results, data));
  UNISONO_CHECK(add_replies(file, data));
  UNISONO_CHECK(add_network(file, data));
  return data;
}

}  // namespace unisono::evidence
