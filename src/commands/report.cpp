#include "unisono/commands/report.hpp"

#include "unisono/core/file.hpp"
#include "unisono/evidence/report_data.hpp"
#include "unisono/output/report_html.hpp"

namespace unisono::commands {

Result<ReportResult> report(const ReportOptions& options, const Control& control) {
  if (options.full_names && options.full_names_reason.empty()) {
    return fail(ErrorCode::usage, "--names full needs a stated reason, which is printed in the report",
                "add --names-reason \"...\"");
  }
  store::OpenOptions open;
  open.threads = control.threads;
  open.read_only = true;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  evidence::ReportRequest request;
  request.run_id = options.run_id;
  request.names = options.full_names ? evidence::NamePolicy::full : evidence::NamePolicy::pseudonyms;
  UNISONO_TRY(const evidence::ReportData data, evidence::gather_report(file, request, control));
  const std::string html =
      output::write_report(data, {options.title, options.full_names ? options.full_names_reason : std::string()});
  UNISONO_CHECK(write_file(options.out, html));
  std::uint64_t ties = 0;
  for (const evidence::TieReport& level : data.ties) ties += level.ties.total_rows;
  return ReportResult{options.out, html.size(), data.groups_in_all, ties, evidence::summary_of(data)};
}

}  // namespace unisono::commands
