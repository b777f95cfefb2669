// A pass over a file, in the words of its receipt.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "file_reading.hpp"

namespace unisono::ingest {
namespace {

using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

void add(Counts& into, const char* name, std::uint64_t n) {
  if (n > 0) into.emplace_back(name, n);
}

// All sources of the mapping with the name of the field they fill.
template <typename Use>
void for_each_source(const Mapping& mapping, Use use) {
  const std::vector<std::string> names = mappable_fields();
  std::size_t at = 0;
  for (const FieldSource& source : mapping.text) use(names[at++], source);
  for (const FieldSource& source : mapping.ints) use(names[at++], source);
  for (const FieldSource& source : mapping.bools) use(names[at++], source);
  for (const TimeSpec& time : mapping.times) use(names[at++], time.source);
  use("platform", mapping.platform);
  for (const LabelSpec& label : mapping.labels) use("label " + label.label, label.value);
  for (const TargetSpec& target : mapping.targets) {
    FieldSource source;
    source.paths = target.each;
    use(target.kind, source);
  }
  for (const MediaSpec& media : mapping.media) {
    FieldSource source;
    source.paths = media.each;
    use("media", source);
  }
}

void describe_columns(Receipt& receipt, const FilePlan& opened, const PassResult& pass) {
  std::vector<std::vector<std::string>> fields(opened.columns.size());
  for_each_source(opened.mapping, [&](const std::string& name, const FieldSource& source) {
    if (source.empty() || source.paths.empty()) return;
    bool any = false;
    for (const Path& path : source.paths) {
      if (path.bound() < 0) continue;
      any = true;
      fields[static_cast<std::size_t>(path.bound())].push_back(name);
    }
    if (!any) receipt.missing_paths.push_back(source.paths.front().text());
  });
  std::size_t mapped = 0;
  for (std::size_t i = 0; i < opened.columns.size(); ++i) {
    const std::uint64_t filled = i < pass.statistics.column_filled.size() ? pass.statistics.column_filled[i] : 0;
    if (fields[i].empty()) receipt.unknown_paths.push_back(opened.columns[i]);
    mapped += fields[i].empty() ? 0U : 1U;
    receipt.columns.push_back({opened.columns[i], std::move(fields[i]), filled});
  }
  if (!opened.columns.empty())
    receipt.mapped_share = static_cast<double>(mapped) / static_cast<double>(opened.columns.size());
}

// JSON: a key of the sample is used if a path of the mapping begins with it or goes through it.
void describe_keys(Receipt& receipt, const FilePlan& opened) {
  std::vector<std::string> used;
  const auto note = [&](const Path& path) { used.push_back(path.column()); };
  for_each_source(opened.mapping, [&](const std::string&, const FieldSource& source) {
    for (const Path& path : source.paths) note(path);
  });
  for (const std::vector<Path>* paths : {&opened.mapping.rows, &opened.mapping.references, &opened.mapping.skip_only}) {
    for (const Path& path : *paths) note(path);
  }
  for (const LookupSpec& lookup : opened.mapping.lookups) note(lookup.each);
  std::size_t mapped = 0;
  for (const std::string& key : opened.sample_keys) {
    const bool is_used = std::any_of(used.begin(), used.end(), [&](const std::string& path) {
      return path == key || path.starts_with(key + ".") || key.starts_with(path + ".") ||
             path.find("page." + key) != std::string::npos;
    });
    if (is_used) {
      ++mapped;
    } else {
      receipt.unknown_paths.push_back(key);
    }
  }
  if (!opened.sample_keys.empty()) {
    receipt.mapped_share = static_cast<double>(mapped) / static_cast<double>(opened.sample_keys.size());
  }
}

void describe_fields(Receipt& receipt, const Mapping& mapping, const MapStatistics& counts) {
  const std::vector<std::string> names = mappable_fields();
  std::size_t at = 0;
  const auto put = [&](bool mapped, std::uint64_t filled, std::uint64_t errors) {
    if (mapped) receipt.fields.push_back({names[at], filled, errors});
    ++at;
  };
  for (std::size_t i = 0; i < k_text_fields; ++i)
    put(!mapping.text[i].empty(), counts.text_filled[i], counts.text_errors[i]);
  for (std::size_t i = 0; i < k_int_fields; ++i)
    put(!mapping.ints[i].empty(), counts.int_filled[i], counts.int_errors[i]);
  for (std::size_t i = 0; i < k_bool_fields; ++i)
    put(!mapping.bools[i].empty(), counts.bool_filled[i], counts.bool_errors[i]);
  for (std::size_t i = 0; i < k_time_fields; ++i) {
    put(!mapping.times[i].source.empty(), counts.time_filled[i], counts.time_errors[i]);
  }
}

const char* order_text(DateOrder order) {
  return order == DateOrder::day_first ? "day first" : order == DateOrder::month_first ? "month first" : "";
}

void describe_times(Receipt& receipt, const FilePlan& opened, const Decisions& decisions, const MapStatistics& counts) {
  const std::vector<std::string> names = mappable_fields();
  for (std::size_t i = 0; i < k_time_fields; ++i) {
    const TimeStatistics& seen = counts.times[i];
    if (seen.present == 0) continue;
    const TimeDecision& decided = decisions.times[i];
    TimeReceipt time;
    time.field = names[k_text_fields + k_int_fields + k_bool_fields + i];
    for (std::size_t p = 0; p < k_time_patterns; ++p)
      add(time.patterns, name_of(static_cast<TimePattern>(p)), seen.patterns[p]);
    for (std::size_t f = 0; f < seen.faults.size(); ++f) {
      if (f <= static_cast<std::size_t>(TimeFault::too_coarse))
        add(time.faults, name_of(static_cast<TimeFault>(f)), seen.faults[f]);
    }
    time.zone = decided.zone;
    time.zone_ground = decided.zone_ground;
    time.date_order = order_text(decided.order);
    time.present = seen.present;
    time.parsed = seen.parsed;
    if (decided.coarsest) {
      time.precision = name_of(*decided.coarsest);
      time.precision_ground = opened.mapping.times[i].precision ? "by the format" : "all values are whole";
    } else {
      time.precision = seen.finer_than_second > 0                ? "finer than s"
                       : seen.coarser_than_second == seen.parsed ? "coarser than s"
                                                                 : "s";
      time.precision_ground = "as written";
    }
    receipt.times.push_back(std::move(time));
  }
}

void describe_clock(Receipt& receipt, const Decisions& decisions, const PassResult& pass) {
  constexpr auto k_t = static_cast<std::size_t>(TimeField::t);
  const TimeStatistics& seen = pass.statistics.times[k_t];
  ClockReceipt& clock = receipt.clock;
  for (std::size_t i = 0; i < 4; ++i)
    add(clock.sources, name_of(static_cast<TimeSource>(i)), pass.statistics.sources[i]);
  clock.pairs = seen.pairs;
  clock.conflicts = seen.conflicts;
  clock.id_clock_counts = decisions.times[k_t].id_clock_counts;
  clock.offset_minutes = decisions.times[k_t].offset_us / (60 * k_us_per_s);
  for (std::size_t i = 0; i < k_offset_bins; ++i) {
    if (seen.offsets[i] > 0) {
      clock.offsets.emplace_back((static_cast<std::int64_t>(i) - static_cast<std::int64_t>(k_offset_bins / 2)) * 15,
                                 seen.offsets[i]);
    }
  }
  clock.first = pass.first;
  clock.last = pass.last;
  clock.hours = pass.hours;
  clock.hours_with_rows = pass.hours_with_rows;
  clock.longest_gap_hours = pass.longest_gap_hours;
  clock.longest_gap_from = pass.longest_gap_from;
  if (clock.offset_minutes != 0) {
    const std::int64_t minutes = -clock.offset_minutes;
    const std::string zone =
        fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
    receipt.notes.push_back(fmt::format(
        "{} of {} times lie {} h {} the time inside their post's id: the column is in UTC{} without saying so; the id "
        "clock is "
        "used, and --tz {} would read the column itself",
        seen.conflicts, seen.pairs, fmt::format("{:g}", static_cast<double>(std::abs(clock.offset_minutes)) / 60.0),
        clock.offset_minutes > 0 ? "before" : "after", zone, zone));
  } else if (!clock.id_clock_counts) {
    receipt.notes.push_back(
        fmt::format("{} of {} post ids disagree with the stated time in no regular way: they are not used as "
                    "a clock",
                    seen.conflicts, seen.pairs));
  }
  const TimeDecision& t = decisions.times[k_t];
  const auto assumed = seen.zones[static_cast<std::size_t>(ZoneKind::assumed)];
  if (assumed > 0 && t.zone_ground == "assumed" && t.offset_us == 0) {
    const bool agrees = seen.pairs > 0 && seen.conflicts * 20 <= seen.pairs;
    receipt.notes.push_back(
        agrees ? fmt::format("no time states its zone; {} is assumed, and the ids agree", t.zone)
               : fmt::format("no time states its zone: {} is assumed; --tz ZONE changes that", t.zone));
  }
}

void describe_ids(Receipt& receipt, const Decisions& decisions, const MapStatistics& counts) {
  const std::vector<std::string> names = mappable_fields();
  for (std::size_t i = 0; i < k_flags; ++i) {
    add(receipt.flags, name_of(static_cast<Flag>(i)), counts.flags[i]);
    add(receipt.account_flags, name_of(static_cast<Flag>(i)), counts.account_flags[i]);
  }
  for (std::size_t i = 0; i < k_text_fields; ++i) {
    const IdStatistics& ids = counts.ids[i];
    std::string what;
    if (decisions.ids[i] == IdDamage::binary)
      what = "all large numbers went through a double: the last digits are lost";
    if (decisions.ids[i] == IdDamage::decimal) what = "many end in four zeros or more: Excel keeps 15 digits";
    if (ids.exponent > 0) what += fmt::format("{}{} in exponent form", what.empty() ? "" : "; ", ids.exponent);
    if (ids.float_form > 0)
      what += fmt::format("{}{} written as decimals (.0)", what.empty() ? "" : "; ", ids.float_form);
    if (!what.empty()) receipt.damaged_ids.emplace_back(names[i], what);
  }
  for (const auto& [kind, found] :
       {std::pair{"repost", &counts.repost}, std::pair{"quote", &counts.quote}, std::pair{"reply", &counts.reply}}) {
    if (found->by_id + found->by_text_key + found->account_only == 0) continue;
    receipt.references.push_back({kind, found->by_id, found->by_handle, found->from_text, found->by_text_key,
                                  found->account_only, found->lossy});
  }
  add(receipt.from_text, "hashtags", counts.from_text[0]);
  add(receipt.from_text, "mentions", counts.from_text[1]);
  add(receipt.from_text, "links", counts.from_text[2]);
  receipt.disagreements = counts.disagreements;
}

}  // namespace

Receipt receipt_of(const std::string& name, const std::string& sha256, const FilePlan& opened,
                   const Decisions& decisions, const PassResult& pass) {
  Receipt receipt;
  const Mapping& mapping = opened.mapping;
  receipt.file = name;
  receipt.sha256 = sha256;
  receipt.bytes = pass.bytes;
  receipt.container = pass.container;
  receipt.member = pass.member;
  receipt.encoding = pass.encoding;
  receipt.encoding_ground = pass.encoding_ground;
  receipt.layout = pass.layout;
  receipt.format_id = mapping.id;
  receipt.format_title = mapping.title;
  receipt.format_version = mapping.version;
  receipt.schema_family = name_of(mapping.family);
  receipt.mapping_sha256 = mapping.sha256;
  receipt.mapping_source = fmt::format("{}, {}", mapping.source, opened.ground);
  receipt.terms = mapping.terms;
  receipt.experimental = mapping.experimental;
  receipt.collected_by = mapping.collected_by_object ? "object" : "";
  receipt.records = pass.counts.records + pass.statistics.page_extra;
  receipt.skips = pass.statistics.skipped;
  receipt.rejected = pass.rejected;
  receipt.rejects = pass.rejects;
  receipt.reference_rows = pass.statistics.references;
  receipt.read = pass.counts;
  receipt.list_errors = pass.statistics.list_errors;
  if (opened.family == TextFamily::json) {
    describe_keys(receipt, opened);
  } else {
    describe_columns(receipt, opened, pass);
  }
  describe_fields(receipt, mapping, pass.statistics);
  describe_times(receipt, opened, decisions, pass.statistics);
  describe_clock(receipt, decisions, pass);
  describe_ids(receipt, decisions, pass.statistics);
  if (!pass.damage.empty()) receipt.notes.push_back("the compressed data ends too early: " + pass.damage);
  return receipt;
}

}  // namespace unisono::ingest
