// What the tests of all channels open together: levels, findings, rows.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "commands/detect_channel.hpp"
#include "unisono/evidence/findings.hpp"
#include "unisono/network/groups.hpp"

namespace unisono::commands {
namespace {

evidence::Calibration state_of(const Calibrations& calibrations, const std::string& channel) {
  const auto found = calibrations.find(channel);
  return found == calibrations.end() ? evidence::Calibration::not_run : found->second;
}

std::string habit_not_run(const ChannelOutcome& outcome) {
  const double needed = network::GroupOptions{}.min_published;
  if (outcome.published_share < needed)
    return fmt::format("publication times are known for {:.0f} % of the objects, {:.0f} % are needed",
                       100 * outcome.published_share, 100 * needed);
  return "there are fewer than three objects with two members, ten other sharers and a known publication time";
}

evidence::GroupGate gate_of(const FoundGroup& group, const ChannelOutcome& outcome,
                            const std::vector<ChannelOutcome>& outcomes, const Calibrations& calibrations) {
  evidence::GroupGate gate{.found = evidence::standing_of(outcome.channel, group.tests, habit_not_run(outcome)),
                           .elsewhere = {},
                           .stable = group.stable,
                           .stability = group.stability};
  gate.found.calibration = state_of(calibrations, outcome.channel);
  for (const ChannelOutcome& other : outcomes) {
    const bool tested = std::any_of(group.elsewhere.begin(), group.elsewhere.end(),
                                    [&](const store::GroupTestRow& row) { return row.channel == other.channel; });
    if (!tested) continue;
    gate.elsewhere.push_back(evidence::standing_of(other.channel, group.elsewhere, habit_not_run(other)));
    gate.elsewhere.back().calibration = state_of(calibrations, other.channel);
  }
  return gate;
}

// The groups that passed G_H in one channel, by account.
class HabitGroups {
 public:
  HabitGroups(const std::vector<ChannelOutcome>& outcomes, const std::string& channel) {
    for (const ChannelOutcome& outcome : outcomes) {
      for (const FoundGroup& group : outcome.groups) {
        const auto& tests = outcome.channel == channel ? group.tests : group.elsewhere;
        std::vector<store::GroupTestRow> here;
        std::copy_if(tests.begin(), tests.end(), std::back_inserter(here),
                     [&](const store::GroupTestRow& row) { return row.channel == channel; });
        const store::GroupTestRow* habit = evidence::weakest_habit(here);
        if (habit == nullptr) continue;
        for (const AccountKey& account : group.members) groups_of_[account].push_back(weakest_.size());
        weakest_.push_back(*habit);
      }
    }
  }
  // The weakest passing G_H of the first group that holds both; nullptr if none does.
  const store::GroupTestRow* shared(const store::TieRow& tie) const {
    const auto a = groups_of_.find({tie.platform_a, tie.account_a}),
               b = groups_of_.find({tie.platform_b, tie.account_b});
    if (a == groups_of_.end() || b == groups_of_.end()) return nullptr;
    for (const std::size_t group : a->second) {
      if (std::find(b->second.begin(), b->second.end(), group) != b->second.end()) return &weakest_[group];
    }
    return nullptr;
  }

 private:
  std::map<AccountKey, std::vector<std::size_t>> groups_of_;
  std::vector<store::GroupTestRow> weakest_;
};

evidence::TieGate gate_of(const store::TieRow& tie, const ChannelOutcome& outcome, const HabitGroups& groups,
                          const Calibrations& calibrations) {
  evidence::TieGate gate{.in_habit_group = groups.shared(tie) != nullptr,
                         .background = 0,
                         .calibration = state_of(calibrations, outcome.channel)};
  for (const store::ChannelCheckRow& check : outcome.checks) {
    if (check.window_us == tie.window_us) gate.background = check.background.value_or(0);
  }
  return gate;
}

bool is_accepted(const store::TieRow& tie) {
  return tie.test == "rule";
}

void keep(store::RunResults& results, evidence::FindingWithEvidence finding) {
  results.findings.push_back(std::move(finding.finding));
  std::move(finding.evidence.begin(), finding.evidence.end(), std::back_inserter(results.evidence));
}

void add_ties(ChannelOutcome& outcome, const HabitGroups& groups, const Calibrations& calibrations,
              store::RunResults& results) {
  std::vector<evidence::TieSubject> subjects(outcome.ties.size());
  for (std::size_t i = 0; i < outcome.ties.size(); ++i) {
    store::TieRow& tie = outcome.ties[i];
    if (!is_accepted(tie)) continue;
    subjects[i].decision = evidence::tie_level(gate_of(tie, outcome, groups, calibrations));
    tie.level = evidence::name_of(subjects[i].decision.level);
    if (subjects[i].decision.level != evidence::Level::t3) continue;
    const store::GroupTestRow& habit = *groups.shared(tie);
    subjects[i].lift = habit.lift.value_or(0);
    subjects[i].low = habit.lo.value_or(0);
    subjects[i].high = habit.hi.value_or(0);
  }
  for (const AcceptedTie& tie : outcome.accepted)
    keep(results, evidence::tie_finding(outcome.ties[tie.row], tie.label_a, tie.label_b, outcome.basis, tie.posts,
                                        subjects[tie.row]));
}

void add_group(FoundGroup& group, const ChannelOutcome& outcome, const evidence::GroupGate& gate,
               store::RunResults& results) {
  evidence::GroupSubject subject{outcome.channel, group.group_id, group.members.size(), group.stability,
                                 group.stable,    group.tests,    group.elsewhere,      evidence::group_level(gate)};
  const std::string level = evidence::name_of(subject.decision.level);
  const auto known = std::find_if(results.groups.begin(), results.groups.end(),
                                  [&](const store::GroupRow& row) { return row.group_id == group.group_id; });
  // The same accounts may be a group in several channels: one group, with the tests of all of them and the highest
  // level.
  if (known == results.groups.end()) {
    results.groups.push_back({group.group_id, static_cast<std::int64_t>(group.members.size()), level,
                              evidence::group_reasons_json(subject), group.stability});
    for (const auto& [platform, id] : group.members) results.members.push_back({group.group_id, platform, id, "found"});
    for (const auto& [platform, id] : group.others)
      results.members.push_back({group.group_id, platform, id, "other window"});
  } else if (known->level < level) {
    known->level = level;
    known->reasons_json = evidence::group_reasons_json(subject);
  }
  keep(results, evidence::group_finding(subject, outcome.basis, group.posts));
  for (auto* tests : {&group.tests, &group.elsewhere, &group.supports})
    std::move(tests->begin(), tests->end(), std::back_inserter(results.tests));
  std::move(group.joining.begin(), group.joining.end(), std::back_inserter(results.joining));
}

}  // namespace

std::vector<std::string> channels_to_calibrate(const std::vector<ChannelOutcome>& outcomes) {
  std::set<std::string> wanted;
  for (const ChannelOutcome& outcome : outcomes) {
    for (const FoundGroup& group : outcome.groups) {
      for (std::string& channel : evidence::channels_to_calibrate(gate_of(group, outcome, outcomes, {})))
        wanted.insert(std::move(channel));
    }
    const HabitGroups groups(outcomes, outcome.channel);
    for (const store::TieRow& tie : outcome.ties) {
      if (is_accepted(tie) && evidence::needs_calibration(gate_of(tie, outcome, groups, {})))
        wanted.insert(outcome.channel);
    }
  }
  std::vector<std::string> channels;
  for (const ChannelOutcome& outcome : outcomes) {
    if (wanted.contains(outcome.channel)) channels.push_back(outcome.channel);
  }
  return channels;
}

store::RunResults results_of(std::vector<ChannelOutcome> outcomes, const Calibrations& calibrations) {
  store::RunResults results;
  std::vector<std::vector<evidence::GroupGate>> gates(outcomes.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    for (const FoundGroup& group : outcomes[i].groups)
      gates[i].push_back(gate_of(group, outcomes[i], outcomes, calibrations));
  }
  std::vector<HabitGroups> habit_groups;
  for (const ChannelOutcome& outcome : outcomes) habit_groups.emplace_back(outcomes, outcome.channel);
  const auto move_all = [](auto& from, auto& to) { std::move(from.begin(), from.end(), std::back_inserter(to)); };
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    ChannelOutcome& outcome = outcomes[i];
    keep(results, evidence::count_finding(outcome.channel, outcome.basis));
    add_ties(outcome, habit_groups[i], calibrations, results);
    move_all(outcome.failed, results.tests);
    for (std::size_t g = 0; g < outcome.groups.size(); ++g) add_group(outcome.groups[g], outcome, gates[i][g], results);
    move_all(outcome.checks, results.checks);
    move_all(outcome.second.opinions, results.indicators.second.opinions);
    move_all(outcome.second.accounts, results.indicators.second.accounts);
    move_all(outcome.ties, results.ties);
  }
  return results;
}

}  // namespace unisono::commands
