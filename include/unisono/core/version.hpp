// Which program made a result: stands in every run record and export.
#pragma once

#include <string>
#include <string_view>

#include "unisono/core/time.hpp"

namespace unisono {

std::string_view program_version();  // "0.1.0"
std::string version_with_unicode();  // "0.1.0 (ICU 72.1, Unicode 15.0)": ICU's data decides text keys

// For run_log only: the clock and the host never enter a result.
TimeUs now_us();
std::string host_name();

}  // namespace unisono
