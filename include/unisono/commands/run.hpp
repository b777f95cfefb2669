// run: the whole chain with defaults: import, detect, report, exports.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "unisono/commands/detect.hpp"
#include "unisono/commands/import.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/evidence/report_summary.hpp"

namespace unisono::commands {

struct RunOptions {
  std::vector<std::string> inputs;
  std::filesystem::path out = "out";  // folder; made if missing
  ingest::ImportSettings import;
  DetectOptions detect;                       // case_path is set by run
  std::vector<std::filesystem::path> status;  // status snapshots of accounts
  bool force = false;                         // a case of other inputs in the folder is replaced
  bool full_names = false;
  std::string full_names_reason;
};

struct RunResult {
  ImportResult import;
  DetectResult detect;
  std::filesystem::path report;
  evidence::ReportSummary summary;           // what was found, what not, what could not be tested
  std::vector<std::filesystem::path> files;  // everything that was written, in order
  std::vector<std::string> notes;            // what was left out and why
};

// Writes into `out`: case.uni, receipt.json, report.html, ties.csv, groups.csv, members.csv, findings.json, nodes.csv,
// edges.csv, net.gexf, net.graphml. The same inputs again: the import is skipped. Other inputs: Error{io} unless
// `force`. Interrupted, the case holds the last finished step and the same command goes on. Errors: those of import,
// detect, report and export.
Result<RunResult> run(const RunOptions& options, const Control& control);

}  // namespace unisono::commands
