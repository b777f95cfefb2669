// detect --compat: the options of other tools, and their tables on standard output or as CSV files.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "catalogue.hpp"
#include "unisono/commands/compat.hpp"
#include "unisono/core/file.hpp"
#include "unisono/output/csv.hpp"

namespace unisono::app {
namespace {

constexpr std::array<std::string_view, 6> k_networks = {"retweet", "reply", "link", "text", "similar", "post"};
constexpr std::array<std::string_view, 5> k_of_coortweet = {"min-participation", "keep-loops", "edge-weight",
                                                            "fast-window", "subgraph"};
constexpr std::array<std::string_view, 4> k_of_qut = {"min-weight", "similarity", "min-tokens", "self-loops"};
constexpr std::array<std::string_view, 2> k_of_both = {"no-guard", "statistics"};
// They belong to our own tests, which a table of another tool does not pass through.
constexpr std::array<std::string_view, 19> k_of_tests = {
    "alpha",         "seed",        "split-seed",  "targets",   "allow",      "min-days",   "min-objects",
    "max-coactions", "weak",        "allow-lossy", "calibrate", "count-only", "min-shared", "cap-object",
    "count-actions", "all-repeats", "timeless",    "shard",     "explain"};

// Only what stands on the command line: a value from a configuration file is for the other form of the command.
template <typename Names>
std::string given_among(const Values& values, const Names& names) {
  for (const std::string_view name : names) {
    const Values::Given* given = values.find(name);
    if (given != nullptr && given->origin == "command line") return std::string(name);
  }
  return {};
}

Result<std::optional<double>> seconds_of(const Values& values, const char* name) {
  const std::vector<std::string> texts = values.texts(name);
  if (texts.empty()) return std::optional<double>();
  if (texts.size() > 1)
    return fail(ErrorCode::usage,
                fmt::format("--{} is given {} times, and the tables of --compat have one", name, texts.size()),
                "name one; --fast-window is the second window of CooRTweet");
  if (texts.front() == "none")
    return fail(ErrorCode::usage, fmt::format("--{} none: both tools need a window", name), "for example --window 60s");
  UNISONO_TRY(const std::int64_t us, parse_duration(texts.front()));
  return std::optional(static_cast<double>(us) / 1e6);
}

Result<void> refuse_foreign(const Values& values, bool qut) {
  const auto refuse = [](const std::string& name, const char* why, const char* to_do) {
    return fail(ErrorCode::usage, fmt::format("--{} {}", name, why), to_do);
  };
  if (const std::string name = given_among(values, k_of_tests); !name.empty())
    return refuse(name, "belongs to the tests of unisono, and --compat attaches no test", "leave one of the two out");
  if (qut) {
    std::string name = given_among(values, k_of_coortweet);
    if (name.empty()) name = given_among(values, std::array<std::string_view, 1>{"statistics"});
    if (!name.empty()) return refuse(name, "is an option of CooRTweet, not of the QUT toolkit", "see docs/from-qut.md");
  } else if (const std::string name = given_among(values, k_of_qut); !name.empty()) {
    return refuse(name, "is an option of the QUT toolkit, not of CooRTweet", "see docs/from-coortweet.md");
  }
  return {};
}

Result<void> read_coortweet(const Values& values, commands::CompatOptions& options) {
  const std::vector<std::string> channels = values.texts("channel");
  if (channels.size() > 1)
    return fail(ErrorCode::usage,
                fmt::format("CooRTweet knows one kind of object at a time, here are {}", channels.size()),
                "name one --channel");
  options.channel = channels.empty() ? std::string() : channels.front();
  signals::CoortweetOptions& counted = options.coortweet;
  UNISONO_TRY(counted.min_participation, values.count_below_2_32("min-participation", counted.min_participation));
  counted.keep_loops = values.flag("keep-loops");
  counted.edge_weight = values.real("edge-weight", counted.edge_weight);
  UNISONO_TRY(counted.fast_window_s, seconds_of(values, "fast-window"));
  options.subgraph = static_cast<int>(std::clamp<std::int64_t>(values.integer("subgraph", 0), -1, 4));
  const std::string statistics = values.text("statistics", "none");
  options.statistics = statistics == "full"   ? signals::CoortweetThreshold::full
                       : statistics == "fast" ? signals::CoortweetThreshold::fast
                                              : signals::CoortweetThreshold::none;
  return {};
}

Result<void> read_qut(const Values& values, commands::CompatOptions& options) {
  const std::vector<std::string> channels = values.texts("channel");
  const std::string to_do = fmt::format("choose one: --channel {}", fmt::join(k_networks, ", "));
  if (channels.size() != 1)
    return fail(ErrorCode::usage,
                fmt::format("the QUT toolkit counts one network at a time, here are {}", channels.size()), to_do);
  const std::string_view name = channels.front() == "repost" ? std::string_view("retweet") : channels.front();
  const auto found = std::find(k_networks.begin(), k_networks.end(), name);
  if (found == k_networks.end())
    return fail(ErrorCode::usage, fmt::format("the QUT toolkit has no network of `{}`", name), to_do);
  options.network = static_cast<commands::QutNetwork>(found - k_networks.begin());
  UNISONO_TRY(options.min_weight, values.count_below_2_32("min-weight", options.min_weight));
  options.similarity = values.real("similarity", options.similarity);
  UNISONO_TRY(options.min_tokens, values.count_below_2_32("min-tokens", options.min_tokens));
  options.self_loops = values.flag("self-loops");
  return {};
}

Result<commands::CompatOptions> options_from(const Values& values) {
  commands::CompatOptions options;
  const bool qut = values.text("compat") == "qut";
  options.peer = qut ? commands::Peer::qut : commands::Peer::coortweet;
  UNISONO_CHECK(refuse_foreign(values, qut));
  options.case_path = values.path("CASE");
  UNISONO_TRY(options.window_s, seconds_of(values, "window"));
  options.since = values.moment("since");
  options.until = values.moment("until");
  options.dry_run = values.flag("dry-run");
  UNISONO_CHECK(qut ? read_qut(values, options) : read_coortweet(values, options));
  return options;
}

Result<void> write_files(const Values& values, std::vector<commands::NamedTable>& tables, Outcome& outcome) {
  const std::filesystem::path folder = values.path("output");
  UNISONO_CHECK(make_directory(folder));
  Table files({{"file", ColumnType::text, {}}, {"rows", ColumnType::integer, {}}});
  std::uint64_t guarded = 0;
  for (const commands::NamedTable& table : tables) {
    const output::CsvText csv = output::write_csv(table.table, {!values.flag("no-guard"), {}});
    guarded += csv.guarded_cells;
    const std::filesystem::path path = folder / (table.name + ".csv");
    UNISONO_CHECK(write_file(path, csv.text));
    files.append_row({path.string(), static_cast<std::int64_t>(table.table.rows())});
  }
  outcome.sections.push_back({"files", "Files", std::move(files)});
  if (guarded > 0)
    outcome.notes.push_back(fmt::format(
        "{} cells would run as formulas in a spreadsheet and got a leading ' (column _guarded marks them); --no-guard "
        "leaves them as they are.",
        guarded));
  return {};
}

}  // namespace

std::vector<OptionSpec> compat_options() {
  return {
      {"compat",
       "",
       ValueKind::choice,
       "TOOL",
       "give the tables of another tool instead, counted by its rules, untested",
       "",
       false,
       {"coortweet", "qut"}},
      {"min-participation", "", ValueKind::integer, "N", "coortweet: least rows of an account", "2"},
      {"keep-loops", "", ValueKind::flag, "", "coortweet: keep pairs inside one account or content"},
      {"edge-weight", "", ValueKind::real, "P", "coortweet: percentile of the weights above which an edge is flagged",
       "0.5"},
      {"fast-window", "", ValueKind::duration, "TIME", "coortweet: a second, narrower window"},
      {"subgraph", "", ValueKind::integer, "N",
       "coortweet: 1 flagged edges, 2 fast flagged edges, 3 with their neighbours", "0"},
      {"statistics",
       "",
       ValueKind::choice,
       "EDGES",
       "coortweet: edges that the statistics are taken of",
       "none",
       false,
       {"none", "full", "fast"}},
      {"min-weight", "", ValueKind::integer, "N", "qut: least weight of a row", "2"},
      {"similarity", "", ValueKind::real, "S", "qut, similar: least share of common tokens", "0.8"},
      {"min-tokens", "", ValueKind::integer, "N", "qut, similar: least tokens of a text", "1"},
      {"self-loops", "", ValueKind::flag, "", "qut: rows of an account with itself too"},
      {"output", "o", ValueKind::path, "PATH",
       "compat: a folder for the tables as CSV files; --shard: the file of the part"},
      {"no-guard", "", ValueKind::flag, "", "compat: leave cells as they are that a spreadsheet would run as formulas"},
  };
}

Result<void> refuse_without_compat(const Values& values) {
  std::string name = given_among(values, k_of_coortweet);
  if (name.empty()) name = given_among(values, k_of_qut);
  if (name.empty()) name = given_among(values, k_of_both);
  if (!name.empty())
    return fail(ErrorCode::usage, fmt::format("--{} belongs to --compat", name),
                "add --compat coortweet or --compat qut");
  if (given_among(values, std::array<std::string_view, 1>{"output"}) == "output" && !values.has("shard"))
    return fail(ErrorCode::usage, "-o belongs to --compat and to --shard",
                "the result of detect is stored in the case; leave -o out");
  for (const std::string& channel : values.texts("channel")) {
    if (channel == "retweet" || channel == "similar" || channel == "post")
      return fail(
          ErrorCode::usage, fmt::format("--channel {} exists with --compat qut only", channel),
          channel == "retweet" ? "the channel is called repost" : "use --channel text, which tests equal texts");
  }
  return {};
}

Result<Outcome> run_compat(const Invocation& invocation) {
  UNISONO_TRY(const commands::CompatOptions options, options_from(invocation.values));
  UNISONO_TRY(commands::CompatResult result, commands::compat(options, invocation.control));
  Outcome outcome;
  outcome.notes = std::move(result.notes);
  if (invocation.values.has("output") && !options.dry_run) {
    UNISONO_CHECK(write_files(invocation.values, result.tables, outcome));
  } else {
    for (commands::NamedTable& table : result.tables)
      outcome.sections.push_back({table.name, table.name, std::move(table.table)});
  }
  if (result.comparison)
    outcome.sections.push_back({"comparison", "Against the tests of unisono", std::move(*result.comparison)});
  return outcome;
}

}  // namespace unisono::app
