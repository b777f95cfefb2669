// Mapping: a format as data. One TOML file says how a format is recognised and where each column of the model comes
// from; docs/ingest/mapping.md describes the language. Adding a format needs a TOML file, test data and a case, and no
// code.
//
//   UNISONO_TRY(const Mapping mapping, parse_mapping(text, "my.toml"));
//
// Errors are bad_input with file and line: syntax, unknown keys (with the nearest known one), unknown transforms.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/ingest/path.hpp"

namespace unisono::ingest {

enum class Family : std::uint8_t { csv, jsonl, json_array, json_page };
const char* name_of(Family family);

// What is done to the text of a value after it was found; none: taken as it is.
enum class Transform : std::uint8_t {
  none,
  integer,      // "int"
  int_grouped,  // "1,234"
  int_suffix,   // "1.2K", "1.2万"
  strip,        // the characters of `chars` from both ends (white space if none are given)
  html_to_text,
  last_path_segment,  // ".../status/12?x" -> "12"
  query_param,        // the parameter `param` of a URL
  casefold,           // NFKC + casefold
  bool_words,         // true/false in many spellings
  join,               // all values of a list path, joined by `separator`
  repost_prefix,      // "RT @name: text" -> "name", else null
};
std::optional<Transform> transform_named(std::string_view name);
const char* name_of(Transform transform);

// The columns that a mapping can fill. Their names in TOML are those of the model (`docs/store.md`).
enum class TextField : std::uint8_t {
  platform,
  post_id,
  account_id,
  kind,
  text,
  lang,
  client,
  geo_lat,
  geo_lon,
  geo_place,
  collected_from,
  nav_index,
  repost_of,
  quote_of,
  reply_to,
  root_id,
  repost_account,
  quote_account,
  reply_account,
  root_account,
  repost_handle,
  repost_mention,
  object_id,
  handle,
  display_name,
  bio,
  location,
  url,
  avatar_url,
  status,
};
inline constexpr std::size_t k_text_fields = 30;
enum class IntField : std::uint8_t {
  like,
  repost,
  reply,
  quote,
  view,
  save,
  share,
  followers,
  following,
  posts,
};
inline constexpr std::size_t k_int_fields = 10;
enum class BoolField : std::uint8_t {
  is_repost,
  is_quote,
  is_reply,
  text_truncated,
  promoted,
  verified,
  bot_declared,
};
inline constexpr std::size_t k_bool_fields = 7;
enum class TimeField : std::uint8_t { t, t_witness, metrics, collected, edited, deleted, created };
inline constexpr std::size_t k_time_fields = 7;
// What `bare_row` keeps of a row as it stands in the source: object, account, content, time, reply, text, addresses.
inline constexpr std::size_t k_verbatim_fields = 7;

// Where the value of one column comes from: the first path that is present, or a constant.
struct FieldSource {
  std::vector<Path> paths;
  std::optional<std::string> constant;
  Transform transform = Transform::none;
  std::string argument;                                       // chars, param or separator of the transform
  std::vector<std::pair<std::string, std::string>> words;     // exact value -> value
  std::vector<std::pair<std::string, std::string>> prefixes;  // the first prefix that fits gives the value
  std::size_t of_original = 0;  // text: the first `of_original` paths hold the text of the reposted post

  bool empty() const { return paths.empty() && !constant; }
};

struct TimeSpec {
  FieldSource source;
  std::string pattern;            // "" = any of formats.md 4.1; else the name of one pattern
  std::string zone;               // "" = stated or assumed UTC; "stated"; else a zone name that the format prescribes
  std::optional<bool> day_first;  // date_order = "dmy" or "mdy"
  std::optional<Precision> precision;  // the precision that the format prescribes
};

enum class ListEncoding : std::uint8_t { none, json, python_literal, separated, separated_urls };
struct ListSpec {
  std::string column;
  ListEncoding encoding = ListEncoding::none;
  std::string separator;
};

struct TargetSpec {
  std::string kind;  // url, domain, hashtag, cashtag, mention, media, music, effect, playlist, ...
  std::vector<Path> each;
  FieldSource raw, id, account, handle, canonical;
  FieldSource position;  // offset in the text
  bool position_in_bytes = false;
  bool opaque = false;     // the value is a key already: no canonical form is computed
  bool from_text = false;  // found in the text when `each` gives nothing
};

struct LabelSpec {
  std::string subject = "account";  // account or post
  std::string label;
  FieldSource value;
  std::string source, source_version;
};

struct LookupSpec {
  std::string name;
  Path each, key;
};

struct MediaSpec {
  std::vector<Path> each;
  FieldSource key, type, url, alt, width, height, duration_s;
};

struct Condition {  // a sign in [detect]: the path is present, and its value fits
  Path path;
  std::string regex;                // "" = presence is enough
  std::vector<std::string> values;  // empty = any
};

struct DetectSpec {
  std::vector<Path> required;
  std::vector<Condition> distinct;  // at least one of them must hold
  std::vector<Path> forbidden;
  bool exact = false;  // no columns but the required ones
  bool weak = false;   // never accepted without --format
};

struct Mapping {
  std::string id, version, title, terms;
  std::vector<std::string> evidence;
  bool experimental = false;
  Family family = Family::csv;
  bool bare = false;           // actions only: object, account, content, time (no posts)
  bool accounts_only = false;  // no post_id: rows describe accounts
  bool internal_ids = false;   // ids that mean nothing outside of the source
  bool id_clock = true;        // post ids may carry a time (false: they are row numbers or hashes)
  bool collected_by_object = false;
  FieldSource platform;

  DetectSpec detect;
  std::array<FieldSource, k_text_fields> text;
  std::array<FieldSource, k_int_fields> ints;
  std::array<FieldSource, k_bool_fields> bools;
  std::array<TimeSpec, k_time_fields> times;
  std::vector<TargetSpec> targets;
  std::vector<LabelSpec> labels;
  std::vector<MediaSpec> media;
  std::vector<ListSpec> lists;
  std::vector<std::string> nulls;      // besides the words that are always null in references
  std::vector<Path> rows, references;  // json-page: posts of a page; posts only included with others
  std::vector<LookupSpec> lookups;
  std::vector<Path> skip_only;        // a record that has these keys and no rows is skipped by design, not rejected
  bool repost_key_from_text = false;  // repost without an id: its key is `t:` + K0 of the text
  bool refs_from_text = false;        // "RT @x:" at the front of the text makes a repost when no column says so
  bool observed_with_post = false;    // profile columns are as of the post, not as of the collection
  std::string csv_quote, csv_escape, csv_delimiter;  // the dialect that the format prescribes; "" = find out
  std::vector<std::string> csv_columns;  // names by position, whatever the header says; empty = the header's
  std::array<FieldSource, k_verbatim_fields> verbatim;  // of a table [verbatim]; [bare] keeps its own columns

  std::string sha256;  // of the TOML text
  std::string source;  // "built in", or the file it was read from

  const FieldSource& at(TextField f) const { return text[static_cast<std::size_t>(f)]; }
  const FieldSource& at(IntField f) const { return ints[static_cast<std::size_t>(f)]; }
  const FieldSource& at(BoolField f) const { return bools[static_cast<std::size_t>(f)]; }
  const TimeSpec& at(TimeField f) const { return times[static_cast<std::size_t>(f)]; }
  bool has_posts() const { return !bare && !accounts_only; }
  bool keeps_rows() const { return bare || !verbatim.front().empty(); }
};

Result<Mapping> parse_mapping(std::string_view toml, std::string_view file);

// `--map FIELD=PATH`: sets one column of a mapping. Error{usage} for an unknown field, with the nearest known one.
Result<void> map_field(Mapping& mapping, std::string_view assignment);

// The names of all columns that [post], [account] and [bare] accept, in the order of the model.
std::vector<std::string> mappable_fields();

}  // namespace unisono::ingest
