#include "unisono/commands/detect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "commands/account_marks.hpp"
#include "commands/detect_channel.hpp"
#include "unisono/core/version.hpp"
#include "unisono/evidence/account_names.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/channel.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

using Json = nlohmann::ordered_json;

Result<void> check_options(const DetectOptions& options) {
  if (!(options.alpha > 0 && options.alpha < 1)) {
    return fail(ErrorCode::usage, fmt::format("--alpha is {}, it must lie between 0 and 1", options.alpha),
                "the usual value is 0.05");
  }
  if (options.min_objects < 2) {
    return fail(ErrorCode::usage, fmt::format("--min-objects is {}, ties need at least 2", options.min_objects),
                "leave it out for 2");
  }
  for (const std::int64_t window_us : options.windows_us) {
    if (window_us <= 0)
      return fail(ErrorCode::usage, "--window must be longer than 0", "write for example --window 60s");
  }
  for (const std::string& channel : options.channels) {
    if (store::channel_named(channel) != nullptr) continue;
    std::vector<std::string_view> names;
    for (const store::Channel& known : store::channels()) names.push_back(known.name);
    return fail(ErrorCode::usage, fmt::format("there is no channel '{}'", channel),
                fmt::format("the channels are {}", fmt::join(names, ", ")));
  }
  return {};
}

// Each channel once, in the order of the list of channels: the order of typing changes nothing.
Result<std::vector<std::string>> channels_of(store::CaseFile& file, const DetectOptions& options) {
  if (options.channels.empty()) return store::channels_with_actions(file);
  std::vector<std::string> channels;
  for (const store::Channel& known : store::channels()) {
    const bool asked =
        std::find(options.channels.begin(), options.channels.end(), known.name) != options.channels.end();
    if (asked) channels.emplace_back(known.name);
  }
  return channels;
}

std::vector<std::int64_t> windows_of(const DetectOptions& options) {
  std::vector<std::int64_t> windows = options.windows_us;
  if (windows.empty()) windows.assign(std::begin(k_default_windows_us), std::end(k_default_windows_us));
  std::sort(windows.begin(), windows.end());
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  return windows;
}

// Only what changes results: neither threads nor memory nor paths. Keys in alphabetical order.
std::string options_json(const DetectOptions& options, const std::vector<std::string>& channels,
                         const std::vector<std::int64_t>& windows) {
  Json json = {
      {"allow_lossy", options.allow_lossy},     {"alpha", options.alpha},       {"channels", channels},
      {"max_coactions", options.max_coactions}, {"min_days", options.min_days}, {"min_objects", options.min_objects}};
  json["since"] = options.since ? Json(format_iso(*options.since, Precision::us)) : Json(nullptr);
  json["split_seed"] = options.split_seed;
  json["until"] = options.until ? Json(format_iso(*options.until, Precision::us)) : Json(nullptr);
  json["weak"] = options.weak;
  json["windows_us"] = windows;
  return json.dump();
}

// One flag per account of the actions: on an allow list.
Result<std::vector<std::uint8_t>> declared_flags(store::CaseFile& file, const store::ActionSet& actions) {
  UNISONO_TRY(
      const Table table,
      file.query(
          "SELECT DISTINCT platform, subject_id FROM label WHERE subject_type = 'account' AND label = 'declared'"));
  std::vector<std::uint8_t> flags(actions.account_id_of.size(), 0);
  if (table.rows() == 0) return flags;
  std::set<std::pair<std::string, std::string>> declared;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    declared.emplace(to_text(table.columns()[0].cells[row], ColumnType::text),
                     to_text(table.columns()[1].cells[row], ColumnType::text));
  }
  for (std::size_t account = 0; account < flags.size(); ++account) {
    flags[account] = declared.contains({actions.platform_of[account], actions.account_id_of[account]}) ? 1 : 0;
  }
  return flags;
}

// The mapping says so, or at least 90 % of the objects are posts of the targets: then everybody's activity is known
// only through these objects.
Result<bool> is_collected_by_object(store::CaseFile& file, const std::string& channel,
                                    const store::ActionSet& actions) {
  if ((channel != "repost" && channel != "reply") || actions.object_key_of.empty()) return false;
  UNISONO_TRY(const std::int64_t files,
              file.count("SELECT count(*) FROM import_file WHERE receipt ->> 'collected_by' = 'object'"));
  if (files > 0) return true;
  UNISONO_TRY(
      const Table table,
      file.query("SELECT p.platform || ':' || p.post_id FROM post p SEMI JOIN (SELECT platform, subject_id FROM label "
                 "WHERE subject_type = 'account' AND label = 'target') t "
                 "ON p.platform = t.platform AND p.account_id = t.subject_id"));
  std::set<std::string, std::less<>> posts;
  for (std::size_t row = 0; row < table.rows(); ++row)
    posts.insert(to_text(table.columns()[0].cells[row], ColumnType::text));
  const auto hits = std::count_if(actions.object_key_of.begin(), actions.object_key_of.end(),
                                  [&](const std::string& key) { return posts.contains(key); });
  return static_cast<std::size_t>(hits) * 10 >= actions.object_key_of.size() * 9;
}

void append(ChannelRows rows, store::RunResults& results, std::vector<std::string>& notes) {
  const auto move_all = [](auto& from, auto& to) { std::move(from.begin(), from.end(), std::back_inserter(to)); };
  std::set<std::string> known;
  for (const store::GroupRow& group : results.groups) known.insert(group.group_id);
  // The same accounts may be a group in several channels: one group, with the tests of all of them.
  std::erase_if(rows.members, [&](const store::GroupMemberRow& member) { return known.contains(member.group_id); });
  std::erase_if(rows.groups, [&](const store::GroupRow& group) { return known.contains(group.group_id); });
  move_all(rows.checks, results.checks);
  move_all(rows.ties, results.ties);
  move_all(rows.groups, results.groups);
  move_all(rows.members, results.members);
  move_all(rows.tests, results.tests);
  move_all(rows.findings, results.findings);
  move_all(rows.evidence, results.evidence);
  for (std::string& note : rows.notes) {
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
  }
}

void note_exclusions(const store::ActionSet& actions, const std::string& channel, std::vector<std::string>& notes) {
  const auto note = [&](std::uint64_t n, std::string_view why) {
    if (n > 0) notes.push_back(fmt::format("{}: {} actions left out, {}.", channel, n, why));
  };
  note(actions.excluded_no_time, "their time is not known");
  note(actions.excluded_lossy, "their ids were destroyed before the import (--allow-lossy keeps them)");
  note(actions.excluded_no_account, "their account is not known");
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
        fmt::format("{}, {}: {} eligible accounts, family K = {}, least attainable p = {}, {}.", check.channel,
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
  store::Run run{"detect", options_json(options, channels, windows), options.seed, {}, version_with_unicode()};
  UNISONO_TRY(run.input_hash, store::input_hash(file));
  store::RunResults results;
  std::vector<std::string> notes;
  for (const std::string& channel : channels) {
    UNISONO_TRY(const store::ActionSet actions,
                store::scan_actions(file, {channel, options.since, options.until, options.allow_lossy}, control));
    note_exclusions(actions, channel, notes);
    ChannelPlan plan{store::run_id(run), channel, windows, {}, false};
    UNISONO_TRY(plan.declared, declared_flags(file, actions));
    UNISONO_TRY(plan.collected_by_object, is_collected_by_object(file, channel, actions));
    UNISONO_TRY(ChannelRows rows, detect_channel(file, actions, plan, options, control));
    append(std::move(rows), results, notes);
  }
  if (channels.empty())
    notes.emplace_back(
        "This case holds no actions: no reposts, replies, links, hashtags, mentions or texts that two accounts could "
        "share.");
  note_empty_result(results, notes);

  UNISONO_CHECK(add_raw_references(file, results.evidence));
  UNISONO_TRY(const std::string run_id, store::write_results(file, run, results));
  UNISONO_CHECK(store::log_run(file, {run_id, started, now_us(), control.threads, host_name()}));
  UNISONO_TRY(DetectResult result, tables_of(file, run_id));
  result.notes = std::move(notes);
  return result;
}

}  // namespace unisono::commands
