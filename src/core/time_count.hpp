// Times written as a number: a count since 1970 whose unit follows from its magnitude.
#pragma once

#include <string_view>

#include "time_parts.hpp"

namespace unisono {

// 9 or 10 digits are seconds, 12 or 13 milliseconds, 15 or 16 microseconds; malformed otherwise. O(length).
Parsed parse_integer(std::string_view text);

// The same with a point or an exponent. Digits that a float has lost lower the precision. O(length).
Parsed parse_decimal(std::string_view text);

}  // namespace unisono
