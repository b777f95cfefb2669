#include "unisono/ingest/receipt.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "unisono/core/memory.hpp"
#include "unisono/core/unicode.hpp"

namespace unisono::ingest {
namespace {

using Json = nlohmann::ordered_json;
using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

std::string listed(const Counts& counts) {
  std::vector<std::string> parts;
  for (const auto& [name, n] : counts) parts.push_back(fmt::format("{} {}", name, n));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0 %";
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return part == 0 || part == whole || (share >= 1 && share <= 99) ? fmt::format("{:.0f} %", share)
                                                                   : fmt::format("{:.2g} %", share);
}

Json object(const Counts& counts) {
  Json out = Json::object();
  for (const auto& [name, n] : counts) out[name] = n;
  return out;
}

void time_lines(const Receipt& receipt, std::vector<std::string>& lines) {
  for (const TimeReceipt& time : receipt.times) {
    std::string line = fmt::format("time {}: {}; zone {} ({}); precision {} ({})", time.field, listed(time.patterns),
                                   time.zone, time.zone_ground, time.precision, time.precision_ground);
    if (!time.date_order.empty()) line += "; order " + time.date_order;
    if (!time.faults.empty()) line += fmt::format("; not read: {}", listed(time.faults));
    lines.push_back(std::move(line));
  }
  const ClockReceipt& clock = receipt.clock;
  if (!clock.sources.empty()) {
    std::string line = "clock: " + listed(clock.sources);
    if (clock.pairs > 0) {
      line += fmt::format("; {} rows have an id clock too, {} of them ({}) disagree", clock.pairs, clock.conflicts,
                          percent(clock.conflicts, clock.pairs));
    }
    lines.push_back(std::move(line));
  }
  if (clock.first) {
    std::string line = fmt::format("span: {} to {}", format_iso(*clock.first), format_iso(*clock.last));
    if (clock.hours > 0) line += fmt::format("; {} of {} hours have rows", clock.hours_with_rows, clock.hours);
    if (clock.longest_gap_hours > 1) {
      line += fmt::format("; longest gap {} h from {}", clock.longest_gap_hours, format_iso(clock.longest_gap_from));
    }
    lines.push_back(std::move(line));
  }
}

Json times_json(const Receipt& receipt) {
  Json out = Json::array();
  for (const TimeReceipt& time : receipt.times) {
    out.push_back({{"field", time.field},
                   {"patterns", object(time.patterns)},
                   {"zone", time.zone},
                   {"zone_ground", time.zone_ground},
                   {"date_order", time.date_order.empty() ? Json() : Json(time.date_order)},
                   {"precision", time.precision},
                   {"precision_ground", time.precision_ground},
                   {"present", time.present},
                   {"parsed", time.parsed},
                   {"faults", object(time.faults)}});
  }
  return out;
}

Json clock_json(const ClockReceipt& clock) {
  Json offsets = Json::array();
  for (const auto& [minutes, rows] : clock.offsets) offsets.push_back({{"minutes", minutes}, {"rows", rows}});
  return {{"sources", object(clock.sources)},
          {"pairs", clock.pairs},
          {"conflicts", clock.conflicts},
          {"offsets", offsets},
          {"offset_minutes", clock.offset_minutes},
          {"id_clock_counts", clock.id_clock_counts},
          {"first", clock.first ? Json(format_iso(*clock.first)) : Json()},
          {"last", clock.last ? Json(format_iso(*clock.last)) : Json()},
          {"hours", clock.hours},
          {"hours_with_rows", clock.hours_with_rows},
          {"longest_gap_hours", clock.longest_gap_hours},
          {"longest_gap_from", clock.longest_gap_hours > 1 ? Json(format_iso(clock.longest_gap_from)) : Json()}};
}

Json columns_json(const Receipt& receipt) {
  Json out = Json::array();
  for (const ColumnReceipt& column : receipt.columns) {
    out.push_back({{"column", column.column}, {"fields", column.fields}, {"filled", column.filled}});
  }
  return out;
}

Json fields_json(const Receipt& receipt) {
  Json out = Json::array();
  for (const FieldReceipt& field : receipt.fields) {
    out.push_back({{"field", field.field}, {"filled", field.filled}, {"errors", field.errors}});
  }
  return out;
}

Json references_json(const Receipt& receipt) {
  Json out = Json::array();
  for (const ReferenceReceipt& reference : receipt.references) {
    out.push_back({{"kind", reference.kind},
                   {"by_id", reference.by_id},
                   {"by_handle", reference.by_handle},
                   {"from_text", reference.from_text},
                   {"by_text_key", reference.by_text_key},
                   {"account_only", reference.account_only},
                   {"lossy", reference.lossy}});
  }
  return out;
}

void read_lines(const Receipt& receipt, std::vector<std::string>& lines) {
  Counts repaired;
  const auto add = [&](const char* name, std::uint64_t n) {
    if (n > 0) repaired.emplace_back(name, n);
  };
  add("NUL bytes removed", receipt.read.nul_bytes);
  add("invalid UTF-8 sequences replaced", receipt.read.invalid_utf8);
  add("records completed", receipt.read.filled_short);
  add("JSON records repaired", receipt.read.repaired_json);
  add("lone surrogates", receipt.read.lone_surrogates);
  add("NaN or Infinity", receipt.read.nan_values);
  add("integers beyond 64 bit", receipt.read.big_integers);
  add("duplicate keys", receipt.read.duplicate_keys);
  add("list cells not read", receipt.list_errors);
  if (!repaired.empty()) lines.push_back("repairs: " + listed(repaired));
}

void identity_lines(const Receipt& receipt, std::vector<std::string>& lines) {
  if (!receipt.flags.empty()) lines.push_back("flags of rows: " + listed(receipt.flags));
  if (!receipt.account_flags.empty())
    lines.push_back("flags of their accounts, by row: " + listed(receipt.account_flags));
  for (const auto& [field, damage] : receipt.damaged_ids) lines.push_back(fmt::format("ids: {}: {}", field, damage));
  for (const ReferenceReceipt& reference : receipt.references) {
    Counts parts;
    const auto add = [&](const char* name, std::uint64_t n) {
      if (n > 0) parts.emplace_back(name, n);
    };
    add("by id", reference.by_id);
    add("by text key", reference.by_text_key);
    add("account only", reference.account_only);
    add("account by handle", reference.by_handle);
    add("with parts read from the text", reference.from_text);
    add("lossy", reference.lossy);
    if (!parts.empty()) lines.push_back(fmt::format("references, {}: {}", reference.kind, listed(parts)));
  }
  if (!receipt.from_text.empty()) lines.push_back("read from texts: " + listed(receipt.from_text));
}

}  // namespace

std::vector<std::string> to_lines(const Receipt& receipt) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{}: {}{}, {}, {}, {}", printable(receipt.file), receipt.format_id,
                              receipt.format_title.empty() ? std::string() : " (" + receipt.format_title + ")",
                              format_bytes(receipt.bytes), receipt.container, receipt.encoding));
  lines.push_back("sha256 " + receipt.sha256);
  if (receipt.already_in_case) {
    lines.push_back("the case holds this file already (same hash): skipped");
    return lines;
  }
  if (receipt.experimental) lines.push_back("experimental: this format has not been checked against a real file");
  lines.push_back(fmt::format("{} records = {} rows + {} duplicates + {} skipped + {} rejected", receipt.records,
                              receipt.rows, receipt.duplicates, receipt.skips, receipt.rejected));
  if (!receipt.rejects.empty()) lines.push_back("rejected: " + listed(receipt.rejects));
  if (receipt.reference_rows > 0) {
    lines.push_back(fmt::format("{} of the records are posts only included with others", receipt.reference_rows));
  }
  lines.push_back(
      fmt::format("accounts: {}; with contradicting profiles: {}", receipt.accounts, receipt.account_conflicts));
  read_lines(receipt, lines);
  if (!receipt.columns.empty() || receipt.mapped_share > 0) {
    lines.push_back(fmt::format("mapped: {:.0f} % of the columns or keys", 100 * receipt.mapped_share));
  }
  if (!receipt.unknown_paths.empty()) {
    const std::size_t shown = std::min<std::size_t>(12, receipt.unknown_paths.size());
    std::string line = "not used: ";
    for (std::size_t i = 0; i < shown; ++i) line += (i > 0 ? ", " : "") + printable(receipt.unknown_paths[i]);
    if (shown < receipt.unknown_paths.size()) line += fmt::format(" and {} more", receipt.unknown_paths.size() - shown);
    lines.push_back(std::move(line));
  }
  if (!receipt.missing_paths.empty()) {
    lines.push_back(fmt::format("not found: {}", fmt::join(receipt.missing_paths, ", ")));
  }
  Counts errors;
  for (const FieldReceipt& field : receipt.fields) {
    if (field.errors > 0) errors.emplace_back(field.field, field.errors);
  }
  if (!errors.empty()) lines.push_back("values that could not be read: " + listed(errors));
  time_lines(receipt, lines);
  identity_lines(receipt, lines);
  if (!receipt.terms.empty()) lines.push_back("terms: " + receipt.terms);
  for (const std::string& note : receipt.notes) lines.push_back("note: " + note);
  return lines;
}

std::string to_json(const Receipt& receipt) {
  Json damaged = Json::object();
  for (const auto& [field, damage] : receipt.damaged_ids) damaged[field] = damage;
  const ReadCounts& read = receipt.read;
  const Json out = {{"file", receipt.file},
                    {"sha256", receipt.sha256},
                    {"bytes", receipt.bytes},
                    {"container", receipt.container},
                    {"member", receipt.member.empty() ? Json() : Json(receipt.member)},
                    {"encoding", receipt.encoding},
                    {"encoding_ground", receipt.encoding_ground},
                    {"layout", receipt.layout},
                    {"format",
                     {{"id", receipt.format_id},
                      {"title", receipt.format_title},
                      {"version", receipt.format_version},
                      {"family", receipt.schema_family},
                      {"mapping_sha256", receipt.mapping_sha256},
                      {"mapping_source", receipt.mapping_source},
                      {"experimental", receipt.experimental},
                      {"terms", receipt.terms}}},
                    {"already_in_case", receipt.already_in_case},
                    {"incomplete", receipt.incomplete},
                    {"dry_run", receipt.dry_run},
                    {"records", receipt.records},
                    {"rows", receipt.rows},
                    {"duplicates", receipt.duplicates},
                    {"skips", receipt.skips},
                    {"rejected", receipt.rejected},
                    {"rejects", object(receipt.rejects)},
                    {"reference_rows", receipt.reference_rows},
                    {"repairs",
                     {{"nul_bytes", read.nul_bytes},
                      {"invalid_utf8", read.invalid_utf8},
                      {"filled_short", read.filled_short},
                      {"repaired_json", read.repaired_json},
                      {"lone_surrogates", read.lone_surrogates},
                      {"nan_values", read.nan_values},
                      {"big_integers", read.big_integers},
                      {"duplicate_keys", read.duplicate_keys},
                      {"list_errors", receipt.list_errors}}},
                    {"accounts", receipt.accounts},
                    {"account_conflicts", receipt.account_conflicts},
                    {"post_conflicts", receipt.post_conflicts},
                    {"columns", columns_json(receipt)},
                    {"fields", fields_json(receipt)},
                    {"missing_paths", receipt.missing_paths},
                    {"unknown_paths", receipt.unknown_paths},
                    {"mapped_share", receipt.mapped_share},
                    {"times", times_json(receipt)},
                    {"clock", clock_json(receipt.clock)},
                    {"flags", object(receipt.flags)},
                    {"account_flags", object(receipt.account_flags)},
                    {"damaged_ids", damaged},
                    {"references", references_json(receipt)},
                    {"from_text", object(receipt.from_text)},
                    {"repaired_references", receipt.repaired_references},
                    {"ambiguous_references", receipt.ambiguous_references},
                    {"disagreements", receipt.disagreements},
                    {"collected_by", receipt.collected_by.empty() ? Json() : Json(receipt.collected_by)},
                    {"drift", Json()},
                    {"notes", receipt.notes}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace unisono::ingest
