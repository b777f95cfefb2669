// The claim gate: which level the tests of a group or a tie open, and why no higher one. Docs: docs/evidence.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unisono/evidence/wording.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::evidence {

// How often the tests of a channel cry wolf on permuted data.
enum class Calibration : std::uint8_t { not_run, calibrated, failed };

// What a group passed in one channel.
struct Standing {
  std::string channel;
  bool activity = false, pace = false, habit = false;  // G_T, G_X, G_H
  std::string habit_missing;                           // why G_H did not pass or was not run; empty if it passed
  Calibration calibration = Calibration::not_run;

  bool passed() const { return activity || pace || habit; }
};

// From the rows of a group in `channel`. Without a row of G_H `habit_missing` is the reason given.
Standing standing_of(const std::string& channel, std::span<const store::GroupTestRow> tests,
                     const std::string& habit_not_run);

struct GroupGate {
  Standing found;                   // the channel that the group was found in, on held-out objects
  std::vector<Standing> elsewhere;  // its other channels, members unchanged
  bool stable = true;
  double stability = 1;
};

struct Decision {
  Level level = Level::g0;
  std::vector<std::string> channels;  // that the level stands on
  std::vector<std::string> withheld;  // one sentence for each condition of the next level that is not met
};

// G1: G_H in one channel and G_T, G_X or G_H in another; stable; both channels calibrated. Everything else that passed
// is G0.
Decision group_level(const GroupGate& gate);

// The two channels that G1 would stand on, if only their calibration is missing; else empty.
std::vector<std::string> channels_to_calibrate(const GroupGate& gate);

struct TieGate {
  bool in_habit_group = false;  // both accounts are in one group that passed G_H in the channel of the tie
  double background = 0;        // share of the channel's actions by accounts outside all groups
  Calibration calibration = Calibration::not_run;
};

inline constexpr double k_least_background = 0.5;

// T3 for a tie that passed the rule of T2: in a habit group, a public to compare with, and calibrated.
Decision tie_level(const TieGate& gate);
bool needs_calibration(const TieGate& gate);

}  // namespace unisono::evidence
