#include "unisono/commands/run.hpp"

#include <fmt/format.h>

#include "catalogue.hpp"

namespace unisono::app {

namespace {

// Two columns: found, not found, not tested; and a sentence.
Section summary_section(const evidence::ReportSummary& summary) {
  Table table({{"what", ColumnType::text, {}}, {"sentence", ColumnType::text, {}}});
  table.append_row({std::string("Found"), summary.counts});
  for (const evidence::Claim& claim : summary.found) {
    table.append_row({std::string("Found"),
                      claim.level.empty() ? claim.statement
                                          : fmt::format("{} {}: {}", claim.level, claim.subject, claim.statement)});
  }
  for (const std::string& sentence : summary.not_found) table.append_row({std::string("Not found"), sentence});
  for (const std::string& sentence : summary.not_tested) table.append_row({std::string("Not tested"), sentence});
  return {.name = "summary", .title = "Summary", .table = std::move(table), .is_prose = true};
}

}  // namespace

Outcome outcome_of_run(commands::RunResult result, const std::filesystem::path& out, bool with_json) {
  Outcome outcome;
  outcome.run_id = result.detect.run_id;
  outcome.lines = receipt_lines(result.import.receipts);
  outcome.sections.push_back(receipt_section(result.import.receipts, with_json));
  outcome.sections.push_back({"checks", "What could be tested", std::move(result.detect.checks)});
  outcome.sections.push_back({"groups", "Groups", std::move(result.detect.groups), 20, (out / "groups.csv").string()});
  outcome.sections.push_back({"ties", "Ties", std::move(result.detect.ties), 10, (out / "ties.csv").string()});
  Table files({{"file", ColumnType::text, {}}});
  for (const std::filesystem::path& file : result.files) files.append_row({file.string()});
  outcome.sections.push_back({"written", "Written", std::move(files)});
  outcome.sections.push_back(summary_section(result.summary));
  for (const auto& [file, reason] : result.import.left_out)
    outcome.notes.push_back(fmt::format("left out: {}: {}", file, reason));
  if (result.import.reused)
    outcome.notes.emplace_back("the case held exactly these files already, so the import was skipped");
  if (result.import.continued) outcome.notes.emplace_back("an unfinished import of these files was continued");
  for (auto* notes : {&result.detect.notes, &result.notes}) {
    for (std::string& note : *notes) outcome.notes.push_back(std::move(note));
  }
  const std::string case_path = (out / "case.uni").string();
  outcome.next = {fmt::format("open {}", (out / "report.html").string()), fmt::format("unisono inspect {}", case_path),
                  fmt::format("unisono query {} \"SHOW TABLES\"", case_path)};
  return outcome;
}

namespace {

Result<Outcome> run_everything(const Invocation& invocation) {
  const Values& values = invocation.values;
  commands::RunOptions options;
  options.inputs = values.texts("FILE");
  options.out = values.text("output", "out");
  UNISONO_TRY(options.import, import_settings_from(values));
  UNISONO_TRY(options.detect, detect_options_from(values));
  options.status = values.paths("status");
  options.force = values.flag("force");
  options.full_names = values.text("names") == "full";
  options.full_names_reason = values.text("names-reason");
  UNISONO_TRY(commands::RunResult result, commands::run(options, invocation.control));
  return outcome_of_run(std::move(result), options.out, values.flag("json") || values.flag("ndjson"));
}

}  // namespace

CommandSpec run_command() {
  CommandSpec spec;
  spec.name = "run";
  spec.summary = "everything at once: import, detect, report and exports into one folder";
  spec.description =
      "Writes case.uni, receipt.json, report.html, ties.csv, groups.csv, members.csv, bursts.csv, findings.json, "
      "nodes.csv, "
      "edges.csv, net.gexf and net.graphml "
      "into the folder. The same files again: the import is skipped. Interrupted, the same command goes on where it "
      "stopped.\n"
      "A file that no format fits gives exit code 3 and a ready mapping file on standard output.";
  spec.examples = {
      {"unisono run posts.csv.xz -o out", "one file, all defaults; then open out/report.html"},
      {"unisono run downloads/ -o out --targets officials.csv", "a folder, and whose posts are amplified"},
      {"unisono run odd.csv --map-file mapping.toml --tz Asia/Shanghai -o out", "with a mapping of your own"},
      {"unisono run posts.jsonl -o out --channel repost --window 60s", "one channel, one window"}};
  spec.arguments = {{"FILE", "files, folders, or - for standard input", 1, k_unlimited}};
  spec.options = {{"output", "o", ValueKind::path, "DIR", "the folder to write into", "out"},
                  {"force", "", ValueKind::flag, "", "replace a case of other files in the folder"},
                  {"status", "", ValueKind::path, "FILE", "snapshots of account status", "", true}};
  for (auto* more : {&import_options, &detect_options, &name_options}) {
    for (OptionSpec& option : (*more)()) spec.options.push_back(std::move(option));
  }
  spec.settings_of = {"import", "detect", "report"};
  spec.action = run_everything;
  return spec;
}

}  // namespace unisono::app
