// When the objects of a channel were published and by whom: what the habit of an account is measured against.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

namespace unisono::network {

inline constexpr std::int64_t k_unpublished = std::numeric_limits<std::int64_t>::min();
inline constexpr std::uint32_t k_no_source = std::numeric_limits<std::uint32_t>::max();

// Both per object, or empty where nothing is known.
struct Publications {
  std::span<const std::int64_t> t_us;     // us since 1970-01-01 UTC; k_unpublished = not known
  std::span<const std::uint32_t> source;  // number of the author; k_no_source = not known

  std::int64_t time_of(std::uint32_t object) const { return t_us.empty() ? k_unpublished : t_us[object]; }
  std::uint32_t source_of(std::uint32_t object) const { return source.empty() ? k_no_source : source[object]; }
};

}  // namespace unisono::network
