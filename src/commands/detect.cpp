#include "unisono/commands/detect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "commands/account_marks.hpp"
#include "commands/channel_calibration.hpp"
#include "commands/channel_plan.hpp"
#include "commands/detect_bursts.hpp"
#include "commands/detect_channel.hpp"
#include "commands/timeless.hpp"
#include "unisono/core/version.hpp"
#include "unisono/evidence/account_names.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

void add_notes(const ChannelOutcome& outcome, std::vector<std::string>& notes) {
  for (const std::string& note : outcome.notes) {
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
  }
}

// Exchanging times inside deciles of habit leaves an operation whose accounts have one habit where it is: the verdict
// of a run stands on the other two.
CalibrateOptions trial_of(const DetectOptions& options) {
  CalibrateOptions trial;
  trial.detect = options;
  trial.permutations = {network::Permutation::bins, network::Permutation::within};
  return trial;
}

// Only the channels that a level depends on: a calibration costs many times the tests.
Result<std::vector<ChannelCalibration>> calibrate_where_needed(store::CaseFile& file,
                                                               const std::vector<ChannelOutcome>& outcomes,
                                                               const DetectOptions& options, const std::string& run_id,
                                                               const Control& control) {
  std::vector<ChannelCalibration> trials;
  for (const std::string& channel : channels_to_calibrate(outcomes)) {
    UNISONO_TRY(ChannelCalibration trial, calibrate_channel(file, channel, trial_of(options), run_id, control));
    trials.push_back(std::move(trial));
  }
  return trials;
}

Calibrations verdicts_of(const std::vector<ChannelCalibration>& trials) {
  Calibrations verdicts;
  for (const ChannelCalibration& trial : trials) verdicts.emplace(trial.finding.finding.subject_id, trial.verdict);
  return verdicts;
}

// Where in which file the rows behind the findings stand.
Result<void> add_raw_references(store::CaseFile& file, std::vector<store::EvidenceRow>& evidence) {
  UNISONO_TRY(store::Step step, file.begin_step());
  UNISONO_CHECK(file.execute("CREATE OR REPLACE TEMP TABLE wanted_post (platform VARCHAR, post_id VARCHAR)"));
  UNISONO_TRY(store::Appender appender, file.append_to("wanted_post"));
  std::set<std::pair<std::string, std::string>> seen;
  for (const store::EvidenceRow& row : evidence) {
    if (!seen.emplace(row.platform, row.post_id).second) continue;
    appender.text(row.platform);
    appender.text(row.post_id);
    UNISONO_CHECK(appender.end_row());
  }
  UNISONO_CHECK(appender.close());
  UNISONO_TRY(const Table table, file.query("SELECT platform, post_id, raw_ref.file_id, raw_ref.member, "
                                            "raw_ref.\"offset\", raw_ref.length FROM post_source "
                                            "SEMI JOIN wanted_post USING (platform, post_id)"));
  struct Raw {
    store::OptionalInteger file, offset, length;
    std::optional<std::string> member;
  };
  std::map<std::pair<std::string, std::string>, Raw> raw_of;
  const auto integer = [&](std::size_t column, std::size_t row) -> store::OptionalInteger {
    const auto* value = std::get_if<std::int64_t>(&table.columns()[column].cells[row]);
    return value == nullptr ? store::OptionalInteger() : store::OptionalInteger(*value);
  };
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Cell& member = table.columns()[3].cells[row];
    raw_of.emplace(std::pair(to_text(table.columns()[0].cells[row], ColumnType::text),
                             to_text(table.columns()[1].cells[row], ColumnType::text)),
                   Raw{integer(2, row), integer(4, row), integer(5, row),
                       is_missing(member) ? std::nullopt : std::optional(std::get<std::string>(member))});
  }
  for (store::EvidenceRow& row : evidence) {
    const auto found = raw_of.find({row.platform, row.post_id});
    if (found == raw_of.end()) continue;
    row.raw_file = found->second.file;
    row.raw_member = found->second.member;
    row.raw_offset = found->second.offset;
    row.raw_length = found->second.length;
  }
  UNISONO_CHECK(file.execute("DROP TABLE wanted_post"));
  return step.commit();
}

// What a run without ties and groups could have seen: the reader must not take silence for innocence.
void note_empty_result(const store::RunResults& results, std::vector<std::string>& notes) {
  if (!results.groups.empty() || !results.ties.empty()) return;
  notes.emplace_back("No tie and no group passed. What this run could have seen:");
  for (const store::ChannelCheckRow& check : results.checks) {
    const std::int64_t smallest = check.smallest_group.value_or(0);
    notes.push_back(
        fmt::format("{}, {}: {} eligible accounts, family K = {}, least attainable p: {}, {}.", check.channel,
                    format_duration(check.window_us.value_or(0)), check.n_eligible.value_or(0),
                    check.family_k.value_or(0), evidence::format_p(check.least_p.value_or(1)),
                    smallest > 0 ? fmt::format("groups of at least {} accounts could have been found", smallest)
                                 : std::string("no group could have been found")));
  }
}

Result<DetectResult> tables_of(store::CaseFile& file, const std::string& run_id) {
  DetectResult result;
  result.run_id = run_id;
  const std::array<Cell, 1> parameters = {run_id};
  UNISONO_TRY(result.checks,
              file.query("SELECT channel, window_us / 1e6 AS window_s, verdict, n_events, n_eligible, family_k, "
                         "least_p, c_bar, habit_f, "
                         "background, smallest_group, reason FROM channel_check WHERE run_id = $1 ORDER BY rowid",
                         parameters));
  UNISONO_TRY(
      result.ties,
      file.query(
          "SELECT t.channel, t.window_us / 1e6 AS window_s, t.test, t.level, a.label AS account_a, b.label AS "
          "account_b, t.w_t, "
          "t.lambda_t AS expected_t, t.w_x, t.lambda_x AS expected_x, t.p_t, t.p_x, t.p, t.q, t.n_objects, t.n_days, "
          "t.median_lag_us / 1e6 AS median_lag_s, t.first_us AS first_t, t.last_us AS last_t "
          "FROM tie t JOIN account_name a ON a.platform = t.platform_a AND a.account_id = t.account_a "
          "JOIN account_name b ON b.platform = t.platform_b AND b.account_id = t.account_b "
          "WHERE t.run_id = $1 ORDER BY t.rowid",
          parameters));
  UNISONO_TRY(result.groups,
              file.query("SELECT g.group_id, g.n AS accounts, g.level, f.numbers_json ->> 'channel' AS channel, "
                         "CAST(f.numbers_json ->> 'window_us' AS DOUBLE) / 1e6 AS window_s, "
                         "CAST(f.numbers_json ->> 'lift' AS DOUBLE) AS lift, "
                         "CAST(f.numbers_json ->> 'lift_low' AS DOUBLE) AS lift_low, "
                         "CAST(f.numbers_json ->> 'lift_high' AS DOUBLE) AS lift_high, "
                         "CAST(f.numbers_json ->> 'q' AS DOUBLE) AS q, "
                         "CAST(f.numbers_json ->> 'objects' AS BIGINT) AS objects, "
                         "CAST(f.numbers_json ->> 'days' AS BIGINT) AS days, g.stability "
                         "FROM group_ g JOIN finding f ON f.run_id = g.run_id AND f.subject_type = 'group' AND "
                         "f.subject_id = g.group_id WHERE g.run_id = $1 ORDER BY g.n DESC, g.group_id, f.rowid",
                         parameters));
  UNISONO_TRY(
      result.group_tests,
      file.query(
          "SELECT g.group_id, t.channel, t.window_us / 1e6 AS window_s, t.test, "
          "t.direction, "
          "t.w, t.expected, t.lift, t.lo AS lift_low, t.hi AS lift_high, t.p, t.q, t.objects, t.days, t.passed "
          "FROM group_ g JOIN group_test t USING (run_id, group_id) WHERE g.run_id = $1 ORDER BY g.rowid, t.rowid",
          parameters));
  UNISONO_TRY(result.members, file.query("SELECT m.group_id, n.label AS account, m.how FROM group_member m JOIN "
                                         "account_name n USING (platform, account_id) "
                                         "WHERE m.run_id = $1 ORDER BY m.rowid",
                                         parameters));
  UNISONO_TRY(result.joining,
              file.query("SELECT j.group_id, n.label AS account, j.channel, j.window_us / 1e6 AS window_s, j.marked, "
                         "j.posts, j.expected, j.p, j.q, j.objects, j.days FROM joining j JOIN account_name n USING "
                         "(platform, account_id) WHERE j.run_id = $1 ORDER BY j.rowid",
                         parameters));
  UNISONO_TRY(result.second_opinions,
              file.query("SELECT group_id, channel, window_us / 1e6 AS window_s, method, resolution, members, \"of\", "
                         "accounts, objects, jaccard, co_assignment, rand_index, variation, density, copies, as_dense, "
                         "reason FROM second_opinion WHERE run_id = $1 ORDER BY rowid",
                         parameters));
  UNISONO_TRY(
      result.timeless_checks,
      file.query("SELECT channel, verdict, actions, accounts, eligible, pairs_in_family, objects_counted, ranked, "
                 "ties, alpha, max_sharers, reason FROM timeless_check WHERE run_id = $1 ORDER BY rowid",
                 parameters));
  UNISONO_TRY(
      result.ranking,
      file.query("SELECT r.channel, r.place, n.label AS account, r.score, r.best_triangle, r.idf_sum, r.shared, "
                 "r.objects, r.partners, r.cosine FROM ranking r JOIN account_name n USING (platform, "
                 "account_id) WHERE r.run_id = $1 ORDER BY r.rowid",
                 parameters));
  UNISONO_TRY(
      result.degree_ties,
      file.query(
          "SELECT d.channel, d.level, a.label AS account_a, b.label AS account_b, d.shared, d.expected, d.p, d.q "
          "FROM degree_tie d JOIN account_name a ON a.platform = d.platform_a AND a.account_id = d.account_a "
          "JOIN account_name b ON b.platform = d.platform_b AND b.account_id = d.account_b WHERE d.run_id = $1 "
          "ORDER BY d.rowid",
          parameters));
  UNISONO_TRY(result.burst_checks,
              file.query("SELECT width_us / 1e6 AS width_s, verdict, posts, accounts, bins, untested, "
                         "bursts, alpha, reason FROM burst_check WHERE run_id = $1 ORDER BY rowid",
                         parameters));
  UNISONO_TRY(result.bursts,
              file.query("SELECT width_us / 1e6 AS width_s, begin_us AS begin_t, accounts, expected, p, q "
                         "FROM burst WHERE run_id = $1 ORDER BY rowid",
                         parameters));
  return result;
}

// --dry-run: the channels and windows that would be tested and on how much; nothing is written.
Result<DetectResult> plan_only(store::CaseFile& file, const DetectOptions& options,
                               const std::vector<std::string>& channels, const std::vector<std::int64_t>& windows,
                               const Control& control) {
  DetectResult result;
  result.checks = Table({{"channel", ColumnType::text, {}},
                         {"window_s", ColumnType::real, {}},
                         {"alpha", ColumnType::real, {}},
                         {"actions", ColumnType::integer, {}},
                         {"accounts", ColumnType::integer, {}},
                         {"objects", ColumnType::integer, {}}});
  const auto integer = [](std::size_t n) { return Cell(static_cast<std::int64_t>(n)); };
  for (const std::string& channel : channels) {
    UNISONO_TRY(const store::ActionSet actions,
                store::scan_actions(file, {channel, options.since, options.until, options.allow_lossy}, control));
    for (const std::int64_t window_us : windows) {
      result.checks.append_row({channel, static_cast<double>(window_us) / 1e6,
                                options.alpha / static_cast<double>(windows.size()), integer(actions.size()),
                                integer(actions.account_id_of.size()), integer(actions.object_key_of.size())});
    }
  }
  result.notes.emplace_back("Dry run: nothing was tested or written.");
  return result;
}

}  // namespace

Result<DetectResult> detect(const DetectOptions& options, const Control& control) {
  UNISONO_CHECK(check_options(options));
  const TimeUs started = now_us();
  store::OpenOptions open;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes / 4;  // the rest is for the kernels
  open.read_only = options.dry_run;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  UNISONO_TRY(const std::vector<std::string> channels, channels_of(file, options));
  const std::vector<std::int64_t> windows = windows_of(options);
  if (options.dry_run) return plan_only(file, options, channels, windows, control);

  UNISONO_CHECK(mark_accounts(file, options.allow, "declared", control));
  UNISONO_CHECK(mark_accounts(file, options.targets, "target", control));
  UNISONO_CHECK(evidence::prepare_account_names(file, evidence::NamePolicy::pseudonyms));
  UNISONO_TRY(const store::Run run, detect_run(file, options, channels, windows));
  const std::string id = store::run_id(run);
  std::vector<ChannelOutcome> outcomes;
  std::vector<std::string> notes;
  for (const std::string& channel : channels) {
    UNISONO_TRY(const store::ActionSet actions,
                store::scan_actions(file, {channel, options.since, options.until, options.allow_lossy}, control));
    note_exclusions(actions, channel, notes);
    UNISONO_TRY(const ChannelPlan plan, plan_channel(file, actions, id, channel, windows, control));
    UNISONO_TRY(ChannelOutcome outcome, detect_channel(file, actions, plan, options, channels.size() > 1, control));
    add_notes(outcome, notes);
    outcomes.push_back(std::move(outcome));
  }
  UNISONO_CHECK(test_elsewhere(file, options, id, windows, outcomes, control));
  UNISONO_TRY(TimelessOutcome timeless, detect_without_times(file, outcomes, options, id, control));
  notes.insert(notes.end(), timeless.notes.begin(), timeless.notes.end());
  std::vector<ChannelCalibration> trials;
  if (options.calibrate) {
    UNISONO_TRY(trials, calibrate_where_needed(file, outcomes, options, id, control));
  }
  store::RunResults results = results_of(std::move(outcomes), verdicts_of(trials));
  for (ChannelCalibration& trial : trials) {
    notes.push_back(trial.sentence);
    add_calibration(trial, results);
  }
  if (channels.empty())
    notes.emplace_back(
        "This case holds no actions: no reposts, replies, links, hashtags, mentions or texts that two accounts could "
        "share.");
  note_empty_result(results, notes);

  results.indicators.timeless = std::move(timeless.rows);
  for (evidence::FindingWithEvidence& found : timeless.findings) {
    results.findings.push_back(std::move(found.finding));
    std::move(found.evidence.begin(), found.evidence.end(), std::back_inserter(results.evidence));
  }
  UNISONO_TRY(BurstOutcome bursts, detect_bursts(file, options, id, control));
  results.indicators.bursts = std::move(bursts.rows);
  std::move(bursts.findings.begin(), bursts.findings.end(), std::back_inserter(results.findings));
  UNISONO_CHECK(add_raw_references(file, results.evidence));
  UNISONO_TRY(const std::string run_id, store::write_results(file, run, results));
  UNISONO_CHECK(store::log_run(file, {run_id, started, now_us(), control.threads, host_name()}));
  UNISONO_TRY(DetectResult result, tables_of(file, run_id));
  result.notes = std::move(notes);
  return result;
}

}  // namespace unisono::commands
