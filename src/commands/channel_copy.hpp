// What one permuted copy of a channel shows, and how the p-values of all copies fit.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "commands/calibration_fit.hpp"
#include "commands/channel_calibration.hpp"

namespace unisono::commands {

// The tests whose p-values are compared with uniform ones, and where that is done: each where its null is true, those
// of pairs on the data too.
enum class ComparedTest : std::uint8_t { t, x, g_t, g_x, g_h };
constexpr std::array<const char*, 5> k_test_names = {"T", "X", "G_T", "G_X", "G_H"};

bool is_compared(ComparedTest test, std::optional<network::Permutation> permutation);

// What one copy, or the data itself, shows in one window.
struct WindowView {
  std::optional<double> c_bar, habit_f, family_k;          // habit_f and family_k only where they were needed
  std::array<std::vector<double>, k_test_names.size()> p;  // randomised

  std::vector<double>& of(ComparedTest test) { return p[static_cast<std::size_t>(test)]; }
};

struct ChannelCopy {
  store::CalibrationRow row;
  std::map<std::size_t, WindowView> windows;  // by their place in the plan
};

struct CopyJob {
  std::optional<network::Permutation> permutation;  // empty = the data itself: randomised p only
  std::uint32_t run = 0;
};

void add_checks(const ChannelTests& tests, ChannelCopy& copy);  // c-bar, F and K of every window

// Appends a fit for each test and window of `real`, over the copies of each kind (`copies` stand in the order of
// `jobs`).
void append_fits(std::span<const CopyJob> jobs, std::span<const ChannelCopy> copies, const ChannelTests& real,
                 const CopyPlan& plan, store::CalibrationRows& rows);

}  // namespace unisono::commands
