// Text rules in obvious lines, over code points: UTF-8 by its table, tokens by ICU's own word breaks.
#pragma once

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace unisono::reference {

// The sequences of table 3-7 of the Unicode standard: low and high bound of every byte.
struct Utf8Row {
  std::vector<std::pair<unsigned, unsigned>> bytes;
};

inline const std::vector<Utf8Row>& utf8_table() {
  static const std::vector<Utf8Row> rows = {
      {{{0x00, 0x7F}}},
      {{{0xC2, 0xDF}, {0x80, 0xBF}}},
      {{{0xE0, 0xE0}, {0xA0, 0xBF}, {0x80, 0xBF}}},
      {{{0xE1, 0xEC}, {0x80, 0xBF}, {0x80, 0xBF}}},
      {{{0xED, 0xED}, {0x80, 0x9F}, {0x80, 0xBF}}},
      {{{0xEE, 0xEF}, {0x80, 0xBF}, {0x80, 0xBF}}},
      {{{0xF0, 0xF0}, {0x90, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
      {{{0xF1, 0xF3}, {0x80, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
      {{{0xF4, 0xF4}, {0x80, 0x8F}, {0x80, 0xBF}, {0x80, 0xBF}}},
  };
  return rows;
}

// Every maximal part that begins a row but does not finish it is one U+FFFD, as is a byte that begins none.
inline std::string repair(std::string_view text, std::size_t* replaced = nullptr) {
  std::string out;
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t longest = 1;
    bool whole = false;
    for (const Utf8Row& row : utf8_table()) {
      std::size_t n = 0;
      while (n < row.bytes.size() && i + n < text.size()) {
        const unsigned byte = static_cast<unsigned char>(text[i + n]);
        if (byte < row.bytes[n].first || byte > row.bytes[n].second) break;
        ++n;
      }
      if (n == row.bytes.size()) whole = true;
      if (n > longest) longest = n;
    }
    if (whole) {
      out.append(text.substr(i, longest));
    } else {
      out += "\xEF\xBF\xBD";
      ++count;
    }
    i += longest;
  }
  if (replaced != nullptr) *replaced = count;
  return out;
}

inline bool is_valid_utf8(std::string_view text) {
  return repair(text) == text;
}

// Words by ICU's word break rules (root); only for texts without Han, kana, Thai and their like.
inline std::size_t count_words(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> words(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  const icu::UnicodeString copy =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  words->setText(copy);
  // A segment is a word if it holds a letter or digit. (ICU 72 gives "a_" + ZWJ the rule status of a blank.)
  std::size_t count = 0;
  std::int32_t begin = 0;
  for (std::int32_t end = words->next(); end != icu::BreakIterator::DONE; end = words->next()) {
    bool is_word = false;
    for (std::int32_t i = begin; i < end; i = copy.moveIndex32(i, 1)) is_word = is_word || u_isalnum(copy.char32At(i));
    count += is_word ? 1U : 0U;
    begin = end;
  }
  return count;
}

}  // namespace unisono::reference
