#include "unisono/commands/demo.hpp"

#include <fmt/format.h>

#include "commands/demo_campaigns.hpp"

namespace unisono::commands {

Result<DemoFiles> write_demo(const DemoOptions& options, const Control& control) {
  if (options.name == "uk") return demo::write_uk(options, control);
  if (options.name == "concentration") return demo::write_concentration(options, control);
  if (options.name == "world") return demo::write_world(options, control);
  return fail(ErrorCode::usage, fmt::format("there is no demo called '{}'", options.name),
              "the demos are uk, concentration and world");
}

}  // namespace unisono::commands
