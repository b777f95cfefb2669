#include "unisono/ingest/decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>

namespace unisono::ingest {
namespace {

constexpr std::uint64_t k_exact_double = std::uint64_t{1} << 53;

std::optional<std::uint64_t> unsigned_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// How an id is written: most are plain digits or plainly no number, and one short look tells.
enum class Written : std::uint8_t { other, digits, float_tail, exponent };

// "1.347361549413978e+18", "1E+18": one digit before the point and a size that an id can have. Hexadecimal hashes with
// a single e in them are not meant.
bool is_exponent(std::string_view id, std::size_t e) {
  const std::string_view mantissa = id.substr(0, e);
  std::string_view exponent = id.substr(e + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  if (exponent.empty() || exponent.size() > 2 || exponent.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  if (exponent.size() == 2 && exponent.front() > '2') return false;
  return mantissa.size() == 1 ||
         (mantissa[1] == '.' && mantissa.find_first_not_of("0123456789", 2) == std::string_view::npos);
}

Written written(std::string_view id) {
  std::size_t at = 0;
  while (at < id.size() && id[at] >= '0' && id[at] <= '9') ++at;
  if (at == 0) return Written::other;
  if (at == id.size()) return Written::digits;
  if (id[at] == 'e' || id[at] == 'E') return is_exponent(id, at) ? Written::exponent : Written::other;
  if (id[at] != '.' || at + 1 == id.size()) return Written::other;
  if (id.find_first_not_of('0', at + 1) == std::string_view::npos) return Written::float_tail;
  const std::size_t e = id.find_first_of("eE", at);
  return e != std::string_view::npos && is_exponent(id, e) ? Written::exponent : Written::other;
}

// Multiples of the distance between doubles of this size.
bool on_double_grid(std::uint64_t value) {
  const auto bits = static_cast<int>(std::bit_width(value));
  return bits > 53 && std::countr_zero(value) >= bits - 53;
}

bool ends_in_zeros(std::string_view id) {
  return id.size() >= 16 && id.ends_with("0000");
}

template <std::size_t N>
void add(std::array<std::uint64_t, N>& into, const std::array<std::uint64_t, N>& other) {
  for (std::size_t i = 0; i < N; ++i) into[i] += other[i];
}

}  // namespace

TimeStatistics& TimeStatistics::operator+=(const TimeStatistics& other) {
  present += other.present;
  parsed += other.parsed;
  add(faults, other.faults);
  add(patterns, other.patterns);
  month_first_proofs += other.month_first_proofs;
  day_first_proofs += other.day_first_proofs;
  add(zones, other.zones);
  with_seconds += other.with_seconds;
  with_minutes += other.with_minutes;
  with_hours += other.with_hours;
  coarser_than_second += other.coarser_than_second;
  finer_than_second += other.finer_than_second;
  pairs += other.pairs;
  conflicts += other.conflicts;
  add(offsets, other.offsets);
  if (other.first) first = first ? std::min(*first, *other.first) : other.first;
  if (other.last) last = last ? std::max(*last, *other.last) : other.last;
  return *this;
}

IdStatistics& IdStatistics::operator+=(const IdStatistics& other) {
  present += other.present;
  big += other.big;
  on_grid += other.on_grid;
  long_ids += other.long_ids;
  zeros += other.zeros;
  float_form += other.float_form;
  exponent += other.exponent;
  return *this;
}

Result<TimeDecision> decide_time(const TimeStatistics& statistics, const TimeSpec& spec, const DecisionOptions& options,
                                 std::string_view column) {
  TimeDecision out;
  if (!spec.pattern.empty()) {
    out.pattern = pattern_named(spec.pattern);
  } else {
    const auto most = std::max_element(statistics.patterns.begin(), statistics.patterns.end());
    if (*most > 0) out.pattern = static_cast<TimePattern>(most - statistics.patterns.begin());
  }

  const auto ambiguous = statistics.faults[static_cast<std::size_t>(TimeFault::order_unknown)];
  if (spec.day_first || options.day_first) {
    out.order = spec.day_first.value_or(false) || options.day_first.value_or(false) ? DateOrder::day_first
                                                                                    : DateOrder::month_first;
    if (options.day_first) out.order = *options.day_first ? DateOrder::day_first : DateOrder::month_first;
  } else if (statistics.month_first_proofs > 0 && statistics.day_first_proofs == 0) {
    out.order = DateOrder::month_first;
  } else if (statistics.day_first_proofs > 0 && statistics.month_first_proofs == 0) {
    out.order = DateOrder::day_first;
  } else if (ambiguous > 0) {
    const bool both = statistics.month_first_proofs > 0;
    return fail(
        ErrorCode::needs_decision,
        both ? fmt::format("column {}: {} dates can only be month first and {} only day first", column,
                           statistics.month_first_proofs, statistics.day_first_proofs)
             : fmt::format("column {}: {} dates like 3/4/2021 fit both orders and none proves one", column, ambiguous),
        "state the order: --date-order mdy or --date-order dmy");
  }

  const bool format_states_zone = !spec.zone.empty() && spec.zone != "stated";
  if (!options.zone.empty()) {
    out.zone = options.zone;
    out.zone_ground = "--tz";
  } else if (format_states_zone) {
    out.zone = spec.zone;
    out.zone_ground = "by the format";
  } else {
    out.zone = out.pattern == TimePattern::chinese ? "Asia/Shanghai" : "UTC";
    out.zone_ground = statistics.zones[static_cast<std::size_t>(ZoneKind::assumed)] > 0 ? "assumed" : "stated";
  }

  if (spec.precision) {
    out.coarsest = spec.precision;
  } else if (statistics.parsed >= options.minimum_for_precision && statistics.with_seconds == 0 &&
             statistics.finer_than_second == 0) {
    out.coarsest = statistics.with_hours == 0 && statistics.with_minutes == 0 ? Precision::day
                   : statistics.with_minutes == 0                             ? Precision::hour
                                                                              : Precision::min;
  }

  if (statistics.pairs > 0 && statistics.conflicts > 0) {
    const auto most = std::max_element(statistics.offsets.begin(), statistics.offsets.end());
    if (*most * 100 >= statistics.pairs * 95) {
      const auto bin = static_cast<std::int64_t>(most - statistics.offsets.begin());
      out.offset_us = (bin - static_cast<std::int64_t>(k_offset_bins / 2)) * k_quarter_us;
    } else {
      out.id_clock_counts = statistics.conflicts * 2 <= statistics.pairs;
    }
  }
  return out;
}

IdDamage decide_ids(const IdStatistics& statistics) {
  // Ids of X often end in twelve zero bits by nature, so a few of them prove nothing; 64 in a row do.
  if (statistics.big >= 64 && statistics.on_grid == statistics.big) return IdDamage::binary;
  if (statistics.long_ids >= 5 && statistics.zeros * 2 >= statistics.long_ids) return IdDamage::decimal;
  return IdDamage::none;
}

void count_id(std::string_view id, IdStatistics& statistics) {
  ++statistics.present;
  const Written form = written(id);
  if (form == Written::other) return;
  if (form == Written::exponent) {
    ++statistics.exponent;
    return;
  }
  if (form == Written::float_tail) ++statistics.float_form;
  const std::string_view whole = id.substr(0, id.find('.'));
  if (whole.size() < 16) return;  // below 2^53 whatever its digits
  const auto value = unsigned_number(whole);
  if (!value) return;
  ++statistics.long_ids;
  if (ends_in_zeros(whole)) ++statistics.zeros;
  if (*value <= k_exact_double) return;
  ++statistics.big;
  if (on_double_grid(*value)) ++statistics.on_grid;
}

bool is_lossy(std::string_view id, IdDamage damage) {
  const Written form = written(id);
  if (form == Written::other || (form == Written::digits && damage == IdDamage::none)) return false;
  if (form == Written::exponent) return true;
  const std::string_view whole = id.substr(0, id.find('.'));
  const auto value = unsigned_number(whole);
  if (!value) return false;
  if (form == Written::float_tail && *value > k_exact_double) return true;
  if (damage == IdDamage::binary) return on_double_grid(*value);
  if (damage == IdDamage::decimal) return ends_in_zeros(whole);
  return false;
}

std::string_view without_float_tail(std::string_view id) {
  if (id.empty() || id.back() != '0' || written(id) != Written::float_tail) return id;
  const std::string_view whole = id.substr(0, id.find('.'));
  const auto value = unsigned_number(whole);
  return value && *value <= k_exact_double ? whole : id;
}

bool looks_hashed(std::string_view id) {
  if (id.size() < 42 || id.size() > 44) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '=';
  });
}

bool is_null_word(std::string_view text) {
  switch (text.size()) {
    case 0:
      return true;
    case 2:
      return text == "NA";
    case 3:
      return text == "nan" || text == "NaN" || text == "N/A";
    case 4:
      return text == "null" || text == "None" || text == "NULL" || text == "<NA>";
    case 6:
      return text == "absent";
    default:
      return false;
  }
}

bool is_null_reference(std::string_view text) {
  return text == "0" || text == "-1" || text == "0.0" || text == "-1.0" || is_null_word(text);
}

}  // namespace unisono::ingest
