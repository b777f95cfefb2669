#include "unisono/commands/evaluate.hpp"

#include "catalogue.hpp"

namespace unisono::app {
namespace {

Result<Outcome> run_evaluate(const Invocation& invocation) {
  const Values& values = invocation.values;
  commands::EvaluateOptions options;
  options.case_path = values.path("CASE");
  options.truth = values.path("TRUTH");
  options.run_id = values.text("run");
  UNISONO_TRY(commands::EvaluateResult result, commands::evaluate(options, invocation.control));
  Outcome outcome;
  outcome.run_id = result.run_id;
  outcome.sections.push_back({"decisions", "Found at each level", std::move(result.decisions)});
  outcome.sections.push_back({"order", "The levels as an order of all accounts", std::move(result.order)});
  outcome.sections.push_back({"groups", "Groups", std::move(result.groups)});
  outcome.notes = std::move(result.notes);
  return outcome;
}

}  // namespace

CommandSpec evaluate_command() {
  CommandSpec spec;
  spec.name = "evaluate";
  spec.summary = "compare a run with a list of accounts that are known to belong together";
  spec.description =
      "For method papers and for trying unisono on data whose truth is known. Prints, for each level, how many "
      "accounts "
      "were found and how many of them are on the list, with exact intervals of 95 %; how well the levels order the "
      "accounts; and each group's share of listed accounts. Nothing is written into the case.";
  spec.examples = {{"unisono evaluate out/case.uni known.csv", "the latest detection against a list"},
                   {"unisono evaluate case.uni known.csv --json", "for a table of many cases"}};
  spec.arguments = {{"CASE", "the case file"}, {"TRUTH", "CSV with account_id or handle"}};
  spec.options = {{"run", "", ValueKind::text, "ID", "which run of detect", "the latest"}};
  spec.action = run_evaluate;
  return spec;
}

}  // namespace unisono::app
