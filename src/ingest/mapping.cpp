#include "unisono/ingest/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "mapping_names.hpp"
#include "nearest_name.hpp"
#include "toml_reader.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/time_parse.hpp"
#include "unisono/core/toml_mistake.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_most_bytes = 1U << 20;  // a mapping is written by hand

// Reads one TOML document; every method returns an Error that names file and line.
class MappingReader : private TomlReader {
 public:
  MappingReader(std::string_view file, Mapping& mapping) : TomlReader(file), mapping_(mapping) {}

  Result<void> read(const toml::table& root);

 private:
  Result<FieldSource> source(const toml::node& node, const Strings& more_keys = {}) const;
  Result<FieldSource> source_at(const toml::table& table, std::string_view key) const;
  Result<TimeSpec> time(const toml::node& node) const;
  Result<void> detect(const toml::table& table);
  Result<void> fields(const toml::table& table, const Strings& structural);
  Result<void> field(const std::string& name, const toml::node& node);
  Result<TargetSpec> target(const toml::table& table) const;
  Result<LabelSpec> label(const toml::table& table) const;
  Result<MediaSpec> media(const toml::table& table) const;
  Result<void> lists(const toml::table& table);
  Result<void> head(const toml::table& root);
  Result<void> structure(const toml::table& root);

  Mapping& mapping_;
};

Result<std::vector<std::pair<std::string, std::string>>> word_table(const toml::table& table) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [key, node] : table) {
    const auto* text = node.as_string();
    if (text == nullptr) return fail(ErrorCode::bad_input, "the values of `words` and `prefix` must be strings");
    out.emplace_back(std::string(key.str()), text->get());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<FieldSource> MappingReader::source(const toml::node& node, const Strings& more_keys) const {
  FieldSource out;
  if (!node.is_table()) {
    UNISONO_TRY(out.paths, paths(node));
    return out;
  }
  const toml::table& table = *node.as_table();
  Strings known = {"path", "value", "as", "chars", "param", "separator", "words", "prefix", "of_original"};
  known.insert(known.end(), more_keys.begin(), more_keys.end());
  UNISONO_CHECK(only_keys(table, "a column", known));
  UNISONO_TRY(out.paths, paths_at(table, "path"));
  if (table.contains("value")) {
    UNISONO_TRY(std::string constant, string_at(table, "value"));
    out.constant = std::move(constant);
  }
  if (out.empty()) return mistake(node, "a column needs `path` or `value`");
  UNISONO_TRY(const std::string as, string_at(table, "as"));
  // `as` of a time column names a pattern; time() reads it.
  if (!as.empty() && more_keys.empty()) {
    const auto transform = transform_named(as);
    if (!transform) {
      Strings names;
      for (const auto& [name, value] : k_transforms) names.emplace_back(name);
      return mistake(node, fmt::format("unknown transform `{}`", as), did_you_mean(as, names));
    }
    out.transform = *transform;
  }
  for (const char* key : {"chars", "param", "separator"}) {
    UNISONO_TRY(const std::string argument, string_at(table, key));
    if (!argument.empty()) out.argument = argument;
  }
  for (const auto& [key, into] : {std::pair{"words", &out.words}, std::pair{"prefix", &out.prefixes}}) {
    const toml::node* words = table.get(key);
    if (words == nullptr) continue;
    if (!words->is_table()) return mistake(*words, fmt::format("`{}` must be a table", key));
    Result<std::vector<std::pair<std::string, std::string>>> read = word_table(*words->as_table());
    if (!read) return mistake(*words, read.error().message);
    *into = std::move(*read);
  }
  out.of_original = static_cast<std::size_t>(std::max<std::int64_t>(0, table["of_original"].value_or<std::int64_t>(0)));
  return out;
}

Result<FieldSource> MappingReader::source_at(const toml::table& table, std::string_view key) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return FieldSource{};
  return source(*node);
}

Result<TimeSpec> MappingReader::time(const toml::node& node) const {
  TimeSpec out;
  UNISONO_TRY(out.source, source(node, {"zone", "date_order", "precision"}));
  const toml::table* table = node.as_table();
  if (table == nullptr) return out;
  UNISONO_TRY(out.pattern, string_at(*table, "as"));
  UNISONO_TRY(out.zone, string_at(*table, "zone"));
  if (out.pattern == "auto") out.pattern.clear();
  if (!out.pattern.empty() && !pattern_named(out.pattern)) {
    return mistake(node, fmt::format("unknown time pattern `{}`", out.pattern),
                   "patterns: twitter_v1, rfc3339, sql, sql_minute, slash, iso_local, unix, date, auto");
  }
  UNISONO_TRY(const std::string order, string_at(*table, "date_order"));
  if (order != "" && order != "dmy" && order != "mdy") {
    return mistake(node, fmt::format("date_order is `{}`, expected dmy or mdy", order));
  }
  if (!order.empty()) out.day_first = order == "dmy";
  UNISONO_TRY(const std::string precision, string_at(*table, "precision"));
  if (!precision.empty()) {
    out.precision = precision_named(precision);
    if (!out.precision) return mistake(node, fmt::format("unknown precision `{}`", precision));
  }
  return out;
}

Result<void> MappingReader::detect(const toml::table& table) {
  UNISONO_CHECK(only_keys(table, "[detect]", {"required", "distinct", "forbidden", "exact", "weak"}));
  DetectSpec& out = mapping_.detect;
  UNISONO_TRY(out.required, paths_at(table, "required"));
  UNISONO_TRY(out.forbidden, paths_at(table, "forbidden"));
  UNISONO_TRY(out.exact, bool_at(table, "exact", false));
  UNISONO_TRY(out.weak, bool_at(table, "weak", false));
  const toml::node* distinct = table.get("distinct");
  if (distinct == nullptr) return {};
  if (!distinct->is_array()) return mistake(*distinct, "`distinct` must be a list");
  for (const toml::node& item : *distinct->as_array()) {
    Condition condition;
    if (const toml::table* sign = item.as_table()) {
      UNISONO_CHECK(only_keys(*sign, "a sign of [detect]", {"path", "regex", "values"}));
      UNISONO_TRY(std::vector<Path> path, paths_at(*sign, "path"));
      if (path.size() != 1) return mistake(item, "a sign needs exactly one path");
      condition.path = std::move(path.front());
      UNISONO_TRY(condition.regex, string_at(*sign, "regex"));
      UNISONO_TRY(condition.values, strings_at(*sign, "values"));
    } else {
      UNISONO_TRY(std::vector<Path> path, paths(item));
      condition.path = std::move(path.front());
    }
    out.distinct.push_back(std::move(condition));
  }
  return {};
}

Result<void> MappingReader::field(const std::string& name, const toml::node& node) {
  for (std::size_t i = 0; i < k_text_fields; ++i) {
    if (name != k_text_names[i]) continue;
    UNISONO_TRY(mapping_.text[i], source(node));
    return {};
  }
  for (std::size_t i = 0; i < k_int_fields; ++i) {
    if (name != k_int_names[i]) continue;
    UNISONO_TRY(mapping_.ints[i], source(node));
    return {};
  }
  for (std::size_t i = 0; i < k_bool_fields; ++i) {
    if (name != k_bool_names[i]) continue;
    UNISONO_TRY(mapping_.bools[i], source(node));
    return {};
  }
  for (std::size_t i = 0; i < k_time_fields; ++i) {
    if (name != k_time_names[i]) continue;
    UNISONO_TRY(mapping_.times[i], time(node));
    return {};
  }
  return mistake(node, fmt::format("unknown column `{}`", name), did_you_mean(name, mappable_fields()));
}

Result<void> MappingReader::fields(const toml::table& table, const Strings& structural) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::find(structural.begin(), structural.end(), name) != structural.end()) continue;
    UNISONO_CHECK(field(name, node));
  }
  return {};
}

Result<TargetSpec> MappingReader::target(const toml::table& table) const {
  UNISONO_CHECK(only_keys(table, "[[post.target]]",
                          {"kind", "each", "raw", "target_id", "target_account", "handle", "canonical", "position",
                           "position_unit", "opaque", "from_text"}));
  TargetSpec out;
  UNISONO_TRY(out.kind, string_at(table, "kind"));
  static const Strings known = {"url",    "domain",   "hashtag",      "cashtag", "mention", "media",  "music",
                                "effect", "playlist", "sticker_text", "list",    "place",   "generic"};
  if (std::find(known.begin(), known.end(), out.kind) == known.end()) {
    return mistake(table, fmt::format("unknown target kind `{}`", out.kind), did_you_mean(out.kind, known));
  }
  UNISONO_TRY(out.each, paths_at(table, "each"));
  UNISONO_TRY(out.raw, source_at(table, "raw"));
  UNISONO_TRY(out.id, source_at(table, "target_id"));
  UNISONO_TRY(out.account, source_at(table, "target_account"));
  UNISONO_TRY(out.handle, source_at(table, "handle"));
  UNISONO_TRY(out.canonical, source_at(table, "canonical"));
  UNISONO_TRY(out.position, source_at(table, "position"));
  UNISONO_TRY(const std::string unit, string_at(table, "position_unit"));
  if (unit != "" && unit != "byte" && unit != "code_point") {
    return mistake(table, fmt::format("position_unit is `{}`, expected byte or code_point", unit));
  }
  out.position_in_bytes = unit == "byte";
  UNISONO_TRY(out.opaque, bool_at(table, "opaque", false));
  UNISONO_TRY(out.from_text, bool_at(table, "from_text", false));
  if (out.each.empty() && !out.from_text) return mistake(table, "a target needs `each` or `from_text = true`");
  return out;
}

Result<LabelSpec> MappingReader::label(const toml::table& table) const {
  UNISONO_CHECK(only_keys(table, "[[label]]", {"subject", "label", "value", "source", "source_version"}));
  LabelSpec out;
  UNISONO_TRY(const std::string subject, string_at(table, "subject"));
  if (!subject.empty()) out.subject = subject;
  if (out.subject != "account" && out.subject != "post") {
    return mistake(table, fmt::format("subject is `{}`, expected account or post", out.subject));
  }
  UNISONO_TRY(out.label, string_at(table, "label"));
  UNISONO_TRY(out.value, source_at(table, "value"));
  UNISONO_TRY(out.source, string_at(table, "source"));
  UNISONO_TRY(out.source_version, string_at(table, "source_version"));
  if (out.label.empty() || out.value.empty() || out.source.empty()) {
    return mistake(table, "a label needs `label`, `value` and `source`", "a claim without a source is refused");
  }
  return out;
}

Result<MediaSpec> MappingReader::media(const toml::table& table) const {
  UNISONO_CHECK(
      only_keys(table, "[[post.media]]", {"each", "key", "type", "url", "alt", "width", "height", "duration_s"}));
  MediaSpec out;
  UNISONO_TRY(out.each, paths_at(table, "each"));
  UNISONO_TRY(out.key, source_at(table, "key"));
  UNISONO_TRY(out.type, source_at(table, "type"));
  UNISONO_TRY(out.url, source_at(table, "url"));
  UNISONO_TRY(out.alt, source_at(table, "alt"));
  UNISONO_TRY(out.width, source_at(table, "width"));
  UNISONO_TRY(out.height, source_at(table, "height"));
  UNISONO_TRY(out.duration_s, source_at(table, "duration_s"));
  if (out.each.empty() || out.key.empty()) return mistake(table, "media need `each` and `key`");
  return out;
}

Result<void> MappingReader::lists(const toml::table& table) {
  for (const auto& [key, node] : table) {
    const toml::table* spec = node.as_table();
    if (spec == nullptr) return mistake(node, "a list column is written { encoding = \"...\" }");
    UNISONO_CHECK(only_keys(*spec, "[lists]", {"encoding"}));
    UNISONO_TRY(const std::string encoding, string_at(*spec, "encoding"));
    ListSpec out{std::string(key.str()), ListEncoding::none, {}};
    if (encoding == "json") out.encoding = ListEncoding::json;
    if (encoding == "python-literal") out.encoding = ListEncoding::python_literal;
    for (const auto& [prefix, kind] : {std::pair{std::string("sep:"), ListEncoding::separated},
                                       std::pair{std::string("sep-url-aware:"), ListEncoding::separated_urls}}) {
      if (!encoding.starts_with(prefix)) continue;
      out.encoding = kind;
      out.separator = encoding.substr(prefix.size());
    }
    const bool needs_separator =
        out.encoding == ListEncoding::separated || out.encoding == ListEncoding::separated_urls;
    if (out.encoding == ListEncoding::none || (needs_separator && out.separator.empty())) {
      return mistake(node, fmt::format("unknown list encoding `{}`", encoding),
                     "json, python-literal, sep:X or sep-url-aware:X");
    }
    mapping_.lists.push_back(std::move(out));
  }
  return {};
}

Result<void> MappingReader::head(const toml::table& root) {
  UNISONO_TRY(mapping_.id, string_at(root, "id"));
  if (mapping_.id.empty()) return mistake(root, "a mapping needs an `id`");
  UNISONO_TRY(mapping_.version, string_at(root, "version"));
  UNISONO_TRY(mapping_.title, string_at(root, "title"));
  UNISONO_TRY(mapping_.terms, string_at(root, "terms"));
  UNISONO_TRY(mapping_.evidence, strings_at(root, "evidence"));
  UNISONO_TRY(mapping_.experimental, bool_at(root, "experimental", mapping_.evidence.empty()));
  UNISONO_TRY(mapping_.internal_ids, bool_at(root, "internal_ids", false));
  UNISONO_TRY(mapping_.id_clock, bool_at(root, "id_clock", true));
  UNISONO_TRY(const std::string collected_by, string_at(root, "collected_by"));
  if (collected_by != "" && collected_by != "object") {
    return mistake(root, fmt::format("collected_by is `{}`, expected object", collected_by));
  }
  mapping_.collected_by_object = !collected_by.empty();
  UNISONO_TRY(const std::string family, string_at(root, "family"));
  const auto* const found = std::find_if(std::begin(k_families), std::end(k_families),
                                         [&](const auto& known) { return family == known.first; });
  if (found == std::end(k_families)) {
    return mistake(root, fmt::format("family is `{}`, expected csv, jsonl, json-array or json-page", family));
  }
  mapping_.family = found->second;
  if (const toml::node* platform = root.get("platform")) {
    if (const auto* constant = platform->as_string()) {
      mapping_.platform.constant = constant->get();
    } else {
      UNISONO_TRY(mapping_.platform, source(*platform));
    }
  } else {
    mapping_.platform.constant = "other:unknown";
  }
  return {};
}

Result<void> MappingReader::structure(const toml::table& root) {
  if (const toml::table* page = root["page"].as_table()) {
    UNISONO_CHECK(only_keys(*page, "[page]", {"rows", "references", "skip"}));
    UNISONO_TRY(mapping_.rows, paths_at(*page, "rows"));
    UNISONO_TRY(mapping_.references, paths_at(*page, "references"));
    UNISONO_TRY(mapping_.skip_only, paths_at(*page, "skip"));
  }
  if (const toml::table* lookups = root["lookup"].as_table()) {
    for (const auto& [key, node] : *lookups) {
      const toml::table* table = node.as_table();
      if (table == nullptr) return mistake(node, "a look-up table is written { each = \"...\", key = \"...\" }");
      UNISONO_CHECK(only_keys(*table, "[lookup]", {"each", "key"}));
      UNISONO_TRY(std::vector<Path> each, paths_at(*table, "each"));
      UNISONO_TRY(std::vector<Path> by, paths_at(*table, "key"));
      if (each.size() != 1 || by.size() != 1) return mistake(node, "a look-up table needs one `each` and one `key`");
      mapping_.lookups.push_back({std::string(key.str()), std::move(each.front()), std::move(by.front())});
    }
  }
  if (const toml::table* csv = root["csv"].as_table()) {
    UNISONO_CHECK(only_keys(*csv, "[csv]", {"columns", "delimiter", "quote", "escape"}));
    UNISONO_TRY(mapping_.csv_columns, strings_at(*csv, "columns"));
    UNISONO_TRY(mapping_.csv_delimiter, string_at(*csv, "delimiter"));
    UNISONO_TRY(mapping_.csv_quote, string_at(*csv, "quote"));
    UNISONO_TRY(mapping_.csv_escape, string_at(*csv, "escape"));
  }
  if (const toml::table* nulls = root["nulls"].as_table()) {
    UNISONO_CHECK(only_keys(*nulls, "[nulls]", {"values"}));
    UNISONO_TRY(mapping_.nulls, strings_at(*nulls, "values"));
  }
  if (const toml::table* list_columns = root["lists"].as_table()) UNISONO_CHECK(lists(*list_columns));
  return {};
}

Result<void> MappingReader::read(const toml::table& root) {
  UNISONO_CHECK(
      only_keys(root, "the mapping",
                {"id",           "version",  "title",        "terms",  "evidence", "experimental", "family", "platform",
                 "internal_ids", "id_clock", "collected_by", "detect", "post",     "account",      "bare",   "label",
                 "page",         "lookup",   "csv",          "nulls",  "lists",    "verbatim"}));
  UNISONO_CHECK(head(root));
  if (const toml::table* signs = root["detect"].as_table()) UNISONO_CHECK(detect(*signs));
  UNISONO_CHECK(structure(root));
  UNISONO_CHECK(each_table(root, "label", mapping_.labels, [&](const toml::table& table) { return label(table); }));
  if (const toml::table* account = root["account"].as_table()) {
    UNISONO_CHECK(fields(*account, {"observed"}));
    UNISONO_TRY(const std::string observed, string_at(*account, "observed"));
    if (observed != "" && observed != "post" && observed != "collection") {
      return mistake(*account, fmt::format("observed is `{}`, expected post or collection", observed));
    }
    mapping_.observed_with_post = observed == "post";
  }
  if (const toml::table* bare = root["bare"].as_table()) {
    mapping_.bare = true;
    UNISONO_CHECK(fields(*bare, {}));
  }
  if (const toml::table* post = root["post"].as_table()) {
    UNISONO_CHECK(fields(*post, {"target", "media", "repost_key_from_text", "refs_from_text"}));
    UNISONO_TRY(mapping_.repost_key_from_text, bool_at(*post, "repost_key_from_text", false));
    UNISONO_TRY(mapping_.refs_from_text, bool_at(*post, "refs_from_text", false));
    UNISONO_CHECK(
        each_table(*post, "target", mapping_.targets, [&](const toml::table& table) { return target(table); }));
    UNISONO_CHECK(each_table(*post, "media", mapping_.media, [&](const toml::table& table) { return media(table); }));
  }
  if (const toml::table* kept = root["verbatim"].as_table()) {
    const Strings names = {"object_id", "account_id", "content_id", "t", "reply_id", "text", "urls"};
    static_assert(k_verbatim_fields == 7);
    UNISONO_CHECK(only_keys(*kept, "[verbatim]", names));
    for (std::size_t i = 0; i < names.size(); ++i) {
      UNISONO_TRY(mapping_.verbatim[i], source_at(*kept, names[i]));
    }
    if (mapping_.bare || mapping_.verbatim.front().empty())
      return mistake(*kept, "[verbatim] needs an object_id, and stands beside [post]", "[bare] keeps its own columns");
  }
  if (mapping_.bare && root.contains("post")) return mistake(root, "a mapping has [post] or [bare], not both");
  mapping_.accounts_only = !mapping_.bare && !root.contains("post");
  return {};
}

}  // namespace

Result<Mapping> parse_mapping(std::string_view toml, std::string_view file) {
  if (toml.size() > k_most_bytes) {
    return fail(ErrorCode::too_large,
                fmt::format("{}: a mapping of {} bytes, at most {} are read", file, toml.size(), k_most_bytes));
  }
  Mapping mapping;
  mapping.sha256 = hex(sha256(toml));
  mapping.source = std::string(file);
  if (const std::optional<TomlMistake> found = toml_mistake(toml)) {
    return fail(
        Error{ErrorCode::bad_input, found->what, "the file must be TOML 1.0", std::string(file), found->line, {}});
  }
  try {
    const toml::table root = toml::parse(toml, file);
    UNISONO_CHECK(MappingReader(file, mapping).read(root));
  } catch (const toml::parse_error& error) {
    return fail(Error{ErrorCode::bad_input,
                      std::string(error.description()),
                      "the file must be TOML 1.0",
                      std::string(file),
                      error.source().begin.line,
                      {}});
  }
  return mapping;
}

Result<void> map_field(Mapping& mapping, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    return fail(ErrorCode::usage, fmt::format("--map {}: expected FIELD=PATH", assignment),
                "for example --map text=body");
  }
  const std::string_view name = assignment.substr(0, equals);
  // A column name may hold any characters, so what cannot be a path is taken as a quoted key.
  const std::string text(assignment.substr(equals + 1));
  Result<Path> path = Path::parse(text);
  if (!path) path = Path::parse('"' + text + '"');
  if (!path) return fail(Error{ErrorCode::usage, path.error().message, path.error().advice, {}, {}, {}});
  FieldSource source;
  source.paths.push_back(std::move(*path));
  const auto assign = [&](const auto& names, auto& into, auto set) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (name != names[i]) continue;
      set(into[i]);
      return true;
    }
    return false;
  };
  const auto replace = [&](FieldSource& into) { into = source; };
  if (name == "platform") {
    mapping.platform = source;
    return {};
  }
  if (assign(k_text_names, mapping.text, replace) || assign(k_int_names, mapping.ints, replace) ||
      assign(k_bool_names, mapping.bools, replace) ||
      assign(k_time_names, mapping.times, [&](TimeSpec& into) { into.source = source; })) {
    if (name == "post_id") mapping.accounts_only = false;
    return {};
  }
  if (name == "hashtag" || name == "link" || name == "mention" || name == "media" || name == "domain") {
    TargetSpec target;
    target.kind = name == "link" ? "url" : std::string(name);
    target.each = source.paths;
    mapping.targets.push_back(std::move(target));
    return {};
  }
  return fail(ErrorCode::usage, fmt::format("--map {}: unknown field `{}`", assignment, name),
              did_you_mean(name, mappable_fields()));
}

}  // namespace unisono::ingest
