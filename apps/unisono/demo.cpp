#include "unisono/commands/demo.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "catalogue.hpp"
#include "unisono/commands/import.hpp"
#include "unisono/commands/report.hpp"

namespace unisono::app {
namespace {

// The tables of amplify that say most about the planted facts, the first rows of each.
void add_sections(const commands::AmplifyResult& result, const std::vector<std::string>& names,
                  const std::string& prefix, const std::filesystem::path& case_path, Outcome& outcome) {
  const std::string whole_in = fmt::format("what `unisono amplify {}` prints", case_path.string());
  for (const std::string& name : names) {
    const evidence::AnalysisTable* table = result.amplification.find(name);
    if (table != nullptr) outcome.sections.push_back({prefix + name, table->title, table->table, 20, whole_in});
  }
}

// What was found, in sentences, stays the last thing on the screen.
void move_summary_to_the_end(Outcome& outcome) {
  const auto summary = std::find_if(outcome.sections.begin(), outcome.sections.end(),
                                    [](const Section& section) { return section.name == "summary"; });
  if (summary != outcome.sections.end()) std::rotate(summary, summary + 1, outcome.sections.end());
}

Result<Outcome> run_uk(const Invocation& invocation, const commands::DemoFiles& files,
                       const std::filesystem::path& out) {
  commands::RunOptions options;
  options.inputs = {files.posts.string()};
  options.out = out;
  options.detect.targets = {files.targets};
  options.detect.allow = {files.allow};
  options.detect.since = files.since;
  options.detect.until = files.until;
  options.status = {files.status};
  options.force = true;  // the folder of an earlier demo, maybe with another seed
  UNISONO_TRY(commands::RunResult result, commands::run(options, invocation.control));

  const std::filesystem::path case_path = out / "case.uni";
  commands::AmplifyOptions amplify;
  amplify.case_path = case_path;
  amplify.targets = {files.targets};
  amplify.group = files.groups.string();
  amplify.since = files.since;
  amplify.until = files.until;
  amplify.status_at = files.status_at;
  UNISONO_TRY(const commands::AmplifyResult amplified, commands::amplify(amplify, invocation.control));
  UNISONO_TRY(const std::vector<std::string> lines,
              commands::uk_lines(case_path, result.detect.run_id, amplified, invocation.control));

  const std::filesystem::path report = result.report;
  commands::ReportOptions again;  // now with the amplification
  again.case_path = case_path;
  again.out = report;
  UNISONO_CHECK(commands::report(again, invocation.control));
  const Values& values = invocation.values;
  Outcome outcome = outcome_of_run(std::move(result), out, values.flag("json") || values.flag("ndjson"));
  outcome.sections.push_back(
      {"figures", "Figures of the given group", commands::figures_table(amplified.amplification), 20});
  add_sections(amplified, {"kinds", "group_status", "status", "weeks", "devotion"}, "", case_path, outcome);
  move_summary_to_the_end(outcome);
  outcome.notes.insert(outcome.notes.end(), lines.begin(), lines.end());
  outcome.notes.push_back(fmt::format("the report: {}", std::filesystem::absolute(report).string()));
  outcome.next = {
      fmt::format("unisono amplify {} --group {} --since 2020-06-09 --until 2021-02-01", case_path.string(),
                  files.groups.string()),
      fmt::format("unisono detect {} --channel repost --window 60s", case_path.string()),
      "unisono run YOUR_FILE.csv -o out",
  };
  return outcome;
}

Result<commands::AmplifyResult> import_and_amplify(const Invocation& invocation, const commands::DemoFiles& files,
                                                   const std::filesystem::path& posts,
                                                   const std::filesystem::path& case_path, bool with_status) {
  commands::ImportOptions import;
  import.inputs = {posts.string()};
  import.case_path = case_path;
  import.force = true;
  UNISONO_CHECK(commands::import(import, invocation.control));
  commands::AmplifyOptions amplify;
  amplify.case_path = case_path;
  amplify.targets = {files.targets};
  amplify.since = files.since;
  amplify.until = files.until;
  if (with_status) {
    amplify.status = {files.status};
    amplify.status_at = files.status_at;
  }
  return commands::amplify(amplify, invocation.control);
}

// Two cases: one in which few accounts make half of the reposts, and one in which all are alike.
Result<Outcome> run_concentration(const Invocation& invocation, const commands::DemoFiles& files,
                                  const std::filesystem::path& out) {
  UNISONO_TRY(const commands::AmplifyResult first,
              import_and_amplify(invocation, files, files.posts, out / "case.uni", true));
  UNISONO_TRY(const commands::AmplifyResult even,
              import_and_amplify(invocation, files, files.even, out / "even.uni", false));
  Outcome outcome;
  outcome.run_id = first.run_id;
  outcome.sections.push_back({"figures", "Figures of posts.jsonl", commands::figures_table(first.amplification), 40});
  add_sections(first, {"concentration", "spreaders", "status", "status_intervals"}, "", out / "case.uni", outcome);
  add_sections(even, {"concentration"}, "even_", out / "even.uni", outcome);
  for (const auto& [name, result] : {std::pair{"posts.jsonl", &first}, std::pair{"even.jsonl", &even}}) {
    for (std::string& line : commands::concentration_lines(name, *result)) outcome.notes.push_back(std::move(line));
  }
  outcome.next = {fmt::format("unisono amplify {} --status-at 2021-02-20", (out / "case.uni").string()),
                  "unisono help B1", "unisono demo uk"};
  return outcome;
}

// Squads in a public, and how many of every role the run found.
Result<Outcome> run_world(const Invocation& invocation, const commands::DemoFiles& files,
                          const std::filesystem::path& out) {
  commands::RunOptions options;
  options.inputs = {files.posts.string()};
  options.out = out;
  options.detect.allow = {files.allow};
  options.force = true;  // the folder of an earlier demo, maybe of another world
  UNISONO_TRY(commands::RunResult result, commands::run(options, invocation.control));
  const std::filesystem::path case_path = out / "case.uni";
  UNISONO_TRY(Table roles, commands::world_roles(case_path, result.detect.run_id, files.truth, invocation.control));
  const Values& values = invocation.values;
  Outcome outcome = outcome_of_run(std::move(result), out, values.flag("json") || values.flag("ndjson"));
  for (std::string& line : commands::world_lines(roles)) outcome.notes.push_back(std::move(line));
  outcome.sections.push_back({"roles", "Planted roles, and what was found of them", std::move(roles), 20});
  move_summary_to_the_end(outcome);
  outcome.next = {"unisono demo world --jitter 10m", "unisono demo world --tasks 3", "unisono demo uk"};
  return outcome;
}

Outcome only_written(const commands::DemoFiles& files) {
  Table table({{"file", ColumnType::text, {}}});
  for (const std::filesystem::path* path :
       {&files.posts, &files.even, &files.targets, &files.status, &files.groups, &files.allow, &files.truth})
    if (!path->empty()) table.append_row({path->string()});
  Outcome outcome;
  outcome.sections.push_back({"written", "Written", std::move(table)});
  outcome.next = {"unisono run " + files.posts.string() + " -o out"};
  return outcome;
}

Result<commands::DemoWorld> world_from(const Values& values, const std::string& name) {
  commands::DemoWorld world;
  for (const char* option : {"squads", "size", "tasks", "jitter", "accounts", "days"}) {
    if (name != "world" && values.has(option))
      return fail(ErrorCode::usage, fmt::format("--{} is an option of demo world, not of demo {}", option, name),
                  "leave it out, or use unisono demo world");
  }
  UNISONO_TRY(world.squads, values.count_below_2_32("squads", world.squads));
  UNISONO_TRY(world.size, values.count_below_2_32("size", world.size));
  UNISONO_TRY(world.tasks, values.count_below_2_32("tasks", world.tasks));
  UNISONO_TRY(world.accounts, values.count_below_2_32("accounts", world.accounts));
  UNISONO_TRY(world.days, values.count_below_2_32("days", world.days));
  if (values.has("jitter")) {
    UNISONO_TRY(world.jitter_us, parse_duration(values.text("jitter")));
  }
  return world;
}

Result<Outcome> run_demo(const Invocation& invocation) {
  const Values& values = invocation.values;
  commands::DemoOptions demo;
  demo.name = values.text("NAME", demo.name);
  UNISONO_TRY(demo.world, world_from(values, demo.name));
  const std::filesystem::path out = values.text("output", "unisono-demo");
  demo.out = out / "data";
  demo.seed = static_cast<std::uint64_t>(values.integer("seed", 1));
  UNISONO_TRY(const commands::DemoFiles files, commands::write_demo(demo, invocation.control));
  if (values.flag("data-only")) return only_written(files);
  UNISONO_TRY(Outcome outcome, demo.name == "world" ? run_world(invocation, files, out)
                               : files.even.empty() ? run_uk(invocation, files, out)
                                                    : run_concentration(invocation, files, out));
  outcome.notes.push_back(
      fmt::format("everything here is generated; what was planted stands in {}", files.truth.string()));
  return outcome;
}

}  // namespace

CommandSpec demo_command() {
  CommandSpec spec;
  spec.name = "demo";
  spec.summary = "generate a campaign with planted truth and analyse it from import to report";
  spec.description =
      "The accounts and texts are invented. Rows are planted, never results: what was planted stands in "
      "data/truth.json, so that you can compare. `uk` is a network of 62 accounts around two diplomatic ones, with a "
      "report; "
      "`concentration` are two small files, one in which few accounts make half of the reposts and one in which all "
      "accounts "
      "are alike; `world` is a public with squads, fans, a declared feed, activists and a live event, and prints how "
      "many of each were found.";
  spec.examples = {{"unisono demo", "uk, into the folder unisono-demo"},
                   {"unisono demo uk -o try --seed 7", "another throw of the dice"},
                   {"unisono demo concentration -o few", "shares of the most active and of suspended accounts"},
                   {"unisono demo world -o w --squads 5 --jitter 10m", "what is found when squads take their time"}};
  spec.arguments = {{"NAME", "the campaign: uk, concentration or world", 0, 1, ValueKind::text}};
  spec.options = {{"output", "o", ValueKind::path, "DIR", "the folder to write into", "unisono-demo"},
                  {"seed", "", ValueKind::integer, "N", "seed of the generator", "1"},
                  {"data-only", "", ValueKind::flag, "", "write the data and analyse nothing"},
                  {"squads", "", ValueKind::integer, "N", "world: squads that are planted", "3"},
                  {"size", "", ValueKind::integer, "N", "world: accounts of a squad", "10"},
                  {"tasks", "", ValueKind::integer, "N", "world: tasks of a squad in each of two channels", "12"},
                  {"jitter", "", ValueKind::duration, "TIME", "world: all of a squad do a task within this", "30s"},
                  {"accounts", "", ValueKind::integer, "N", "world: accounts of the public", "1000"},
                  {"days", "", ValueKind::integer, "N", "world: days of the data", "10"}};
  spec.action = run_demo;
  return spec;
}

}  // namespace unisono::app
