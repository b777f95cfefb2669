#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/evidence/group_channels.hpp"
#include "unisono/evidence/report_wording.hpp"

namespace unisono::evidence {
namespace {

using Json = nlohmann::json;

Level level_named(std::string_view name) {
  for (const Level level : {Level::t1, Level::t2, Level::t3, Level::g0, Level::g1, Level::g2}) {
    if (name == name_of(level)) return level;
  }
  return Level::count;
}

// Where the story of a group is told: in each channel at the window that gave the members, whose tests are written
// first.
std::vector<GroupStorySection> story_sections(const std::vector<store::GroupTestRow>& tests) {
  std::map<std::string, std::int64_t> window_of;
  for (const store::GroupTestRow& test : tests) {
    if (test.passed) window_of.emplace(test.channel, test.window_us.value_or(0));
  }
  std::vector<GroupStorySection> sections;
  for (const auto& [channel, window_us] : window_of) sections.push_back({channel, window_us, {}, {}});
  return sections;
}

// The sentences of a JSON list in an object.
std::vector<std::string> sentences_of(const Json& json, const char* key) {
  std::vector<std::string> sentences;
  if (!json.is_object() || !json.contains(key) || !json[key].is_array()) return sentences;
  for (const Json& item : json[key]) {
    if (item.is_string()) sentences.push_back(item.get<std::string>());
  }
  return sentences;
}

// The numbers that the statement holds, and those of the test behind it: the weakest that passed, as in findings.cpp.
Result<void> add_figures(store::CaseFile& file, const ReportData& data, const store::FindingRow& finding,
                         GroupReport& group) {
  const std::string& run_id = data.run_id;
  const std::string command = detect_command(data.settings);
  const std::string where =
      fmt::format("WHERE run_id = {} AND group_id = {}", quote_sql(run_id), quote_sql(group.group_id));
  UNISONO_TRY(
      Figure accounts,
      sourced_figure(file, "accounts", "accounts",
                     fmt::format("SELECT count(*) AS numerator FROM group_member {} AND how = 'found'", where)));
  group.figures.push_back(std::move(accounts));
  const Json numbers = Json::parse(finding.numbers_json, nullptr, false);
  if (!numbers.is_object() || !numbers.value("channel", Json()).is_string() ||
      !numbers.value("window_us", Json()).is_number_integer())
    return {};
  const std::string test = fmt::format(
      "FROM group_test {} AND passed AND channel = {} AND direction <> 'whole' ORDER BY test = 'G_H', lo, "
      "rowid LIMIT 1",
      where, quote_sql(numbers["channel"].get<std::string>()));
  constexpr std::array<std::array<const char*, 3>, 5> k_figures = {
      {{"times as often as expected", "times", "lift AS value, lo AS low, hi AS high"},
       {"times acted together on objects not used to find them", "times", "w AS numerator"},
       {"expected", "times", "expected AS value"},
       {"objects", "objects", "objects::BIGINT AS numerator"},
       {"days", "days", "days::BIGINT AS numerator"}}};
  for (const auto& [label, rows, columns] : k_figures) {
    UNISONO_TRY(Figure figure, sourced_figure(file, label, rows, fmt::format("SELECT {} {}", columns, test)));
    figure.command = command;
    group.figures.push_back(std::move(figure));
  }
  return {};
}

// How many members acted in a moment with too many accounts; nothing where there is no such moment.
Result<void> add_moments(store::CaseFile& file, const ReportData& data, GroupReport& group) {
  if (data.bursts.empty()) return {};
  UNISONO_TRY(
      Figure figure,
      sourced_figure(file, "acted in a moment with too many different accounts", "accounts",
                     fmt::format("SELECT count(*) FILTER (WHERE (platform, account_id) IN (SELECT (platform, "
                                 "account_id) FROM burst_account WHERE run_id = {0})) AS numerator, count(*) AS "
                                 "denominator FROM group_member WHERE run_id = {0} AND group_id = {1} AND how = "
                                 "'found'",
                                 quote_sql(data.run_id), quote_sql(group.group_id))));
  group.figures.push_back(std::move(figure));
  return {};
}

Result<void> add_tables(store::CaseFile& file, const ReportRequest& request, const ReportData& data,
                        GroupReport& group) {
  const std::string& run_id = data.run_id;
  UNISONO_TRY(group.tests,
              sourced(file,
                      fmt::format("SELECT channel, window_us / 1e6 AS window_s, test, direction, w AS together, "
                                  "expected, lift, lo AS lift_low, hi AS lift_high, p, q, n_tested AS tested, objects, "
                                  "days, passed, reason FROM group_test WHERE run_id = {} AND group_id = {} ORDER BY "
                                  "rowid",
                                  quote_sql(run_id), quote_sql(group.group_id)),
                      100));
  group.tests.command = detect_command(data.settings);
  group.explain_command = "unisono explain case.uni " + quote_shell(group.group_id);
  UNISONO_TRY(
      group.members,
      sourced(file,
              fmt::format("SELECT n.label AS account, m.how, a.status, a.created_us AS created, a.followers, "
                          "a.first_seen_us AS first_seen, a.last_seen_us AS last_seen FROM group_member m JOIN "
                          "account_name n USING (platform, account_id) JOIN account a USING (platform, account_id) "
                          "WHERE m.run_id = {} AND m.group_id = {} ORDER BY m.how, n.n",
                          quote_sql(run_id), quote_sql(group.group_id)),
              request.members_shown));
  UNISONO_TRY(group.joining,
              sourced(file,
                      fmt::format("SELECT n.label AS account, j.channel, j.window_us / 1e6 AS window_s, j.marked AS "
                                  "beside_a_member, j.posts, j.expected, j.p, j.q, j.objects, j.days, a.status FROM "
                                  "joining j JOIN account_name n USING (platform, account_id) JOIN account a USING "
                                  "(platform, account_id) WHERE j.run_id = {} AND j.group_id = {} ORDER BY j.rowid",
                                  quote_sql(run_id), quote_sql(group.group_id)),
                      request.members_shown));
  group.joining.command = detect_command(data.settings);
  return {};
}

// The p-values of all channels together, and without each.
Result<void> add_channels(const store::RunResults& results, GroupReport& group) {
  UNISONO_TRY(const GroupChannels channels, group_channels(results, group.group_id));
  if (channels.channels.size() < 2) return {};
  group.channels.table = group_channels_table(channels);
  group.channels.total_rows = group.channels.table.rows();
  group.channels.command = group.explain_command;
  return {};
}

// How many members stand in one set of another method: counted again from the accounts of that set.
Result<void> add_opinions(store::CaseFile& file, const store::RunResults& results, const ReportData& data,
                          GroupReport& group) {
  UNISONO_TRY(group.opinions,
              sourced(file,
                      fmt::format("SELECT channel, window_us / 1e6 AS window_s, method, resolution, members, \"of\", "
                                  "accounts, objects, jaccard, co_assignment, rand_index, variation, density, copies, "
                                  "as_dense, reason FROM second_opinion WHERE run_id = {} AND group_id = {} ORDER BY "
                                  "rowid",
                                  quote_sql(data.run_id), quote_sql(group.group_id)),
                      100));
  group.opinions.command = detect_command(data.settings);
  for (const store::SecondOpinionRow& row : results.indicators.second.opinions) {
    if (row.group_id != group.group_id || row.resolution.value_or(1) != 1) continue;
    const std::string set = fmt::format(
        "SELECT (platform, account_id) FROM second_opinion_account WHERE run_id = {0} AND group_id = {1} AND channel = "
        "{2} AND method = {3}{4}",
        quote_sql(data.run_id), quote_sql(group.group_id), quote_sql(row.channel), quote_sql(row.method),
        row.resolution ? " AND resolution = 1" : "");
    UNISONO_TRY(
        Figure figure,
        sourced_figure(file, agreement_label(row), "accounts",
                       fmt::format("SELECT count(*) FILTER (WHERE (platform, account_id) IN ({})) AS numerator, "
                                   "count(*) AS denominator FROM group_member WHERE run_id = {} AND group_id = "
                                   "{} AND how = 'found'",
                                   set, quote_sql(data.run_id), quote_sql(group.group_id))));
    group.agreement.push_back(std::move(figure));
  }
  return {};
}

// One account may stand in several groups. With which of the groups above it this one shares most members.
Result<void> add_overlap(store::CaseFile& file, const store::RunResults& results, const ReportData& data,
                         GroupReport& group) {
  using Account = std::pair<std::string_view, std::string_view>;  // platform, account id
  std::map<std::string_view, std::set<Account>> members;
  for (const store::GroupMemberRow& row : results.members)
    if (row.how == "found") members[row.group_id].emplace(row.platform, row.account_id);
  std::size_t most = 0, with = 0;
  for (std::size_t i = 0; i < data.groups.size(); ++i) {
    const std::set<Account>& above = members[data.groups[i].group_id];
    const auto n =
        static_cast<std::size_t>(std::count_if(members[group.group_id].begin(), members[group.group_id].end(),
                                               [&](const Account& account) { return above.contains(account); }));
    if (n <= most) continue;
    most = n;
    with = i;
  }
  if (most == 0) return {};
  const std::string sql =
      fmt::format("SELECT platform, account_id FROM group_member WHERE run_id = {} AND how = 'found' AND group_id = ",
                  quote_sql(data.run_id));
  UNISONO_TRY(Figure figure,
              sourced_figure(file, fmt::format("of these accounts are also in group {}", with + 1), "accounts",
                             fmt::format("SELECT count(*) FILTER (WHERE (platform, account_id) IN ({0}{1})) AS "
                                         "numerator, count(*) AS denominator FROM ({0}{2})",
                                         sql, quote_sql(data.groups[with].group_id), quote_sql(group.group_id))));
  group.figures.push_back(std::move(figure));
  return {};
}

Result<GroupReport> describe_group(store::CaseFile& file, const ReportRequest& request, const store::GroupRow& row,
                                   const store::RunResults& results, const ReportData& data, const Control& control) {
  GroupReport group;
  group.group_id = row.group_id;
  group.level = level_named(row.level);
  group.accounts = static_cast<std::uint64_t>(row.n);
  std::vector<store::GroupTestRow> tests;
  for (const store::GroupTestRow& test : results.tests) {
    if (test.group_id == row.group_id) tests.push_back(test);
  }
  // Of several findings about one group (it was found in two channels) the one that has the group's level speaks.
  const store::FindingRow* spoken = nullptr;
  for (const store::FindingRow& finding : results.findings) {
    if (finding.subject_type != "group" || finding.subject_id != row.group_id) continue;
    if (spoken == nullptr || (finding.level == row.level && spoken->level != row.level)) spoken = &finding;
  }
  if (spoken != nullptr) {
    const Json method = Json::parse(spoken->method_json, nullptr, false);
    group.statement = spoken->statement;
    group.withheld = sentences_of(method, "withheld");
    group.innocent = sentences_of(method, "innocent_explanations");
    UNISONO_CHECK(add_figures(file, data, *spoken, group));
  }
  group.story = story_sections(tests);
  for (GroupStorySection& section : group.story) {
    for (std::string& reason : innocent_explanations(section.channel, group.level)) {
      if (std::find(group.innocent.begin(), group.innocent.end(), reason) == group.innocent.end())
        group.innocent.push_back(std::move(reason));
    }
    UNISONO_TRY(
        const GroupActions actions,
        GroupActions::make(file, {data.run_id, row.group_id, section.channel, section.window_us}, data.settings));
    UNISONO_TRY(section.told, group_story(actions));
    UNISONO_TRY(section.pictures, group_pictures(actions, control));
  }
  UNISONO_CHECK(add_tables(file, request, data, group));
  return group;
}

// How the first groups look at other windows. All of them at once: a channel is permuted once.
Result<void> add_sweeps(store::CaseFile& file, const ReportRequest& request, ReportData& data, const Control& control) {
  std::vector<SweepSubject> subjects;
  const std::size_t n = std::min(request.groups_swept, data.groups.size());
  for (std::size_t g = 0; g < n; ++g)
    for (const GroupStorySection& section : data.groups[g].story)
      subjects.push_back({data.groups[g].group_id, section.channel});
  UNISONO_TRY(std::vector<GroupSweep> sweeps, sweep_groups(file, data.run_id, data.settings, subjects, control));
  std::size_t next = 0;
  for (std::size_t g = 0; g < n; ++g) {
    GroupReport& group = data.groups[g];
    group.sweep_command = group.explain_command + " --sweep";
    for (std::size_t i = 0; i < group.story.size(); ++i) group.sweeps.push_back(std::move(sweeps[next++]));
  }
  return {};
}

}  // namespace

Result<void> add_groups(store::CaseFile& file, const ReportRequest& request, const store::RunResults& results,
                        ReportData& data, const Control& control) {
  std::vector<store::GroupRow> rows = results.groups;
  std::stable_sort(rows.begin(), rows.end(), [](const store::GroupRow& x, const store::GroupRow& y) {
    return level_named(x.level) > level_named(y.level);
  });
  data.groups_in_all = rows.size();
  if (rows.size() > request.groups_shown) rows.resize(request.groups_shown);
  for (const store::GroupRow& row : rows) {
    UNISONO_CHECK(control.check_cancelled());
    control.report("report", data.groups.size(), rows.size(), "groups");
    UNISONO_TRY(GroupReport group, describe_group(file, request, row, results, data, control));
    UNISONO_CHECK(add_overlap(file, results, data, group));
    UNISONO_CHECK(add_moments(file, data, group));
    UNISONO_CHECK(add_channels(results, group));
    UNISONO_CHECK(add_opinions(file, results, data, group));
    data.groups.push_back(std::move(group));
  }
  return add_sweeps(file, request, data, control);
}

}  // namespace unisono::evidence
