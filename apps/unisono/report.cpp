#include "unisono/commands/report.hpp"

#include "catalogue.hpp"

namespace unisono::app {

std::vector<OptionSpec> name_options() {
  return {
      {"names", "", ValueKind::choice, "HOW", "how accounts are called", "pseudonyms", false, {"pseudonyms", "full"}},
      {"names-reason", "", ValueKind::text, "SENTENCE",
       "why names are needed; required by --names full, and printed in the report"}};
}

namespace {

Result<Outcome> run_report(const Invocation& invocation) {
  commands::ReportOptions options;
  options.case_path = invocation.values.path("CASE");
  options.out = invocation.values.text("output", "report.html");
  options.run_id = invocation.values.text("run");
  options.title = invocation.values.text("title");
  options.full_names = invocation.values.text("names") == "full";
  options.full_names_reason = invocation.values.text("names-reason");
  UNISONO_TRY(const commands::ReportResult result, commands::report(options, invocation.control));
  Outcome outcome;
  Table table({{"file", ColumnType::text, {}},
               {"bytes", ColumnType::integer, {}},
               {"groups", ColumnType::integer, {}},
               {"ties", ColumnType::integer, {}}});
  table.append_row({result.path.string(), static_cast<std::int64_t>(result.bytes),
                    static_cast<std::int64_t>(result.groups), static_cast<std::int64_t>(result.ties)});
  outcome.sections.push_back({"files", "Report", std::move(table)});
  return outcome;
}

}  // namespace

CommandSpec report_command() {
  CommandSpec spec;
  spec.name = "report";
  spec.summary = "write what was found, and what could not be tested, as one HTML file";
  spec.description =
      "The file needs no network and no scripts, and prints well. Accounts are called by numbers unless they are on a "
      "list of "
      "targets, or names are asked for with a reason.";
  spec.examples = {{"unisono report case.uni -o report.html", "the latest run"},
                   {"unisono report case.uni --names full --names-reason \"review by the editor\"",
                    "with names; the reason is printed"}};
  spec.arguments = {{"CASE", "the case file"}};
  spec.options = {{"output", "o", ValueKind::path, "FILE", "where to write", "report.html"},
                  {"title", "", ValueKind::text, "TEXT", "title of the report"},
                  {"run", "", ValueKind::text, "ID", "the run to report", "the latest"}};
  for (OptionSpec& option : name_options()) spec.options.push_back(std::move(option));
  spec.action = run_report;
  return spec;
}

}  // namespace unisono::app
