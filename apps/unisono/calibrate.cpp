#include "unisono/commands/calibrate.hpp"

#include <charconv>
#include <string>
#include <system_error>

#include "catalogue.hpp"

namespace unisono::app {
namespace {

// SIZExTASKS or SIZExTASKSxTIME.
Result<network::SquadPlan> squad_from(const std::string& text) {
  const auto wrong = [&] {
    return fail(ErrorCode::usage, "--plant \"" + text + "\" is no squad",
                "write SIZExTASKS or SIZExTASKSxTIME, for example --plant 10x10x30s");
  };
  network::SquadPlan squad;
  const char* end = text.data() + text.size();
  const auto size = std::from_chars(text.data(), end, squad.size);
  if (size.ec != std::errc() || size.ptr == end || *size.ptr != 'x') return wrong();
  const auto tasks = std::from_chars(size.ptr + 1, end, squad.tasks);
  if (tasks.ec != std::errc()) return wrong();
  if (tasks.ptr == end) return squad;
  if (*tasks.ptr != 'x') return wrong();
  const Result<std::int64_t> jitter = parse_duration(std::string(tasks.ptr + 1, end));
  if (!jitter) return wrong();
  squad.jitter_us = *jitter;
  return squad;
}

Result<Outcome> run_calibrate(const Invocation& invocation) {
  const Values& values = invocation.values;
  commands::CalibrateOptions options;
  if (values.has("plant")) {
    UNISONO_TRY(options.plant, squad_from(values.text("plant")));
    if (values.has("permutation"))
      return fail(ErrorCode::usage, "--plant and --permutation cannot be used together",
                  "run the command twice: once for permuted copies, once for planted squads");
  }
  UNISONO_TRY(options.detect, detect_options_from(values));
  options.detect.case_path = values.path("CASE");
  options.detect.dry_run = values.flag("dry-run");
  UNISONO_TRY(options.runs, values.count_below_2_32("runs", options.runs));
  for (const std::string& name : values.texts("permutation")) {
    for (const auto permutation : {network::Permutation::bins, network::Permutation::within,
                                   network::Permutation::habit, network::Permutation::fastball})
      if (name == network::name_of(permutation)) options.permutations.push_back(permutation);
  }
  UNISONO_TRY(commands::CalibrateResult result, commands::calibrate(options, invocation.control));
  Outcome outcome;
  outcome.run_id = result.run_id;
  if (options.plant && !options.detect.dry_run) {
    outcome.sections.push_back({"squads", "Planted squads, and how many were found", std::move(result.squads)});
    outcome.next = {"unisono report " + options.detect.case_path.string() + " -o report.html"};
    outcome.notes = std::move(result.notes);
    return outcome;
  }
  outcome.sections.push_back(
      {"verdicts", options.detect.dry_run ? "What would be permuted" : "Verdict", std::move(result.verdicts)});
  if (!options.detect.dry_run) {
    outcome.sections.push_back({"copies", "Found in permuted copies", std::move(result.copies)});
    outcome.sections.push_back({"fits", "Do the p-values fit?", std::move(result.fits)});
    outcome.sections.push_back({"runs", "Every copy", std::move(result.runs), 0});
    outcome.sections.push_back({"points", "Quantiles of the p-values", std::move(result.points), 0});
    outcome.next = {"unisono report " + options.detect.case_path.string() + " -o report.html"};
  }
  outcome.notes = std::move(result.notes);
  return outcome;
}

}  // namespace

CommandSpec calibrate_command() {
  CommandSpec spec;
  spec.name = "calibrate";
  spec.summary = "how often the tests find something in permuted data, where nothing is left to be found";
  spec.description =
      "Makes copies of the data in which one cause of coordination is taken out, runs everything that detect does on "
      "each of them, and counts what is found there. `bins` exchanges the objects among the actions of an hour, "
      "`within` the times among the sharers of an object, `habit` the same inside deciles of delay. A channel where "
      "too much is found is not calibrated: its ties stay at T2 and its groups at G0. `fastball` deals out all objects "
      "anew and reads no times: it judges the pairs of `rank` (test D). Takes the options of detect; give those of the "
      "run that is to be judged.\n"
      "With --plant nothing is permuted: squads of ordinary accounts of the case act together in copies of the data, "
      "and "
      "the tests are asked to find them: the given squad first, then smaller ones and fewer tasks, down to those that "
      "are "
      "found in less than 80 % of the draws. No post of the case is changed.";
  spec.examples = {
      {"unisono calibrate case.uni", "every channel, 20 copies for each permutation"},
      {"unisono calibrate case.uni --channel repost --window 60s", "the run of detect with these options"},
      {"unisono calibrate case.uni --permutation bins --runs 100", "a closer look at one of them"},
      {"unisono calibrate case.uni --plant 10x10x30s", "would a squad of ten with ten tasks have been found?"},
      {"unisono calibrate case.uni --dry-run", "what would be permuted, without testing"}};
  spec.arguments = {{"CASE", "the case file"}};
  spec.options = detect_options();
  spec.options.push_back(
      {"runs", "", ValueKind::integer, "N", "copies for each permutation; planted squads of each kind", "20"});
  spec.options.push_back({"permutation",
                          "",
                          ValueKind::choice,
                          "NAME",
                          "what is exchanged",
                          "bins, within, habit where publication times are known, fastball where times are not",
                          true,
                          {"bins", "within", "habit", "fastball"}});
  spec.options.push_back(
      {"plant", "", ValueKind::text, "SIZExTASKS[xTIME]",
       "plant squads up to this size and number of tasks, each within the time (30s); permute nothing"});
  spec.options.push_back({"dry-run", "", ValueKind::flag, "", "say what would be permuted, write nothing"});
  spec.settings_of = {"detect"};
  spec.action = run_calibrate;
  return spec;
}

}  // namespace unisono::app
