#include "unisono/core/zone.hpp"

#include <fmt/format.h>
#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <cassert>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace unisono {

struct Zone::Rules {
  std::unique_ptr<icu::BasicTimeZone> zone;
};

namespace {

constexpr std::int64_t k_longest_offset_s = 18 * 3600;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "+08:00", "-0400", "+8": seconds; empty if it is no offset.
std::optional<std::int64_t> parse_offset(std::string_view text) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  std::string digits;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      digits += text[i];
    } else if (text[i] != ':' || i + 3 != text.size() || digits.empty()) {
      return std::nullopt;
    }
  }
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  const std::size_t minute_digits = digits.size() > 2 ? 2 : 0;
  const std::string hours = digits.substr(0, digits.size() - minute_digits);
  const int minutes = minute_digits == 0 ? 0 : std::atoi(digits.c_str() + hours.size());
  const std::int64_t seconds = (std::int64_t{std::atoi(hours.c_str())} * 60 + minutes) * 60;
  if (minutes > 59 || seconds > k_longest_offset_s) return std::nullopt;
  return text[0] == '-' ? -seconds : seconds;
}

// ICU counts in milliseconds; the floor keeps a microsecond before a transition on its own side.
double floor_ms(TimeUs t) {
  return std::floor(static_cast<double>(t) / 1000.0);
}

struct Offsets {
  std::int64_t raw_ms = 0, saving_ms = 0;
  std::int64_t us() const { return (raw_ms + saving_ms) * 1000; }
};

Offsets local_offsets(const icu::BasicTimeZone& zone, TimeUs local, UTimeZoneLocalOption at_gap,
                      UTimeZoneLocalOption at_overlap) {
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t raw = 0;
  std::int32_t saving = 0;
  zone.getOffsetFromLocal(floor_ms(local), at_gap, at_overlap, raw, saving, status);
  assert(U_SUCCESS(status));
  return {raw, saving};
}

}  // namespace

Zone Zone::fixed(std::int64_t offset_seconds) {
  assert(std::llabs(offset_seconds) <= k_longest_offset_s);
  Zone zone;
  zone.offset_seconds_ = offset_seconds;
  if (offset_seconds != 0) {
    const std::int64_t minutes = std::llabs(offset_seconds) / 60;
    zone.name_ = fmt::format("{}{:02}:{:02}", offset_seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
  }
  return zone;
}

Result<Zone> Zone::named(std::string_view name) {
  if (name == "UTC" || name == "GMT" || name == "Z") return Zone();
  if (const std::optional<std::int64_t> offset = parse_offset(name)) return Zone::fixed(*offset);
  // ICU accepts any unknown name as "Etc/Unknown" and old abbreviations such as "CST"; a place has a slash.
  const bool looks_like_place = name.size() <= 64 && name.find('/') != std::string_view::npos;
  std::unique_ptr<icu::TimeZone> found;
  if (looks_like_place) {
    const auto id = icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())));
    found.reset(icu::TimeZone::createTimeZone(id));
    icu::UnicodeString got;
    if (found->getID(got) != id || name == "Etc/Unknown") found.reset();
  }
  auto* const rules = dynamic_cast<icu::BasicTimeZone*>(found.get());
  if (rules == nullptr) {
    return fail(ErrorCode::usage, fmt::format("'{}' is not a time zone", name.substr(0, 64)),
                "write UTC, an offset such as +08:00, or a place such as Asia/Shanghai");
  }
  found.release();
  Zone zone;
  zone.rules_ = std::make_shared<const Rules>(Rules{std::unique_ptr<icu::BasicTimeZone>(rules)});
  zone.name_ = std::string(name);
  return zone;
}

ZonedTime Zone::to_utc(TimeUs local) const {
  if (!rules_) return {local - offset_seconds_ * k_us_per_s, false, false};
  const icu::BasicTimeZone& zone = *rules_->zone;
  // FORMER takes the offset before a jump, LATTER the one after it: they differ exactly inside a gap or an overlap.
  const Offsets before = local_offsets(zone, local, UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER);
  const Offsets after = local_offsets(zone, local, UCAL_TZ_LOCAL_LATTER, UCAL_TZ_LOCAL_LATTER);
  ZonedTime result{local - before.us(), false, false};
  if (before.us() == after.us()) return result;
  result.ambiguous = before.us() > after.us();
  result.nonexistent = !result.ambiguous;
  return result;
}

std::int64_t Zone::offset_at(TimeUs t) const {
  if (!rules_) return offset_seconds_;
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t raw = 0;
  std::int32_t saving = 0;
  rules_->zone->getOffset(floor_ms(t), false, raw, saving, status);
  assert(U_SUCCESS(status));
  return (std::int64_t{raw} + saving) / 1000;
}

}  // namespace unisono
