// export: the results of a run as files for other programs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/evidence/account_names.hpp"

namespace unisono::commands {

enum class ExportFormat : std::uint8_t { csv, json, gexf, graphml, arrow };

struct ExportOptions {
  std::filesystem::path case_path;
  std::vector<ExportFormat> formats;  // empty = csv, json, gexf, graphml
  std::filesystem::path out = ".";    // folder
  std::string run_id;                 // empty = the latest detect run
  evidence::NamePolicy names = evidence::NamePolicy::pseudonyms;
  bool guard = true;  // CSV cells that would run as formulas get a leading '
};

struct ExportResult {
  std::vector<std::filesystem::path> files;  // in the order written
  std::uint64_t guarded_cells = 0;
};

// csv: ties.csv, groups.csv, members.csv, nodes.csv, edges.csv; json: findings.json; gexf: net.gexf; graphml:
// net.graphml; arrow: the tables of csv as Arrow IPC streams, ties.arrow and so on. Each file is written whole or not
// at all. Equal results give equal bytes. Errors: not_found (no case, no run), io.
Result<ExportResult> export_results(const ExportOptions& options, const Control& control);

}  // namespace unisono::commands
