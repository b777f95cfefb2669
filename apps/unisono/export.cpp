#include "unisono/commands/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "catalogue.hpp"

namespace unisono::app {
namespace {

// In the order of commands::ExportFormat.
constexpr std::string_view k_formats[] = {"csv", "json", "gexf", "graphml", "arrow"};

Result<Outcome> run_export(const Invocation& invocation) {
  commands::ExportOptions options;
  options.case_path = invocation.values.path("CASE");
  for (const std::string& format : invocation.values.texts("to")) {
    const auto found = std::find(std::begin(k_formats), std::end(k_formats), format);
    options.formats.push_back(static_cast<commands::ExportFormat>(found - std::begin(k_formats)));
  }
  options.out = invocation.values.text("output", ".");
  options.run_id = invocation.values.text("run");
  if (invocation.values.text("names") == "full") options.names = evidence::NamePolicy::full;
  options.guard = !invocation.values.flag("no-guard");
  UNISONO_TRY(const commands::ExportResult result, commands::export_results(options, invocation.control));
  Outcome outcome;
  Table table({{"file", ColumnType::text, {}}});
  for (const std::filesystem::path& file : result.files) table.append_row({file.string()});
  outcome.sections.push_back({"files", "Files", std::move(table)});
  if (result.guarded_cells > 0) {
    outcome.notes.push_back(
        fmt::format("{} cells would run as formulas in a spreadsheet and got a leading ' (column _guarded marks them)",
                    result.guarded_cells));
  }
  return outcome;
}

}  // namespace

CommandSpec export_command() {
  CommandSpec spec;
  spec.name = "export";
  spec.summary = "write ties, groups and findings as files for other programs";
  spec.description =
      "csv: ties.csv, groups.csv, members.csv, bursts.csv, nodes.csv, edges.csv. json: findings.json. gexf: net.gexf, "
      "for Gephi. "
      "graphml: net.graphml, for NetworkX and igraph. arrow: the tables of csv as Arrow IPC streams. "
      "Each file is "
      "written whole or not at all.";
  spec.examples = {{"unisono export case.uni -o out", "tables, findings and networks into the folder out"},
                   {"unisono export case.uni --to gexf -o out", "only the network"},
                   {"unisono export case.uni --to arrow -o out", "for pyarrow, Polars, R or DuckDB"}};
  spec.arguments = {{"CASE", "the case file"}};
  spec.options = {
      {"to",
       "",
       ValueKind::choice,
       "FORMAT",
       "which formats",
       "csv, json, gexf, graphml",
       true,
       {std::begin(k_formats), std::end(k_formats)}},
      {"output", "o", ValueKind::path, "DIR", "the folder to write into", "."},
      {"run", "", ValueKind::text, "ID", "the run to export", "the latest"},
      {"names", "", ValueKind::choice, "HOW", "how accounts are called", "pseudonyms", false, {"pseudonyms", "full"}},
      {"no-guard", "", ValueKind::flag, "", "leave cells as they are that a spreadsheet would run as formulas"}};
  spec.action = run_export;
  return spec;
}

}  // namespace unisono::app
