// K0 and K1: steps 1 to 9 of the order in docs/core/keys.md.
#include <unicode/uchar.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "text_scan.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/key.hpp"
#include "unisono/core/unicode.hpp"

namespace unisono {
namespace {

constexpr std::string_view k_ellipsis = "\xE2\x80\xA6";

bool is_emoji(char32_t code_point) {
  const auto c = static_cast<UChar32>(code_point);
  if (c < 0x203C || (c > 0x3299 && c < 0x1F000)) return false;  // where no script of letters has one; (c) and (r) too
  if (c == 0x2122 || c == 0x2139) return false;                 // (tm) and (i) are letters of a text
  return c == 0x20E3 || u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) ||
         u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR) || u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER);
}

bool is_content(char32_t code_point) {
  const auto c = static_cast<UChar32>(code_point);
  return !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) && !u_isUWhiteSpace(c);
}

// Copies `text` with a blank in place of every emoji. True if anything but blanks was copied.
bool append_without_emoji(std::string_view text, std::string& out) {
  bool content = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    while (i < text.size() && static_cast<signed char>(text[i]) >= 0) ++i;
    const std::string_view plain = text.substr(start, i - start);
    out.append(plain);
    content = content || std::any_of(plain.begin(), plain.end(), [](char c) { return c > ' '; });
    if (i == text.size()) break;
    const std::size_t at = i;
    const char32_t c = next_code_point(text, i);
    if (is_emoji(c)) {
      out += ' ';
    } else {
      content = content || is_content(c);
      out.append(text.substr(at, i - at));
    }
  }
  return content;
}

// Steps 4 and 5: objects out, hashtags inside the sentence as words, leading and trailing runs of them out.
struct Objectless {
  std::string text;
  bool truncated = false;
};

Objectless without_objects(std::string_view text) {
  Objectless result;
  std::string& out = result.text;
  out.reserve(text.size());
  bool has_content = false;
  std::size_t end_of_content = 0;  // what stands behind it in `out` are blanks and a run of hashtags
  bool cut = false;
  std::size_t from = 0;
  const auto copy = [&](std::string_view part) {
    if (append_without_emoji(part, out)) {
      has_content = true;
      end_of_content = out.size();
      std::string_view written = out;
      while (!written.empty() && (written.back() == ' ' || written.back() == '\n')) written.remove_suffix(1);
      cut = written.ends_with(k_ellipsis);
    }
  };
  while (const std::optional<Span> span = next_span(text, from)) {
    copy(text.substr(from, span->begin - from));
    from = span->end;
    out += ' ';
    if (span->kind == SpanKind::cut_url) cut = true;
    if (span->kind != SpanKind::hashtag || !has_content) continue;
    out.append(text.substr(span->body, span->end - span->body));
  }
  copy(text.substr(from));
  out.resize(end_of_content);
  result.truncated = cut;
  return result;
}

// Step 7 for the Arabic script: tatweel U+0640, harakat U+064B to U+065F, U+0670; all of them begin with the byte D9.
void remove_arabic_marks(std::string& text) {
  if (text.find('\xD9') == std::string::npos) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\xD9' && i + 1 < text.size()) {
      const auto trail = static_cast<unsigned char>(text[i + 1]);
      if (trail == 0x80 || (trail >= 0x8B && trail <= 0x9F) || trail == 0xB0) {
        ++i;
        continue;
      }
    }
    text[kept++] = text[i];
  }
  text.resize(kept);
}

// Length of the white space at `at` in UTF-8, 0 if there is none. NFKC has already turned most of them into U+0020.
std::size_t blank_length(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (c != 0xC2 && c != 0xE1 && c != 0xE2) return 0;
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\xC2\x85")) return 2;
  for (const std::string_view blank : {"\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    if (rest.starts_with(blank)) return 3;
  }
  return 0;
}

void collapse_blanks(std::string& text) {
  std::size_t kept = 0;
  bool pending = false;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t blank = blank_length(text, i); blank != 0) {
      pending = kept > 0;
      i += blank;
      continue;
    }
    if (pending) text[kept++] = ' ';
    pending = false;
    text[kept++] = text[i++];
  }
  text.resize(kept);
}

struct NormalForm {
  std::string text;
  bool is_repost = false;
  bool truncated = false;
};

NormalForm normal_form(std::string_view raw) {
  std::string decoded;
  if (!is_valid_utf8(raw)) {
    decoded = replace_invalid_utf8(raw).text;
    raw = decoded;
  }
  std::string plain;
  if (raw.find('&') != std::string_view::npos) {
    plain = decode_entities(raw);
    raw = plain;
  }
  NormalForm form;
  if (const std::optional<RepostPrefix> prefix = repost_prefix(raw)) {
    form.is_repost = true;
    raw.remove_prefix(prefix->length);
  }
  const Objectless objectless = without_objects(raw);
  form.truncated = objectless.truncated;
  form.text = nfkc_casefold(objectless.text);
  remove_arabic_marks(form.text);
  collapse_blanks(form.text);
  return form;
}

}  // namespace

std::string text_key_k0(std::string_view text) {
  return hex(hash128(text));
}

std::string text_form_k1(std::string_view text) {
  return normal_form(text).text;
}

TextKey text_key_k1(std::string_view text) {
  const NormalForm form = normal_form(text);
  TextKey key;
  key.is_repost = form.is_repost;
  key.truncated = form.truncated;
  if (form.text.empty()) return key;
  key.key = hex(hash128(form.text));
  key.tokens = count_tokens(form.text);
  return key;
}

}  // namespace unisono
