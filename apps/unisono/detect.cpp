#include "unisono/commands/detect.hpp"

#include <fmt/format.h>

#include <charconv>

#include "catalogue.hpp"
#include "unisono/commands/count_pairs.hpp"
#include "unisono/commands/shards.hpp"

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

Outcome outcome_of_detect(const commands::DetectOptions& options, commands::DetectResult result) {
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

namespace {

// Options of --count-only: without it the tests have one way of counting, and these would be silently ignored.
const std::vector<OptionSpec> k_count_options = {
    {"min-shared", "", ValueKind::integer, "N", "with --count-only: common objects that make a pair", "2"},
    {"cap-object", "", ValueKind::integer, "N",
     "with --count-only: leave out whole objects with more co-actions than this", "none"},
    {"count-actions", "", ValueKind::flag, "",
     "with --count-only: compare pairs of actions, not objects, with "
     "--min-shared"},
    {"all-repeats", "", ValueKind::flag, "", "with --count-only: count every action, not only the first on an object"},
    {"timeless", "", ValueKind::flag, "", "with --count-only: no window, everything on an object counts"},
};

Result<Outcome> run_count_only(commands::DetectOptions selection, const Invocation& invocation) {
  const Values& values = invocation.values;
  commands::CountPairsOptions options;
  options.selection = std::move(selection);
  options.timeless = values.flag("timeless");
  UNISONO_TRY(options.min_shared, values.count_below_2_32("min-shared", options.min_shared));
  options.cap_object = static_cast<std::uint64_t>(values.integer("cap-object", 0));
  if (values.flag("count-actions")) options.count = signals::Count::action_pairs;
  if (values.flag("all-repeats")) options.repeats = signals::Repeats::all;
  UNISONO_TRY(commands::CountPairsResult result, commands::count_pairs(options, invocation.control));
  Outcome outcome;
  outcome.sections.push_back({"counts", "Pairs that the join finds", std::move(result.counts)});
  if (result.skipped.rows() > 0)
    outcome.sections.push_back({"skipped", "Objects left out", std::move(result.skipped), 20});
  outcome.notes = std::move(result.notes);
  return outcome;
}

// "2/7".
Result<commands::Shard> parse_shard(const std::string& text) {
  commands::Shard shard{0, 0};
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, shard.number);
  const bool has_slash = number.ec == std::errc() && number.ptr != end && *number.ptr == '/';
  const auto of = has_slash ? std::from_chars(number.ptr + 1, end, shard.of) : number;
  if (has_slash && of.ec == std::errc() && of.ptr == end) return shard;
  return fail(ErrorCode::usage, fmt::format("--shard is \"{}\", expected two numbers like 2/7", text),
              "write 1/7 to 7/7 for seven shards");
}

Result<Outcome> run_shard(const commands::DetectOptions& options, const Invocation& invocation) {
  UNISONO_TRY(const commands::Shard shard, parse_shard(invocation.values.text("shard")));
  if (!invocation.values.has("output"))
    return fail(ErrorCode::usage, "--shard needs a file for its part", fmt::format("add -o part_{}.txt", shard.number));
  const std::filesystem::path part = invocation.values.path("output");
  UNISONO_TRY(commands::ShardResult result, commands::detect_shard(options, shard, part, invocation.control));
  Outcome outcome;
  outcome.run_id = result.run_id;
  outcome.sections.push_back({"joins", "Joins of this shard", std::move(result.joins), 20});
  outcome.notes.push_back(
      fmt::format("Part {} of {} is in {}. Nothing was tested yet.", shard.number, shard.of, part.string()));
  outcome.next = {fmt::format("unisono merge {} PART...    (all {} parts, and the options given here)",
                              options.case_path.string(), shard.of)};
  return outcome;
}

Result<Outcome> explain(const commands::DetectOptions& options, const Control& control) {
  UNISONO_TRY(commands::ChanceExplained explained, commands::explain_chance(options, control));
  Outcome outcome;
  outcome.sections.push_back({"chance", "What is counted as chance", std::move(explained.chance)});
  outcome.sections.push_back(
      {.name = "tests", .title = "The tests in words", .table = std::move(explained.tests), .is_prose = true});
  outcome.notes = std::move(explained.notes);
  outcome.next = {"unisono detect " + options.case_path.string()};
  return outcome;
}

Result<Outcome> run_detect(const Invocation& invocation) {
  if (invocation.values.has("compat")) return run_compat(invocation);
  UNISONO_CHECK(refuse_without_compat(invocation.values));
  UNISONO_TRY(commands::DetectOptions options, detect_options_from(invocation.values));
  options.calibrate = invocation.values.flag("calibrate");
  options.case_path = invocation.values.path("CASE");
  options.dry_run = invocation.values.flag("dry-run");
  if (invocation.values.flag("count-only") && invocation.values.flag("explain"))
    return fail(ErrorCode::usage, "--explain and --count-only cannot be used together",
                "count first, then ask what is chance");
  if (invocation.values.flag("count-only")) return run_count_only(std::move(options), invocation);
  for (const OptionSpec& option : k_count_options) {
    if (!invocation.values.has(option.name)) continue;
    return fail(ErrorCode::usage, fmt::format("--{} has a meaning only with --count-only", option.name),
                "add --count-only, or leave it out");
  }
  if (invocation.values.has("shard")) return run_shard(options, invocation);
  if (invocation.values.flag("explain")) return explain(options, invocation.control);
  UNISONO_TRY(commands::DetectResult result, commands::detect(options, invocation.control));
  return outcome_of_detect(options, std::move(result));
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
      "the same result for any number of threads. "
      "With --compat the tables of another tool are given back instead, counted by its rules: no test, no level, "
      "nothing "
      "stored (docs/from-coortweet.md, docs/from-qut.md).";
  spec.examples = {{"unisono detect case.uni", "every channel, the four default windows"},
                   {"unisono detect case.uni --channel repost,link --window 60s", "one window has the whole alpha"},
                   {"unisono detect case.uni --since 2021-05-01 --until 2021-06-01 --allow newsrooms.csv",
                    "one month, staff set apart"},
                   {"unisono detect case.uni --dry-run", "what would be tested, without testing"},
                   {"unisono detect case.uni --compat coortweet --window 60s -o tables", "the tables of CooRTweet"},
                   {"unisono detect case.uni --compat qut --channel link --window 60s", "a network of the QUT toolkit"},
                   {"unisono detect case.uni --explain", "what would be counted as chance, in numbers and words"},
                   {"unisono detect case.uni --count-only --min-shared 3", "how many pairs there are, exactly"}};
  spec.arguments = {{"CASE", "the case file"}};
  spec.options = detect_options();
  for (OptionSpec& option : spec.options) {
    if (option.name == "channel")  // networks of the QUT toolkit
      option.choices.insert(option.choices.end(), {"retweet", "similar", "post"});
  }
  spec.options.push_back(
      {"calibrate", "", ValueKind::flag, "", "try the tests on permuted data where a level depends on it (T3, G1)"});
  spec.options.push_back(
      {"explain", "", ValueKind::flag, "", "say what is counted as chance in each channel and window, write nothing"});
  spec.options.push_back({"dry-run", "", ValueKind::flag, "", "say what would be tested, write nothing"});
  spec.options.push_back(
      {"count-only", "", ValueKind::flag, "", "count the pairs of every channel and window, test and write nothing"});
  spec.options.insert(spec.options.end(), k_count_options.begin(), k_count_options.end());
  spec.options.push_back({"shard", "", ValueKind::text, "I/N",
                          "compute only the joins of shard I of N into the file of -o; `merge` does the rest"});
  for (OptionSpec& option : compat_options()) spec.options.push_back(std::move(option));
  spec.action = run_detect;
  return spec;
}

}  // namespace unisono::app
