#include "unisono/commands/amplify.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <set>

#include "commands/account_marks.hpp"
#include "unisono/core/version.hpp"
#include "unisono/evidence/account_names.hpp"
#include "unisono/evidence/amplification_wording.hpp"
#include "unisono/evidence/analysis_list.hpp"
#include "unisono/evidence/findings.hpp"
#include "unisono/ingest/account_list.hpp"
#include "unisono/store/result_tables.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

using evidence::Figure;
using Json = nlohmann::ordered_json;

Result<void> add_targets(store::CaseFile& file, const AmplifyOptions& options, AmplifyResult& result,
                         const Control& control) {
  UNISONO_TRY(const std::vector<MarkedList> lists, mark_accounts(file, options.targets, "target", control));
  for (const MarkedList& list : lists) {
    result.request.target_lists.push_back(list.sha256);
    std::string note =
        fmt::format("{}: {} of {} listed targets occur in this data.", list.name, list.found, list.listed);
    if (!list.missing.empty()) {
      note += fmt::format(" Not in it: {}{}.", fmt::join(list.missing, ", "),
                          list.listed - list.found > list.missing.size() ? ", ..." : "");
    }
    result.notes.push_back(std::move(note));
  }
  if (!lists.empty()) return {};
  UNISONO_TRY(const std::int64_t known,
              file.count("SELECT count(*) FROM label WHERE subject_type = 'account' AND label = "
                         "'target'"));
  if (known > 0) return {};
  return fail(ErrorCode::usage, "no targets: neither --targets nor a list of targets in this case",
              "give --targets FILE, a CSV with the column handle or account_id");
}

// Rows of a status list should come in order of time. They are used in that order anyway.
Result<void> note_order(const std::filesystem::path& path, std::vector<std::string>& notes, const Control& control) {
  UNISONO_TRY(const ingest::AccountList list, ingest::read_account_list(path.string(), control));
  std::uint64_t back = 0, undated = 0;
  std::map<std::pair<std::string, std::string>, TimeUs> last;
  for (const ingest::ListedAccount& account : list.accounts) {
    if (!account.observed_us) {
      ++undated;
      continue;
    }
    const auto [known, is_new] =
        last.try_emplace({account.platform, account.account_id.empty() ? "@" + account.handle : account.account_id},
                         *account.observed_us);
    if (!is_new && *account.observed_us < known->second) ++back;
    known->second = std::max(known->second, *account.observed_us);
  }
  if (back > 0)
    notes.push_back(
        fmt::format("{}: {} rows stand after a later observation of the same account; B4 sorts them by "
                    "observed_at.",
                    list.name, back));
  if (undated > 0)
    notes.push_back(fmt::format("{}: {} of {} rows have no observed_at, so B4 cannot use them.", list.name, undated,
                                list.accounts.size()));
  if (list.unusable > 0)
    notes.push_back(fmt::format("{}: {} rows name no account or have an unreadable time.", list.name, list.unusable));
  return {};
}

Result<void> add_group_file(store::CaseFile& file, const std::filesystem::path& path, AmplifyResult& result,
                            const Control& control) {
  UNISONO_TRY(const ingest::AccountList list, ingest::read_account_list(path.string(), control));
  if (list.accounts.empty()) {
    return fail(
        {ErrorCode::bad_input,
         fmt::format("the list of the group holds no account ({} rows); without it B6, B7 and the group's status "
                     "cannot be computed",
                     list.rows),
         "write one account a line below the header account_id or handle",
         list.name,
         {},
         {}});
  }
  const std::vector<std::filesystem::path> lists = {path};
  UNISONO_TRY(const std::vector<MarkedList> marked, mark_accounts(file, lists, "group", control));
  result.request.group_list = marked.front().sha256;
  result.notes.push_back(fmt::format("{}: {} of {} accounts of the given group are in this data.", marked.front().name,
                                     marked.front().found, marked.front().listed));
  return {};
}

Result<void> add_group(store::CaseFile& file, const AmplifyOptions& options, AmplifyResult& result,
                       const Control& control) {
  if (options.group.empty()) return {};
  std::error_code ignored;
  if (std::filesystem::exists(options.group, ignored)) return add_group_file(file, options.group, result, control);
  const std::vector<Cell> parameters = {options.group};
  UNISONO_TRY(const Table runs,
              file.query("SELECT g.run_id FROM group_ g JOIN run r ON r.run_id = g.run_id WHERE g.group_id "
                         "= $1 ORDER BY r.rowid DESC LIMIT 1",
                         parameters));
  if (runs.rows() == 0) {
    return fail(ErrorCode::not_found, fmt::format("there is neither a file nor a group '{}'", options.group),
                fmt::format("`unisono query {} \"SELECT group_id, n, level FROM group_\"` lists the groups",
                            options.case_path.string()));
  }
  result.request.group_run = std::get<std::string>(runs.columns()[0].cells[0]);
  result.request.group_id = options.group;
  return {};
}

Json number_json(const Figure& figure) {
  const auto real = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
  const auto whole = [](const std::optional<std::int64_t>& value) { return value ? Json(*value) : Json(nullptr); };
  return {{"label", figure.label},
          {"rows", figure.rows},
          {"numerator", whole(figure.numerator)},
          {"denominator", whole(figure.denominator)},
          {"value", real(figure.value)},
          {"low", real(figure.low)},
          {"high", real(figure.high)},
          {"coverage", real(figure.coverage)},
          {"excluded", figure.excluded},
          {"excluded_why", figure.excluded_why}};
}

// Every figure is a finding of level 0: a count, and nothing concluded from it.
store::FindingRow finding_of(const Figure& figure, const std::string& run_id) {
  store::FindingRow finding;
  finding.analysis = figure.analysis;
  finding.subject_type = "targets";
  finding.subject_id = figure.subject;
  finding.finding_id = evidence::finding_id(run_id, figure.analysis, figure.subject, figure.label);
  finding.level = "0";
  finding.statement = evidence::figure_sentence(figure);
  finding.numbers_json = number_json(figure).dump(-1, ' ', false, Json::error_handler_t::replace);
  const evidence::Analysis* analysis = evidence::analysis_named(figure.analysis);
  Json method = {{"test", "count"}, {"null_model", "none"}, {"sql", figure.sql}};
  if (analysis != nullptr) {
    method["rule"] = analysis->rule;
    method["innocent_explanations"] = Json::array({analysis->innocent});
  }
  finding.method_json = method.dump(-1, ' ', false, Json::error_handler_t::replace);
  finding.status = "proposed";
  return finding;
}

Result<void> record(store::CaseFile& file, const AmplifyOptions& options, AmplifyResult& result, TimeUs started,
                    const Control& control) {
  store::Run run{"amplify", evidence::to_json(result.request), options.seed, {}, version_with_unicode()};
  UNISONO_TRY(run.input_hash, store::input_hash(file));
  const std::string run_id = store::run_id(run);
  store::RunResults rows;
  for (const Figure& figure : result.amplification.figures) rows.findings.push_back(finding_of(figure, run_id));
  UNISONO_TRY(result.run_id, store::write_results(file, run, rows));
  return store::log_run(file, {result.run_id, started, now_us(), control.threads, host_name()});
}

void add_notes(AmplifyResult& result) {
  for (const std::string& note : result.amplification.notes) result.notes.push_back(note);
  for (const evidence::Refusal& refusal : result.amplification.refused)
    result.notes.push_back(evidence::refusal_sentence(refusal));
  if (result.amplification.find("status") != nullptr) result.notes.emplace_back(evidence::status_caveat());
  std::set<std::string_view> shown;
  for (const evidence::AnalysisTable& table : result.amplification.tables) {
    const evidence::Analysis* analysis = evidence::analysis_named(table.analysis);
    if (analysis == nullptr || analysis->innocent.empty() || !shown.insert(analysis->id).second) continue;
    result.notes.push_back(fmt::format("{}, ordinary explanations: {}.", analysis->id, analysis->innocent));
  }
}

}  // namespace

Result<AmplifyResult> amplify(const AmplifyOptions& options, const Control& control) {
  const TimeUs started = now_us();
  store::OpenOptions open;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes / 2;
  open.stop = control.stop;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  AmplifyResult result;
  result.request.since = options.since;
  result.request.until = options.until;
  result.request.status_at = options.status_at;
  result.request.actions = options.actions;
  result.request.seed = options.seed;
  result.request.rows_shown = options.rows_shown;
  UNISONO_CHECK(add_targets(file, options, result, control));
  for (const std::filesystem::path& list : options.status) {
    UNISONO_TRY(const MarkedList marked, add_status_list(file, list, control));
    result.notes.push_back(
        fmt::format("{}: {} of {} listed accounts are in this data.", marked.name, marked.found, marked.listed));
    UNISONO_CHECK(note_order(list, result.notes, control));
  }
  UNISONO_CHECK(add_group(file, options, result, control));
  UNISONO_CHECK(evidence::prepare_account_names(file, evidence::NamePolicy::pseudonyms));
  UNISONO_TRY(result.amplification, evidence::amplification(file, result.request, control));
  if (result.amplification.status_at) result.date = format_iso(*result.amplification.status_at, Precision::day);
  UNISONO_CHECK(record(file, options, result, started, control));
  add_notes(result);
  return result;
}

Table figures_table(const evidence::Amplification& amplification) {
  Table table({{"analysis", ColumnType::text, {}},
               {"subject", ColumnType::text, {}},
               {"figure", ColumnType::text, {}},
               {"numerator", ColumnType::integer, {}},
               {"denominator", ColumnType::integer, {}},
               {"value", ColumnType::real, {}},
               {"low", ColumnType::real, {}},
               {"high", ColumnType::real, {}},
               {"coverage", ColumnType::real, {}},
               {"excluded", ColumnType::integer, {}},
               {"sql", ColumnType::text, {}}});
  const auto real = [](const std::optional<double>& value) { return value ? Cell(*value) : Cell(); };
  const auto whole = [](const std::optional<std::int64_t>& value) { return value ? Cell(*value) : Cell(); };
  for (const Figure& figure : amplification.figures) {
    table.append_row({figure.analysis, figure.subject, figure.label, whole(figure.numerator), whole(figure.denominator),
                      real(figure.value), real(figure.low), real(figure.high), real(figure.coverage), figure.excluded,
                      figure.sql});
  }
  return table;
}

Table refused_table(const evidence::Amplification& amplification) {
  Table table({{"analysis", ColumnType::text, {}}, {"reason", ColumnType::text, {}}, {"to_do", ColumnType::text, {}}});
  for (const evidence::Refusal& refusal : amplification.refused)
    table.append_row({refusal.analysis, refusal.reason, refusal.to_do});
  return table;
}

}  // namespace unisono::commands
