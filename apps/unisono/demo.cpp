#include "unisono/commands/demo.hpp"

#include <fmt/format.h>

#include "catalogue.hpp"

namespace unisono::app {
namespace {

Result<Outcome> run_demo(const Invocation& invocation) {
  const Values& values = invocation.values;
  commands::DemoOptions demo;
  demo.name = values.text("NAME", demo.name);
  const std::filesystem::path out = values.text("output", "unisono-demo");
  demo.out = out / "data";
  demo.seed = static_cast<std::uint64_t>(values.integer("seed", 1));
  UNISONO_TRY(const commands::DemoFiles files, commands::write_demo(demo, invocation.control));

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

  const std::filesystem::path report = result.report;
  Outcome outcome = outcome_of_run(std::move(result), out, values.flag("json") || values.flag("ndjson"));
  outcome.notes.push_back(
      fmt::format("everything here is generated; what was planted stands in {}", files.truth.string()));
  outcome.notes.push_back(fmt::format("the report: {}", std::filesystem::absolute(report).string()));
  outcome.next = {
      fmt::format("unisono query {} \"SELECT group_id, n, level FROM group_\"", (out / "case.uni").string()),
      fmt::format("unisono detect {} --channel repost --window 60s", (out / "case.uni").string()),
      "unisono run YOUR_FILE.csv -o out",
  };
  return outcome;
}

}  // namespace

CommandSpec demo_command() {
  CommandSpec spec;
  spec.name = "demo";
  spec.summary = "generate a campaign with planted truth and analyse it from import to report";
  spec.description =
      "The accounts and texts are invented. Rows are planted, never results: what was planted stands in "
      "data/truth.json, so that you can "
      "compare.";
  spec.examples = {{"unisono demo", "into the folder unisono-demo"},
                   {"unisono demo uk -o try --seed 7", "another throw of the dice"}};
  spec.arguments = {{"NAME", "the campaign: uk", 0, 1, ValueKind::text}};
  spec.options = {{"output", "o", ValueKind::path, "DIR", "the folder to write into", "unisono-demo"},
                  {"seed", "", ValueKind::integer, "N", "seed of the generator", "1"}};
  spec.action = run_demo;
  return spec;
}

}  // namespace unisono::app
