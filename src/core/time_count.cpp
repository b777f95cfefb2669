#include "time_count.hpp"

#include <optional>

namespace unisono {
namespace {

// Microseconds in the unit of a count since 1970 that has so many digits before the point.
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

// The decimal number digits * 10^exponent, without leading zeros; digits beyond the 18th are dropped.
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

}  // namespace

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

}  // namespace unisono
