// Sizes that people type ("4G") and what the process uses now.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "unisono/core/result.hpp"

namespace unisono {

// "700M", "4G", "1.5GiB", "123456": bytes; suffixes are powers of 1024. Error{usage} with examples otherwise.
Result<std::uint64_t> parse_bytes(std::string_view text);

// 734003200 -> "700 MB": three significant digits, powers of 1024.
std::string format_bytes(std::uint64_t bytes);

std::uint64_t resident_bytes();       // of this process now; 0 where unknown
std::uint64_t peak_resident_bytes();  // its maximum so far; 0 where unknown
std::uint64_t physical_bytes();       // of the machine

}  // namespace unisono
