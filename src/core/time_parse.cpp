#include "unisono/core/time_parse.hpp"

#include <array>
#include <cstddef>

#include "unisono/core/zone.hpp"

namespace unisono {
namespace {

using Parsed = tl::expected<ParsedTime, TimeFault>;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A reader that remembers failure, so that a pattern reads as one list of its parts.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }
  char peek() const { return at_ == end_ ? '\0' : *at_; }
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  bool finished() const { return ok_ && at_ == end_; }

  int digits(int count) { return digits(count, count); }

  int digits(int least, int most) {
    int value = 0;
    int read = 0;
    while (read < most && at_ != end_ && is_digit(*at_)) {
      value = value * 10 + (*at_++ - '0');
      ++read;
    }
    if (read < least) ok_ = false;
    return value;
  }

  void expect(char c) {
    if (!take(c)) ok_ = false;
  }

  void expect(std::string_view word) {
    if (!take(word)) ok_ = false;
  }

  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool take(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  void fail() { ok_ = false; }

 private:
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

struct Clock {
  int hour = 0, minute = 0, second = 0;
  std::int64_t microsecond = 0;
  Precision precision = Precision::s;
};

struct Date {
  int year = 0, month = 0, day = 0;
};

constexpr std::array<int, 13> k_days_of_month = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool exists(const Date& date) {
  if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1) return false;
  const int last =
      k_days_of_month[static_cast<std::size_t>(date.month)] + (date.month == 2 && is_leap(date.year) ? 1 : 0);
  return date.day <= last;
}

bool exists(const Clock& clock) {
  return clock.hour <= 23 && clock.minute <= 59 && clock.second <= 60;
}

// Days since 1970-01-01: years counted from March, so that the leap day is the last one (Hinnant, "chrono-compatible
// low-level date algorithms").
std::int64_t days_since_1970(const Date& date) {
  const int year = date.month <= 2 ? date.year - 1 : date.year;
  const int era = year / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return std::int64_t{era} * 146'097 + day_of_era - 719'468;
}

std::int64_t us_of_day(const Clock& clock) {
  const int seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second;
  return seconds * k_us_per_s + clock.microsecond;
}

Date read_date(Cursor& in) {
  Date date;
  date.year = in.digits(4);
  in.expect('-');
  date.month = in.digits(2);
  in.expect('-');
  date.day = in.digits(2);
  return date;
}

// ".123456789" cut to microseconds.
void read_fraction(Cursor& in, Clock& clock) {
  if (!in.take('.') && !in.take(',')) return;
  std::int64_t value = 0;
  int read = 0;
  bool all_zero = true;
  while (is_digit(in.peek())) {
    const int digit = in.digits(1);
    if (read < 6) value = value * 10 + digit;
    if (digit != 0) all_zero = false;
    ++read;
  }
  if (read == 0 || read > 9) return in.fail();
  for (int i = read; i < 6; ++i) value *= 10;
  clock.microsecond = value;
  if (!all_zero) clock.precision = read <= 3 ? Precision::ms : Precision::us;
}

Clock read_clock(Cursor& in) {
  Clock clock;
  clock.hour = in.digits(2);
  in.expect(':');
  clock.minute = in.digits(2);
  in.expect(':');
  clock.second = in.digits(2);
  return clock;
}

// Seconds east of Greenwich: "+08:00", "+0800". Offsets of real places stay within 18 hours.
std::int64_t read_offset(Cursor& in) {
  const bool west = in.peek() == '-';
  if (!in.take('+') && !in.take('-')) in.fail();
  const int hours = in.digits(2);
  in.take(':');
  const int minutes = in.digits(2);
  if (hours > 18 || minutes > 59 || (hours == 18 && minutes > 0)) in.fail();
  const std::int64_t seconds = (std::int64_t{hours} * 60 + minutes) * 60;
  return west ? -seconds : seconds;
}

Parsed at_offset(const Date& date, const Clock& clock, std::int64_t offset_seconds, ZoneKind kind) {
  if (!exists(date) || !exists(clock)) return tl::make_unexpected(TimeFault::out_of_range);
  const TimeUs t = days_since_1970(date) * k_us_per_day + us_of_day(clock) - offset_seconds * k_us_per_s;
  const bool leap_second_elsewhere = clock.second == 60 && (t - clock.microsecond) % k_us_per_day != 0;
  if (leap_second_elsewhere) return tl::make_unexpected(TimeFault::out_of_range);
  return ParsedTime{t, clock.precision, kind, false};
}

// A wall clock without zone: in the context's zone, else in `otherwise` seconds east with `kind`.
Parsed at_wall_clock(const Date& date, const Clock& clock, const TimeContext& context, std::int64_t otherwise = 0,
                     ZoneKind kind = ZoneKind::assumed) {
  if (clock.second == 60) return tl::make_unexpected(TimeFault::out_of_range);
  if (context.zone == nullptr) return at_offset(date, clock, otherwise, kind);
  Parsed local = at_offset(date, clock, 0, ZoneKind::assumed);
  if (!local) return local;
  const ZonedTime zoned = context.zone->to_utc(local->t);
  local->t = zoned.t;
  local->ambiguous_local = zoned.ambiguous || zoned.nonexistent;
  return local;
}

Parsed malformed() {
  return tl::make_unexpected(TimeFault::malformed);
}

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

// A count since 1970 whose unit follows from its magnitude; `unit_us` is filled.
std::optional<std::int64_t> unit_of_digits(std::size_t digits) {
  if (digits == 9 || digits == 10) return k_us_per_s;
  if (digits == 12 || digits == 13) return 1000;
  if (digits == 15 || digits == 16) return 1;
  return std::nullopt;
}

Precision precision_of_count(std::int64_t t) {
  if (t % k_us_per_s == 0) return Precision::s;
  return t % 1000 == 0 ? Precision::ms : Precision::us;
}

Parsed parse_integer(std::string_view text) {
  const std::optional<std::int64_t> unit = unit_of_digits(text.size());
  if (!unit || text.front() == '0') return malformed();
  std::int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return malformed();
    value = value * 10 + (c - '0');
  }
  const TimeUs t = value * *unit;
  return ParsedTime{t, precision_of_count(t), ZoneKind::utc, false};
}

// The decimal number digits * 10^exponent, without leading zeros; digits beyond the 20th are dropped.
struct Decimal {
  std::uint64_t digits = 0;
  int count = 0;
  int exponent = 0;
};

std::optional<Decimal> read_decimal(std::string_view text) {
  Cursor in(text);
  Decimal number;
  bool point = false;
  bool any = false;
  for (;;) {
    if (!point && any && in.take('.')) {
      point = true;
      continue;
    }
    if (!is_digit(in.peek())) break;
    const int digit = in.digits(1);
    any = true;
    if (number.count >= 18) {
      if (!point) ++number.exponent;
      continue;
    }
    if (number.count > 0 || digit != 0) {
      number.digits = number.digits * 10 + static_cast<std::uint64_t>(digit);
      ++number.count;
    }
    if (point) --number.exponent;
  }
  const bool scientific = in.take('e') || in.take('E');
  if (scientific) {
    const bool negative = in.take('-');
    if (!negative) in.take('+');
    const int exponent = in.digits(1, 2);
    number.exponent += negative ? -exponent : exponent;
  }
  if (!in.finished() || !any || number.count == 0 || (!point && !scientific)) return std::nullopt;
  return number;
}

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// What a last digit at the place 10^place_of_us microseconds can carry. One to three digits behind the point of a
// second are milliseconds, as in RFC 3339: floats are printed without trailing zeros.
std::optional<Precision> precision_of_place(int place_of_us) {
  if (place_of_us < 3) return Precision::us;
  if (place_of_us < 6) return Precision::ms;
  if (place_of_us > 12) return std::nullopt;  // 10^13 us are more than three months
  for (const Precision p : {Precision::s, Precision::min, Precision::hour, Precision::day, Precision::month}) {
    if (power_of_ten(place_of_us) <= length_us(p)) return p;
  }
  return std::nullopt;
}

Parsed parse_decimal(std::string_view text) {
  const std::optional<Decimal> number = read_decimal(text);
  if (!number) return malformed();
  const int integer_digits = number->count + number->exponent;
  const std::optional<std::int64_t> unit =
      integer_digits > 0 ? unit_of_digits(static_cast<std::size_t>(integer_digits)) : std::nullopt;
  if (!unit) return malformed();
  const int place = number->exponent + (*unit == k_us_per_s ? 6 : *unit == 1000 ? 3 : 0);
  const std::uint64_t digits = number->digits;
  const TimeUs t = place >= 0 ? static_cast<TimeUs>(digits) * power_of_ten(place)
                              : static_cast<TimeUs>(digits) / power_of_ten(-place);
  // Zeros after the point were printed, not measured; zeros before it are the count of seconds itself.
  const std::optional<Precision> written = precision_of_place(place);
  if (!written) return tl::make_unexpected(TimeFault::too_coarse);
  const Precision measured = precision_of_count(t);
  return ParsedTime{t, *written > measured ? *written : measured, ZoneKind::utc, false};
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
