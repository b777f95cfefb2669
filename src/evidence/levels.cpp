#include "unisono/evidence/levels.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace unisono::evidence {
namespace {

// The channel beside the one of the group that makes G1: the first that passes with it, those with G_H first.
const Standing* second_channel(const GroupGate& gate) {
  const auto opens = [&](const Standing& other) {
    return other.passed() && (gate.found.habit || other.habit) && other.channel != gate.found.channel;
  };
  const Standing* second = nullptr;
  for (const Standing& other : gate.elsewhere) {
    if (opens(other) && (second == nullptr || (other.habit && !second->habit))) second = &other;
  }
  return gate.found.passed() ? second : nullptr;
}

bool calibrated(const GroupGate& gate, const Standing& second) {
  return gate.found.calibration == Calibration::calibrated && second.calibration == Calibration::calibrated;
}

void say_calibration(const Standing& standing, std::vector<std::string>& withheld) {
  if (standing.calibration != Calibration::calibrated)
    withheld.push_back(calibration_withheld(standing.channel, standing.calibration == Calibration::failed));
}

}  // namespace

Standing standing_of(const std::string& channel, std::span<const store::GroupTestRow> tests,
                     const std::string& habit_not_run) {
  Standing standing{.channel = channel, .habit_missing = habit_not_run};
  bool habit_run = false;
  for (const store::GroupTestRow& test : tests) {
    if (test.channel != channel) continue;
    if (test.test == "G_T") standing.activity |= test.passed;
    if (test.test == "G_X") standing.pace |= test.passed;
    if (test.test != "G_H") continue;
    standing.habit |= test.passed;
    if (!habit_run) standing.habit_missing = test.reason;
    habit_run = true;
  }
  if (standing.habit) standing.habit_missing.clear();
  return standing;
}

Decision group_level(const GroupGate& gate) {
  Decision decision{Level::g0, {gate.found.channel}, {}};
  const Standing* second = second_channel(gate);
  if (second != nullptr && gate.stable && calibrated(gate, *second))
    return {Level::g1, {gate.found.channel, second->channel}, {}};
  if (second == nullptr) {
    const bool habit_somewhere = gate.found.habit || std::any_of(gate.elsewhere.begin(), gate.elsewhere.end(),
                                                                 [](const Standing& s) { return s.habit; });
    if (!habit_somewhere) decision.withheld.push_back(habit_withheld(gate.found.channel, gate.found.habit_missing));
    const bool passed_elsewhere =
        std::any_of(gate.elsewhere.begin(), gate.elsewhere.end(), [](const Standing& s) { return s.passed(); });
    if (!passed_elsewhere) decision.withheld.push_back(second_channel_withheld(gate.elsewhere.size()));
    return decision;
  }
  if (!gate.stable) decision.withheld.push_back(unstable_withheld(gate.stability));
  say_calibration(gate.found, decision.withheld);
  say_calibration(*second, decision.withheld);
  return decision;
}

std::vector<std::string> channels_to_calibrate(const GroupGate& gate) {
  const Standing* second = second_channel(gate);
  if (second == nullptr || !gate.stable) return {};
  if (gate.found.calibration != Calibration::not_run && second->calibration != Calibration::not_run) return {};
  return {gate.found.channel, second->channel};
}

Decision tie_level(const TieGate& gate) {
  Decision decision{Level::t2, {}, {}};
  if (!gate.in_habit_group) decision.withheld.push_back(habit_group_withheld());
  if (gate.background < k_least_background) decision.withheld.push_back(background_withheld(gate.background));
  if (decision.withheld.empty() && gate.calibration != Calibration::calibrated)
    decision.withheld.push_back(calibration_withheld({}, gate.calibration == Calibration::failed));
  if (decision.withheld.empty()) decision.level = Level::t3;
  return decision;
}

bool needs_calibration(const TieGate& gate) {
  return gate.in_habit_group && gate.background >= k_least_background && gate.calibration == Calibration::not_run;
}

}  // namespace unisono::evidence
