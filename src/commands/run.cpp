#include "unisono/commands/run.hpp"

#include <fmt/format.h>

#include <utility>

#include "commands/account_marks.hpp"
#include "unisono/commands/calibrate.hpp"
#include "unisono/commands/export.hpp"
#include "unisono/commands/report.hpp"
#include "unisono/core/file.hpp"
#include "unisono/core/version.hpp"
#include "unisono/ingest/account_list.hpp"
#include "unisono/output/json.hpp"

namespace unisono::commands {
namespace {

constexpr std::int64_t k_most_planted_events = 5'000;

// The receipts that the case keeps: also when this run skipped the import.
Result<void> write_receipts(const RunOptions& options, store::CaseFile& file, RunResult& result) {
  const std::vector<Cell> lists = {std::string(ingest::k_account_list_format)};
  output::JsonDocument document;
  document.verb = "receipt";
  document.run_json = fmt::format(R"({{"version":{}}})", output::quote_json(version_with_unicode()));
  UNISONO_TRY(Table receipts, file.query("SELECT receipt AS receipt_json FROM import_file WHERE NOT "
                                         "starts_with(coalesce(format_id, ''), $1) ORDER BY file_id",
                                         lists));
  document.tables.emplace_back("files", std::move(receipts));
  const std::filesystem::path path = options.out / "receipt.json";
  UNISONO_CHECK(write_file(path, output::write_json(document)));
  result.files.push_back(path);
  return {};
}

// What is known beside the posts, and the receipts: everything of `run` between import and detect.
Result<void> complete_case(const RunOptions& options, const std::filesystem::path& case_path, RunResult& result,
                           const Control& control) {
  store::OpenOptions open;
  open.threads = control.threads;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(case_path, open));
  UNISONO_CHECK(write_receipts(options, file, result));
  for (const std::filesystem::path& list : options.status) {
    UNISONO_TRY(const MarkedList marked, add_status_list(file, list, control));
    result.notes.push_back(
        fmt::format("{}: {} of {} listed accounts are in this data.", marked.name, marked.found, marked.listed));
  }
  return {};
}

// Planting squads costs many times the tests, so it is done only where that takes seconds. The work is counted and not
// timed: equal inputs give equal results.
Result<void> plant_where_small(const DetectOptions& detected, const DetectResult& result, const Control& control) {
  std::int64_t tested = 0;  // events, in every window
  for (std::size_t row = 0; row < result.checks.rows(); ++row) tested += integer_at(result.checks, row, "n_events");
  if (tested > k_most_planted_events) return {};
  CalibrateOptions options;
  options.detect = detected;
  options.detect.calibrate = false;
  options.plant = network::SquadPlan{};
  options.runs = 10;
  UNISONO_CHECK(calibrate(options, control));
  return {};
}

void note_what_is_left_out(const RunOptions& options, RunResult& result) {
  result.notes.emplace_back(
      "Not part of this version: profiles of accounts, copies of text and media, disclosure, who was first (level "
      "G2).");
  if (options.detect.targets.empty())
    result.notes.emplace_back("No --targets were given: every account is called by number.");
}

}  // namespace

Result<RunResult> run(const RunOptions& options, const Control& control) {
  if (options.full_names && options.full_names_reason.empty()) {
    return fail(ErrorCode::usage, "--names full needs a stated reason, which is printed in the report",
                "add --names-reason \"...\"");
  }
  UNISONO_CHECK(make_directory(options.out));
  RunResult result;
  const std::filesystem::path case_path = options.out / "case.uni";

  ImportOptions import_options;
  import_options.inputs = options.inputs;
  import_options.case_path = case_path;
  import_options.force = options.force;
  import_options.reuse = true;
  import_options.settings = options.import;
  UNISONO_TRY(result.import, import(import_options, control));
  result.files.push_back(case_path);
  UNISONO_CHECK(complete_case(options, case_path, result, control));

  DetectOptions detect_options = options.detect;
  detect_options.case_path = case_path;
  detect_options.calibrate = true;
  UNISONO_TRY(result.detect, detect(detect_options, control));

  UNISONO_CHECK(plant_where_small(detect_options, result.detect, control));
  ReportOptions report_options;
  report_options.case_path = case_path;
  report_options.out = options.out / "report.html";
  report_options.full_names = options.full_names;
  report_options.full_names_reason = options.full_names_reason;
  UNISONO_TRY(ReportResult written, report(report_options, control));
  result.report = written.path;
  result.summary = std::move(written.summary);
  result.files.push_back(written.path);

  ExportOptions export_options;
  export_options.case_path = case_path;
  export_options.out = options.out;
  export_options.names = options.full_names ? evidence::NamePolicy::full : evidence::NamePolicy::pseudonyms;
  UNISONO_TRY(const ExportResult exported, export_results(export_options, control));
  result.files.insert(result.files.end(), exported.files.begin(), exported.files.end());
  if (exported.guarded_cells > 0) {
    result.notes.push_back(fmt::format("{} CSV cells would run as formulas in a spreadsheet; they begin with ' now.",
                                       exported.guarded_cells));
  }
  note_what_is_left_out(options, result);
  return result;
}

}  // namespace unisono::commands
