#include "unisono/commands/calibrate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "commands/account_marks.hpp"
#include "commands/channel_calibration.hpp"
#include "commands/channel_planting.hpp"
#include "commands/degree_calibration.hpp"
#include "unisono/core/time.hpp"
#include "unisono/core/version.hpp"
#include "unisono/evidence/planting.hpp"
#include "unisono/evidence/run_settings.hpp"
#include "unisono/store/result_tables.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

constexpr std::uint32_t k_most_runs = 10'000;
constexpr std::uint32_t k_largest_squad = 200, k_most_tasks = 500;  // no group above 200 accounts is tested

Result<void> check_runs(const CalibrateOptions& options) {
  if (options.runs >= 1 && options.runs <= k_most_runs) return {};
  return fail(ErrorCode::usage, fmt::format("--runs is {}, it must lie between 1 and {}", options.runs, k_most_runs),
              "leave it out for 20");
}

Result<void> check_squad(const network::SquadPlan& squad) {
  const auto refuse = [](std::string message) {
    return fail(ErrorCode::usage, std::move(message),
                "write SIZExTASKS or SIZExTASKSxTIME, for example --plant 10x10x30s");
  };
  if (squad.size < 3 || squad.size > k_largest_squad)
    return refuse(
        fmt::format("--plant asks for squads of {} accounts, 3 to {} are possible", squad.size, k_largest_squad));
  if (squad.tasks < 3 || squad.tasks > k_most_tasks)
    return refuse(fmt::format("--plant asks for {} tasks, 3 to {} are possible", squad.tasks, k_most_tasks));
  if (squad.jitter_us < 0 || squad.jitter_us > k_us_per_day)
    return refuse(
        fmt::format("--plant asks for a squad within {}, 0 s to 1 d are possible", format_duration(squad.jitter_us)));
  return {};
}

std::string squad_text(const network::SquadPlan& squad) {
  return fmt::format("{}x{}x{}", squad.size, squad.tasks, evidence::window_argument(squad.jitter_us));
}

// Those of detect, and what is permuted how often.
std::string options_of(const CalibrateOptions& options, const std::vector<std::string>& channels) {
  auto json = nlohmann::json::parse(options_json(options.detect, channels, windows_of(options.detect)));
  json["runs"] = options.runs;
  auto& permutations = json["permutations"] = nlohmann::json::array();
  for (const network::Permutation permutation : options.permutations) permutations.push_back(name_of(permutation));
  if (options.plant) {
    json["plant"] = squad_text(*options.plant);
    json["smallest"] = options.smallest;
  }
  return json.dump();
}

void append(ChannelCalibration channel, store::RunResults& results, std::vector<std::string>& notes) {
  std::move(channel.notes.begin(), channel.notes.end(), std::back_inserter(notes));
  add_calibration(channel, results);
}

bool asks_for(const CalibrateOptions& options, network::Permutation permutation) {
  return std::find(options.permutations.begin(), options.permutations.end(), permutation) != options.permutations.end();
}

void note_habit(const ChannelCalibration& channel, const CalibrateOptions& options, std::vector<std::string>& notes) {
  const auto& copies = channel.rows.copies;
  const bool permuted =
      std::any_of(copies.begin(), copies.end(), [](const auto& c) { return c.permutation == "habit"; });
  if (permuted || copies.empty() || (!options.permutations.empty() && !asks_for(options, network::Permutation::habit)))
    return;
  notes.push_back(fmt::format("{}: habit was not permuted, the publication of too few of its objects is known.",
                              copies.front().channel));
}

// The tests of detect where a permutation asks for them; D where that is asked for, or where nothing else can be
// tested.
Result<void> calibrate_one(store::CaseFile& file, const std::string& channel, const CalibrateOptions& options,
                           const std::string& run_id, const Control& control, store::RunResults& results,
                           std::vector<std::string>& notes) {
  const bool asked = asks_for(options, network::Permutation::fastball);
  bool untested = false;
  if (!asked || options.permutations.size() > 1) {
    UNISONO_TRY(ChannelCalibration tests, calibrate_channel(file, channel, options, run_id, control));
    untested = tests.rows.copies.empty();
    note_habit(tests, options, notes);
    append(std::move(tests), results, notes);
  }
  if (!asked && !(untested && options.permutations.empty())) return {};
  UNISONO_TRY(ChannelCalibration degrees, calibrate_degrees_of(file, channel, options, run_id, control));
  append(std::move(degrees), results, notes);
  return {};
}

Result<CalibrateResult> tables_of(store::CaseFile& file, const std::string& run_id) {
  CalibrateResult result;
  result.run_id = run_id;
  const std::array<Cell, 1> run = {run_id};
  UNISONO_TRY(result.verdicts,
              file.query("SELECT channel, subject, calibrated, runs, ties, groups, alpha, sentence FROM "
                         "calibration_verdict WHERE run_id = $1 ORDER BY rowid",
                         run));
  UNISONO_TRY(
      result.copies,
      file.query("SELECT c.channel, permutation, count(*) AS copies, any_value(v.ties) AS ties_found, avg(false_ties) "
                 "AS mean_false_ties, max(false_ties) AS most_false_ties, any_value(v.groups) AS groups_found, "
                 "avg(false_groups) AS mean_false_groups, max(false_groups) AS most_false_groups, avg(accounts) AS "
                 "mean_accounts, max(accounts) AS most_accounts, avg(surviving_ties) AS mean_surviving_ties, "
                 "avg(surviving_groups) AS mean_surviving_groups FROM calibration c JOIN calibration_verdict v ON "
                 "v.run_id = c.run_id AND v.channel = c.channel AND (v.subject = 'degrees') = (permutation = "
                 "'fastball') WHERE c.run_id = $1 GROUP BY c.channel, permutation ORDER BY min(c.rowid)",
                 run));
  UNISONO_TRY(result.runs, file.query("SELECT channel, permutation, run_no, false_ties, false_groups, accounts, "
                                      "surviving_ties, surviving_groups FROM calibration WHERE run_id = $1 ORDER BY "
                                      "rowid",
                                      run));
  UNISONO_TRY(result.fits, file.query("SELECT channel, window_us / 1e6 AS window_s, permutation, test, n, distance, "
                                      "share_001, share_01, share_05, copies, fitting, c_bar, habit_f, family_k FROM "
                                      "calibration_fit WHERE run_id = $1 ORDER BY rowid",
                                      run));
  UNISONO_TRY(result.points, file.query("SELECT channel, window_us / 1e6 AS window_s, permutation, test, expected, "
                                        "observed FROM calibration_qq WHERE run_id = $1 ORDER BY rowid",
                                        run));
  UNISONO_TRY(
      result.squads,
      file.query("SELECT channel, window_us / 1e6 AS window_s, size, tasks, jitter_us / 1e6 AS within_s, draws, "
                 "found, in_groups, by_habit, in_ties, members AS mean_members, others AS mean_others, reason "
                 "FROM planting WHERE run_id = $1 ORDER BY rowid",
                 run));
  return result;
}

// --dry-run: what would be permuted, and how often; nothing is written.
Result<CalibrateResult> plan_only(store::CaseFile& file, const CalibrateOptions& options,
                                  const std::vector<std::string>& channels, const Control& control) {
  CalibrateResult result;
  result.verdicts = Table({{"channel", ColumnType::text, {}},
                           {"copies", ColumnType::integer, {}},
                           {"windows", ColumnType::integer, {}},
                           {"actions", ColumnType::integer, {}},
                           {"accounts", ColumnType::integer, {}}});
  const DetectOptions& detect = options.detect;
  if (options.plant) {
    const std::vector<std::uint32_t> sizes = tried_sizes(options.plant->size),
                                     tasks = tried_tasks(options.plant->tasks);
    result.notes.push_back(
        fmt::format("In every channel at most {} squads would be planted: sizes {}, tasks {}, {} draws of each "
                    "along the border of what is found.",
                    (sizes.size() + tasks.size() - 1) * options.runs, fmt::join(sizes, ", "), fmt::join(tasks, ", "),
                    options.runs));
  }
  const std::size_t kinds = options.permutations.empty() ? 2 : options.permutations.size();
  const auto integer = [](std::size_t n) { return Cell(static_cast<std::int64_t>(n)); };
  for (const std::string& channel : channels) {
    UNISONO_TRY(const store::ActionSet actions,
                store::scan_actions(file, {channel, detect.since, detect.until, detect.allow_lossy}, control));
    result.verdicts.append_row({channel, integer(options.plant ? 0 : kinds * options.runs),
                                integer(windows_of(detect).size()), integer(actions.size()),
                                integer(actions.account_id_of.size())});
  }
  result.notes.emplace_back("Dry run: nothing was tested or written.");
  return result;
}

}  // namespace

Result<CalibrateResult> calibrate(const CalibrateOptions& given, const Control& control) {
  CalibrateOptions options = given;  // each permutation once, in a fixed order: the order of typing changes nothing
  std::sort(options.permutations.begin(), options.permutations.end());
  options.permutations.erase(std::unique(options.permutations.begin(), options.permutations.end()),
                             options.permutations.end());
  const DetectOptions& detect = options.detect;
  UNISONO_CHECK(check_options(detect));
  UNISONO_CHECK(check_runs(options));
  if (options.plant) UNISONO_CHECK(check_squad(*options.plant));
  const TimeUs started = now_us();
  store::OpenOptions open;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes / 4;  // the rest is for the kernels
  open.read_only = detect.dry_run;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(detect.case_path, open));
  UNISONO_TRY(const std::vector<std::string> channels, channels_of(file, detect));
  if (detect.dry_run) return plan_only(file, options, channels, control);

  UNISONO_CHECK(mark_accounts(file, detect.allow, "declared", control));
  UNISONO_CHECK(mark_accounts(file, detect.targets, "target", control));
  store::Run run{"calibrate", options_of(options, channels), detect.seed, {}, version_with_unicode()};
  UNISONO_TRY(run.input_hash, store::input_hash(file));
  store::RunResults results;
  std::vector<std::string> notes;
  for (const std::string& channel : channels) {
    if (options.plant) {
      UNISONO_TRY(ChannelPlanting planting, plant_channel(file, channel, options, control));
      std::move(planting.notes.begin(), planting.notes.end(), std::back_inserter(notes));
      std::move(planting.rows.begin(), planting.rows.end(), std::back_inserter(results.calibration.plantings));
      continue;
    }
    UNISONO_CHECK(calibrate_one(file, channel, options, store::run_id(run), control, results, notes));
  }
  if (channels.empty()) notes.emplace_back("This case holds no actions: there is nothing to calibrate.");
  for (std::string& sentence : evidence::planting_sentences(results.calibration.plantings))
    notes.push_back(std::move(sentence));
  UNISONO_TRY(const std::string run_id, store::write_results(file, run, results));
  UNISONO_CHECK(store::log_run(file, {run_id, started, now_us(), control.threads, host_name()}));
  UNISONO_TRY(CalibrateResult result, tables_of(file, run_id));
  result.notes = std::move(notes);
  return result;
}

}  // namespace unisono::commands
