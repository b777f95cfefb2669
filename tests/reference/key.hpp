// The keys of links and texts in obvious lines: regular expressions, one step of K1 after the other.
#pragma once

#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <cctype>
#include <regex>
#include <string>
#include <string_view>

#include "reference/unicode.hpp"
#include "unisono/core/unicode.hpp"

namespace unisono::reference {

// ASCII hosts only. The grammar of RFC 3986, appendix B; then the list of what is dropped.
inline std::string canonical_url(const std::string& url) {
  static const std::regex k_grammar(
      "(https?)://(?:[^/?#\\\\]*@)?([A-Za-z0-9._-]+)(?::(\\d{0,5}))?([/\\\\][^?#]*)?(?:\\?([^#]*))?(?:#.*)?",
      std::regex::icase);
  static const std::regex k_tracking("(utm_.*|mc_.*|fbclid|gclid|igshid)(=.*)?", std::regex::icase);
  std::smatch part;
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F) return "";
  }
  if (!std::regex_match(url, part, k_grammar)) return "";
  const auto lower = [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  };
  const std::string scheme = lower(part[1]);
  std::string host = lower(part[2]);
  if (host.ends_with('.')) host.pop_back();
  if (host.empty() || host.size() > 253 || host.front() == '.' || host.find("..") != std::string::npos) return "";
  std::string result = scheme + "://" + host;
  const std::string port = part[3];
  if (!port.empty() && port != (scheme == "https" ? "443" : "80")) result += ":" + port;
  result += part[4];
  std::string query;
  std::string rest = part[5].matched ? part[5].str() + "&" : "";
  bool first = true;
  for (std::size_t end = rest.find('&'); end != std::string::npos; end = rest.find('&')) {
    const std::string parameter = rest.substr(0, end);
    rest.erase(0, end + 1);
    if (std::regex_match(parameter, k_tracking)) continue;
    if (!first) query += "&";
    query += parameter;
    first = false;
  }
  if (!query.empty()) result += "?" + query;
  if (result.ends_with('/')) result.pop_back();
  return result;
}

inline icu::UnicodeString replace_all(const icu::UnicodeString& text, const icu::UnicodeString& pattern,
                                      const icu::UnicodeString& by) {
  UErrorCode status = U_ZERO_ERROR;
  icu::RegexMatcher matcher(pattern, text, 0, status);
  const icu::UnicodeString result = matcher.replaceAll(by, status);
  return U_SUCCESS(status) ? result : icu::UnicodeString(u"pattern refused");
}

// The leftmost address, hashtag or mention, one after the other: addresses and mentions become a blank, the word of a
// hashtag is put between two private-use characters.
inline icu::UnicodeString mark_objects(const icu::UnicodeString& text, const icu::UnicodeString& tag,
                                       const icu::UnicodeString& inner) {
  const icu::UnicodeString address(u"(?:(?i:https?://)[A-Za-z0-9][A-Za-z0-9./_=&%-]*(?<![.]))");
  const icu::UnicodeString mention =
      icu::UnicodeString(u"(?:(?<![A-Za-z0-9_!#$%&*@])[@\\uFF20](?:[A-Za-z0-9_]+|") + inner + u"+))";
  UErrorCode status = U_ZERO_ERROR;
  icu::RegexMatcher matcher(address + u"|" + tag + u"|" + mention, text, 0, status);
  icu::UnicodeString marked;
  std::int32_t from = 0;
  while (matcher.find(status)) {
    marked.append(text.tempSubStringBetween(from, matcher.start(status)));
    const icu::UnicodeString word = matcher.group(1, status);
    marked.append(word.isEmpty() ? icu::UnicodeString(u" ") : u"\uE000" + word + u"\uE001");
    from = matcher.end(status);
  }
  return marked.append(text.tempSubString(from));
}

// K1 of a text whose addresses are plain (http or https, ASCII, no brackets or quotes) and whose handles name no host.
inline std::string text_form_k1(std::string_view raw) {
  const icu::UnicodeString inner(u"[\\p{L}\\p{M}\\p{Nd}_\\u00B7\\u200C\\u200D\\u30FB]");
  const icu::UnicodeString tag =
      icu::UnicodeString(u"(?<![A-Za-z0-9_&/#\\uFF03])[#\\uFF03]+(?=") + inner + u"*\\p{Alphabetic})(" + inner + u"+)";
  const icu::UnicodeString blanks(u"[\\s\\p{Default_Ignorable_Code_Point}\\u0000-\\u0020]*");

  icu::UnicodeString s = icu::UnicodeString::fromUTF8(decode_entities(repair(raw)));  // 1 decode
  s = replace_all(s, u"\\A[ \\n\\t]*RT @[A-Za-z0-9_]+: ?", u"");                      // 2 repost
  s = mark_objects(s, tag, inner);                                                    // 4 objects
  s = replace_all(s,
                  u"[[\\p{Extended_Pictographic}\\p{Regional_Indicator}\\p{Emoji_Modifier}\\u20E3]"
                  u"-[\\u00A9\\u00AE\\u2122\\u2139]]",
                  u" ");
  s = replace_all(s, u"\\A" + blanks + u"(?:\\uE000[^\\uE001]*\\uE001" + blanks + u")+", u"");
  s = replace_all(s, u"(?:\\uE000[^\\uE001]*\\uE001" + blanks + u")+\\z", u"");
  s = replace_all(s, u"\\uE000([^\\uE001]*)\\uE001", u" $1");
  std::string out;
  s.toUTF8String(out);
  s = icu::UnicodeString::fromUTF8(nfkc_casefold(out));         // 5 zero-width, 6 fold
  s = replace_all(s, u"[\\u0640\\u064B-\\u065F\\u0670]", u"");  // 7 script keys
  s = replace_all(s, u"\\s+", u" ");
  s = replace_all(s, u"\\A | \\z", u"");
  out.clear();
  s.toUTF8String(out);
  return out;
}

}  // namespace unisono::reference
