#include "unisono/core/qut_text.hpp"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstddef>

#include "unisono/core/unicode.hpp"

namespace unisono {
namespace {

// What Python calls white space: White_Space and the four separators of ASCII.
bool is_blank(char32_t c) {
  return u_isUWhiteSpace(static_cast<UChar32>(c)) || (c >= 0x1C && c <= 0x1F);
}

std::string lower(std::string_view text) {
  std::string out;
  if (is_ascii(text)) {
    for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return out;
  }
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToLower("", 0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr,
                            status);
  return U_FAILURE(status) ? std::string(text) : out;
}

// Lower case without mentions: an "@" takes everything up to the next white space with it.
std::string cleaned(std::string_view text) {
  const std::string folded = lower(text);
  std::string out;
  bool in_mention = false;
  for (std::size_t i = 0; i < folded.size();) {
    const std::size_t at = i;
    const char32_t c = next_code_point(folded, i);
    if (in_mention && u_isUWhiteSpace(static_cast<UChar32>(c))) in_mention = false;
    if (c == '@') in_mention = true;
    if (!in_mention) out.append(folded, at, i - at);
  }
  return out;
}

struct Letter {
  std::size_t begin = 0, end = 0;  // bytes
  int word_break = 0;
  bool is_pictograph = false;
};

std::vector<Letter> letters_of(std::string_view text) {
  std::vector<Letter> letters;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t at = i;
    const auto c = static_cast<UChar32>(next_code_point(text, i));
    letters.push_back(
        {at, i, u_getIntPropertyValue(c, UCHAR_WORD_BREAK), u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) != 0});
  }
  return letters;
}

bool is_line_break(int wb) {
  return wb == U_WB_NEWLINE || wb == U_WB_CR || wb == U_WB_LF;
}
bool is_ignored(int wb) {
  return wb == U_WB_EXTEND || wb == U_WB_FORMAT || wb == U_WB_ZWJ;
}
bool is_letter(int wb) {
  return wb == U_WB_ALETTER || wb == U_WB_HEBREW_LETTER;
}
bool joins_letters(int wb) {
  return wb == U_WB_MIDLETTER || wb == U_WB_MIDNUMLET || wb == U_WB_SINGLE_QUOTE;
}
bool joins_digits(int wb) {
  return wb == U_WB_MIDNUM || wb == U_WB_MIDNUMLET || wb == U_WB_SINGLE_QUOTE;
}

// The rules of UAX 29 for one place between two letters.
class WordBreaks {
 public:
  explicit WordBreaks(const std::vector<Letter>& letters) : letters_(letters) {}

  // Is there a boundary before letter i, 0 < i < size?
  bool before(std::size_t i) const {
    const int raw_left = letters_[i - 1].word_break, right = letters_[i].word_break;
    if (raw_left == U_WB_CR && right == U_WB_LF) return false;                // WB3
    if (is_line_break(raw_left) || is_line_break(right)) return true;         // WB3a, WB3b
    if (raw_left == U_WB_ZWJ && letters_[i].is_pictograph) return false;      // WB3c
    if (raw_left == U_WB_WSEGSPACE && right == U_WB_WSEGSPACE) return false;  // WB3d
    if (is_ignored(right)) return false;                                      // WB4
    const std::size_t at = visible_before(i);
    const int left = at == k_none ? U_WB_OTHER : letters_[at].word_break;
    const int next = kind_after(i), previous = at == k_none ? U_WB_OTHER : kind_before(at);
    if (is_letter(left) && is_letter(right)) return false;                                                     // WB5
    if (is_letter(left) && joins_letters(right) && is_letter(next)) return false;                              // WB6
    if (is_letter(previous) && joins_letters(left) && is_letter(right)) return false;                          // WB7
    if (left == U_WB_HEBREW_LETTER && right == U_WB_SINGLE_QUOTE) return false;                                // WB7a
    if (left == U_WB_HEBREW_LETTER && right == U_WB_DOUBLE_QUOTE && next == U_WB_HEBREW_LETTER) return false;  // WB7b
    if (previous == U_WB_HEBREW_LETTER && left == U_WB_DOUBLE_QUOTE && right == U_WB_HEBREW_LETTER)
      return false;                                                                             // WB7c
    if ((left == U_WB_NUMERIC || is_letter(left)) && right == U_WB_NUMERIC) return false;       // WB8, WB9
    if (left == U_WB_NUMERIC && is_letter(right)) return false;                                 // WB10
    if (previous == U_WB_NUMERIC && joins_digits(left) && right == U_WB_NUMERIC) return false;  // WB11
    if (left == U_WB_NUMERIC && joins_digits(right) && next == U_WB_NUMERIC) return false;      // WB12
    if (left == U_WB_KATAKANA && right == U_WB_KATAKANA) return false;                          // WB13
    const auto is_word = [](int wb) { return is_letter(wb) || wb == U_WB_NUMERIC || wb == U_WB_KATAKANA; };
    if ((is_word(left) || left == U_WB_EXTENDNUMLET) && right == U_WB_EXTENDNUMLET) return false;  // WB13a
    if (left == U_WB_EXTENDNUMLET && is_word(right)) return false;                                 // WB13b
    if (left == U_WB_REGIONAL_INDICATOR && right == U_WB_REGIONAL_INDICATOR)                       // WB15, WB16
      return indicators_upto(at) % 2 == 0;
    return true;  // WB999
  }

 private:
  static constexpr std::size_t k_none = static_cast<std::size_t>(-1);

  // The letter before place i that WB4 does not join to its own predecessor.
  std::size_t visible_before(std::size_t i) const {
    while (i > 0) {
      --i;
      const bool starts = i == 0 || is_line_break(letters_[i - 1].word_break);
      if (!is_ignored(letters_[i].word_break) || starts) return i;
    }
    return k_none;
  }
  int kind_before(std::size_t at) const {
    const std::size_t found = visible_before(at);
    return found == k_none ? U_WB_OTHER : letters_[found].word_break;
  }
  int kind_after(std::size_t i) const {
    for (++i; i < letters_.size(); ++i)
      if (!is_ignored(letters_[i].word_break)) return letters_[i].word_break;
    return U_WB_OTHER;
  }
  std::size_t indicators_upto(std::size_t at) const {
    std::size_t n = 0;
    while (at != k_none && letters_[at].word_break == U_WB_REGIONAL_INDICATOR) {
      ++n;
      at = at == 0 ? k_none : visible_before(at);
    }
    return n;
  }

  const std::vector<Letter>& letters_;
};

void add_words(std::string_view piece, std::vector<std::string>& out) {
  std::size_t begin = 0;
  const auto add = [&](std::size_t end) {
    if (end > begin) out.emplace_back(piece.substr(begin, end - begin));
  };
  for (std::size_t i = 0; i < piece.size();) {
    const std::size_t at = i;
    if (!is_blank(next_code_point(piece, i))) continue;
    add(at);
    begin = i;
  }
  add(piece.size());
}

}  // namespace

std::string qut_text_key(std::string_view text) {
  std::vector<std::string> words;
  add_words(cleaned(text), words);
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

std::vector<std::string> qut_tokens(std::string_view text) {
  const std::string clean = cleaned(text);
  const std::vector<Letter> letters = letters_of(clean);
  const WordBreaks breaks(letters);
  std::vector<std::string> tokens;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < letters.size();) {
    if (i > 0 && !breaks.before(i)) {
      ++i;
      continue;
    }
    add_words(std::string_view(clean).substr(begin, letters[i].begin - begin), tokens);
    std::size_t after = i;
    while (after < letters.size() && letters[after].word_break == U_WB_WSEGSPACE) ++after;
    if (after < letters.size() && clean[letters[after].begin] == '\'') ++after;
    begin = after < letters.size() ? letters[after].begin : clean.size();
    // What was dropped may end inside a word; the next boundary is looked for behind it.
    i = after > i ? after : i + 1;
  }
  add_words(std::string_view(clean).substr(begin), tokens);
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  return tokens;
}

}  // namespace unisono
