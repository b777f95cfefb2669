// Any bytes as a time of any pattern: no crash, and where there is a twin, the same answer. First byte: the pattern.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "reference/time_parse.hpp"
#include "unisono/core/id_clock.hpp"
#include "unisono/core/time_parse.hpp"

using namespace unisono;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto pattern = static_cast<TimePattern>(data[0] % 13);
  const auto parsed = parse_time(text, pattern);
  if (parsed) {
    const CivilTime civil = to_civil(parsed->t);
    if (civil.year < 0 || civil.year > 10'000) std::abort();
    if (!guess_pattern(text)) std::abort();
  }
  proven_order(text);
  (void)Zone::named(text);
  (void)parse_moment(text);
  for (const IdClock clock : {IdClock::x, IdClock::tiktok, IdClock::mastodon, IdClock::bluesky, IdClock::instagram}) {
    (void)id_clock(clock, text);
  }

  const bool has_twin = pattern == TimePattern::twitter_v1 || pattern == TimePattern::rfc3339 ||
                        pattern == TimePattern::sql || pattern == TimePattern::iso_local ||
                        pattern == TimePattern::decimal;
  const bool has_blank =
      text.find_first_of("\t\r\n") != std::string_view::npos || text.front() == ' ' || text.back() == ' ';
  if (!has_twin || has_blank) return 0;
  const auto twin = reference::parse_time(text, pattern);
  if (parsed.has_value() != twin.has_value()) std::abort();
  if (parsed && reference::TimeValue{parsed->t, parsed->precision} != *twin) std::abort();
  return 0;
}
