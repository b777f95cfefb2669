// Reading time stamps: every pattern that the formats know, as one hand-written parser.
//
//   const TimeContext context{.zone = &shanghai};
//   const auto parsed = parse_time("2021-01-07 08:41:13", TimePattern::sql, context);
//   if (parsed) use(parsed->t, parsed->precision, parsed->zone); else count(name_of(parsed.error()));
//
// A value is read as it stands or refused with a fault: nothing is guessed here. Which pattern a column has, its zone,
// date order and year are decided once per column by the caller and passed in. Leading and trailing ASCII blanks are
// ignored. Years 0001 to 9999, proleptic Gregorian; hour 24 is refused; second 60 is read as the next second, only at
// 23:59 UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "unisono/core/time.hpp"
#include "unisono/core/zone.hpp"

namespace unisono {

enum class TimePattern : std::uint8_t {
  twitter_v1,  // Wed Oct 10 20:19:24 +0000 2018
  rfc3339,     // 2021-01-07T08:41:13.123Z, 2021-01-07 08:41:13+08:00; up to 9 fraction digits, cut to microseconds
  sql,         // 2021-01-07 08:41:13, optionally with a fraction; no zone
  sql_minute,  // 2021-01-07 08:41; no zone
  slash,       // 1/7/2021 8:41, also with seconds, AM or PM, or without a time of day; no zone; see DateOrder
  named_zone,  // 2021-01-07 08:41:13 EST
  iso_local,   // 2021-01-07T08:41:13, optionally with a fraction; no zone
  integer,     // 9-10 digits: seconds, 12-13: milliseconds, 15-16: microseconds
  decimal,     // 1610005273.0, 1.610005273e9: magnitude as for integers
  chinese,     // 01月07日 08:41, 2021年1月7日 08:41[:13], 2021年1月7日; Asia/Shanghai unless the context says otherwise
  compact_date,  // 20210107
  iso_date,      // 2021-01-07
  year_month,    // 2021-01, 2021.01
};

enum class DateOrder : std::uint8_t { unknown, month_first, day_first };

// How the zone of a value was known. The row's t_tz is "utc", "offset", "named" or "assumed:" + the zone's name.
enum class ZoneKind : std::uint8_t {
  utc,      // the value says so, or is a count since 1970
  offset,   // the value states an offset other than zero
  named,    // the value names its zone, or the pattern implies it
  assumed,  // the value says nothing: the context's zone, UTC if it has none
};

enum class TimeFault : std::uint8_t {
  malformed,      // not of this pattern
  out_of_range,   // of this pattern, but no such date or time of day
  order_unknown,  // 03/04/2021 with DateOrder::unknown; a part above 12 decides by itself
  zone_unknown,   // a zone name that is neither UTC, GMT, EST, EDT nor in zone_names
  year_missing,   // a date without year and no year in the context
  too_coarse,     // a rounded float that leaves less than a month
};

// An offset for a zone abbreviation, given by a person: --tz-name CST=+08:00.
struct ZoneName {
  std::string name;
  std::int64_t offset_seconds = 0;
};

struct TimeContext {
  const Zone* zone = nullptr;  // of values that state none; nullptr = UTC, or Asia/Shanghai for `chinese`
  DateOrder date_order = DateOrder::unknown;
  std::optional<int> year;               // of dates without one
  std::span<const ZoneName> zone_names;  // beside the built-in ones, and before them
};

// `precision` is what the characters carry: the digits written, where a fraction of zeros counts as none (the X API
// writes
// ".000Z" after whole seconds), and digits lost by a float lower it. Whether a whole column is coarser than it looks
// ("all seconds are 0") is the importer's rule.
struct ParsedTime {
  TimeUs t = 0;
  Precision precision = Precision::s;
  ZoneKind zone = ZoneKind::utc;
  bool ambiguous_local = false;  // the wall clock showed it twice or never
};

// O(length). About 10 to 40 ns for the fixed patterns without a named zone.
tl::expected<ParsedTime, TimeFault> parse_time(std::string_view text, TimePattern pattern,
                                               const TimeContext& context = {});

// The pattern by which `text` can be read, empty if there is none. Where several fit, the more specific one: 20210107
// is compact_date. A slash date is recognised whatever its order. O(length).
std::optional<TimePattern> guess_pattern(std::string_view text);

// What one slash date proves about its column: a part above 12. `unknown` where nothing is proven.
DateOrder proven_order(std::string_view text);

// "twitter_v1", "rfc3339", ... as in mapping files (`as = "rfc3339"`); and back. Also understood: "unix", "unix_s",
// "unix_ms", "unix_us" for integer, "float" for decimal, "date" for iso_date.
const char* name_of(TimePattern pattern);
std::optional<TimePattern> pattern_named(std::string_view name);

// A pattern of which no value says its zone: the receipt must then say which zone was assumed and why.
bool lacks_zone(TimePattern pattern);

const char* name_of(TimeFault fault);  // "malformed", ...
const char* explain(TimeFault fault);  // a clause for a person: "not in the expected form", ...

}  // namespace unisono
