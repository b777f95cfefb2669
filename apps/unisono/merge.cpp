#include "unisono/commands/shards.hpp"

#include "catalogue.hpp"

namespace unisono::app {
namespace {

Result<Outcome> run_merge(const Invocation& invocation) {
  UNISONO_TRY(commands::DetectOptions options, detect_options_from(invocation.values));
  options.calibrate = invocation.values.flag("calibrate");
  options.case_path = invocation.values.path("CASE");
  UNISONO_TRY(commands::DetectResult result,
              commands::merge_shards(options, invocation.values.paths("PART"), invocation.control));
  return outcome_of_detect(options, std::move(result));
}

}  // namespace

CommandSpec merge_command() {
  CommandSpec spec;
  spec.name = "merge";
  spec.summary = "finish a `detect` whose joins were computed in shards";
  spec.description =
      "Takes the parts that `detect --shard` wrote, one of each shard, and does the rest of `detect` with them: the "
      "tests, "
      "the groups, the findings. The result in the case is that of `detect` on one machine, byte for byte. Give it the "
      "case "
      "and the options that the shards were given; parts of another run are refused.";
  spec.examples = {
      {"unisono merge case.uni part_*.txt", "all parts of a run with default options"},
      {"unisono merge case.uni part_*.txt --channel repost --window 60s", "the options of the shards again"}};
  spec.arguments = {{"CASE", "the case file"}, {"PART", "files written by `detect --shard`", 1, k_unlimited}};
  spec.options = detect_options();
  spec.options.push_back(
      {"calibrate", "", ValueKind::flag, "", "try the tests on permuted data where a level depends on it (T3, G1)"});
  spec.action = run_merge;
  return spec;
}

}  // namespace unisono::app
