// Decisions about whole columns: date order, zone, true precision, which clock counts, which ids are destroyed.
//
// Every value of a file is counted into ColumnStatistics; decide() turns the counts into decisions. An import decides
// from a sample, reads the file, decides again from all of it, and starts over if the two differ: the result is that of
// the whole file, memory does not depend on its size, and it does not depend on the order of the rows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/time_parse.hpp"
#include "unisono/core/zone.hpp"
#include "unisono/ingest/mapping.hpp"

namespace unisono::ingest {

inline constexpr std::size_t k_time_patterns = 12;
inline constexpr std::int64_t k_quarter_us = 15 * 60 * k_us_per_s;
inline constexpr std::size_t k_offset_bins = 209;  // -26 h ... +26 h in steps of 15 min; the middle is 0

struct TimeStatistics {
  std::uint64_t present = 0, parsed = 0;
  std::array<std::uint64_t, 8> faults{};  // by TimeFault
  std::array<std::uint64_t, k_time_patterns> patterns{};
  std::uint64_t month_first_proofs = 0, day_first_proofs = 0;
  std::array<std::uint64_t, 4> zones{};                              // by ZoneKind
  std::uint64_t with_seconds = 0, with_minutes = 0, with_hours = 0;  // values where that part is not 0, as written
  std::uint64_t coarser_than_second = 0;                             // values that state no seconds at all
  std::uint64_t finer_than_second = 0;
  // Against the id clock: pairs, pairs that differ by more than 2 s plus the precision, and of those the differences id
  // - field that are a multiple of 15 min.
  std::uint64_t pairs = 0, conflicts = 0;
  std::array<std::uint64_t, k_offset_bins> offsets{};
  std::optional<TimeUs> first, last;

  TimeStatistics& operator+=(const TimeStatistics& other);
};

struct IdStatistics {
  std::uint64_t present = 0;
  std::uint64_t big = 0;         // integers above 2^53
  std::uint64_t on_grid = 0;     // of those, multiples of the step of a double of that size
  std::uint64_t long_ids = 0;    // integers of 16 digits and more
  std::uint64_t zeros = 0;       // of those, ending in 4 zeros or more
  std::uint64_t float_form = 0;  // "12.0"
  std::uint64_t exponent = 0;    // "1.3e+18"

  IdStatistics& operator+=(const IdStatistics& other);
};

// What destroyed the ids of a column.
enum class IdDamage : std::uint8_t { none, binary, decimal };

struct TimeDecision {
  std::optional<TimePattern> pattern;  // tried first
  DateOrder order = DateOrder::unknown;
  std::string zone = "UTC";           // of values that state none
  std::string zone_ground;            // "stated", "by the format", "--tz", "assumed"
  std::optional<Precision> coarsest;  // all values are multiples of it
  bool id_clock_counts = true;        // false: ids disagree with the times in no regular way, so they are no clock
  std::int64_t offset_us = 0;         // id - field, the same for at least 95 % of the rows; 0 = none

  bool operator==(const TimeDecision&) const = default;
};

struct DecisionOptions {
  std::string zone;               // --tz
  std::optional<bool> day_first;  // --date-order
  std::uint64_t minimum_for_precision = 1000;
};

// Errors: needs_decision when every slash date of the column is ambiguous and nobody states the order.
Result<TimeDecision> decide_time(const TimeStatistics& statistics, const TimeSpec& spec, const DecisionOptions& options,
                                 std::string_view column);

IdDamage decide_ids(const IdStatistics& statistics);

// Counts one id.
void count_id(std::string_view id, IdStatistics& statistics);

// Whether this id lost digits, given what happened to its column: an exponent form always did; an integer did if the
// column is damaged and it lies on the damaged grid.
bool is_lossy(std::string_view id, IdDamage damage);

// "2528776985.0" -> "2528776985" where a double holds the number exactly; unchanged otherwise.
std::string_view without_float_tail(std::string_view id);

// A base64 hash as the IO archives put in place of an account id: 42 to 44 characters.
bool looks_hashed(std::string_view id);

// Words that mean "nothing" in a reference: "", 0, -1, null, None, nan, absent, NA, <NA>.
bool is_null_reference(std::string_view text);
bool is_null_word(std::string_view text);  // without the numbers

}  // namespace unisono::ingest
