#include "unisono/ingest/transform.hpp"

#include <charconv>
#include <cmath>

#include "unisono/core/unicode.hpp"

namespace unisono::ingest {
namespace {

std::string_view strip(std::string_view text, std::string_view chars) {
  const std::size_t first = text.find_first_not_of(chars);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(chars) - first + 1);
}

constexpr std::string_view k_blanks = " \t\r\n";

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view last_path_segment(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  const std::size_t slash = url.find_last_of('/');
  return slash == std::string_view::npos ? url : url.substr(slash + 1);
}

// The decoded value of one parameter of a URL's query.
std::optional<std::string> query_param(std::string_view url, std::string_view name) {
  url = url.substr(0, url.find('#'));
  std::size_t at = url.find('?');
  while (at != std::string_view::npos) {
    const std::string_view rest = url.substr(at + 1);
    const std::string_view pair = rest.substr(0, rest.find('&'));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      const std::string_view coded = pair.substr(name.size() + 1);
      std::string out;
      for (std::size_t i = 0; i < coded.size(); ++i) {
        unsigned value = 0;
        const bool escape = coded[i] == '%' && i + 2 < coded.size() + 0 &&
                            std::from_chars(&coded[i + 1], &coded[i + 1] + 2, value, 16).ptr == &coded[i + 1] + 2;
        out.push_back(escape ? static_cast<char>(value) : coded[i] == '+' ? ' ' : coded[i]);
        if (escape) i += 2;
      }
      return replace_invalid_utf8(out).text;
    }
    at = url.find('&', at + 1);
  }
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || text.empty()) return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (rest.empty()) return value;
  // "12.0": a count that went through a float column.
  if (rest.front() == '.' && rest.find_first_not_of('0', 1) == std::string_view::npos) return value;
  return std::nullopt;
}

std::optional<std::int64_t> grouped_number(std::string_view text) {
  std::string digits;
  std::size_t group = 0, groups = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits.push_back(c);
      ++group;
    } else if ((c == ',' || c == '.' || c == ' ' || c == '\'') && group > 0 &&
               (groups == 0 ? group <= 3 : group == 3)) {
      ++groups;
      group = 0;
    } else if (c == '-' && digits.empty()) {
      digits.push_back(c);
    } else {
      return std::nullopt;
    }
  }
  if (groups > 0 && group != 3) return std::nullopt;
  return whole_number(digits);
}

std::optional<std::int64_t> suffixed_number(std::string_view text) {
  struct Suffix {
    std::string_view text;
    double factor;
  };
  static constexpr Suffix k_suffixes[] = {{"K", 1e3},      {"k", 1e3},      {"M", 1e6},      {"m", 1e6},
                                          {"B", 1e9},      {"b", 1e9},      {"w", 1e4},      {"W", 1e4},
                                          {"\u4e07", 1e4}, {"\u842c", 1e4}, {"\u4ebf", 1e8}, {"\u5104", 1e8}};
  double factor = 1;
  text = strip(text, " +");
  for (const Suffix& suffix : k_suffixes) {
    if (!text.ends_with(suffix.text)) continue;
    factor = suffix.factor;
    text = strip(text.substr(0, text.size() - suffix.text.size()), k_blanks);
    break;
  }
  if (factor == 1) return grouped_number(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  value = std::round(value * factor);
  if (!(std::abs(value) < 9e18)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

// The tag at `html[at]` ('<'), without its brackets; moves `at` behind it. A lone '<' is text.
std::optional<std::string> take_tag(std::string_view html, std::size_t& at) {
  const std::size_t close = html.find('>', at);
  if (close == std::string_view::npos || at + 1 >= html.size()) return std::nullopt;
  const char first = html[at + 1];
  const bool tag = first == '/' || first == '!' || (lowered({&first, 1})[0] >= 'a' && lowered({&first, 1})[0] <= 'z');
  if (!tag) return std::nullopt;
  std::string name = lowered(html.substr(at + 1, close - at - 1));
  at = close + 1;
  return name;
}

}  // namespace

std::string html_to_text(std::string_view html) {
  std::string out;
  std::size_t at = 0;
  while (at < html.size()) {
    if (html[at] != '<') {
      out.push_back(html[at++]);
      continue;
    }
    const std::optional<std::string> tag = take_tag(html, at);
    if (!tag) {
      out.push_back(html[at++]);
      continue;
    }
    const std::string name = tag->substr(0, tag->find_first_of(" \t\r\n/", 1));
    if (name == "br" || name == "/p" || name == "/div" || name == "/li") out.push_back('\n');
    if (name != "script" && name != "style") continue;
    const std::size_t close = lowered(html.substr(at)).find("</" + name);
    at = close == std::string::npos ? html.size() : at + close;
  }
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return decode_entities(out);
}

std::string_view repost_prefix(std::string_view text) {
  if (!text.starts_with("RT @")) return {};
  text.remove_prefix(4);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 64) return {};
  const std::string_view name = text.substr(0, colon);
  return name.find_first_of(" \t\r\n@") == std::string_view::npos ? name : std::string_view{};
}

std::optional<std::string> transformed(std::string_view value, const FieldSource& source) {
  std::optional<std::string> out;
  switch (source.transform) {
    case Transform::strip:
      out = std::string(strip(value, source.argument.empty() ? k_blanks : source.argument));
      break;
    case Transform::html_to_text:
      out = html_to_text(value);
      break;
    case Transform::last_path_segment:
      out = std::string(last_path_segment(value));
      break;
    case Transform::query_param:
      out = query_param(value, source.argument);
      break;
    case Transform::casefold:
      out = nfkc_casefold(value);
      break;
    case Transform::repost_prefix:
      out = std::string(repost_prefix(value));
      break;
    default:
      out = std::string(value);
      break;
  }
  if (!out || out->empty()) return std::nullopt;
  if (!source.prefixes.empty()) {
    for (const auto& [prefix, replacement] : source.prefixes) {
      if (out->starts_with(prefix)) return replacement;
    }
    return std::nullopt;
  }
  for (const auto& [word, replacement] : source.words) {
    if (*out == word) return replacement.empty() ? std::nullopt : std::optional(replacement);
  }
  return out;
}

std::optional<std::int64_t> parse_integer(std::string_view text, Transform transform) {
  text = strip(text, k_blanks);
  if (transform == Transform::int_grouped) return grouped_number(text);
  if (transform == Transform::int_suffix) return suffixed_number(text);
  return whole_number(text);
}

std::optional<bool> parse_bool(std::string_view text) {
  const std::string word = lowered(strip(text, k_blanks));
  for (const char* yes : {"true", "1", "1.0", "yes", "t", "y"}) {
    if (word == yes) return true;
  }
  for (const char* no : {"false", "0", "0.0", "no", "f", "n"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

}  // namespace unisono::ingest
