#include "unisono/core/id_clock.hpp"

#include <array>
#include <cassert>
#include <charconv>

namespace unisono {
namespace {

constexpr std::int64_t k_x_epoch_ms = 1'288'834'974'657;
constexpr std::int64_t k_instagram_epoch_ms = 1'314'220'021'721;
constexpr std::uint64_t k_first_snowflake = 30'000'000'000;  // X counted up to here, then began to use snowflakes
constexpr TimeUs k_year_2100 = 4'102'444'800 * k_us_per_s;

std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Bluesky's record keys: 13 characters of "234567abcdefghijklmnopqrstuvwxyz", 5 bits each, the first one below 8.
std::optional<std::uint64_t> sortable_base32(std::string_view text) {
  if (text.size() != 13) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    std::uint64_t digit = 0;
    if (c >= '2' && c <= '7') {
      digit = static_cast<std::uint64_t>(c - '2');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint64_t>(c - 'a') + 6;
    } else {
      return std::nullopt;
    }
    if (value >> 59 != 0) return std::nullopt;
    value = value << 5 | digit;
  }
  return value >> 63 == 0 ? std::optional(value) : std::nullopt;
}

std::optional<TimeUs> between(TimeUs t, TimeUs first) {
  return t >= first && t < k_year_2100 ? std::optional(t) : std::nullopt;
}

constexpr TimeUs start_of(int year) {
  return (year - 1970) * std::int64_t{31'556'952} * k_us_per_s;
}

}  // namespace

std::optional<IdClock> id_clock_of(std::string_view platform) {
  constexpr std::array<std::pair<std::string_view, IdClock>, 5> k_clocks = {{{"x", IdClock::x},
                                                                             {"tiktok", IdClock::tiktok},
                                                                             {"mastodon", IdClock::mastodon},
                                                                             {"bluesky", IdClock::bluesky},
                                                                             {"instagram", IdClock::instagram}}};
  for (const auto& [name, clock] : k_clocks) {
    if (name == platform) return clock;
  }
  return std::nullopt;
}

Precision precision_of(IdClock clock) {
  if (clock == IdClock::tiktok) return Precision::s;
  return clock == IdClock::bluesky ? Precision::us : Precision::ms;
}

std::optional<TimeUs> id_clock(IdClock clock, std::string_view id) {
  if (clock == IdClock::bluesky) {
    const std::optional<std::uint64_t> key = sortable_base32(id.substr(id.rfind('/') + 1));
    return key ? between(static_cast<TimeUs>(*key >> 10), start_of(2022)) : std::nullopt;
  }
  if (clock == IdClock::instagram) id = id.substr(0, id.find('_'));
  const std::optional<std::uint64_t> number = decimal(id);
  if (!number || *number > 0x7fff'ffff'ffff'ffffU) return std::nullopt;
  switch (clock) {
    case IdClock::x:
      if (*number <= k_first_snowflake) return std::nullopt;
      return between((static_cast<TimeUs>(*number >> 22) + k_x_epoch_ms) * 1000, start_of(2010));
    case IdClock::tiktok:
      return between(static_cast<TimeUs>(*number >> 32) * k_us_per_s, start_of(2014));
    case IdClock::mastodon:
      return between(static_cast<TimeUs>(*number >> 16) * 1000, start_of(2016));
    case IdClock::instagram:
      return between((static_cast<TimeUs>(*number >> 23) + k_instagram_epoch_ms) * 1000, start_of(2011));
    case IdClock::bluesky:
      break;
  }
  return std::nullopt;
}

std::uint64_t x_id_at(TimeUs t, std::uint32_t sequence) {
  assert(t / 1000 >= k_x_epoch_ms && sequence < (1U << 22));
  return static_cast<std::uint64_t>(t / 1000 - k_x_epoch_ms) << 22 | sequence;
}

}  // namespace unisono
