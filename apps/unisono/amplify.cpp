#include "unisono/commands/amplify.hpp"

#include "catalogue.hpp"

namespace unisono::app {

std::vector<OptionSpec> amplify_options() {
  return {
      {"targets", "", ValueKind::path, "FILE", "list of accounts that are amplified: CSV with handle or account_id",
       "the lists in the case", true},
      {"status", "", ValueKind::path, "FILE", "snapshots of account status: account_id, status, observed_at", "", true},
      {"status-at", "", ValueKind::moment, "DATE", "the day whose status counts",
       "the first snapshot at or after the end"},
      {"since", "", ValueKind::moment, "TIME", "only actions and posts at or after this time"},
      {"until", "", ValueKind::moment, "TIME", "only actions and posts before this time"},
      {"group", "", ValueKind::text, "FILE|ID", "a list of accounts, or the id of a group of `unisono detect`"},
      {"actions",
       "",
       ValueKind::choice,
       "NAME",
       "what counts as amplification",
       "repost",
       true,
       {"repost", "reply", "quote", "mention"}},
      {"seed", "", ValueKind::integer, "N", "seed of the draws behind the flag of B1", "1"},
      {"rows", "", ValueKind::integer, "N", "rows of ranked lists", "200"},
  };
}

Result<commands::AmplifyOptions> amplify_options_from(const Values& values) {
  commands::AmplifyOptions options;
  options.targets = values.paths("targets");
  options.status = values.paths("status");
  options.status_at = values.moment("status-at");
  options.since = values.moment("since");
  options.until = values.moment("until");
  options.group = values.text("group");
  if (values.has("actions")) options.actions = values.texts("actions");
  options.seed = static_cast<std::uint64_t>(values.integer("seed", 1));
  UNISONO_TRY(const std::uint32_t rows, values.count_below_2_32("rows", 200));
  options.rows_shown = rows;
  return options;
}

Outcome outcome_of_amplify(commands::AmplifyResult result) {
  Outcome outcome;
  outcome.run_id = result.run_id;
  outcome.sections.push_back({"figures", "Figures", commands::figures_table(result.amplification), 60});
  for (evidence::AnalysisTable& table : result.amplification.tables)
    outcome.sections.push_back({table.name, table.title, std::move(table.table), 20});
  outcome.sections.push_back({"refused", "Not computed", commands::refused_table(result.amplification)});
  outcome.notes = std::move(result.notes);
  return outcome;
}

namespace {

Result<Outcome> run_amplify(const Invocation& invocation) {
  UNISONO_TRY(commands::AmplifyOptions options, amplify_options_from(invocation.values));
  options.case_path = invocation.values.path("CASE");
  UNISONO_TRY(commands::AmplifyResult result, commands::amplify(options, invocation.control));
  Outcome outcome = outcome_of_amplify(std::move(result));
  outcome.next = {"unisono help B4", "unisono report " + options.case_path.string() + " -o report.html"};
  return outcome;
}

}  // namespace

CommandSpec amplify_command() {
  CommandSpec spec;
  spec.name = "amplify";
  spec.summary = "who amplifies the targets, how concentrated, how fast, and from which accounts";
  spec.description =
      "Counts what others do with the posts of the accounts on a list: posts and engagement (A1-A3), shares of the "
      "most "
      "active accounts (B1, B2), gaps and delays (B3), accounts that are suspended or deleted (B4), and the share of a "
      "group "
      "per week and kind (B6, B7); who answers everything (B8). Actions by the targets themselves are left out of "
      "every share. "
      "Each figure comes with the query that gives it. `unisono help B4` explains an analysis.";
  spec.examples = {{"unisono amplify case.uni --targets officials.csv", "reposts of the accounts on the list"},
                   {"unisono amplify case.uni --targets officials.csv --status status.csv --status-at 2021-03-01",
                    "and how many come from accounts that were suspended by then"},
                   {"unisono amplify case.uni --group network.csv --since 2020-06-09 --until 2021-02-01",
                    "the share of a given group, per week"},
                   {"unisono amplify case.uni --actions repost,quote --json", "reposts and quotes together"}};
  spec.arguments = {{"CASE", "the case file"}};
  spec.options = amplify_options();
  spec.action = run_amplify;
  return spec;
}

}  // namespace unisono::app
