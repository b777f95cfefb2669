#include "unisono/ingest/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>

#include "record_view.hpp"
#include "unisono/core/id_clock.hpp"
#include "unisono/core/time_parse.hpp"
#include "unisono/core/unicode.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_sample = 200;

struct Column {
  std::string name;
  std::vector<std::string> values;  // those that are present
};

struct Guess {
  const char* field;
  std::vector<const char*> names;  // folded, in order of preference
};

// Field, then the names under which it is known in exports of this field of work.
const std::vector<Guess>& guesses() {
  static const std::vector<Guess> k_guesses = {
      {"post_id",
       {"post_id", "tweetid", "tweet_id", "content_id", "status_id", "message_id", "item_id", "id_str", "id"}},
      {"account_id",
       {"account_id", "user_id", "userid", "author_id", "from_id", "user.id_str", "author.id", "user.id", "uid"}},
      {"t",
       {"created_at", "tweet_time", "publish_date", "timestamp", "timestamp_share", "unix_timestamp", "created", "date",
        "time", "datetime", "create_time", "published_at"}},
      {"text", {"text", "full_text", "tweet_text", "body", "content", "message", "description", "caption"}},
      {"handle",
       {"username", "screen_name", "user_screen_name", "author", "author_name", "handle", "user.screen_name",
        "author.username"}},
      {"display_name", {"display_name", "user_display_name", "author_fullname", "name", "user.name", "author.name"}},
      {"repost_of", {"repost_of", "retweet_tweetid", "retweet_id", "retweeted_status_id", "reposted_id", "object_id"}},
      {"reply_to",
       {"reply_to", "in_reply_to_status_id", "in_reply_to_tweetid", "in_reply_to_id", "parent_id", "reply_id"}},
      {"quote_of", {"quote_of", "quoted_tweet_tweetid", "quoted_status_id", "quote_id"}},
      {"like", {"like_count", "likes", "favorite_count", "like"}},
      {"repost", {"repost_count", "retweet_count", "reposts", "shares"}},
      {"reply", {"reply_count", "replies", "comment_count"}},
      {"view", {"view_count", "views", "play_count", "impressions"}},
      {"lang", {"lang", "language", "tweet_language"}},
      {"followers", {"followers", "follower_count", "followers_count"}},
      {"following", {"following", "following_count", "friends_count"}},
  };
  return k_guesses;
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

template <typename Test>
double share(const Column& column, Test test) {
  if (column.values.empty()) return 0;
  const auto n = std::count_if(column.values.begin(), column.values.end(), test);
  return static_cast<double>(n) / static_cast<double>(column.values.size());
}

double time_share(const Column& column) {
  return share(column, [](const std::string& value) {
    const auto pattern = guess_pattern(value);
    return pattern && *pattern != TimePattern::year_month && *pattern != TimePattern::compact_date;
  });
}
double link_share(const Column& column) {
  return share(column, [](const std::string& v) { return v.starts_with("http://") || v.starts_with("https://"); });
}
double long_id_share(const Column& column) {
  return share(column, [](const std::string& v) { return v.size() >= 17 && v.size() <= 19 && all_digits(v); });
}
double words_share(const Column& column) {
  return share(column, [](const std::string& v) { return std::count(v.begin(), v.end(), ' ') >= 3; });
}

std::string quoted_path(const std::string& name) {
  const bool plain = Path::parse(name).has_value() && name.find_first_of(" \"'\\") == std::string::npos && name != ".";
  std::string text;
  for (const char c : plain ? name : '"' + name + '"') {
    if (c == '"' || c == '\\') text += '\\';
    text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return '"' + text + '"';
}

std::vector<Column> csv_columns(const std::vector<std::string>& names, const CsvBatch& csv) {
  std::vector<Column> out;
  for (std::size_t c = 0; c < std::min<std::size_t>(names.size(), 1000); ++c) {
    Column column{names[c], {}};
    for (std::size_t i = 0; i < std::min(csv.rows(), k_sample); ++i) {
      const std::string_view cell = csv.field(i, c);
      if (!cell.empty()) column.values.emplace_back(cell.substr(0, 500));
    }
    out.push_back(std::move(column));
  }
  return out;
}

std::vector<Column> json_columns(const std::vector<std::string>& keys, const JsonBatch& json) {
  std::vector<Column> out;
  std::vector<Path> paths;
  for (const std::string& key : keys) {
    const auto path = Path::parse(key);
    if (!path || out.size() >= 1000) continue;
    out.push_back({key, {}});
    paths.push_back(*path);
  }
  JsonParser parser;
  TextArena arena;
  ViewContext context;
  context.arena = &arena;
  for (std::size_t i = 0; i < std::min(json.size(), k_sample); ++i) {
    const auto value = parser.parse(json, i);
    if (!value) continue;
    for (std::size_t c = 0; c < paths.size(); ++c) {
      const std::string_view text = View(*value).first(paths[c], context);
      if (!text.empty()) out[c].values.emplace_back(text.substr(0, 500));
    }
  }
  return out;
}

// X puts the time into its ids: if nearly all ids give a time between 2010 and 2100, and the numbers are that large,
// they are X's.
double x_share(const Column& column) {
  return share(column, [](const std::string& v) { return v.size() >= 17 && id_clock(IdClock::x, v).has_value(); });
}

struct Chosen {
  const Column* column = nullptr;
  std::string why;
};

// A time column must hold times, a text column words: a name alone is not enough there.
bool plausible(std::string_view field, const Column& column) {
  if (column.values.empty()) return true;
  if (field == "t") return time_share(column) > 0.9;
  if (field == "like" || field == "repost" || field == "reply" || field == "view" || field == "followers" ||
      field == "following") {
    return share(column, [](const std::string& v) { return all_digits(v); }) > 0.9;
  }
  return true;
}

std::map<std::string, Chosen> choose(const std::vector<Column>& columns) {
  std::map<std::string, Chosen> chosen;
  std::set<const Column*> taken;
  for (const Guess& guess : guesses()) {
    for (const char* name : guess.names) {
      const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& column) {
        return nfkc_casefold(column.name) == name && !taken.contains(&column) && plausible(guess.field, column);
      });
      if (found == columns.end()) continue;
      chosen[guess.field] = {&*found, "by its name"};
      taken.insert(&*found);
      break;
    }
  }
  const auto by_content = [&](const char* field, auto measure, double least, const char* what) {
    if (chosen.contains(field)) return;
    const Column* best = nullptr;
    double most = least;
    for (const Column& column : columns) {
      if (taken.contains(&column) || measure(column) <= most) continue;
      most = measure(column);
      best = &column;
    }
    if (best == nullptr) return;
    chosen[field] = {best, fmt::format("{:.0f} % of its values {}", 100 * most, what)};
    taken.insert(best);
  };
  by_content("t", time_share, 0.9, "read as times");
  by_content("post_id", long_id_share, 0.9, "are numbers of 17 to 19 digits");
  by_content("text", words_share, 0.3, "hold several words");
  return chosen;
}

}  // namespace

std::string suggest_mapping(std::string_view path, TextFamily family, const std::vector<std::string>& columns,
                            const std::vector<std::string>& keys, const CsvBatch& csv, const JsonBatch& json) {
  const bool is_json = family == TextFamily::json;
  const std::vector<Column> known = is_json ? json_columns(keys, json) : csv_columns(columns, csv);
  const std::map<std::string, Chosen> chosen = choose(known);
  const auto id = chosen.find("post_id");
  const bool from_x = id != chosen.end() && x_share(*id->second.column) > 0.9;
  std::string out = fmt::format(
      "# Guessed from {}. Check every line against the data before you use it; lines with # are off.\n"
      "id = \"my-format\"\nversion = \"1\"\ntitle = \"my own mapping\"\nfamily = \"{}\"\n"
      "platform = {}\nexperimental = false\n\n[post]\n",
      printable(std::filesystem::path(path).filename().string()), is_json ? "jsonl" : "csv",
      from_x ? "\"x\"   # the ids carry times as those of X do"
             : "\"other:unknown\"   # x, facebook, telegram, weibo, ...");
  std::set<const Column*> used;
  std::string account;
  for (const Guess& guess : guesses()) {
    const auto found = chosen.find(guess.field);
    const std::string_view field = guess.field;
    const bool needed = field == "post_id" || field == "account_id" || field == "t";
    if (found == chosen.end()) {
      const bool named = field == "account_id" && chosen.contains("handle");
      if (needed && !named) out += fmt::format("# {} = \"COLUMN\"   # needed; nothing looked like it\n", guess.field);
      continue;
    }
    used.insert(found->second.column);
    const std::string line =
        fmt::format("{} = {}   # {}\n", guess.field, quoted_path(found->second.column->name), found->second.why);
    const bool of_account =
        field == "handle" || field == "display_name" || field == "followers" || field == "following";
    (of_account ? account : out) += line;
  }
  out += "refs_from_text = true   # \"RT @name:\" at the front of a text makes a repost\n";
  if (!account.empty()) out += "\n[account]\n" + account;
  bool has_links = false;
  for (const Column& column : known) {
    if (used.contains(&column) || link_share(column) <= 0.5) continue;
    out += fmt::format("\n[[post.target]]   # {:.0f} % of its values are addresses\nkind = \"url\"\neach = {}\n",
                       100 * link_share(column), quoted_path(column.name));
    used.insert(&column);
    has_links = true;
  }
  if (chosen.contains("text")) {
    for (const char* kind : {"hashtag", "mention", "url"}) {
      if (has_links && std::string_view(kind) == "url") continue;
      out += fmt::format("\n[[post.target]]\nkind = \"{}\"\nfrom_text = true\n", kind);
    }
  }
  std::string rest;
  for (const Column& column : known) {
    if (!used.contains(&column)) rest += (rest.empty() ? "" : ", ") + printable(column.name);
  }
  if (!rest.empty()) out += "\n# not used: " + rest.substr(0, 2000) + "\n";
  return out;
}

Error unrecognised(const std::string& path, const Detection& detection, const std::string& mapping) {
  Error error;
  error.code = ErrorCode::unrecognised;
  error.file = path;
  error.message = fmt::format("no format fits this file clearly ({})", explain(detection));
  error.advice = fmt::format(
      "save the mapping below as mapping.toml, check it, then: unisono import {} --map-file mapping.toml "
      "-o NEW.uni\n\n{}",
      path, mapping);
  return error;
}

}  // namespace unisono::ingest
