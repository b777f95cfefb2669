#include <fmt/format.h>

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "file_reading.hpp"
#include "unisono/core/file.hpp"
#include "unisono/ingest/suggest.hpp"

namespace unisono::ingest {
namespace {

// Two levels of keys of the first records, for "not used" and for suggestions.
std::vector<std::string> keys_of(const JsonBatch& sample) {
  std::set<std::string> keys;
  JsonParser parser;
  for (std::size_t i = 0; i < std::min<std::size_t>(sample.size(), 200) && keys.size() < 2000; ++i) {
    const auto value = parser.parse(sample, i);
    if (!value || !value->is_object()) continue;
    for (JsonMembers outer(*value); outer.next();) {
      const std::string key(outer.key());
      if (!outer.value().is_object() || outer.value().size() == 0) {
        keys.insert(key);
        continue;
      }
      for (JsonMembers inner(outer.value()); inner.next() && keys.size() < 2000;) {
        keys.insert(key + "." + std::string(inner.key()));
      }
    }
  }
  return {keys.begin(), keys.end()};
}

char first_char(const std::string& text) {
  return text == "none" || text.empty() ? '\0' : text.front();
}

// Whether the first record of a format by position is a row and not a header: its time is a number.
bool first_record_is_data(const Mapping& mapping, const std::vector<std::string>& columns) {
  if (mapping.csv_columns.empty() || columns.size() != mapping.csv_columns.size()) return false;
  for (const Path& path : mapping.at(TimeField::t).source.paths) {
    const auto found = std::find(mapping.csv_columns.begin(), mapping.csv_columns.end(), path.column());
    if (found == mapping.csv_columns.end()) continue;
    const std::string& name = columns[static_cast<std::size_t>(found - mapping.csv_columns.begin())];
    double number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    return error == std::errc() && end == name.data() + name.size();
  }
  return false;
}

// The dialect that a format prescribes, under what the person says.
CsvOptions dialect_of(const Mapping& mapping, const std::vector<std::string>& columns, CsvOptions options) {
  if (options.header && first_record_is_data(mapping, columns)) options.header = false;
  if (!options.delimiter && !mapping.csv_delimiter.empty()) options.delimiter = first_char(mapping.csv_delimiter);
  if (!options.quote && !mapping.csv_quote.empty()) options.quote = first_char(mapping.csv_quote);
  if (!options.escape && !mapping.csv_escape.empty()) options.escape = first_char(mapping.csv_escape);
  return options;
}

Result<void> choose(FilePlan& out, const std::string& path, const ImportSettings& settings, const FormatList& formats,
                    const MappedBatch& sample) {
  if (!settings.map_file.empty()) {
    UNISONO_TRY(const std::string text, read_file(settings.map_file, 1U << 20));
    UNISONO_TRY(out.mapping, parse_mapping(text, settings.map_file));
    out.ground = "--map-file";
  } else if (settings.format != "auto" && !settings.format.empty()) {
    UNISONO_TRY(const Mapping* const named, formats.named(settings.format));
    out.mapping = *named;
    out.ground = "--format " + settings.format;
  } else {
    out.detection = out.family == TextFamily::json ? detect_json(formats, sample.json)
                                                   : detect_csv(formats, out.columns, sample.csv);
    if (out.detection.accepted != nullptr) {
      out.mapping = *out.detection.accepted;
      out.ground = "detected";
    } else if (!settings.maps.empty()) {
      // Fields named on the command line alone: nothing else is taken from the names of columns.
      out.mapping.id = "generic";
      out.mapping.title = "columns named by --map";
      out.mapping.version = "1";
      out.mapping.family = out.family == TextFamily::json ? Family::jsonl : Family::csv;
      out.mapping.platform.constant = "other:unknown";
      out.mapping.source = "--map";
      out.mapping.refs_from_text = true;
      for (const char* kind : {"hashtag", "mention", "url"}) {
        TargetSpec target;
        target.kind = kind;
        target.from_text = true;
        out.mapping.targets.push_back(std::move(target));
      }
      out.ground = "--map";
    } else {
      return fail(
          unrecognised(path, out.detection,
                       suggest_mapping(path, out.family, out.columns, out.sample_keys, sample.csv, sample.json)));
    }
  }
  if (out.ground == "--map") out.mapping.accounts_only = false;
  for (const std::string& assignment : settings.maps) UNISONO_CHECK(map_field(out.mapping, assignment));
  if (!settings.platform.empty()) {
    out.mapping.platform = FieldSource{};
    out.mapping.platform.constant = settings.platform;
  }
  if ((out.mapping.family == Family::csv) != (out.family != TextFamily::json)) {
    return fail(ErrorCode::bad_input,
                fmt::format("the format {} is for {} files, this is a {} file", out.mapping.id,
                            name_of(out.mapping.family), out.family == TextFamily::json ? "JSON" : "CSV"),
                "choose another --format, or write a mapping with `unisono formats suggest`");
  }
  return {};
}

Result<void> drop_fields(Mapping& mapping, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::vector<std::string> all = mappable_fields();
    const std::string wanted = name == "geo" ? std::string("geo_lat") : name;
    const auto found = std::find(all.begin(), all.end(), wanted);
    if (found == all.end()) return fail(ErrorCode::usage, fmt::format("--drop {}: there is no such column", name));
    const auto place = static_cast<std::size_t>(found - all.begin());
    if (place < k_text_fields) mapping.text[place] = FieldSource{};
    if (place >= k_text_fields && place < k_text_fields + k_int_fields)
      mapping.ints[place - k_text_fields] = FieldSource{};
    if (name == "geo") {
      mapping.text[static_cast<std::size_t>(TextField::geo_lon)] = FieldSource{};
      mapping.text[static_cast<std::size_t>(TextField::geo_place)] = FieldSource{};
    }
  }
  return {};
}

// A format whose columns have a place and no name.
Result<void> name_by_position(FilePlan& out) {
  if (out.mapping.csv_columns.empty()) return {};
  if (out.columns.size() != out.mapping.csv_columns.size()) {
    return fail(ErrorCode::unrecognised,
                fmt::format("the format {} has {} columns in a fixed order, this file has {}", out.mapping.id,
                            out.mapping.csv_columns.size(), out.columns.size()),
                fmt::format("its columns are {}", fmt::join(out.mapping.csv_columns, ", ")));
  }
  out.columns = out.mapping.csv_columns;
  return {};
}

// Whether anything of the mapping's key columns is in the file: otherwise every row would be empty.
Result<void> check_keys(const FilePlan& out) {
  if (out.family == TextFamily::json) return {};
  const auto bound = [](const FieldSource& source) {
    return source.constant ||
           std::any_of(source.paths.begin(), source.paths.end(), [](const Path& p) { return p.bound() >= 0; });
  };
  const Mapping& mapping = out.mapping;
  std::vector<std::pair<const char*, const FieldSource*>> needed;
  if (mapping.bare) {
    needed = {{"object_id", &mapping.at(TextField::object_id)}, {"account_id", &mapping.at(TextField::account_id)}};
  } else if (!bound(mapping.at(TextField::account_id))) {
    needed = {{"account_id or handle", &mapping.at(TextField::handle)}};
  }
  for (const auto& [name, source] : needed) {
    if (bound(*source)) continue;
    return fail(ErrorCode::unrecognised,
                fmt::format("the format {} finds no column for {} in this file", mapping.id, name),
                "columns of the file can be named with --map FIELD=COLUMN");
  }
  return {};
}

}  // namespace

Result<std::string> suggest_for(const std::string& path, const ImportSettings& settings, const Control& control) {
  UNISONO_TRY(Source source, open_source(path, settings.limits, control));
  UNISONO_TRY(Member* const member, source.next_member());
  if (member == nullptr) return fail(ErrorCode::bad_input, fmt::format("{} holds no file", path));
  CsvOptions csv = settings.csv;
  csv.encoding = settings.encoding.empty() ? csv.encoding : settings.encoding;
  UNISONO_TRY(const TextSample text, sample_text(*member, csv.encoding));
  if (text.family == TextFamily::empty)
    return fail(ErrorCode::bad_input, fmt::format("{} is empty", path), "leave it out");
  UNISONO_TRY(RecordFeed feed, RecordFeed::open(*member, text.family, csv, control));
  MappedBatch sample;
  UNISONO_CHECK(feed.next(sample).map([](bool) {}));
  const std::vector<std::string> keys =
      text.family == TextFamily::json ? keys_of(sample.json) : std::vector<std::string>{};
  return suggest_mapping(path, text.family, feed.columns(), keys, sample.csv, sample.json);
}

Result<FilePlan> look_at(const std::string& path, const std::string& sha256, const ImportSettings& settings,
                         const FormatList& formats, const Control& control) {
  FilePlan out;
  out.csv = settings.csv;
  out.csv.encoding = settings.encoding.empty() ? settings.csv.encoding : settings.encoding;
  for (int round = 0; round < 2; ++round) {  // again if the format prescribes another dialect than the one found
    UNISONO_TRY(Source source, open_source(path, settings.limits, control));
    UNISONO_TRY(Member* const member, source.next_member());
    if (member == nullptr) return fail(ErrorCode::bad_input, fmt::format("{} holds no file", path));
    UNISONO_TRY(const TextSample text, sample_text(*member, out.csv.encoding));
    if (text.family == TextFamily::empty) {
      return fail(ErrorCode::bad_input, fmt::format("{} is empty", path), "leave it out");
    }
    out.family = text.family;
    UNISONO_TRY(RecordFeed feed, RecordFeed::open(*member, out.family, out.csv, control));
    out.columns = feed.columns();
    MappedBatch sample;
    UNISONO_TRY(const bool more, feed.next(sample));
    (void)more;
    if (out.family == TextFamily::json) out.sample_keys = keys_of(sample.json);
    UNISONO_CHECK(choose(out, path, settings, formats, sample));
    const CsvOptions wanted = dialect_of(out.mapping, out.columns, out.csv);
    if (out.family != TextFamily::json && round == 0 &&
        (wanted.delimiter != out.csv.delimiter || wanted.quote != out.csv.quote || wanted.escape != out.csv.escape ||
         wanted.header != out.csv.header)) {
      out.csv = wanted;
      continue;
    }
    UNISONO_CHECK(drop_fields(out.mapping, settings.drop));
    UNISONO_CHECK(name_by_position(out));
    out.mapping = bound_to(std::move(out.mapping), out.columns);
    UNISONO_CHECK(check_keys(out));

    // First decisions from the first batch. A sample needs fewer values than a file to suggest a precision; the whole
    // file decides in the end.
    DecisionOptions options{settings.tz, settings.day_first, 100};
    MapWorker worker;
    for (int repeat = 0; repeat < 3; ++repeat) {
      UNISONO_TRY(const RowMapper mapper,
                  RowMapper::create(out.mapping, out.decisions, sha256, settings.year, settings.imported_at));
      sample.clear();
      if (feed.is_csv()) {
        mapper.map_csv(sample, worker);
      } else {
        mapper.map_json(sample, worker);
      }
      Result<Decisions> decided = decide(sample.statistics, out.mapping, options);
      if (!decided && decided.error().code != ErrorCode::needs_decision) return fail(std::move(decided).error());
      if (!decided || *decided == out.decisions) break;  // an order that the sample leaves open may be proven later
      out.decisions = std::move(*decided);
    }
    return out;
  }
  return fail(ErrorCode::internal, "a dialect that does not settle");
}

}  // namespace unisono::ingest
