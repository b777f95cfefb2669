// The options of a stored run, as detect takes them.
#pragma once

#include "unisono/commands/detect.hpp"
#include "unisono/core/result.hpp"
#include "unisono/evidence/run_settings.hpp"

namespace unisono::commands {

// Channels and windows are those that were tested. Paths are not recorded: the lists that they named are in the case.
// Errors: bad_input (options that detect would refuse).
Result<DetectOptions> detect_options_of(const evidence::RunSettings& settings);

}  // namespace unisono::commands
