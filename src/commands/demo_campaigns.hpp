// The campaigns of `demo`, one file each.
#pragma once

#include "unisono/commands/demo.hpp"

namespace unisono::commands::demo {

Result<DemoFiles> write_uk(const DemoOptions& options, const Control& control);
Result<DemoFiles> write_concentration(const DemoOptions& options, const Control& control);
Result<DemoFiles> write_world(const DemoOptions& options, const Control& control);

}  // namespace unisono::commands::demo
