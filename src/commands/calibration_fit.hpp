// How near the p-values of one test on permuted copies are to uniform ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "unisono/store/calibration_tables.hpp"

namespace unisono::commands {

inline constexpr std::size_t k_pairs_per_copy = 500;  // whose randomised p are drawn, for each window and test

// The p-values of one test in one window over all copies of one kind.
struct TestFit {
  std::vector<double> p;
  std::int64_t copies = 0;   // with enough p-values to be judged alone
  std::int64_t fitting = 0;  // of these: no farther from uniform than chance takes 19 of 20

  void add_copy(const std::vector<double>& of_copy);
};

// Appends its row (`row` says which test, where) and the points of its curve; nothing without p-values. O(n log n).
void append_fit(TestFit fit, store::CalibrationFitRow row, store::CalibrationRows& rows);

std::optional<double> mean(const std::vector<double>& values);  // nothing without values

}  // namespace unisono::commands
