#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/core/time.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::evidence {
namespace {

// A list of accounts is given to the command by the name of its file: the case does not hold the file itself.
Result<std::string> name_of_list(store::CaseFile& file, const std::string& sha256) {
  const std::vector<Cell> parameters = {sha256};
  UNISONO_TRY(const Table rows, file.query("SELECT name FROM import_file WHERE sha256 = $1 LIMIT 1", parameters));
  return rows.rows() == 0 ? sha256 : to_text(rows.columns()[0].cells[0], ColumnType::text);
}

Result<std::string> command_of(store::CaseFile& file, const AmplificationRequest& request) {
  std::string command = "unisono amplify case.uni";
  for (const std::string& action : request.actions) command += " --actions " + action;
  for (const std::string& list : request.target_lists) {
    UNISONO_TRY(const std::string name, name_of_list(file, list));
    command += " --targets " + quote_shell(name);
  }
  if (!request.group_id.empty()) command += " --group " + quote_shell(request.group_id);
  if (!request.group_list.empty()) {
    UNISONO_TRY(const std::string name, name_of_list(file, request.group_list));
    command += " --group " + quote_shell(name);
  }
  for (const auto& [option, moment] : {std::pair{"--since", request.since}, std::pair{"--until", request.until},
                                       std::pair{"--status-at", request.status_at}}) {
    if (moment) command += fmt::format(" {} {}", option, format_iso(*moment, Precision::us));
  }
  return command + fmt::format(" --seed {} --rows {}", request.seed, request.rows_shown);
}

std::vector<WeekShare> weeks_of(const Amplification& amplification) {
  std::vector<WeekShare> weeks;
  const AnalysisTable* table = amplification.find("weeks");
  if (table == nullptr) return weeks;
  const auto integer = [&](std::string_view name, std::size_t row) {
    const Column* column = table->table.find(name);
    const auto* value = column == nullptr ? nullptr : std::get_if<std::int64_t>(&column->cells[row]);
    return value == nullptr ? std::int64_t{0} : *value;
  };
  const Column* subject = table->table.find("subject");
  for (std::size_t row = 0; subject != nullptr && row < table->table.rows(); ++row) {
    if (to_text(subject->cells[row], ColumnType::text) != "all targets") continue;
    weeks.push_back({integer("from_t", row), static_cast<std::uint64_t>(integer("by_group", row)),
                     static_cast<std::uint64_t>(integer("actions", row))});
  }
  return weeks;
}

}  // namespace

Result<void> add_amplification(store::CaseFile& file, ReportData& data, const Control& control) {
  const Result<store::StoredRun> run = store::find_run(file, "amplify", {});
  if (!run) return run.error().code == ErrorCode::not_found ? Result<void>() : tl::unexpected(run.error());
  UNISONO_TRY(AmplificationRequest request, amplification_request_from(run->run.options_json));
  request.seed = run->run.seed;
  AmplificationReport report;
  report.run_id = run->run_id;
  UNISONO_TRY(report.command, command_of(file, request));
  UNISONO_TRY(report.amplification, amplification(file, request, control));
  for (Figure& figure : report.amplification.figures) {
    if (!figure.command.empty()) figure.command = report.command;
  }
  for (AnalysisTable& table : report.amplification.tables) {
    if (!table.command.empty()) table.command = report.command;
  }
  std::stable_sort(report.amplification.tables.begin(), report.amplification.tables.end(),
                   [](const AnalysisTable& x, const AnalysisTable& y) { return x.analysis < y.analysis; });
  report.weeks = weeks_of(report.amplification);
  data.amplification = std::move(report);
  return {};
}

}  // namespace unisono::evidence
