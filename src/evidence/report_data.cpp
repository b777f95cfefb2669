#include "unisono/evidence/report_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "unisono/store/result_tables.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::evidence {
namespace {

std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

Result<SourcedTable> sourced(store::CaseFile& file, std::string sql, std::size_t shown) {
  SourcedTable sourced;
  UNISONO_TRY(const std::int64_t total, file.count(fmt::format("SELECT count(*) FROM ({})", sql)));
  sourced.total_rows = static_cast<std::uint64_t>(total);
  UNISONO_TRY(sourced.table, file.query(fmt::format("{} LIMIT {}", sql, shown)));
  sourced.sql = std::move(sql);
  return sourced;
}

Result<void> add_overview(store::CaseFile& file, ReportData& data) {
  const auto count = [&](std::string_view sql, std::uint64_t& into) -> Result<void> {
    UNISONO_TRY(const std::int64_t n, file.count(sql));
    into = static_cast<std::uint64_t>(n);
    return {};
  };
  UNISONO_CHECK(count("SELECT count(*) FROM post", data.posts));
  UNISONO_CHECK(count("SELECT count(*) FROM account", data.accounts));
  UNISONO_CHECK(count("SELECT count(*) FROM bare_row", data.bare_rows));
  UNISONO_CHECK(count("SELECT count(*) FROM reject", data.rejected));
  UNISONO_CHECK(count("SELECT count(*) FROM import_file", data.files));
  UNISONO_TRY(data.file_list,
              sourced(file,
                      "SELECT f.name, f.format_id AS format, f.bytes, f.encoding, f.tz_decision AS zone, f.state, "
                      "(SELECT count(*) FROM reject r WHERE r.file_id = f.file_id) AS rejected, f.sha256 "
                      "FROM import_file f ORDER BY f.file_id",
                      1000));
  UNISONO_TRY(
      data.coverage,
      sourced(file,
              "SELECT object_kind AS channel, count(*) AS actions, count(DISTINCT (platform, account_id)) AS accounts, "
              "count(DISTINCT object_id) AS objects, count(*) FILTER (WHERE t_us IS NULL) AS without_time, "
              "min(t_us) AS first_t, max(t_us) AS last_t FROM action GROUP BY object_kind ORDER BY object_kind",
              100));
  UNISONO_TRY(data.rejects,
              sourced(file,
                      "SELECT f.name AS file, r.line, r.byte_offset AS byte, r.reason, r.field, r.detail "
                      "FROM reject r JOIN import_file f USING (file_id) ORDER BY r.file_id, r.record_no, r.line",
                      20));
  UNISONO_TRY(const Table newest, file.query("SELECT max(t_us) FROM action"));
  if (newest.rows() == 1) data.newest_time = to_text(newest.columns()[0].cells[0], ColumnType::time_us);
  UNISONO_TRY(const Table lists, file.query("SELECT DISTINCT source FROM label WHERE subject_type = 'account' AND "
                                            "label IN ('target', 'public') ORDER BY source"));
  for (std::size_t row = 0; row < lists.rows(); ++row)
    data.named_lists.push_back(to_text(lists.columns()[0].cells[row], ColumnType::text));
  return {};
}

std::string ties_sql(const std::string& run_id, std::string_view test) {
  return fmt::format(
      "SELECT t.channel, t.window_us / 1e6 AS window_s, a.label AS account_a, b.label AS account_b, t.w_t AS together, "
      "t.lambda_t AS expected_by_activity, "
      "t.w_x AS together_x, t.lambda_x AS expected_by_pace, t.p, t.q, t.n_objects AS objects, t.n_days AS days, "
      "t.median_lag_us / 1e6 AS median_lag_s "
      "FROM tie t JOIN account_name a ON a.platform = t.platform_a AND a.account_id = t.account_a "
      "JOIN account_name b ON b.platform = t.platform_b AND b.account_id = t.account_b "
      "WHERE t.run_id = {} AND t.test = {} ORDER BY t.q, t.p, t.channel, t.window_us, a.n, b.n",
      sql_text(run_id), sql_text(test));
}

Result<void> add_results(store::CaseFile& file, const ReportRequest& request, ReportData& data) {
  UNISONO_TRY(
      data.checks,
      sourced(
          file,
          fmt::format(
              "SELECT channel, window_us / 1e6 AS window_s, verdict, n_eligible AS eligible, family_k, c_bar, habit_f, "
              "background, smallest_group, reason FROM channel_check WHERE run_id = {} "
              "ORDER BY rowid",
              sql_text(data.run_id)),
          1000));
  UNISONO_TRY(data.ties, sourced(file, ties_sql(data.run_id, "rule"), request.ties_shown));
  UNISONO_TRY(data.leads, sourced(file, ties_sql(data.run_id, "pace"), request.ties_shown));
  return {};
}

// Where the story of a group is told: in each channel at the window that gave the members, whose tests are written
// first.
std::vector<GroupStorySection> story_sections(const std::vector<store::GroupTestRow>& tests) {
  std::map<std::string, std::int64_t> window_of;
  for (const store::GroupTestRow& test : tests) {
    if (test.passed) window_of.emplace(test.channel, test.window_us.value_or(0));
  }
  std::vector<GroupStorySection> sections;
  for (const auto& [channel, window_us] : window_of) sections.push_back({channel, window_us, {}});
  return sections;
}

Result<GroupReport> describe_group(store::CaseFile& file, const ReportRequest& request, const std::string& run_id,
                                   const store::GroupRow& row, const store::RunResults& results) {
  GroupReport group;
  group.group_id = row.group_id;
  group.accounts = static_cast<std::uint64_t>(row.n);
  group.stability = row.stability.value_or(0);
  std::vector<store::GroupTestRow> tests;
  for (const store::GroupTestRow& test : results.tests) {
    if (test.group_id == row.group_id) tests.push_back(test);
  }
  std::set<std::string> reasons;
  for (const store::FindingRow& finding : results.findings) {
    if (finding.subject_type != "group" || finding.subject_id != row.group_id) continue;
    if (group.statement.empty()) group.statement = finding.statement;
  }
  group.story = story_sections(tests);
  for (GroupStorySection& section : group.story) {
    for (std::string& reason : innocent_explanations(section.channel, Level::g0)) {
      if (reasons.insert(reason).second) group.innocent.push_back(std::move(reason));
    }
    UNISONO_TRY(section.objects, group_story(file, {run_id, row.group_id, section.channel, section.window_us}));
  }
  group.withheld = withheld_levels(Level::g0);
  UNISONO_TRY(group.tests,
              sourced(file,
                      fmt::format("SELECT channel, window_us / 1e6 AS window_s, test, direction, w AS together, "
                                  "expected, lift, lo AS lift_low, "
                                  "hi AS lift_high, p, q, n_tested AS tested, objects, days, passed FROM group_test "
                                  "WHERE run_id = {} AND group_id = {} ORDER BY rowid",
                                  sql_text(run_id), sql_text(row.group_id)),
                      100));
  UNISONO_TRY(
      group.members,
      sourced(
          file,
          fmt::format(
              "SELECT n.label AS account, m.how, a.status, a.created_us AS created, a.followers, a.first_seen_us AS "
              "first_seen, "
              "a.last_seen_us AS last_seen FROM group_member m JOIN account_name n USING (platform, account_id) "
              "JOIN account a USING (platform, account_id) WHERE m.run_id = {} AND m.group_id = {} ORDER BY m.how, n.n",
              sql_text(run_id), sql_text(row.group_id)),
          request.members_shown));
  return group;
}

void add_not_established(const store::RunResults& results, ReportData& data) {
  const auto not_tested = std::count_if(results.checks.begin(), results.checks.end(),
                                        [](const auto& check) { return check.verdict != "tested"; });
  if (not_tested > 0) {
    data.not_established.push_back(
        fmt::format("{} of {} combinations of channel and window could not be tested in full; the table of checks "
                    "gives the reasons. "
                    "Not testable is not the same as innocent.",
                    not_tested, results.checks.size()));
  }
  const auto failed =
      std::count_if(results.tests.begin(), results.tests.end(), [](const auto& test) { return test.group_id.empty(); });
  if (failed > 0) {
    data.not_established.push_back(fmt::format(
        "{} candidate groups were tested and did not pass; they are not named here and are in the table `group_test`.",
        failed));
  }
  if (data.ties.total_rows == 0)
    data.not_established.emplace_back(
        "No pair of accounts passed both tests. Pairs with too few common objects cannot be tested at all.");
  if (data.groups.empty())
    data.not_established.emplace_back("No group passed its test on objects that were not used to find it.");
  data.not_established.emplace_back(
      "Whether any group acts beyond its members' habits (T3, G1) was not tested by this version.");
  data.not_established.emplace_back("Whether any account misleads about who uses it (G2) was not examined.");
  data.not_established.emplace_back(
      "Who runs these accounts, on whose behalf and why is not a question that this data can answer.");
}

}  // namespace

Result<ReportData> gather_report(store::CaseFile& file, const ReportRequest& request, const Control& control) {
  UNISONO_TRY(const store::StoredRun run, store::find_run(file, "detect", request.run_id));
  UNISONO_CHECK(prepare_account_names(file, request.names));
  ReportData data;
  data.run_id = run.run_id;
  data.version = run.run.version;
  data.options_json = run.run.options_json;
  data.input_hash = run.run.input_hash;
  data.seed = run.run.seed;
  UNISONO_CHECK(add_overview(file, data));
  UNISONO_CHECK(add_results(file, request, data));
  UNISONO_TRY(const store::RunResults results, store::read_results(file, data.run_id));
  for (const store::GroupRow& row : results.groups) {
    UNISONO_CHECK(control.check_cancelled());
    if (data.groups.size() == request.groups_shown) break;
    control.report("report", data.groups.size(), results.groups.size(), "groups");
    UNISONO_TRY(GroupReport group, describe_group(file, request, data.run_id, row, results));
    data.groups.push_back(std::move(group));
  }
  add_not_established(results, data);
  UNISONO_TRY(data.network, network_view(file, data.run_id));
  return data;
}

}  // namespace unisono::evidence
