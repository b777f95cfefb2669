// What carries a group, and where it is weakest.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "commands/run_options.hpp"
#include "unisono/commands/explain.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/account_names.hpp"
#include "unisono/evidence/findings.hpp"
#include "unisono/evidence/group_channels.hpp"
#include "unisono/evidence/group_reason.hpp"
#include "unisono/evidence/group_sweep.hpp"
#include "unisono/evidence/report_wording.hpp"
#include "unisono/store/result_tables.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

using Json = nlohmann::ordered_json;

Result<store::GroupRow> find_group(store::CaseFile& file, const store::RunResults& results, const std::string& run_id,
                                   const std::string& group_id) {
  for (const store::GroupRow& group : results.groups)
    if (group.group_id == group_id) return group;
  const std::array<Cell, 2> parameters = {run_id, group_id};
  UNISONO_TRY(const Table near, file.query("SELECT group_id FROM group_ WHERE run_id = $1 ORDER BY "
                                           "levenshtein(group_id, $2), n DESC, group_id LIMIT 3",
                                           parameters));
  std::vector<std::string> names;
  for (std::size_t row = 0; row < near.rows(); ++row)
    names.push_back(to_text(near.columns()[0].cells[row], ColumnType::text));
  return fail(ErrorCode::not_found, fmt::format("the run {} found no group {}", run_id, group_id),
              names.empty() ? std::string("it found no group at all")
                            : fmt::format("did you mean {}?", fmt::join(names, " or ")));
}

Result<Table> members_table(store::CaseFile& file, const std::string& run_id, const std::string& group_id) {
  const std::array<Cell, 2> parameters = {run_id, group_id};
  return file.query(
      "WITH member AS (SELECT platform, account_id, how FROM group_member WHERE run_id = $1 AND group_id = $2), "
      "ends AS (SELECT platform_a AS platform, account_a AS account_id, platform_b AS other_platform, account_b AS "
      "other "
      "FROM tie WHERE run_id = $1 AND test = 'rule' UNION SELECT platform_b, account_b, platform_a, account_a FROM tie "
      "WHERE run_id = $1 AND test = 'rule'), "
      "inside AS (SELECT e.platform, e.account_id, count(*) AS ties FROM ends e JOIN member o ON o.platform = "
      "e.other_platform AND o.account_id = e.other GROUP BY ALL) "
      "SELECT n.label AS account, m.how, coalesce(i.ties, 0) AS ties_inside FROM member m JOIN account_name n USING "
      "(platform, account_id) LEFT JOIN inside i USING (platform, account_id) ORDER BY ties_inside, n.n",
      parameters);
}

std::vector<std::string> withheld_of(const store::GroupRow& group) {
  std::vector<std::string> sentences;
  const Json json = Json::parse(group.reasons_json, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return sentences;
  const auto withheld = json.find("withheld");
  if (withheld == json.end() || !withheld->is_array()) return sentences;
  for (const Json& sentence : *withheld)
    if (sentence.is_string()) sentences.push_back(sentence.get<std::string>());
  return sentences;
}

// At other windows, in every channel in which it passed a test, at the window whose tests are written first: as the
// report.
Result<void> add_sweep(store::CaseFile& file, const std::string& run_id, const evidence::RunSettings& settings,
                       const std::string& group_id, const std::vector<store::GroupTestRow>& tests,
                       GroupExplained& explained, const Control& control) {
  std::map<std::string, std::int64_t> window_of;
  for (const store::GroupTestRow& test : tests)
    if (test.passed) window_of.emplace(test.channel, test.window_us.value_or(0));
  std::vector<evidence::SweepSubject> subjects;
  std::vector<std::int64_t> shown_us;
  for (const auto& [channel, window_us] : window_of) {
    subjects.push_back({group_id, channel});
    shown_us.push_back(window_us);
  }
  UNISONO_TRY(const std::vector<evidence::GroupSweep> sweeps,
              evidence::sweep_groups(file, run_id, settings, subjects, control));
  explained.sweep = evidence::sweep_table(sweeps);
  for (std::size_t i = 0; i < sweeps.size(); ++i) {
    explained.notes.push_back(evidence::sweep_description(sweeps[i], shown_us[i]));
    explained.notes.push_back(evidence::sweep_sentence(sweeps[i]));
  }
  return {};
}

// The claim of the group in each channel, as its findings say it.
void note_claims(const store::RunResults& results, const std::string& group_id, std::vector<std::string>& notes) {
  for (const store::FindingRow& finding : results.findings) {
    if (finding.subject_type != "group" || finding.subject_id != group_id) continue;
    if (std::find(notes.begin(), notes.end(), finding.statement) == notes.end()) notes.push_back(finding.statement);
  }
}

}  // namespace

bool is_group_id(const std::string& text) {
  return text.size() == 14 && text.starts_with("g-") && std::all_of(text.begin() + 2, text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Result<GroupExplained> explain_group(const ExplainOptions& options, const Control& control) {
  store::OpenOptions open;
  open.read_only = true;
  open.threads = control.threads;
  open.stop = control.stop;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  UNISONO_TRY(const store::StoredRun run, store::find_run(file, "detect", options.run_id));
  UNISONO_TRY(const evidence::RunSettings settings, evidence::run_settings(run.run.options_json, run.run.seed));
  UNISONO_TRY(const DetectOptions detected, detect_options_of(settings));
  UNISONO_TRY(const store::RunResults results, store::read_results(file, run.run_id));
  UNISONO_TRY(const store::GroupRow group, find_group(file, results, run.run_id, options.a));
  UNISONO_CHECK(evidence::prepare_account_names(file, evidence::NamePolicy::pseudonyms));

  GroupExplained explained;
  explained.run_id = run.run_id;
  const std::array<Cell, 2> parameters = {run.run_id, group.group_id};
  UNISONO_TRY(explained.group,
              file.query("SELECT group_id, n AS accounts, level, stability FROM group_ WHERE run_id = $1 "
                         "AND group_id = $2",
                         parameters));
  UNISONO_TRY(
      explained.tests,
      file.query("SELECT channel, window_us / 1e6 AS window_s, test, direction, w, expected, lift, lo AS lift_low, "
                 "hi AS lift_high, p, q, n_tested, objects, days, accounts, skipped_objects, passed, reason FROM "
                 "group_test WHERE run_id = $1 AND group_id = $2 ORDER BY rowid",
                 parameters));
  UNISONO_TRY(const evidence::GroupChannels channels, evidence::group_channels(results, group.group_id));
  explained.channels = evidence::group_channels_table(channels);
  UNISONO_TRY(explained.members, members_table(file, run.run_id, group.group_id));

  note_claims(results, group.group_id, explained.notes);
  std::vector<store::GroupTestRow> tests;
  for (const store::GroupTestRow& test : results.tests)
    if (test.group_id == group.group_id) tests.push_back(test);
  const bool any = std::any_of(tests.begin(), tests.end(), [](const store::GroupTestRow& test) { return test.passed; });
  if (any) {
    const store::GroupTestRow& weakest = evidence::weakest_passing(tests);
    const std::size_t directions = weakest.direction == "whole" ? 1 : 2;
    const double alpha = detected.alpha / static_cast<double>(directions * detected.windows_us.size());
    explained.notes.push_back(evidence::weakest_test_sentence(weakest));
    explained.notes.push_back(evidence::nearest_gate_sentence(weakest, detected.min_days, alpha));
  }
  if (explained.members.rows() > 0) {
    const auto& columns = explained.members.columns();
    const auto* ties = std::get_if<std::int64_t>(&columns[2].cells.front());
    explained.notes.push_back(evidence::weakest_member_sentence(to_text(columns[0].cells.front(), ColumnType::text),
                                                                ties == nullptr ? 0 : static_cast<std::uint64_t>(*ties),
                                                                explained.members.rows()));
  }
  if (channels.channels.size() > 1) explained.notes.emplace_back(evidence::group_channels_sentence());
  for (std::string& sentence : withheld_of(group)) explained.notes.push_back(std::move(sentence));
  if (options.sweep) UNISONO_CHECK(add_sweep(file, run.run_id, settings, group.group_id, tests, explained, control));
  return explained;
}

}  // namespace unisono::commands
