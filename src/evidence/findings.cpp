#include "unisono/evidence/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "unisono/core/hash.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/calibration.hpp"

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

// The conditions of the next level that are not met come first, then what no run of this kind can say.
std::vector<std::string> withheld_by(const Decision& decision) {
  std::vector<std::string> all = decision.withheld;
  for (std::string& sentence : withheld_levels(decision.level)) all.push_back(std::move(sentence));
  return all;
}

Json method_json(std::string_view test, std::string_view null_model, const std::string& channel,
                 const Decision& decision) {
  return {{"test", test},
          {"null_model", null_model},
          {"innocent_explanations", innocent_explanations(channel, decision.level)},
          {"withheld", withheld_by(decision)}};
}

Background background_of(std::string_view test) {
  if (test == "G_T") return Background::activity;
  return test == "G_X" ? Background::other_sharers : Background::own_habits;
}

const char* null_model_of(Background background) {
  constexpr std::array<const char*, 3> k_models = {
      "objects permuted among the actions of an hour", "times drawn from other sharers of the same objects",
      "times drawn from the members' own delays since publication, learnt on other objects"};
  return k_models[static_cast<std::size_t>(background)];
}

// The passing tests of the other channels.
Json elsewhere_json(std::span<const store::GroupTestRow> tests) {
  Json list = Json::array();
  for (const store::GroupTestRow& test : tests) {
    if (!test.passed) continue;
    list.push_back({{"channel", test.channel},
                    {"window_us", test.window_us.value_or(0)},
                    {"test", test.test},
                    {"w", test.w.value_or(0)},
                    {"expected", test.expected.value_or(0)},
                    {"lift", test.lift.value_or(0)},
                    {"lift_low", test.lo.value_or(0)},
                    {"lift_high", test.hi.value_or(0)},
                    {"q", test.q.value_or(1)}});
  }
  return list;
}

void add_posts(FindingWithEvidence& result, std::span<const PostKey> posts) {
  std::int64_t ord = 0;
  for (const auto& [platform, post_id] : posts) {
    result.evidence.push_back({result.finding.finding_id, ord++, platform, post_id, {}, {}, {}, {}});
  }
}

}  // namespace

std::string finding_id(std::string_view run_id, std::string_view analysis, std::string_view subject_type,
                       std::string_view subject) {
  return "f-" + hex(hash128(fmt::format("{}\n{}\n{}\n{}", run_id, analysis, subject_type, subject))).substr(0, 12);
}

FindingWithEvidence count_finding(const std::string& channel, const Basis& basis) {
  FindingWithEvidence result;
  store::FindingRow& finding = result.finding;
  finding.analysis = "C1";
  finding.subject_type = "channel";
  finding.subject_id = channel;
  finding.finding_id = finding_id(basis.run_id, finding.analysis, finding.subject_type, channel);
  finding.level = name_of(Level::count);
  finding.statement = count_sentence(basis.eligible_accounts, basis.accounts, "accounts",
                                     fmt::format("acted on at least two objects in the channel {}", channel)) +
                      fmt::format(" Coverage: {} of its actions have a usable time.",
                                  format_share(basis.actions, basis.actions + basis.actions_without_time));
  finding.numbers_json = dump({{"denominators", denominators_json(basis)}});
  finding.method_json =
      dump(method_json("count", "none", channel, {.level = Level::count, .channels = {}, .withheld = {}}));
  finding.status = "proposed";
  return result;
}

FindingWithEvidence calibration_finding(const store::CalibrationVerdictRow& verdict,
                                        std::span<const store::CalibrationRow> copies, const Basis& basis) {
  FindingWithEvidence result;
  store::FindingRow& finding = result.finding;
  finding.analysis = "calibrate";
  finding.subject_type = "channel";
  const bool of_degrees = verdict.subject == store::k_verdict_on_degrees;
  finding.subject_id = of_degrees ? verdict.channel + " (D)" : verdict.channel;
  finding.finding_id = finding_id(basis.run_id, finding.analysis, finding.subject_type, finding.subject_id);
  finding.level = name_of(Level::count);
  finding.statement = verdict.sentence;
  Json permutations = Json::array();
  for (const CopiesOfOneKind& kind : by_permutation(copies)) {
    permutations.push_back({{"permutation", kind.permutation},
                            {"copies", kind.copies},
                            {"mean_false_ties", kind.mean_false_ties()},
                            {"most_false_ties", kind.most_false_ties},
                            {"mean_false_groups", kind.mean_false_groups()},
                            {"most_false_groups", kind.most_false_groups},
                            {"most_accounts", kind.most_accounts}});
  }
  finding.numbers_json = dump({{"channel", verdict.channel},
                               {"calibrated", verdict.calibrated},
                               {"ties", verdict.ties},
                               {"groups", verdict.groups},
                               {"alpha", verdict.alpha},
                               {"permutations", permutations},
                               {"denominators", denominators_json(basis)}});
  finding.method_json =
      dump(method_json(of_degrees ? "test D on permuted copies" : "all tests of detect on permuted copies",
                       of_degrees ? "fastball" : "bins, within, habit", verdict.channel,
                       {.level = Level::count, .channels = {}, .withheld = {}}));
  finding.status = "proposed";
  return result;
}

FindingWithEvidence shared_interest_finding(const store::DegreeTieRow& tie, const std::string& a, const std::string& b,
                                            const Basis& basis, std::span<const PostKey> posts) {
  FindingWithEvidence result;
  store::FindingRow& finding = result.finding;
  const Decision decision{.level = Level::t1, .channels = {}, .withheld = {}};
  finding.analysis = "D";
  finding.subject_type = "tie";
  finding.subject_id =
      fmt::format("{}:{} {}:{} {}", tie.platform_a, tie.account_a, tie.platform_b, tie.account_b, tie.channel);
  finding.finding_id = finding_id(basis.run_id, finding.analysis, finding.subject_type, finding.subject_id);
  finding.level = name_of(decision.level);
  finding.statement = shared_interest_sentence(a, b, static_cast<std::uint64_t>(tie.shared), tie.expected);
  finding.numbers_json = dump({{"channel", tie.channel},
                               {"shared", tie.shared},
                               {"expected", tie.expected},
                               {"p", tie.p},
                               {"q", tie.q},
                               {"denominators", denominators_json(basis)}});
  finding.method_json =
      dump(method_json("D on rare objects, BH over all pairs", "who has what at random, activity and popularity held",
                       tie.channel, decision));
  finding.status = "proposed";
  add_posts(result, posts);
  return result;
}

store::FindingRow burst_finding(const std::string& run_id, const store::BurstCheckRow& check,
                                const store::BurstRow& strongest, std::uint64_t posts) {
  store::FindingRow finding;
  finding.analysis = "B";
  finding.subject_type = "moments";
  finding.subject_id = fmt::format("bins of {}", format_duration(check.width_us));
  finding.finding_id = finding_id(run_id, finding.analysis, finding.subject_type, finding.subject_id);
  finding.level = name_of(Level::count);
  finding.statement = burst_sentence({.bursts = static_cast<std::uint64_t>(check.bursts),
                                      .bins = static_cast<std::uint64_t>(check.bins),
                                      .width = format_duration(check.width_us),
                                      .accounts = static_cast<std::uint64_t>(strongest.accounts),
                                      .expected = strongest.expected,
                                      .at = format_iso(strongest.begin_us)}) +
                      fmt::format(" Coverage: {} of the posts have a usable time.",
                                  format_share(static_cast<std::uint64_t>(check.posts), posts));
  finding.numbers_json = dump({{"width_us", check.width_us},
                               {"bursts", check.bursts},
                               {"bins", check.bins},
                               {"accounts", strongest.accounts},
                               {"expected", strongest.expected},
                               {"p", strongest.p},
                               {"q", strongest.q},
                               {"alpha", check.alpha},
                               {"denominators", {{"posts", posts}, {"posts_with_usable_time", check.posts}}}});
  finding.method_json = dump({{"test", "B"},
                              {"null_model", "negative binomial around the rate of the five minutes on each side"},
                              {"innocent_explanations", burst_explanations()}});
  finding.status = "proposed";
  return finding;
}

FindingWithEvidence tie_finding(const store::TieRow& tie, const std::string& a, const std::string& b,
                                const Basis& basis, std::span<const PostKey> posts, const TieSubject& subject) {
  FindingWithEvidence result;
  store::FindingRow& finding = result.finding;
  const std::int64_t window_us = tie.window_us.value_or(0);
  finding.analysis = "C1";
  finding.subject_type = "tie";
  finding.subject_id = fmt::format("{}:{} {}:{} {} {}", tie.platform_a, tie.account_a, tie.platform_b, tie.account_b,
                                   tie.channel, window_us);
  finding.finding_id = finding_id(basis.run_id, finding.analysis, finding.subject_type, finding.subject_id);
  finding.level = name_of(subject.decision.level);
  finding.statement = subject.decision.level == Level::t3
                          ? tie_beyond_habit_sentence(a, b, subject.lift, subject.low, subject.high)
                          : tie_sentence(a, b, format_duration(window_us),
                                         static_cast<std::uint64_t>(tie.w_t.value_or(0)), tie.lambda_t.value_or(0));
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
                       tie.channel, subject.decision));
  finding.status = "proposed";
  add_posts(result, posts);
  return result;
}

const store::GroupTestRow& weakest_passing(std::span<const store::GroupTestRow> tests) {
  const auto rank = [](const store::GroupTestRow& test) { return std::pair(test.test == "G_H", test.lo.value_or(0)); };
  const store::GroupTestRow* weakest = nullptr;
  for (const store::GroupTestRow& test : tests) {
    if (test.passed && (weakest == nullptr || rank(test) < rank(*weakest))) weakest = &test;
  }
  assert(weakest != nullptr);
  return *weakest;
}

const store::GroupTestRow* weakest_habit(std::span<const store::GroupTestRow> tests) {
  const store::GroupTestRow* weakest = nullptr;
  for (const store::GroupTestRow& test : tests) {
    if (test.passed && test.test == "G_H" && (weakest == nullptr || test.lo.value_or(0) < weakest->lo.value_or(0)))
      weakest = &test;
  }
  return weakest;
}

FindingWithEvidence group_finding(const GroupSubject& group, const Basis& basis, std::span<const PostKey> posts) {
  FindingWithEvidence result;
  store::FindingRow& finding = result.finding;
  const store::GroupTestRow& test = weakest_passing(group.tests);
  const Background background = background_of(test.test);
  finding.analysis = "C1";
  finding.subject_type = "group";
  finding.subject_id = group.group_id;
  finding.finding_id =
      finding_id(basis.run_id, finding.analysis, finding.subject_type, group.channel + "\n" + group.group_id);
  finding.level = name_of(group.decision.level);
  finding.statement =
      group.decision.level == Level::g1
          ? group_coordinated_sentence(group.accounts, group.decision.channels)
          : group_sentence(group.accounts, test.lift.value_or(0), test.lo.value_or(0), test.hi.value_or(0), background);
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
                               {"elsewhere", elsewhere_json(group.elsewhere)},
                               {"denominators", denominators_json(basis)}});
  finding.method_json = dump(method_json(test.test, null_model_of(background), group.channel, group.decision));
  finding.status = "proposed";
  add_posts(result, posts);
  return result;
}

std::string group_reasons_json(const GroupSubject& group) {
  Json opened = Json::array();
  for (const auto tests : {group.tests, group.elsewhere}) {
    for (const store::GroupTestRow& test : tests) {
      if (test.passed)
        opened.push_back(fmt::format("{} in {} at {}, direction {}", test.test, test.channel,
                                     format_duration(test.window_us.value_or(0)), test.direction));
    }
  }
  return dump({{"channel", group.channel}, {"opened", opened}, {"withheld", withheld_by(group.decision)}});
}

}  // namespace unisono::evidence
