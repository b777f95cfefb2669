#include "commands/run_options.hpp"

#include <fmt/format.h>

#include "commands/channel_plan.hpp"
#include "unisono/core/time.hpp"

namespace unisono::commands {
namespace {

// False for a text that is no moment.
bool take_moment(const std::string& text, std::optional<TimeUs>& into) {
  if (text.empty()) return true;
  const Result<TimeUs> moment = parse_moment(text);
  if (moment) into = *moment;
  return moment.has_value();
}

bool is_below_2_32(std::uint64_t n) {
  return n <= UINT32_MAX;
}

}  // namespace

Result<DetectOptions> detect_options_of(const evidence::RunSettings& settings) {
  DetectOptions options;
  options.channels = settings.channels;
  options.windows_us = settings.windows_us;
  options.alpha = settings.alpha;
  options.seed = settings.seed;
  options.split_seed = settings.split_seed;
  options.weak = settings.weak;
  options.allow_lossy = settings.allow_lossy;
  options.min_days = static_cast<std::uint32_t>(settings.min_days);
  options.min_objects = static_cast<std::uint32_t>(settings.min_objects);
  if (settings.max_coactions > 0) options.max_coactions = settings.max_coactions;
  const bool readable = take_moment(settings.since, options.since) && take_moment(settings.until, options.until) &&
                        is_below_2_32(settings.min_days) && is_below_2_32(settings.min_objects) &&
                        !options.windows_us.empty() && check_options(options);
  if (readable) return options;
  return fail(ErrorCode::bad_input, "the stored options of the run cannot be meant",
              "detect again with this version: `unisono detect CASE`");
}

}  // namespace unisono::commands
