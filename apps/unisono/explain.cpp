#include "unisono/commands/explain.hpp"

#include <fmt/format.h>

#include "catalogue.hpp"

namespace unisono::app {
namespace {

Result<Outcome> explain_one_group(const commands::ExplainOptions& options, const Control& control) {
  UNISONO_TRY(commands::GroupExplained group, commands::explain_group(options, control));
  Outcome outcome;
  outcome.run_id = group.run_id;
  outcome.sections.push_back({"group", "Group", std::move(group.group)});
  outcome.sections.push_back({"tests", "Its tests", std::move(group.tests)});
  if (group.channels.rows() > 1) {
    outcome.sections.push_back(
        {"channels", "What each channel says, and what is left without it", std::move(group.channels)});
  }
  outcome.sections.push_back({"members", "Its members, the weakest first", std::move(group.members)});
  if (options.sweep) outcome.sections.push_back({"sweep", "At windows from a second to a day", std::move(group.sweep)});
  outcome.notes = std::move(group.notes);
  return outcome;
}

Result<Outcome> explain_two_accounts(const commands::ExplainOptions& options, const Control& control) {
  UNISONO_TRY(commands::PairExplained pair, commands::explain_pair(options, control));
  Outcome outcome;
  outcome.run_id = pair.run_id;
  outcome.sections.push_back({"accounts", "Accounts", std::move(pair.accounts)});
  outcome.sections.push_back({"pairs", "Why, or why not", std::move(pair.pairs)});
  outcome.sections.push_back({"rows", "What they did together", std::move(pair.rows)});
  outcome.sections.push_back({"groups", "Their groups", std::move(pair.groups)});
  outcome.sections.push_back({"actions", "What could be used", std::move(pair.actions)});
  outcome.sections.push_back({"commands", "The same numbers again", std::move(pair.commands)});
  outcome.notes = std::move(pair.notes);
  return outcome;
}

Result<Outcome> run_explain(const Invocation& invocation) {
  const Values& values = invocation.values;
  const std::vector<std::string> who = values.texts("WHO");
  commands::ExplainOptions options;
  options.case_path = values.path("CASE");
  options.a = who.front();
  options.run_id = values.text("run");
  options.sweep = values.flag("sweep");
  if (options.sweep && (who.size() != 1 || !commands::is_group_id(options.a))) {
    return fail(ErrorCode::usage, "--sweep is for one group", "name the id of one group (g- and 12 characters)");
  }
  if (who.size() == 1 && commands::is_group_id(options.a)) return explain_one_group(options, invocation.control);
  if (who.size() == 1) {
    return fail(ErrorCode::usage, fmt::format("one account is given (\"{}\"), two are compared", options.a),
                "name a second account, or the id of one group (g- and 12 characters)");
  }
  options.b = who.back();
  options.channels = values.texts("channel");
  for (const std::string& window : values.texts("window")) {
    UNISONO_TRY(const std::int64_t window_us, parse_duration(window));
    options.windows_us.push_back(window_us);
  }
  UNISONO_TRY(const std::uint32_t rows, values.count_below_2_32("rows", 10));
  options.max_rows = rows;
  return explain_two_accounts(options, invocation.control);
}

}  // namespace

CommandSpec explain_command() {
  CommandSpec spec;
  spec.name = "explain";
  spec.summary = "why two accounts are tied, or why not; or what carries a group";
  spec.description =
      "For two accounts: their actions, common objects and close co-actions in every channel and window, both tests "
      "with "
      "their expectations, the family, the decision and what would have been needed, the rows with the places of their "
      "bytes, and the command lines that give the same numbers again. Everything is computed anew from the case, with "
      "the "
      "options of the stored run.\n"
      "For one group: its tests, its weakest one in words, what each channel says and what is left of the group "
      "without "
      "it, and its members, the weakest first; with --sweep also how many of its pairs act together at windows from a "
      "second to a day, beside accounts that are compared with it and permuted copies of the data.";
  spec.examples = {
      {"unisono explain case.uni \"account 3\" \"account 12\"", "as they are called in the report"},
      {"unisono explain case.uni @first_handle x:123456 --channel repost --window 60s", "one channel, one window"},
      {"unisono explain case.uni g-0123456789ab", "a group and its weakest link"},
      {"unisono explain case.uni g-0123456789ab --sweep", "does it depend on the window?"},
      {"unisono explain case.uni @a @b --json", "every number"}};
  spec.arguments = {
      {"CASE", "the case file"},
      {"WHO", "two accounts (id, PLATFORM:ID, @handle or \"account 12\"), or one group id", 1, 2, ValueKind::text}};
  spec.options = {{"run", "", ValueKind::text, "ID", "the run to explain", "the latest"}};
  for (OptionSpec& option : detect_options()) {
    if (option.name == "channel" || option.name == "window") {
      option.default_text = "all of the run";
      spec.options.push_back(std::move(option));
    }
  }
  spec.options.push_back({"sweep", "", ValueKind::flag, "", "one group: pairs and accounts over the windows"});
  spec.options.push_back({"rows", "", ValueKind::integer, "N", "co-actions to show for each channel", "10"});
  spec.action = run_explain;
  return spec;
}

}  // namespace unisono::app
