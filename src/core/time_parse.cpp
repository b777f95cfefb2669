#include "unisono/core/time_parse.hpp"

#include <array>

#include "time_count.hpp"
#include "time_parts.hpp"

namespace unisono {
namespace {

constexpr std::string_view k_months = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::string_view k_weekdays = "MonTueWedThuFriSatSun";

// 1-based place of the next three letters in a list of three-letter names; 0 if absent.
int read_name(Cursor& in, std::string_view names) {
  const std::string_view word = in.rest().substr(0, 3);
  for (std::size_t i = 0; word.size() == 3 && i < names.size(); i += 3) {
    if (names.substr(i, 3) == word) {
      in.expect(word);
      return static_cast<int>(i / 3) + 1;
    }
  }
  in.fail();
  return 0;
}

Parsed parse_twitter_v1(std::string_view text) {
  Cursor in(text);
  Date date;
  read_name(in, k_weekdays);  // not compared with the date: the id clock is the better witness
  in.expect(' ');
  date.month = read_name(in, k_months);
  in.expect(' ');
  date.day = in.digits(1, 2);
  in.expect(' ');
  const Clock clock = read_clock(in);
  in.expect(' ');
  const std::int64_t offset = read_offset(in);
  in.expect(' ');
  date.year = in.digits(4);
  if (!in.finished()) return malformed();
  return at_offset(date, clock, offset, offset == 0 ? ZoneKind::utc : ZoneKind::offset);
}

Parsed parse_rfc3339(std::string_view text) {
  Cursor in(text);
  const Date date = read_date(in);
  if (!in.take('T') && !in.take('t')) in.expect(' ');
  Clock clock = read_clock(in);
  read_fraction(in, clock);
  if (in.take('Z') || in.take('z')) {
    if (!in.finished()) return malformed();
    return at_offset(date, clock, 0, ZoneKind::utc);
  }
  in.take(' ');
  const std::int64_t offset = read_offset(in);
  if (!in.finished()) return malformed();
  return at_offset(date, clock, offset, offset == 0 ? ZoneKind::utc : ZoneKind::offset);
}

Parsed parse_zoneless(std::string_view text, char separator, const TimeContext& context) {
  Cursor in(text);
  const Date date = read_date(in);
  in.expect(separator);
  Clock clock = read_clock(in);
  read_fraction(in, clock);
  if (!in.finished()) return malformed();
  return at_wall_clock(date, clock, context);
}

Parsed parse_sql_minute(std::string_view text, const TimeContext& context) {
  Cursor in(text);
  const Date date = read_date(in);
  in.expect(' ');
  Clock clock{.precision = Precision::min};
  clock.hour = in.digits(2);
  in.expect(':');
  clock.minute = in.digits(2);
  if (!in.finished()) return malformed();
  return at_wall_clock(date, clock, context);
}

struct SlashDate {
  int first = 0, second = 0, year = 0;
};

SlashDate read_slash_date(Cursor& in) {
  SlashDate date;
  date.first = in.digits(1, 2);
  in.expect('/');
  date.second = in.digits(1, 2);
  in.expect('/');
  date.year = in.digits(4);
  return date;
}

// "8:41", "08:41:13", "8:41 PM". Twelve-hour clocks count 12, 1, ... 11.
Clock read_loose_clock(Cursor& in) {
  Clock clock{.precision = Precision::min};
  clock.hour = in.digits(1, 2);
  in.expect(':');
  clock.minute = in.digits(2);
  if (in.take(':')) {
    clock.second = in.digits(2);
    clock.precision = Precision::s;
  }
  if (in.at_end()) return clock;
  in.take(' ');
  const bool afternoon = in.take("PM") || in.take("pm");
  if (!afternoon && !in.take("AM") && !in.take("am")) in.fail();
  if (clock.hour < 1 || clock.hour > 12) in.fail();
  clock.hour = clock.hour % 12 + (afternoon ? 12 : 0);
  return clock;
}

DateOrder order_of(const SlashDate& date) {
  if (date.first > 12 && date.second <= 12) return DateOrder::day_first;
  if (date.second > 12 && date.first <= 12) return DateOrder::month_first;
  return DateOrder::unknown;
}

Parsed parse_slash(std::string_view text, const TimeContext& context) {
  Cursor in(text);
  const SlashDate parts = read_slash_date(in);
  Clock clock{.precision = Precision::day};
  if (!in.at_end()) {
    if (!in.take(',')) in.expect(' ');
    in.take(' ');
    clock = read_loose_clock(in);
  }
  if (!in.finished()) return malformed();
  DateOrder order = context.date_order;
  if (order == DateOrder::unknown) order = order_of(parts);
  if (order == DateOrder::unknown && parts.first == parts.second)
    order = DateOrder::month_first;  // both readings agree
  if (order == DateOrder::unknown) return tl::make_unexpected(TimeFault::order_unknown);
  const bool month_first = order == DateOrder::month_first;
  const Date date{parts.year, month_first ? parts.first : parts.second, month_first ? parts.second : parts.first};
  return at_wall_clock(date, clock, context);
}

std::optional<std::int64_t> offset_named(std::string_view name, const TimeContext& context) {
  for (const ZoneName& zone : context.zone_names) {
    if (zone.name == name) return zone.offset_seconds;
  }
  if (name == "UTC" || name == "GMT" || name == "Z") return 0;
  if (name == "EST") return -5 * 3600;
  if (name == "EDT") return -4 * 3600;
  return std::nullopt;
}

bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > 40) return false;
  for (const char c : name) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!letter && c != '_' && c != '/') return false;
  }
  return true;
}

Parsed parse_named_zone(std::string_view text, const TimeContext& context) {
  Cursor in(text);
  const Date date = read_date(in);
  in.expect(' ');
  Clock clock = read_clock(in);
  read_fraction(in, clock);
  in.expect(' ');
  const std::string_view name = in.rest();
  if (!in.ok() || !is_zone_name(name)) return malformed();
  const std::optional<std::int64_t> offset = offset_named(name, context);
  if (!offset) return tl::make_unexpected(TimeFault::zone_unknown);
  return at_offset(date, clock, *offset, ZoneKind::named);
}

constexpr std::int64_t k_shanghai_s = 8 * 3600;  // without summer time since 1991

Parsed parse_chinese(std::string_view text, const TimeContext& context) {
  Cursor in(text);
  Date date;
  bool has_year = true;
  int first = in.digits(1, 4);
  if (in.take("年")) {
    date.year = first;
    date.month = in.digits(1, 2);
  } else {
    has_year = false;
    date.month = first;
  }
  in.expect("月");
  date.day = in.digits(1, 2);
  in.expect("日");
  Clock clock{.precision = Precision::day};
  if (!in.at_end()) {
    in.take(' ');
    clock = read_loose_clock(in);
  }
  if (!in.finished()) return malformed();
  if (!has_year && !context.year) return tl::make_unexpected(TimeFault::year_missing);
  if (!has_year) date.year = *context.year;
  return at_wall_clock(date, clock, context, k_shanghai_s, ZoneKind::named);
}

Parsed parse_compact_date(std::string_view text, const TimeContext& context) {
  Cursor in(text);
  Date date;
  date.year = in.digits(4);
  date.month = in.digits(2);
  date.day = in.digits(2);
  if (!in.finished()) return malformed();
  return at_wall_clock(date, Clock{.precision = Precision::day}, context);
}

Parsed parse_iso_date(std::string_view text, const TimeContext& context) {
  Cursor in(text);
  const Date date = read_date(in);
  if (!in.finished()) return malformed();
  return at_wall_clock(date, Clock{.precision = Precision::day}, context);
}

Parsed parse_year_month(std::string_view text, const TimeContext& context) {
  Cursor in(text);
  Date date{.day = 1};
  date.year = in.digits(4);
  if (!in.take('-')) in.expect('.');
  date.month = in.digits(2);
  if (!in.finished()) return malformed();
  return at_wall_clock(date, Clock{.precision = Precision::month}, context);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) {
    text.remove_suffix(1);
  }
  return text;
}

constexpr std::size_t k_longest = 80;  // no pattern is longer; a cell of megabytes is refused at once

}  // namespace

tl::expected<ParsedTime, TimeFault> parse_time(std::string_view raw, TimePattern pattern, const TimeContext& context) {
  const std::string_view text = trimmed(raw);
  if (text.empty() || text.size() > k_longest) return malformed();
  switch (pattern) {
    case TimePattern::twitter_v1:
      return parse_twitter_v1(text);
    case TimePattern::rfc3339:
      return parse_rfc3339(text);
    case TimePattern::sql:
      return parse_zoneless(text, ' ', context);
    case TimePattern::sql_minute:
      return parse_sql_minute(text, context);
    case TimePattern::slash:
      return parse_slash(text, context);
    case TimePattern::named_zone:
      return parse_named_zone(text, context);
    case TimePattern::iso_local:
      return parse_zoneless(text, 'T', context);
    case TimePattern::integer:
      return parse_integer(text);
    case TimePattern::decimal:
      return parse_decimal(text);
    case TimePattern::chinese:
      return parse_chinese(text, context);
    case TimePattern::compact_date:
      return parse_compact_date(text, context);
    case TimePattern::iso_date:
      return parse_iso_date(text, context);
    case TimePattern::year_month:
      return parse_year_month(text, context);
  }
  return malformed();
}

std::optional<TimePattern> guess_pattern(std::string_view text) {
  // From the most to the least specific form. A value that only lacks a decision (order, zone name, year) has a
  // pattern.
  constexpr std::array k_patterns = {TimePattern::compact_date, TimePattern::integer,    TimePattern::rfc3339,
                                     TimePattern::sql,          TimePattern::sql_minute, TimePattern::iso_local,
                                     TimePattern::named_zone,   TimePattern::twitter_v1, TimePattern::slash,
                                     TimePattern::decimal,      TimePattern::chinese,    TimePattern::iso_date,
                                     TimePattern::year_month};
  for (const TimePattern pattern : k_patterns) {
    const Parsed parsed = parse_time(text, pattern);
    if (parsed || (parsed.error() != TimeFault::malformed && parsed.error() != TimeFault::out_of_range)) return pattern;
  }
  return std::nullopt;
}

DateOrder proven_order(std::string_view text) {
  Cursor in(trimmed(text));
  const SlashDate date = read_slash_date(in);
  return in.ok() ? order_of(date) : DateOrder::unknown;
}

}  // namespace unisono
