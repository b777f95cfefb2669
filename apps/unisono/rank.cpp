#include "unisono/commands/rank.hpp"

#include "catalogue.hpp"

namespace unisono::app {
namespace {

Result<Outcome> run_rank(const Invocation& invocation) {
  const Values& values = invocation.values;
  commands::RankOptions options;
  options.case_path = values.path("CASE");
  options.channels = values.texts("channel");
  options.alpha = values.real("alpha", options.alpha);
  UNISONO_TRY(options.max_sharers, values.count_below_2_32("max-sharers", options.max_sharers));
  options.allow_lossy = values.flag("allow-lossy");
  UNISONO_TRY(commands::RankResult result, commands::rank(options, invocation.control));
  Outcome outcome;
  outcome.sections.push_back({"checks", "What could be tested", std::move(result.checks)});
  outcome.sections.push_back({"accounts", "Accounts by what rare content they share", std::move(result.accounts), 20});
  outcome.sections.push_back({"pairs", "Pairs that share more than chance", std::move(result.pairs), 20});
  outcome.notes = std::move(result.notes);
  return outcome;
}

}  // namespace

CommandSpec rank_command() {
  CommandSpec spec;
  spec.name = "rank";
  spec.summary = "what can be said without times: who shares rare content, and with whom beyond chance";
  spec.description =
      "For data whose times are missing or too coarse, or as a first look. Times are not read. `accounts` is an order, "
      "not a test: it has a first place on any data. `pairs` passed a test (level T1) that holds the activity of both "
      "accounts and the popularity of the objects fixed; everybody with one interest passes it. Nothing is written "
      "into "
      "the case.";
  spec.examples = {{"unisono rank case.uni --channel link", "one channel"},
                   {"unisono rank case.uni --max-sharers 20 --json", "only links that at most 20 accounts shared"}};
  spec.arguments = {{"CASE", "the case file"}};
  for (const OptionSpec& option : detect_options()) {
    if (option.name == "channel" || option.name == "allow-lossy") spec.options.push_back(option);
  }
  spec.options.push_back(
      {"alpha", "", ValueKind::real, "P", "share of false discoveries allowed in a channel", "0.05"});
  spec.options.push_back(
      {"max-sharers", "", ValueKind::integer, "N", "objects with more sharers do not count for pairs; 0 = all", "50"});
  spec.action = run_rank;
  return spec;
}

}  // namespace unisono::app
