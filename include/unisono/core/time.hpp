// Time as evidence: microseconds since 1970-01-01 UTC, with the precision, source and zone that the data really has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "unisono/core/result.hpp"

namespace unisono {

using TimeUs = std::int64_t;

inline constexpr std::int64_t k_us_per_s = 1'000'000;
inline constexpr std::int64_t k_us_per_hour = 3600 * k_us_per_s;
inline constexpr std::int64_t k_us_per_day = 24 * k_us_per_hour;

enum class Precision : std::uint8_t { us, ms, s, min, hour, day, month };
enum class TimeSource : std::uint8_t { field, id, collector, none };

std::int64_t length_us(Precision precision);  // s -> 1'000'000; month -> 31 days
const char* name_of(Precision precision);     // "us" ... "month"
const char* name_of(TimeSource source);
std::optional<Precision> precision_named(std::string_view name);

struct CivilTime {
  std::int64_t year = 1970;
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;
  std::int64_t microsecond = 0;
};

TimeUs to_us(const CivilTime& utc);  // proleptic Gregorian; the caller checks ranges
CivilTime to_civil(TimeUs t);

// "2021-05-11T09:30:00Z"; as many fraction digits as the precision asks for, date only for day, "YYYY-MM" for month.
std::string format_iso(TimeUs t, Precision precision = Precision::s);

// "10s", "5m", "1h", "2d", "250ms", a bare number = seconds: microseconds. "none" is for the caller.
Result<std::int64_t> parse_duration(std::string_view text);
std::string format_duration(std::int64_t us);  // "60 s", "5 min", "1 h": the largest unit that divides it

// A moment typed by a person for --since and --until: RFC 3339, or a date (its first microsecond, UTC).
Result<TimeUs> parse_moment(std::string_view text);

}  // namespace unisono
