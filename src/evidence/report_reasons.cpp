// What was not established, what could not be tested, and why.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/report_wording.hpp"

namespace unisono::evidence {
namespace {

Result<void> add_withheld(store::CaseFile& file, ReportData& data) {
  UNISONO_TRY(data.withheld,
              sourced(file,
                      fmt::format("SELECT reason, count(*) FILTER (WHERE subject_type = 'group') AS groups, count(*) "
                                  "FILTER (WHERE subject_type = 'tie') AS pairs FROM (SELECT subject_type, "
                                  "unnest(json_extract_string(method_json, '$.withheld[*]')) AS reason FROM finding "
                                  "WHERE run_id = {} AND subject_type IN ('group', 'tie')) GROUP BY reason ORDER BY "
                                  "groups DESC, pairs DESC, reason",
                                  quote_sql(data.run_id)),
                      100));
  return {};
}

struct Untested {
  std::string what;  // channel and reason, or a verdict
  std::vector<std::string> where;
};

void note(std::vector<Untested>& list, const std::string& what, std::string where) {
  auto found = std::find_if(list.begin(), list.end(), [&](const Untested& u) { return u.what == what; });
  if (found == list.end()) found = list.insert(list.end(), {what, {}});
  found->where.push_back(std::move(where));
}

// One sentence for each channel and reason with its windows; and one for each verdict with its channels, in brief.
void add_not_testable(const store::RunResults& results, ReportData& data) {
  std::vector<Untested> reasons, verdicts;
  for (const store::ChannelCheckRow& check : results.checks) {
    if (check.verdict == "tested") continue;
    const std::string window = check.window_us ? format_duration(*check.window_us) : "any time";
    note(reasons, check.channel + '\n' + check.reason, window);
    note(verdicts, check.verdict, fmt::format("{} ({})", check.channel, window));
  }
  for (const auto& [what, windows] : reasons) {
    const std::size_t cut = what.find('\n');
    data.not_testable.push_back(not_testable_sentence(what.substr(0, cut), windows, what.substr(cut + 1)));
  }
  for (const auto& [verdict, where] : verdicts) data.not_testable_brief.push_back(verdict_sentence(verdict, where));
}

}  // namespace

Result<void> add_reasons(store::CaseFile& file, const store::RunResults& results, ReportData& data) {
  UNISONO_CHECK(add_withheld(file, data));
  add_not_testable(results, data);
  const auto failed = std::count_if(results.tests.begin(), results.tests.end(),
                                    [](const store::GroupTestRow& test) { return test.group_id.empty(); });
  const auto at_level = [&](Level level) {
    return std::any_of(data.groups.begin(), data.groups.end(),
                       [&](const GroupReport& group) { return group.level == level; }) ||
           std::any_of(data.ties.begin(), data.ties.end(), [&](const TieReport& ties) { return ties.level == level; });
  };
  if (failed > 0) data.not_established.push_back(candidates_failed_sentence(static_cast<std::uint64_t>(failed)));
  if (data.ties.empty()) data.not_established.emplace_back(no_tie_sentence());
  if (data.groups.empty()) data.not_established.emplace_back(no_group_sentence());
  for (const Level level : {Level::t3, Level::g1}) {
    if (!at_level(level)) data.not_established.push_back(level_not_given_sentence(level));
  }
  if (data.calibration.verdicts.total_rows == 0) data.not_established.emplace_back(not_calibrated_sentence());
  for (std::string& sentence : never_established()) data.not_established.push_back(std::move(sentence));
  return {};
}

}  // namespace unisono::evidence
