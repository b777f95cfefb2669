#include "unisono/core/version.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "unisono/core/unicode.hpp"

namespace unisono {

std::string_view program_version() {
  return UNISONO_VERSION;
}

std::string version_with_unicode() {
  return fmt::format("{} (ICU {}, Unicode {})", program_version(), icu_version(), unicode_version());
}

TimeUs now_us() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count();
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

}  // namespace unisono
