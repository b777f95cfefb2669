// Times of a row: every clock that it has, and the one that counts.
#include <cstdlib>

#include "row_mapper.hpp"
#include "row_under_work.hpp"
#include "unisono/core/id_clock.hpp"
#include "unisono/core/time_parse.hpp"

namespace unisono::ingest {
namespace {

constexpr std::int64_t k_clock_tolerance_us = 2 * k_us_per_s;

std::int64_t floor_mod(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return rest < 0 ? rest + step : rest;
}

Zoned zoned(ZoneKind kind) {
  switch (kind) {
    case ZoneKind::utc:
      return Zoned::utc;
    case ZoneKind::offset:
      return Zoned::offset;
    case ZoneKind::named:
      return Zoned::named;
    case ZoneKind::assumed:
      break;
  }
  return Zoned::assumed;
}

// The bin of a difference that is a multiple of 15 min up to the tolerance; 0 and other differences have none.
std::optional<std::size_t> offset_bin(std::int64_t difference, std::int64_t tolerance) {
  constexpr auto k_half = static_cast<std::int64_t>(k_offset_bins / 2);
  const std::int64_t bin = (difference + (difference < 0 ? -k_quarter_us / 2 : k_quarter_us / 2)) / k_quarter_us;
  if (bin == 0 || std::abs(bin) > k_half || std::abs(difference - bin * k_quarter_us) > tolerance) return std::nullopt;
  return static_cast<std::size_t>(bin + k_half);
}

}  // namespace

MappedTime RowMapper::read_time(std::size_t field, std::string_view raw, TimeStatistics& counts) const {
  const TimeDecision& decision = decisions_.times[field];
  TimeContext context;
  context.date_order = decision.order;
  context.year = year_;
  MappedTime out;
  ++counts.present;
  std::optional<TimePattern> pattern = decision.pattern;
  auto parsed = pattern ? parse_time(raw, *pattern, context) : tl::make_unexpected(TimeFault::malformed);
  if (!parsed && parsed.error() == TimeFault::malformed) {
    pattern = guess_pattern(raw);
    if (pattern && pattern != decision.pattern) parsed = parse_time(raw, *pattern, context);
  }
  if (pattern == TimePattern::slash) {
    const DateOrder proven = proven_order(raw);
    if (proven == DateOrder::month_first) ++counts.month_first_proofs;
    if (proven == DateOrder::day_first) ++counts.day_first_proofs;
  }
  if (pattern) ++counts.patterns[static_cast<std::size_t>(*pattern)];
  if (!parsed) {
    ++counts.faults[static_cast<std::size_t>(parsed.error())];
    out.year_missing = parsed.error() == TimeFault::year_missing;
    return out;
  }
  ++counts.parsed;
  ++counts.zones[static_cast<std::size_t>(parsed->zone)];
  out.t = parsed->t;
  out.precision = parsed->precision;
  out.zoned = zoned(parsed->zone);
  out.ambiguous_local = parsed->ambiguous_local;
  if (length_us(parsed->precision) < k_us_per_s) ++counts.finer_than_second;
  if (length_us(parsed->precision) > k_us_per_s) ++counts.coarser_than_second;
  if (floor_mod(parsed->t, 60 * k_us_per_s) != 0) ++counts.with_seconds;
  if (floor_mod(parsed->t, k_us_per_hour) != 0) ++counts.with_minutes;
  if (floor_mod(parsed->t, k_us_per_day) != 0) ++counts.with_hours;
  if (out.zoned == Zoned::assumed && zones_[field]) {
    const ZonedTime moved = zones_[field]->to_utc(*out.t);
    out.t = moved.t;
    out.ambiguous_local = moved.ambiguous || moved.nonexistent;
  }
  if (decision.coarsest && length_us(out.precision) < length_us(*decision.coarsest)) out.precision = *decision.coarsest;
  counts.first = counts.first ? std::min(*counts.first, *out.t) : out.t;
  counts.last = counts.last ? std::max(*counts.last, *out.t) : out.t;
  return out;
}

void RowMapper::read_times(Row& row) const {
  MapStatistics& counts = row.batch.statistics;
  for (std::size_t i = 0; i < k_time_fields; ++i) {
    const FieldSource& source = mapping_->times[i].source;
    if (source.empty()) continue;
    const std::string_view raw = value(row, row.view, source);
    if (raw.empty() || is_null_word(raw)) continue;
    row.out.times[i] = read_time(i, raw, counts.times[i]);
    if (row.out.times[i].t) {
      ++counts.time_filled[i];
    } else {
      ++counts.time_errors[i];
    }
  }
}

void RowMapper::choose_clock(Row& row) const {
  MappedRow& out = row.out;
  const MappedTime& field = out.at(TimeField::t);
  const TimeDecision& decision = decisions_.times[static_cast<std::size_t>(TimeField::t)];
  TimeStatistics& counts = row.batch.statistics.times[static_cast<std::size_t>(TimeField::t)];
  out.t_field = field.t;
  if (field.ambiguous_local) out.flags.set(Flag::ambiguous_local);
  if (field.year_missing) out.flags.set(Flag::year_missing);

  const std::optional<IdClock> clock =
      mapping_->id_clock && !out.flags.has(Flag::id_lossy) && !out.flags.has(Flag::id_synthetic)
          ? id_clock_of(out.at(TextField::platform))
          : std::nullopt;
  if (clock && out.has(TextField::post_id)) out.t_id = id_clock(*clock, out.at(TextField::post_id));

  if (out.t_field && out.t_id) {
    const std::int64_t tolerance = k_clock_tolerance_us + length_us(field.precision);
    const std::int64_t difference = *out.t_id - *out.t_field;
    ++counts.pairs;
    if (std::abs(difference) > tolerance) {
      ++counts.conflicts;
      if (const auto bin = offset_bin(difference, tolerance)) ++counts.offsets[*bin];
      const bool shifted = decision.offset_us != 0 && std::abs(difference - decision.offset_us) <= tolerance;
      out.flags.set(shifted ? Flag::clock_offset : Flag::clock_conflict);
    }
  }

  const bool field_is_fine = out.t_field && length_us(field.precision) <= length_us(Precision::ms);
  if (!field_is_fine && clock == IdClock::x && out.t_id && decision.id_clock_counts) {
    out.t_source = TimeSource::id;
    MappedTime& chosen = out.at(TimeField::t);
    chosen.t = out.t_id;
    chosen.precision = precision_of(*clock);
    chosen.zoned = Zoned::utc;
  } else if (out.t_field) {
    out.t_source = TimeSource::field;
    if (field.zoned == Zoned::assumed && decision.zone_ground == "assumed") out.flags.set(Flag::tz_assumed);
  }
  switch (out.at(TimeField::t).zoned) {
    case Zoned::utc:
      out.t_zone = "utc";
      break;
    case Zoned::offset:
      out.t_zone = "offset";
      break;
    case Zoned::named:
      out.t_zone = "named";
      break;
    case Zoned::assumed:
      out.t_zone = assumed_zone_;
      break;
    case Zoned::none:
      break;
  }
  const MappedTime& collected = out.at(TimeField::collected);
  const TimeUs latest = collected.t ? *collected.t : imported_at_;
  if (out.at(TimeField::t).t && *out.at(TimeField::t).t > latest + k_us_per_day) out.flags.set(Flag::clock_future);
}

}  // namespace unisono::ingest
