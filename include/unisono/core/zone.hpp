// Zones: from the wall clock of a place to UTC, and back. IANA names ("Asia/Shanghai"), "UTC", fixed offsets
// ("+08:00"). Rules and names come from ICU; its version stands in the record of every run.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"

namespace unisono {

// A wall-clock time read in a zone. `ambiguous`: the clock showed this time twice (autumn); `t` is the first of the
// two. `nonexistent`: the clock never showed it (spring); `t` is what the clock would have shown without the jump. Both
// become the flag `ambiguous_local` of a row.
struct ZonedTime {
  TimeUs t = 0;
  bool ambiguous = false;
  bool nonexistent = false;
};

// An immutable value, cheap to copy, safe to use from several threads. The default is UTC.
class Zone {
 public:
  Zone() = default;

  // "UTC", "GMT", "Z", "+08:00", "-0400", "+8", or an IANA name as ICU knows it (case counts).
  // Error{usage} with advice for anything else: abbreviations such as "EST" or "CST" mean different offsets to
  // different people and are refused here (see TimeContext::zone_names).
  static Result<Zone> named(std::string_view name);

  // East of Greenwich is positive; |seconds| <= 18 h (assert).
  static Zone fixed(std::int64_t offset_seconds);

  // `local` = microseconds since 1970-01-01 as the wall clock shows it. O(1) for fixed zones, O(log transitions) else.
  ZonedTime to_utc(TimeUs local) const;

  // The offset in force at a moment, in seconds east of Greenwich.
  std::int64_t offset_at(TimeUs t) const;

  const std::string& name() const { return name_; }  // "UTC", "+08:00", "Europe/London"
  bool is_utc() const { return rules_ == nullptr && offset_seconds_ == 0; }
  bool is_fixed() const { return rules_ == nullptr; }

 private:
  struct Rules;
  std::shared_ptr<const Rules> rules_;  // null = fixed offset
  std::int64_t offset_seconds_ = 0;
  std::string name_ = "UTC";
};

}  // namespace unisono
