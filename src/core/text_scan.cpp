#include "text_scan.hpp"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <array>
#include <string>

#include "unisono/core/unicode.hpp"

namespace unisono {
namespace {

bool is_ascii_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_ascii_word(char c) {
  return is_ascii_alnum(c) || c == '_';
}

bool same_letters(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = text[i];
    const char folded = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (folded != lower[i]) return false;
  }
  return true;
}

constexpr std::string_view k_wide_hash = "\xEF\xBC\x83";  // U+FF03
constexpr std::string_view k_wide_at = "\xEF\xBC\xA0";    // U+FF20
constexpr std::string_view k_ellipsis = "\xE2\x80\xA6";   // U+2026

// Length of the sign at `at` if it is `ascii` or its full-width form, else 0.
std::size_t sign_length(std::string_view text, std::size_t at, char ascii, std::string_view wide) {
  if (at < text.size() && text[at] == ascii) return 1;
  return text.substr(at).starts_with(wide) ? wide.size() : 0;
}

// Scripts that are written without spaces: an address in such a text ends where they begin again.
bool ends_address(char32_t code_point) {
  const auto c = static_cast<UChar32>(code_point);
  if (!u_isalpha(c) && u_charType(c) != U_NON_SPACING_MARK && u_charType(c) != U_COMBINING_SPACING_MARK) return true;
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

constexpr std::string_view k_never_in_address = "<>\"{}|\\^`";

// End of the address whose host begins at `host`, before trailing punctuation is given back.
std::size_t address_end(std::string_view text, std::size_t host) {
  const bool shortener = same_letters(text.substr(host), "t.co/");
  std::size_t i = host + (shortener ? 5 : 0);
  while (i < text.size()) {
    const char c = text[i];
    if (static_cast<signed char>(c) >= 0) {
      if (c <= ' ' || c == 0x7F || k_never_in_address.find(c) != std::string_view::npos) break;
      if (shortener && !is_ascii_alnum(c)) break;
      ++i;
      continue;
    }
    std::size_t behind = i;
    if (shortener || ends_address(next_code_point(text, behind))) break;
    i = behind;
  }
  return i;
}

// Sentence punctuation behind an address belongs to the sentence, a bracket that the address did not open too. Counted
// once, so that a run of a million brackets costs one pass.
std::size_t without_trailing_punctuation(std::string_view text, std::size_t begin, std::size_t end) {
  std::int64_t round = 0;
  std::int64_t square = 0;
  for (std::size_t i = begin; i < end; ++i) {
    round += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    square += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
  }
  constexpr std::string_view k_sentence = ".,;:!?'*";
  while (end > begin) {
    const char c = text[end - 1];
    if (c == ')' && round < 0) {
      ++round;
    } else if (c == ']' && square < 0) {
      ++square;
    } else if (k_sentence.find(c) == std::string_view::npos) {
      break;
    }
    --end;
  }
  return end;
}

std::optional<Span> address_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::size_t host = at;
  if (same_letters(rest, "https://")) {
    host += 8;
  } else if (same_letters(rest, "http://")) {
    host += 7;
  } else if (same_letters(rest, "www.")) {
    constexpr std::string_view k_inside_of_something = "_.@/-";
    if (at > 0 && (is_ascii_word(text[at - 1]) || k_inside_of_something.find(text[at - 1]) != std::string_view::npos)) {
      return std::nullopt;
    }
  } else {
    return std::nullopt;
  }
  const std::size_t end = address_end(text, host);
  const bool cut = text.substr(end).starts_with(k_ellipsis) || text.substr(host, end - host).ends_with("...");
  if (cut) return Span{SpanKind::cut_url, at, at, end};
  const std::size_t trimmed = without_trailing_punctuation(text, host, end);
  if (trimmed <= host + (host == at ? 4U : 0U)) return std::nullopt;  // nothing behind "https://" or "www."
  return Span{SpanKind::url, at, at, trimmed};
}

bool continues_tag(char32_t code_point) {
  if (code_point < 0x80) return is_ascii_word(static_cast<char>(code_point));
  const auto c = static_cast<UChar32>(code_point);
  constexpr std::array<UChar32, 4> k_inner = {0x00B7, 0x200C, 0x200D, 0x30FB};  // dots and joiners inside words
  for (const UChar32 inner : k_inner) {
    if (c == inner) return true;
  }
  return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK)) != 0;
}

// Behind a run of "#" and its full-width form.
std::size_t end_of_signs(std::string_view text, std::size_t at) {
  while (const std::size_t length = sign_length(text, at, '#', k_wide_hash)) at += length;
  return at;
}

std::optional<Span> hashtag_at(std::string_view text, std::size_t at) {
  if (at > 0) {
    const char before = text[at - 1];
    if (is_ascii_word(before) || before == '&' || before == '/') return std::nullopt;
  }
  const std::size_t body = end_of_signs(text, at);
  std::size_t end = body;
  bool has_letter = false;
  while (end < text.size()) {
    std::size_t behind = end;
    const char32_t c = next_code_point(text, behind);
    if (!continues_tag(c)) break;
    if (u_isalpha(static_cast<UChar32>(c))) has_letter = true;
    end = behind;
  }
  return has_letter ? std::optional(Span{SpanKind::hashtag, at, body, end}) : std::nullopt;
}

// "@host.tld" behind a handle of the fediverse, or ".bsky.social" behind one of Bluesky: the end of the whole handle.
std::size_t handle_end_with_host(std::string_view text, std::size_t end) {
  if (same_letters(text.substr(end), ".bsky.social")) return end + std::string_view(".bsky.social").size();
  if (end == text.size() || text[end] != '@') return end;
  std::size_t i = end + 1;
  while (i < text.size() && (is_ascii_alnum(text[i]) || text[i] == '-' || text[i] == '.')) ++i;
  while (i > end + 1 && !is_ascii_alnum(text[i - 1])) --i;
  const std::size_t dot = text.substr(end + 1, i - end - 1).find('.');
  return dot != std::string_view::npos && dot > 0 ? i : end;
}

std::optional<Span> mention_at(std::string_view text, std::size_t at) {
  constexpr std::string_view k_no_mention_behind = "!#$%&*@";
  if (at > 0 && (is_ascii_word(text[at - 1]) || k_no_mention_behind.find(text[at - 1]) != std::string_view::npos)) {
    return std::nullopt;
  }
  const std::size_t body = at + sign_length(text, at, '@', k_wide_at);
  std::size_t end = body;
  if (end < text.size() && is_ascii_word(text[end])) {
    while (end < text.size() && is_ascii_word(text[end])) ++end;
    end = handle_end_with_host(text, end);
  } else {
    while (end < text.size()) {
      std::size_t behind = end;
      if (!continues_tag(next_code_point(text, behind))) break;
      end = behind;
    }
  }
  return end > body ? std::optional(Span{SpanKind::mention, at, body, end}) : std::nullopt;
}

constexpr std::array<bool, 256> starting_bytes() {
  std::array<bool, 256> starts{};
  for (const char c : {'h', 'H', 'w', 'W', '#', '@'}) starts[static_cast<unsigned char>(c)] = true;
  starts[0xEF] = true;
  return starts;
}

}  // namespace

std::optional<Span> next_span(std::string_view text, std::size_t from) {
  static constexpr std::array<bool, 256> k_starts = starting_bytes();
  for (std::size_t i = from; i < text.size(); ++i) {
    if (!k_starts[static_cast<unsigned char>(text[i])]) continue;
    std::optional<Span> span;
    if (sign_length(text, i, '#', k_wide_hash) != 0) {
      span = hashtag_at(text, i);
      // The rest of a refused run of signs is refused too; without this a million '#' would cost a million runs.
      if (!span) i = end_of_signs(text, i) - 1;
    } else if (sign_length(text, i, '@', k_wide_at) != 0) {
      span = mention_at(text, i);
    } else {
      span = address_at(text, i);
    }
    if (span) return span;
  }
  return std::nullopt;
}

std::optional<RepostPrefix> repost_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t')) ++i;
  if (!text.substr(i).starts_with("RT @")) return std::nullopt;
  i += 4;
  const std::size_t begin = i;
  while (i < text.size() && is_ascii_word(text[i])) ++i;
  if (i == begin || i == text.size() || text[i] != ':') return std::nullopt;
  const std::string_view handle = text.substr(begin, i - begin);
  ++i;
  if (i < text.size() && text[i] == ' ') ++i;
  return RepostPrefix{handle, i};
}

}  // namespace unisono
