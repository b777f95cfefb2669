// The names of time patterns and faults, as mapping files and messages use them.
#include <array>

#include "unisono/core/time_parse.hpp"

namespace unisono {
namespace {

constexpr std::array<const char*, 13> k_pattern_names = {
    "twitter_v1", "rfc3339", "sql",     "sql_minute",   "slash",    "named_zone", "iso_local",
    "integer",    "decimal", "chinese", "compact_date", "iso_date", "year_month"};

}  // namespace

const char* name_of(TimePattern pattern) {
  return k_pattern_names[static_cast<std::size_t>(pattern)];
}

std::optional<TimePattern> pattern_named(std::string_view name) {
  for (std::size_t i = 0; i < k_pattern_names.size(); ++i) {
    if (name == k_pattern_names[i]) return static_cast<TimePattern>(i);
  }
  if (name == "unix" || name == "unix_s" || name == "unix_ms" || name == "unix_us") return TimePattern::integer;
  if (name == "float") return TimePattern::decimal;
  if (name == "date") return TimePattern::iso_date;
  return std::nullopt;
}

bool lacks_zone(TimePattern pattern) {
  switch (pattern) {
    case TimePattern::twitter_v1:
    case TimePattern::rfc3339:
    case TimePattern::named_zone:
    case TimePattern::integer:
    case TimePattern::decimal:
    case TimePattern::chinese:
      return false;
    default:
      return true;
  }
}

const char* name_of(TimeFault fault) {
  constexpr std::array<const char*, 6> k_names = {"malformed",    "out_of_range", "order_unknown",
                                                  "zone_unknown", "year_missing", "too_coarse"};
  return k_names[static_cast<std::size_t>(fault)];
}

const char* explain(TimeFault fault) {
  constexpr std::array<const char*, 6> k_texts = {
      "not in the expected form",
      "no such date or time of day",
      "day and month cannot be told apart",
      "an unknown zone name",
      "no year",
      "a rounded number that leaves less than a month",
  };
  return k_texts[static_cast<std::size_t>(fault)];
}

}  // namespace unisono
