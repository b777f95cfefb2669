// The accepted time patterns in obvious lines: one regular expression each, and the calendar of <chrono>.
#pragma once

#include <chrono>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

#include "unisono/core/time_parse.hpp"

namespace unisono::reference {

struct TimeValue {
  TimeUs t = 0;
  Precision precision = Precision::s;
  bool operator==(const TimeValue&) const = default;
};

inline int number(const std::ssub_match& part) {
  return part.matched && part.length() > 0 ? std::stoi(part.str()) : 0;
}

inline std::optional<TimeUs> moment(int y, int m, int d, int h, int min, int s, long offset_s, bool leap_allowed) {
  const std::chrono::year_month_day date{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                                         std::chrono::day(static_cast<unsigned>(d))};
  if (y < 1 || !date.ok() || h > 23 || min > 59 || s > 60 || (s == 60 && !leap_allowed)) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = days * 86400 + h * 3600 + min * 60 + s - offset_s;
  if (s == 60 && seconds % 86400 != 0) return std::nullopt;
  return seconds * 1'000'000;
}

inline std::optional<long> offset(const std::string& text) {  // "Z", "+08:00", "-0400"
  if (text == "Z" || text == "z") return 0;
  std::smatch m;
  if (!std::regex_match(text, m, std::regex("([+-])(\\d\\d):?(\\d\\d)"))) return std::nullopt;
  const long seconds = number(m[2]) * 3600 + number(m[3]) * 60;
  if (number(m[3]) > 59 || seconds > 18 * 3600) return std::nullopt;
  return m[1] == "-" ? -seconds : seconds;
}

inline void add_fraction(const std::string& digits, TimeValue& value) {  // "" or 1 to 9 digits
  if (digits.find_first_not_of('0') == std::string::npos) return;
  value.t += std::stoi((digits + "000000").substr(0, 6));
  value.precision = digits.size() <= 3 ? Precision::ms : Precision::us;
}

inline std::optional<TimeValue> parse_rfc3339(const std::string& text) {
  static const std::regex k(
      "(\\d{4})-(\\d\\d)-(\\d\\d)[Tt ](\\d\\d):(\\d\\d):(\\d\\d)(?:[.,](\\d{1,9}))?(?:([Zz])| ?([+-]\\d\\d:?\\d\\d))");
  std::smatch m;
  if (!std::regex_match(text, m, k)) return std::nullopt;
  const auto east = offset(m[8].matched ? m[8].str() : m[9].str());
  if (!east) return std::nullopt;
  const auto t =
      moment(number(m[1]), number(m[2]), number(m[3]), number(m[4]), number(m[5]), number(m[6]), *east, true);
  if (!t) return std::nullopt;
  TimeValue value{*t, Precision::s};
  add_fraction(m[7].str(), value);
  return value;
}

inline std::optional<TimeValue> parse_zoneless(const std::string& text, const char* separator) {  // in UTC
  const std::regex k(std::string("(\\d{4})-(\\d\\d)-(\\d\\d)") + separator +
                     "(\\d\\d):(\\d\\d):(\\d\\d)(?:[.,](\\d{1,9}))?");
  std::smatch m;
  if (!std::regex_match(text, m, k)) return std::nullopt;
  const auto t = moment(number(m[1]), number(m[2]), number(m[3]), number(m[4]), number(m[5]), number(m[6]), 0, false);
  if (!t) return std::nullopt;
  TimeValue value{*t, Precision::s};
  add_fraction(m[7].str(), value);
  return value;
}

inline std::optional<TimeValue> parse_twitter_v1(const std::string& text) {
  static const std::regex k(
      "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\\d\\d?) "
      "(\\d\\d):(\\d\\d):(\\d\\d) ([+-]\\d\\d:?\\d\\d) (\\d{4})");
  std::smatch m;
  if (!std::regex_match(text, m, k)) return std::nullopt;
  const int month = static_cast<int>(std::string("JanFebMarAprMayJunJulAugSepOctNovDec").find(m[1].str())) / 3 + 1;
  const auto east = offset(m[6].str());
  if (!east) return std::nullopt;
  const auto t = moment(number(m[7]), month, number(m[2]), number(m[3]), number(m[4]), number(m[5]), *east, true);
  return t ? std::optional(TimeValue{*t, Precision::s}) : std::nullopt;
}

// "1610005273.25", "1.610005273e9": written out as whole digits, a point moved by the exponent.
inline std::optional<TimeValue> parse_decimal(const std::string& text) {
  static const std::regex k("(\\d+)(?:\\.(\\d*))?(?:[eE]([+-]?\\d\\d?))?");
  std::smatch m;
  if (!std::regex_match(text, m, k) || (text.find_first_of(".eE") == std::string::npos)) return std::nullopt;
  std::string digits = m[1].str() + m[2].str();
  int point = static_cast<int>(m[1].length()) + number(m[3]);
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  digits.erase(0, zeros);
  point -= static_cast<int>(zeros);
  if (digits.empty()) return std::nullopt;
  int us_per_unit_digits = 0;
  if (point == 9 || point == 10)
    us_per_unit_digits = 6;
  else if (point == 12 || point == 13)
    us_per_unit_digits = 3;
  else if (point != 15 && point != 16)
    return std::nullopt;
  digits = digits.substr(0, 18);
  const int place = us_per_unit_digits - (static_cast<int>(digits.size()) - point);  // of the last digit, 10^place us
  std::string whole = digits + std::string(20, '0');
  whole.resize(static_cast<std::size_t>(point + us_per_unit_digits));
  TimeValue value{std::stoll(whole), Precision::us};
  if (place >= 3) value.precision = Precision::ms;
  if (place == 6) value.precision = Precision::s;
  if (place == 7) value.precision = Precision::min;                 // 10 s
  if (place == 8 || place == 9) value.precision = Precision::hour;  // 100 s, 1000 s
  if (place == 10) value.precision = Precision::day;                // 10^4 s
  if (place == 11 || place == 12) value.precision = Precision::month;
  if (place > 12) return std::nullopt;
  if (value.precision == Precision::us && value.t % 1000 == 0) value.precision = Precision::ms;
  if (value.precision == Precision::ms && value.t % 1'000'000 == 0) value.precision = Precision::s;
  return value;
}

// Only the patterns above; the others are combinations of their parts.
inline std::optional<TimeValue> parse_time(std::string_view raw, TimePattern pattern) {
  if (raw.size() > 80) return std::nullopt;
  std::string text(raw);
  switch (pattern) {
    case TimePattern::twitter_v1:
      return parse_twitter_v1(text);
    case TimePattern::rfc3339:
      return parse_rfc3339(text);
    case TimePattern::sql:
      return parse_zoneless(text, " ");
    case TimePattern::iso_local:
      return parse_zoneless(text, "T");
    case TimePattern::decimal:
      return parse_decimal(text);
    default:
      return std::nullopt;
  }
}

}  // namespace unisono::reference
