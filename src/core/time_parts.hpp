// The parts that the patterns of time_parse are put together from: a cursor over the text, dates, clocks, fractions and
// offsets, and the way from a date and a clock to a time. Inline, because a column of times is read value by value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unisono/core/time_parse.hpp"
#include "unisono/core/zone.hpp"

namespace unisono {

using Parsed = tl::expected<ParsedTime, TimeFault>;

inline bool is_digit(char c) {
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

inline constexpr std::array<int, 13> k_days_of_month = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

inline bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

inline bool exists(const Date& date) {
  if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1) return false;
  const int last =
      k_days_of_month[static_cast<std::size_t>(date.month)] + (date.month == 2 && is_leap(date.year) ? 1 : 0);
  return date.day <= last;
}

inline bool exists(const Clock& clock) {
  return clock.hour <= 23 && clock.minute <= 59 && clock.second <= 60;
}

// Days since 1970-01-01: years counted from March, so that the leap day is the last one (Hinnant, "chrono-compatible
// low-level date algorithms").
inline std::int64_t days_since_1970(const Date& date) {
  const int year = date.month <= 2 ? date.year - 1 : date.year;
  const int era = year / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return std::int64_t{era} * 146'097 + day_of_era - 719'468;
}

inline std::int64_t us_of_day(const Clock& clock) {
  const int seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second;
  return seconds * k_us_per_s + clock.microsecond;
}

inline Date read_date(Cursor& in) {
  Date date;
  date.year = in.digits(4);
  in.expect('-');
  date.month = in.digits(2);
  in.expect('-');
  date.day = in.digits(2);
  return date;
}

// ".123456789" cut to microseconds.
inline void read_fraction(Cursor& in, Clock& clock) {
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

inline Clock read_clock(Cursor& in) {
  Clock clock;
  clock.hour = in.digits(2);
  in.expect(':');
  clock.minute = in.digits(2);
  in.expect(':');
  clock.second = in.digits(2);
  return clock;
}

// Seconds east of Greenwich: "+08:00", "+0800". Offsets of real places stay within 18 hours.
inline std::int64_t read_offset(Cursor& in) {
  const bool west = in.peek() == '-';
  if (!in.take('+') && !in.take('-')) in.fail();
  const int hours = in.digits(2);
  in.take(':');
  const int minutes = in.digits(2);
  if (hours > 18 || minutes > 59 || (hours == 18 && minutes > 0)) in.fail();
  const std::int64_t seconds = (std::int64_t{hours} * 60 + minutes) * 60;
  return west ? -seconds : seconds;
}

inline Parsed at_offset(const Date& date, const Clock& clock, std::int64_t offset_seconds, ZoneKind kind) {
  if (!exists(date) || !exists(clock)) return tl::make_unexpected(TimeFault::out_of_range);
  const TimeUs t = days_since_1970(date) * k_us_per_day + us_of_day(clock) - offset_seconds * k_us_per_s;
  const bool leap_second_elsewhere = clock.second == 60 && (t - clock.microsecond) % k_us_per_day != 0;
  if (leap_second_elsewhere) return tl::make_unexpected(TimeFault::out_of_range);
  return ParsedTime{t, clock.precision, kind, false};
}

// A wall clock without zone: in the context's zone, else in `otherwise` seconds east with `kind`.
inline Parsed at_wall_clock(const Date& date, const Clock& clock, const TimeContext& context,
                            std::int64_t otherwise = 0, ZoneKind kind = ZoneKind::assumed) {
  if (clock.second == 60) return tl::make_unexpected(TimeFault::out_of_range);
  if (context.zone == nullptr) return at_offset(date, clock, otherwise, kind);
  Parsed local = at_offset(date, clock, 0, ZoneKind::assumed);
  if (!local) return local;
  const ZonedTime zoned = context.zone->to_utc(local->t);
  local->t = zoned.t;
  local->ambiguous_local = zoned.ambiguous || zoned.nonexistent;
  return local;
}

inline Parsed malformed() {
  return tl::make_unexpected(TimeFault::malformed);
}

}  // namespace unisono
