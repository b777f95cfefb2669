// Test D on trial: on copies in which all that is left is how many objects every account and how many sharers every
// object has.
#pragma once

#include <string>

#include "commands/channel_calibration.hpp"
#include "unisono/network/degrees.hpp"

namespace unisono::commands {

struct DegreeTrial {
  std::string channel;
  std::uint32_t runs = 20;
  std::uint64_t seed = 1;
  network::DegreeOptions test;
};

// D on the data and on every copy, which are looked at side by side; copy r is the same whatever else is drawn. Times
// are not read. No copies where D cannot be tested: the verdict says why. Errors: those of test_degrees.
Result<store::CalibrationRows> calibrate_degrees(const network::Events& events, const DegreeTrial& trial,
                                                 const Control& control);

// Reads one channel of the case, with the actions whose time is not known, and tries D on it as `rank` does; writes
// nothing. Errors: those of rank.
Result<ChannelCalibration> calibrate_degrees_of(store::CaseFile& file, const std::string& channel,
                                                const CalibrateOptions& options, const std::string& run_id,
                                                const Control& control);

}  // namespace unisono::commands
