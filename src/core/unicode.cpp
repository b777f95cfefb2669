#include "unisono/core/unicode.hpp"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <memory>

namespace unisono {
namespace {

constexpr char32_t k_replacement = 0xFFFD;
constexpr std::string_view k_replacement_utf8 = "\xEF\xBF\xBD";

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Length of the leading part that is ASCII, eight bytes at a time.
std::size_t ascii_prefix(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  while (i < text.size() && static_cast<signed char>(text[i]) >= 0) ++i;
  return i;
}

constexpr std::uint32_t k_invalid = 0xFFFFFFFF;

std::uint32_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}
bool is_trail(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The code point at `position`, which moves behind it; k_invalid behind the maximal part that begins some valid
// sequence.
std::uint32_t decode(std::string_view text, std::size_t& position) {
  const std::uint32_t lead = byte_at(text, position++);
  if (lead < 0x80) return lead;
  if (lead < 0xC2 || lead > 0xF4) return k_invalid;
  const int trails = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  // Only the first trail byte has a narrower range: no overlong forms, no surrogates, nothing above U+10FFFF.
  std::uint32_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  std::uint32_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  std::uint32_t code_point = lead & (0x3FU >> trails);
  for (int i = 0; i < trails; ++i) {
    if (position == text.size()) return k_invalid;
    const std::uint32_t trail = byte_at(text, position);
    if (trail < low || trail > high) return k_invalid;
    code_point = code_point << 6 | (trail & 0x3F);
    ++position;
    low = 0x80;
    high = 0xBF;
  }
  return code_point;
}

// ICU's indices are 32 bit: longer texts are folded in pieces cut before an ASCII character, which no rule reaches
// across.
constexpr std::size_t k_piece = std::size_t{1} << 30;

std::int32_t length32(std::string_view text) {
  return static_cast<std::int32_t>(text.size());
}

void lower_ascii(std::string& text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
}

template <typename Fold>
std::string fold_pieces(std::string_view text, Fold&& fold) {
  if (is_ascii(text)) {
    std::string folded(text);
    lower_ascii(folded);
    return folded;
  }
  RepairedText repaired;
  if (!is_valid_utf8(text)) {
    repaired = replace_invalid_utf8(text);
    text = repaired.text;
  }
  std::string folded;
  while (!text.empty()) {
    std::size_t cut = text.size();
    if (cut > k_piece) {
      cut = k_piece;
      while (cut > k_piece / 2 && static_cast<signed char>(text[cut]) < 0) --cut;
    }
    fold(text.substr(0, cut), folded);
    text.remove_prefix(cut);
  }
  return folded;
}

}  // namespace

bool is_ascii(std::string_view text) {
  return ascii_prefix(text) == text.size();
}

bool is_valid_utf8(std::string_view text) {
  std::size_t i = ascii_prefix(text);
  while (i < text.size()) {
    if (decode(text, i) == k_invalid) return false;
    if (i < text.size() && byte_at(text, i) < 0x80) i += ascii_prefix(text.substr(i));
  }
  return true;
}

char32_t next_code_point(std::string_view text, std::size_t& position) {
  assert(position < text.size());
  const std::uint32_t code_point = decode(text, position);
  return code_point == k_invalid ? k_replacement : static_cast<char32_t>(code_point);
}

void append_utf8(std::string& text, char32_t code_point) {
  auto c = static_cast<std::uint32_t>(code_point);
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = k_replacement;
  const auto put = [&text](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

RepairedText replace_invalid_utf8(std::string_view text) {
  RepairedText repaired;
  repaired.text.reserve(text.size());
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t start = i;
    i += ascii_prefix(text.substr(i));
    std::size_t end = i;
    while (i < text.size() && byte_at(text, i) >= 0x80) {
      if (decode(text, i) == k_invalid) {
        repaired.text.append(text.substr(start, end - start));
        break;
      }
      end = i;
    }
    if (i == end) {
      repaired.text.append(text.substr(start, end - start));
    } else {
      repaired.text.append(k_replacement_utf8);
      ++repaired.replaced;
    }
  }
  return repaired;
}

std::string nfkc_casefold(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  assert(U_SUCCESS(status));
  return fold_pieces(text, [normalizer](std::string_view piece, std::string& folded) {
    UErrorCode error = U_ZERO_ERROR;
    icu::StringByteSink<std::string> sink(&folded);
    normalizer->normalizeUTF8(0, icu::StringPiece(piece.data(), length32(piece)), sink, nullptr, error);
    assert(U_SUCCESS(error));
  });
}

std::string casefold(std::string_view text) {
  return fold_pieces(text, [](std::string_view piece, std::string& folded) {
    UErrorCode error = U_ZERO_ERROR;
    icu::StringByteSink<std::string> sink(&folded);
    icu::CaseMap::utf8Fold(0, icu::StringPiece(piece.data(), length32(piece)), sink, nullptr, error);
    assert(U_SUCCESS(error));
  });
}

namespace {

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<Entity, 6> k_entities = {
    {{"amp;", "&"}, {"lt;", "<"}, {"gt;", ">"}, {"quot;", "\""}, {"apos;", "'"}, {"nbsp;", "\xC2\xA0"}}};

// "#39;" or "#x27;" behind the ampersand: appends the character and returns the length read, 0 if it is no reference.
std::size_t decode_numeric(std::string_view rest, std::string& out) {
  std::size_t i = 1;
  const bool hexadecimal = i < rest.size() && (rest[i] == 'x' || rest[i] == 'X');
  if (hexadecimal) ++i;
  const std::size_t first = i;
  std::uint32_t value = 0;
  for (; i < rest.size() && i < first + 8; ++i) {
    const char c = rest[i];
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (hexadecimal && is_ascii_letter(c) && (c | 0x20) <= 'f') {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      break;
    }
    value = value * (hexadecimal ? 16 : 10) + digit;
  }
  if (i == first || i >= rest.size() || rest[i] != ';') return 0;
  append_utf8(out, value == 0 ? k_replacement : static_cast<char32_t>(value));
  return i + 1;
}

std::size_t decode_entity(std::string_view rest, std::string& out) {
  if (rest.starts_with('#')) return decode_numeric(rest, out);
  for (const Entity& entity : k_entities) {
    if (rest.starts_with(entity.name)) {
      out += entity.text;
      return entity.name.size();
    }
  }
  return 0;
}

}  // namespace

std::string decode_entities(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (;;) {
    const std::size_t ampersand = text.find('&');
    decoded.append(text.substr(0, ampersand));
    if (ampersand == std::string_view::npos) return decoded;
    text.remove_prefix(ampersand + 1);
    const std::size_t length = decode_entity(text, decoded);
    if (length == 0) decoded += '&';
    text.remove_prefix(length);
  }
}

std::string script_of(std::string_view text) {
  if (is_ascii(text)) return std::any_of(text.begin(), text.end(), is_ascii_letter) ? "Latn" : "Zyyy";
  std::array<std::size_t, USCRIPT_CODE_LIMIT> counts{};
  std::array<std::size_t, USCRIPT_CODE_LIMIT> first{};
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const auto c = static_cast<UChar32>(next_code_point(text, i));
    if (!u_isalpha(c)) continue;
    UErrorCode status = U_ZERO_ERROR;
    const auto script = static_cast<std::size_t>(uscript_getScript(c, &status));
    if (U_FAILURE(status) || script == USCRIPT_COMMON || script == USCRIPT_INHERITED || script >= counts.size())
      continue;
    if (counts[script]++ == 0) first[script] = start;
  }
  std::size_t best = USCRIPT_COMMON;
  for (std::size_t script = 0; script < counts.size(); ++script) {
    const bool more = counts[script] > counts[best];
    const bool earlier = counts[script] == counts[best] && counts[script] > 0 && first[script] < first[best];
    if (more || earlier) best = script;
  }
  return uscript_getShortName(static_cast<UScriptCode>(best));
}

namespace {

bool is_invisible(UChar32 c) {
  const auto type = u_charType(c);
  return type == U_FORMAT_CHAR || type == U_CONTROL_CHAR || type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR ||
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

std::size_t width_of(UChar32 c) {
  const auto type = u_charType(c);
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || is_invisible(c)) return 0;
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

bool is_ascii_control(char32_t c) {
  return c < 0x20 || c == 0x7F;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    width += c < 0x80 ? (is_ascii_control(c) ? 0 : 1) : width_of(static_cast<UChar32>(c));
  }
  return width;
}

bool is_hidden_or_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || c == 0x180e || c == 0x200b ||
         (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe00ff);
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool break_pending = false;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    const bool line_break = (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029;
    if (line_break) {
      break_pending = true;
      continue;
    }
    if (c < 0x80 ? is_ascii_control(c) : is_invisible(static_cast<UChar32>(c))) continue;
    if (break_pending && !out.empty() && out.back() != ' ' && c != ' ') out += ' ';
    break_pending = false;
    append_utf8(out, c);
  }
  return out;
}

namespace {

// One break iterator per call: they are not shared between threads, and texts are cut only for display.
std::unique_ptr<icu::BreakIterator> breaks(bool words) {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> iterator(
      words ? icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status)
            : icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
  return U_SUCCESS(status) ? std::move(iterator) : nullptr;
}

// Calls `visit(end, is_word)` for every break until it returns false.
template <typename Visit>
void for_each_break(std::string_view text, bool words, Visit&& visit) {
  const std::unique_ptr<icu::BreakIterator> iterator = breaks(words);
  if (iterator == nullptr) return;
  UErrorCode status = U_ZERO_ERROR;
  UText* const input = utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
  iterator->setText(input, status);
  if (U_SUCCESS(status)) {
    for (std::int32_t end = iterator->next(); end != icu::BreakIterator::DONE; end = iterator->next()) {
      if (!visit(static_cast<std::size_t>(end), iterator->getRuleStatus() >= 100)) break;
    }
  }
  utext_close(input);
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) next_code_point(text, i);
  return count;
}

// Breaks behind a far enough prefix do not change the answer, and hostile texts may be huge.
std::string_view head(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && is_trail(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

}  // namespace

std::string_view cut_code_points(std::string_view text, std::size_t n) {
  if (text.size() <= n) return text;
  const bool crlf_may_split = text.substr(0, n + 1).find('\r') != std::string_view::npos;
  if (is_ascii(text.substr(0, n + 1)) && !crlf_may_split) return text.substr(0, n);
  std::size_t kept = 0;
  std::size_t used = 0;
  // A cluster that is cut by the head is longer than n code points anyway: 4 bytes each, and one cluster behind them.
  const std::string_view looked_at = head(text, 4 * n + 4096);
  for_each_break(looked_at, false, [&](std::size_t end, bool) {
    used += count_code_points(looked_at.substr(kept, end - kept));
    if (used > n) return false;
    kept = end;
    return true;
  });
  return text.substr(0, kept);
}

std::string_view cut_words(std::string_view text, std::size_t n) {
  std::size_t words = 0;
  std::size_t kept = 0;
  bool cut = false;
  for_each_break(text, true, [&](std::size_t end, bool is_word) {
    if (is_word && words == n) {
      cut = true;
      return false;
    }
    if (is_word) ++words;
    kept = end;
    return true;
  });
  if (!cut) return text;
  while (kept > 0 && (text[kept - 1] == ' ' || text[kept - 1] == '\n' || text[kept - 1] == '\t')) --kept;
  return text.substr(0, kept);
}

std::string icu_version() {
  UVersionInfo version;
  u_getVersion(version);
  return std::to_string(version[0]) + "." + std::to_string(version[1]);
}

std::string unicode_version() {
  UVersionInfo version;
  u_getUnicodeVersion(version);
  return std::to_string(version[0]) + "." + std::to_string(version[1]);
}

}  // namespace unisono
