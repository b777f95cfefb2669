#include "unisono/core/time.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include "unisono/core/time_parse.hpp"

namespace unisono {
namespace {

constexpr std::array<const char*, 7> k_precision_names = {"us", "ms", "s", "min", "hour", "day", "month"};
constexpr std::array<std::int64_t, 7> k_precision_lengths = {
    1, 1000, k_us_per_s, 60 * k_us_per_s, k_us_per_hour, k_us_per_day, 31 * k_us_per_day};

}  // namespace

std::int64_t length_us(Precision precision) {
  return k_precision_lengths[static_cast<std::size_t>(precision)];
}
const char* name_of(Precision precision) {
  return k_precision_names[static_cast<std::size_t>(precision)];
}

const char* name_of(TimeSource source) {
  constexpr std::array<const char*, 4> k_names = {"field", "id", "collector", "none"};
  return k_names[static_cast<std::size_t>(source)];
}

std::optional<Precision> precision_named(std::string_view name) {
  for (std::size_t i = 0; i < k_precision_names.size(); ++i) {
    if (name == k_precision_names[i]) return static_cast<Precision>(i);
  }
  return std::nullopt;
}

TimeUs to_us(const CivilTime& utc) {
  namespace chrono = std::chrono;
  const chrono::sys_days date = chrono::year(static_cast<int>(utc.year)) / utc.month / utc.day;
  const std::int64_t seconds = ((std::int64_t{utc.hour} * 60) + utc.minute) * 60 + utc.second;
  return date.time_since_epoch().count() * k_us_per_day + seconds * k_us_per_s + utc.microsecond;
}

CivilTime to_civil(TimeUs t) {
  namespace chrono = std::chrono;
  std::int64_t days = t / k_us_per_day;
  std::int64_t rest = t % k_us_per_day;
  if (rest < 0) {
    rest += k_us_per_day;
    --days;
  }
  const chrono::year_month_day date{chrono::sys_days{chrono::days{days}}};
  CivilTime civil;
  civil.year = static_cast<int>(date.year());
  civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
  civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
  civil.microsecond = rest % k_us_per_s;
  const std::int64_t seconds = rest / k_us_per_s;
  civil.hour = static_cast<int>(seconds / 3600);
  civil.minute = static_cast<int>(seconds / 60 % 60);
  civil.second = static_cast<int>(seconds % 60);
  return civil;
}

std::string format_iso(TimeUs t, Precision precision) {
  const CivilTime c = to_civil(t);
  if (precision == Precision::month) return fmt::format("{:04}-{:02}", c.year, c.month);
  std::string text = fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
  if (precision == Precision::day) return text;
  text += fmt::format("T{:02}:{:02}:{:02}", c.hour, c.minute, c.second);
  if (precision == Precision::ms) text += fmt::format(".{:03}", c.microsecond / 1000);
  if (precision == Precision::us) text += fmt::format(".{:06}", c.microsecond);
  return text + "Z";
}

Result<std::int64_t> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t us;
  };
  constexpr std::array<Unit, 9> k_units = {{{"us", 1},
                                            {"ms", 1000},
                                            {"s", k_us_per_s},
                                            {"", k_us_per_s},
                                            {"m", 60 * k_us_per_s},
                                            {"min", 60 * k_us_per_s},
                                            {"h", k_us_per_hour},
                                            {"d", k_us_per_day},
                                            {"w", 7 * k_us_per_day}}};
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error == std::errc() && value >= 0) {
    for (const Unit& unit : k_units) {
      const double us = value * static_cast<double>(unit.us);
      if (suffix == unit.name && us < 0x1.0p62) return static_cast<std::int64_t>(std::llround(us));
    }
  }
  return fail(ErrorCode::usage, fmt::format("'{}' is not a length of time", text),
              "write for example 10s, 5m, 1h or 2d");
}

std::string format_duration(std::int64_t us) {
  if (us != 0 && us % k_us_per_day == 0) return fmt::format("{} d", us / k_us_per_day);
  if (us != 0 && us % k_us_per_hour == 0) return fmt::format("{} h", us / k_us_per_hour);
  if (us != 0 && us % (60 * k_us_per_s) == 0 && us / (60 * k_us_per_s) > 1)
    return fmt::format("{} min", us / (60 * k_us_per_s));
  if (us % k_us_per_s == 0) return fmt::format("{} s", us / k_us_per_s);
  if (us % 1000 == 0) return fmt::format("{} ms", us / 1000);
  return fmt::format("{} us", us);
}

Result<TimeUs> parse_moment(std::string_view text) {
  for (const TimePattern pattern : {TimePattern::iso_date, TimePattern::rfc3339}) {
    if (const auto parsed = parse_time(text, pattern)) return parsed->t;
  }
  const bool lacks_only_zone = parse_time(text, TimePattern::iso_local) || parse_time(text, TimePattern::sql);
  if (lacks_only_zone) {
    return fail(ErrorCode::usage, fmt::format("'{}' does not say in which zone it is meant", text),
                fmt::format("for UTC write {}Z", text));
  }
  return fail(ErrorCode::usage, fmt::format("'{}' is not a moment", text.substr(0, 64)),
              "write a date such as 2021-03-01, or 2021-03-01T12:30:00Z");
}

}  // namespace unisono
