#include "unisono/commands/detect.hpp"

#include "catalogue.hpp"

namespace unisono::app {

std::vector<OptionSpec> detect_options() {
  return {
      {"channel",
       "",
       ValueKind::choice,
       "NAME",
       "kinds of objects to compare",
       "all that have actions",
       true,
       {"repost", "reply", "text", "hashtag_seq", "hashtag", "link", "domain", "media", "mention", "generic"}},
      {"window", "", ValueKind::duration, "TIME", "how near in time two actions count as together", "10s, 60s, 5m, 1h",
       true},
      {"alpha", "", ValueKind::real, "P", "share of false discoveries allowed, divided by the number of windows",
       "0.05"},
      {"seed", "", ValueKind::integer, "N", "seed of everything random", "1"},
      {"split-seed", "", ValueKind::integer, "N", "seed of the split into a finding and a testing half", "1"},
      {"since", "", ValueKind::moment, "TIME", "only actions at or after this time, like 2021-05-11"},
      {"until", "", ValueKind::moment, "TIME", "only actions before this time"},
      {"targets", "", ValueKind::path, "FILE",
       "list of accounts whose posts are the objects; they are named in reports", "", true},
      {"allow", "", ValueKind::path, "FILE",
       "list of declared feeds and staff: kept and labelled, counted as outside sharers, never members", "", true},
      {"min-days", "", ValueKind::integer, "N", "days on which a group must have acted", "2"},
      {"min-objects", "", ValueKind::integer, "N", "objects that a pair must share to be tested", "2"},
      {"max-coactions", "", ValueKind::integer, "N", "refuse to start above this many", "100000000000"},
      {"weak", "", ValueKind::flag, "", "screen pairs with one close co-action instead of several"},
      {"allow-lossy", "", ValueKind::flag, "", "use ids that a spreadsheet has damaged"},
  };
}

Result<commands::DetectOptions> detect_options_from(const Values& values) {
  commands::DetectOptions options;
  options.channels = values.texts("channel");
  for (const std::string& window : values.texts("window")) {
    UNISONO_TRY(const std::int64_t window_us, parse_duration(window));
    options.windows_us.push_back(window_us);
  }
  options.alpha = values.real("alpha", options.alpha);
  options.seed = static_cast<std::uint64_t>(values.integer("seed", 1));
  options.split_seed = static_cast<std::uint64_t>(values.integer("split-seed", 1));
  options.since = values.moment("since");
  options.until = values.moment("until");
  options.targets = values.paths("targets");
  options.allow = values.paths("allow");
  UNISONO_TRY(options.min_days, values.count_below_2_32("min-days", options.min_days));
  UNISONO_TRY(options.min_objects, values.count_below_2_32("min-objects", options.min_objects));
  options.max_coactions =
      static_cast<std::uint64_t>(values.integer("max-coactions", static_cast<std::int64_t>(options.max_coactions)));
  options.weak = values.flag("weak");
  options.allow_lossy = values.flag("allow-lossy");
  return options;
}

namespace {

Result<Outcome> run_detect(const Invocation& invocation) {
  UNISONO_TRY(commands::DetectOptions options, detect_options_from(invocation.values));
  options.calibrate = invocation.values.flag("calibrate");
  options.case_path = invocation.values.path("CASE");
  options.dry_run = invocation.values.flag("dry-run");
  UNISONO_TRY(commands::DetectResult result, commands::detect(options, invocation.control));
  Outcome outcome;
  outcome.run_id = result.run_id;
  outcome.sections.push_back({"checks", "What could be tested", std::move(result.checks)});
  if (!options.dry_run) {
    outcome.sections.push_back({"groups", "Groups", std::move(result.groups)});
    outcome.sections.push_back({"members", "Members of groups", std::move(result.members)});
    outcome.sections.push_back({"joining", "Accounts that act with a group", std::move(result.joining)});
    outcome.sections.push_back(
        {"second_opinions", "Members that other methods put together too", std::move(result.second_opinions), 20});
    if (result.timeless_checks.rows() > 0) {
      outcome.sections.push_back(
          {"timeless_checks", "Without times: what could be compared", std::move(result.timeless_checks)});
      outcome.sections.push_back({"ranking", "Accounts by what rare content they share (an order, not a test)",
                                  std::move(result.ranking), 20});
      outcome.sections.push_back(
          {"degree_ties", "Pairs that share more than chance", std::move(result.degree_ties), 20});
    }
    outcome.sections.push_back({"burst_checks", "Moments: what could be tested", std::move(result.burst_checks)});
    outcome.sections.push_back({"bursts", "Moments with too many different accounts", std::move(result.bursts), 20});
    outcome.sections.push_back({"group_tests", "Tests of groups", std::move(result.group_tests), 20});
    outcome.sections.push_back({"ties", "Ties", std::move(result.ties)});
    outcome.next = {"unisono report " + options.case_path.string() + " -o report.html"};
  }
  outcome.notes = std::move(result.notes);
  return outcome;
}

}  // namespace

CommandSpec detect_command() {
  CommandSpec spec;
  spec.name = "detect";
  spec.summary = "find accounts that act together beyond what chance and habit explain";
  spec.description =
      "Compares every pair of accounts in every channel and window, tests all of them at once, and looks for groups. "
      "Of "
      "each group it says which members two other methods put together too. It notes moments of 1, 5 and 10 s with too "
      "many different accounts, and where a channel has no usable times it compares without them, as `rank` does. "
      "Before any "
      "test it says what can be tested and what cannot. The result is stored in the case; the same case, options and "
      "seed give "
      "the same result for any number of threads.";
  spec.examples = {{"unisono detect case.uni", "every channel, the four default windows"},
                   {"unisono detect case.uni --channel repost,link --window 60s", "one window has the whole alpha"},
                   {"unisono detect case.uni --since 2021-05-01 --until 2021-06-01 --allow newsrooms.csv",
                    "one month, staff set apart"},
                   {"unisono detect case.uni --dry-run", "what would be tested, without testing"}};
  spec.arguments = {{"CASE", "the case file"}};
  spec.options = detect_options();
  spec.options.push_back(
      {"calibrate", "", ValueKind::flag, "", "try the tests on permuted data where a level depends on it (T3, G1)"});
  spec.options.push_back({"dry-run", "", ValueKind::flag, "", "say what would be tested, write nothing"});
  spec.action = run_detect;
  return spec;
}

}  // namespace unisono::app
