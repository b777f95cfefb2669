#include "unisono/evidence/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>
#include <string_view>
#include <tuple>

#include "unisono/core/hash.hpp"
#include "unisono/core/time.hpp"

namespace unisono::evidence {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json denominators_json(const Basis& basis) {
  return {{"actions", basis.actions},
          {"actions_without_time", basis.actions_without_time},
          {"accounts", basis.accounts},
          {"eligible_accounts", basis.eligible_accounts}};
}

Json method_json(std::string_view test, std::string_view null_model, const std::string& channel, Level level) {
  return {{"test", test},
          {"null_model", null_model},
          {"innocent_explanations", innocent_explanations(channel, level)},
          {"withheld", withheld_levels(level)}};
}

// The id names the run and the subject: equal runs give equal ids, and two runs of one case never share one.
std::string finding_id(const Basis& basis, const store::FindingRow& finding, std::string_view subject) {
  return "f-" +
         hex(hash128(fmt::format("{}\n{}\n{}\n{}", basis.run_id, finding.analysis, finding.subject_type, subject)))
             .substr(0, 12);
}

void add_posts(FindingWithEvidence& result, std::span<const PostKey> posts) {
  std::int64_t ord = 0;
  for (const auto& [platform, post_id] : posts) {
    result.evidence.push_back({result.finding.finding_id, ord++, platform, post_id, {}, {}, {}, {}});
  }
}

}  // namespace

FindingWithEvidence count_finding(const std::string& channel, const Basis& basis) {
  FindingWithEvidence result;
  store::FindingRow& finding = result.finding;
  finding.analysis = "C1";
  finding.subject_type = "channel";
  finding.subject_id = channel;
  finding.finding_id = finding_id(basis, finding, channel);
  finding.level = name_of(Level::count);
  finding.statement = count_sentence(basis.eligible_accounts, basis.accounts, "accounts",
                                     fmt::format("acted on at least two objects in the channel {}", channel)) +
                      fmt::format(" Coverage: {} of its actions have a usable time.",
                                  format_share(basis.actions, basis.actions + basis.actions_without_time));
  finding.numbers_json = dump({{"denominators", denominators_json(basis)}});
  finding.method_json = dump(method_json("count", "none", channel, Level::count));
  finding.status = "proposed";
  return result;
}

FindingWithEvidence tie_finding(const store::TieRow& tie, const std::string& a, const std::string& b,
                                const Basis& basis, std::span<const PostKey> posts) {
  FindingWithEvidence result;
  store::FindingRow& finding = result.finding;
  const std::int64_t window_us = tie.window_us.value_or(0);
  finding.analysis = "C1";
  finding.subject_type = "tie";
  finding.subject_id = fmt::format("{}:{} {}:{} {} {}", tie.platform_a, tie.account_a, tie.platform_b, tie.account_b,
                                   tie.channel, window_us);
  finding.finding_id = finding_id(basis, finding, finding.subject_id);
  finding.level = name_of(Level::t2);
  finding.statement = tie_sentence(a, b, format_duration(window_us), static_cast<std::uint64_t>(tie.w_t.value_or(0)),
                                   tie.lambda_t.value_or(0));
  finding.numbers_json = dump({{"channel", tie.channel},
                               {"window_us", window_us},
                               {"w_t", tie.w_t.value_or(0)},
                               {"expected_t", tie.lambda_t.value_or(0)},
                               {"w_x", tie.w_x.value_or(0)},
                               {"expected_x", tie.lambda_x.value_or(0)},
                               {"p_t", tie.p_t.value_or(1)},
                               {"p_x", tie.p_x.value_or(1)},
                               {"p", tie.p.value_or(1)},
                               {"q", tie.q.value_or(1)},
                               {"days", tie.n_days.value_or(0)},
                               {"denominators", denominators_json(basis)}});
  finding.method_json =
      dump(method_json("T and X in the Tarone family, BH",
                       "objects exchanged among the actions of an hour; times exchanged among the sharers of an object",
                       tie.channel, Level::t2));
  finding.status = "proposed";
  add_posts(result, posts);
  return result;
}

const store::GroupTestRow& weakest_passing(std::span<const store::GroupTestRow> tests) {
  const store::GroupTestRow* weakest = nullptr;
  for (const store::GroupTestRow& test : tests) {
    if (test.passed && (weakest == nullptr || test.lo.value_or(0) < weakest->lo.value_or(0))) weakest = &test;
  }
  assert(weakest != nullptr);
  return *weakest;
}

FindingWithEvidence group_finding(const GroupSubject& group, const Basis& basis, std::span<const PostKey> posts) {
  FindingWithEvidence result;
  store::FindingRow& finding = result.finding;
  const store::GroupTestRow& test = weakest_passing(group.tests);
  const bool activity = test.test == "G_T";
  finding.analysis = "C1";
  finding.subject_type = "group";
  finding.subject_id = group.group_id;
  finding.finding_id = finding_id(basis, finding, group.channel + "\n" + group.group_id);
  finding.level = name_of(Level::g0);
  finding.statement = group_sentence(group.accounts, test.lift.value_or(0), test.lo.value_or(0), test.hi.value_or(0),
                                     activity ? Background::activity : Background::other_sharers);
  const auto passed =
      std::count_if(group.tests.begin(), group.tests.end(), [](const store::GroupTestRow& row) { return row.passed; });
  finding.numbers_json = dump({{"accounts", group.accounts},
                               {"channel", group.channel},
                               {"window_us", test.window_us.value_or(0)},
                               {"w", test.w.value_or(0)},
                               {"expected", test.expected.value_or(0)},
                               {"lift", test.lift.value_or(0)},
                               {"lift_low", test.lo.value_or(0)},
                               {"lift_high", test.hi.value_or(0)},
                               {"p", test.p.value_or(1)},
                               {"q", test.q.value_or(1)},
                               {"objects", test.objects.value_or(0)},
                               {"days", test.days.value_or(0)},
                               {"tested_with_it", test.n_tested.value_or(0)},
                               {"passed_tests", passed},
                               {"stability", group.stability},
                               {"stable", group.stable},
                               {"denominators", denominators_json(basis)}});
  Json method = method_json(
      test.test,
      activity ? "objects permuted among the actions of an hour" : "times drawn from other sharers of the same objects",
      group.channel, Level::g0);
  if (!group.stable)
    method["withheld"].push_back(
        "The group is unstable: other starting points of the search give other members; it opens no level above G0.");
  finding.method_json = dump(method);
  finding.status = "proposed";
  add_posts(result, posts);
  return result;
}

std::string group_reasons_json(const GroupSubject& group) {
  Json opened = Json::array();
  for (const store::GroupTestRow& test : group.tests) {
    if (test.passed)
      opened.push_back(fmt::format("{} at {}, direction {}", test.test, format_duration(test.window_us.value_or(0)),
                                   test.direction));
  }
  return dump({{"channel", group.channel}, {"opened", opened}, {"withheld", withheld_levels(Level::g0)}});
}

}  // namespace unisono::evidence
