// The rule by which a channel counts as calibrated. Docs: docs/network/calibrate.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unisono/evidence/levels.hpp"
#include "unisono/store/calibration_tables.hpp"

namespace unisono::evidence {

// The copies of one channel by one permutation, summed up.
struct CopiesOfOneKind {
  std::string permutation;
  std::int64_t copies = 0;
  std::int64_t false_ties = 0, most_false_ties = 0;  // in all copies, in one
  std::int64_t false_groups = 0, most_false_groups = 0;
  std::int64_t copies_with_false_ties = 0;
  std::int64_t most_accounts = 0;
  std::int64_t surviving_ties = 0, surviving_groups = 0;  // in all copies

  double mean_false_ties() const { return mean(false_ties); }
  double mean_false_groups() const { return mean(false_groups); }
  double mean(std::int64_t sum) const { return static_cast<double>(sum) / static_cast<double>(copies); }
};

// In the order in which the permutations first occur.
std::vector<CopiesOfOneKind> by_permutation(std::span<const store::CalibrationRow> copies);

// Calibrated: for every permutation the mean number of false ties is at most alpha times the ties found, and there is
// at most one false group in twenty copies (none in fewer). Without a copy: not_run.
Calibration calibration_of(std::span<const store::CalibrationRow> copies, std::int64_t ties_found, double alpha);

// The verdict of one channel with its sentence. `copies` are those of this channel.
store::CalibrationVerdictRow calibration_verdict(const std::string& channel,
                                                 std::span<const store::CalibrationRow> copies, std::int64_t ties_found,
                                                 std::int64_t groups_found, double alpha);

// Test D on fastball copies, in which its null is true: it accepts anything there with chance alpha at most. Not
// calibrated where so many copies with an accepted pair would have a chance below 5 %.
bool degrees_hold(std::int64_t copies, std::int64_t copies_with_pairs, double alpha);

// The verdict on D in one channel; `reason` says why it was not tested, if it was not.
store::CalibrationVerdictRow degree_verdict(const std::string& channel, std::span<const store::CalibrationRow> copies,
                                            std::int64_t pairs_found, double alpha, const std::string& reason);

}  // namespace unisono::evidence
