// report: the results of a run as one HTML file.
#pragma once

#include <filesystem>
#include <string>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/evidence/report_summary.hpp"

namespace unisono::commands {

struct ReportOptions {
  std::filesystem::path case_path;
  std::filesystem::path out = "report.html";
  std::string run_id;  // empty = the latest detect run
  std::string title;
  bool full_names = false;  // needs a reason, which is printed
  std::string full_names_reason;
};

struct ReportResult {
  std::filesystem::path path;
  std::uint64_t bytes = 0, groups = 0, ties = 0;
  evidence::ReportSummary summary;  // the first page in sentences
};

// Errors: usage (full names without a reason), not_found, io.
Result<ReportResult> report(const ReportOptions& options, const Control& control);

}  // namespace unisono::commands
