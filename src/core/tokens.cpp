// Counting tokens: words of UAX 29 in its simple form, bigrams for scripts without spaces.
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <array>

#include "unisono/core/unicode.hpp"

namespace unisono {
namespace {

// What a character does to a word. `mid_letter` joins letters ("don't"), `mid_digit` joins digits ("1,234"), `mid_both`
// is the full stop and the apostrophe; `joiner` is the underscore and its like.
enum class WordClass : std::uint8_t { other, letter, digit, joiner, extend, mid_letter, mid_digit, mid_both, unspaced };

WordClass word_class_of_break(int word_break) {
  switch (word_break) {
    case U_WB_ALETTER:
    case U_WB_HEBREW_LETTER:
    case U_WB_KATAKANA:
      return WordClass::letter;
    case U_WB_NUMERIC:
      return WordClass::digit;
    case U_WB_EXTENDNUMLET:
      return WordClass::joiner;
    case U_WB_EXTEND:
    case U_WB_FORMAT:
    case U_WB_ZWJ:
      return WordClass::extend;
    case U_WB_MIDLETTER:
      return WordClass::mid_letter;
    case U_WB_MIDNUM:
      return WordClass::mid_digit;
    case U_WB_MIDNUMLET:
    case U_WB_SINGLE_QUOTE:
      return WordClass::mid_both;
    default:
      return WordClass::other;
  }
}

bool is_unspaced(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return u_isalpha(c) != 0;
    default:
      return c == 0x30FC;  // the long-vowel mark belongs to kana, its script is Common
  }
}

WordClass classify(char32_t code_point) {
  const auto c = static_cast<UChar32>(code_point);
  // The colon joins words in Swedish only; ICU's root rules leave it out as we do.
  if (c == ':' || c == 0xFE55 || c == 0xFF1A) return WordClass::other;
  if (c >= 0x0E00 && is_unspaced(c)) return WordClass::unspaced;
  return word_class_of_break(u_getIntPropertyValue(c, UCHAR_WORD_BREAK));
}

const std::array<WordClass, 128>& ascii_classes() {
  static const std::array<WordClass, 128> k_classes = [] {
    std::array<WordClass, 128> classes{};
    for (char32_t c = 0; c < 128; ++c) classes[c] = classify(c);
    return classes;
  }();
  return k_classes;
}

// Counts tokens from one class after the other.
class Counter {
 public:
  void add(WordClass c) {
    if (c == WordClass::extend) return;  // belongs to whatever stands before it
    if (c == WordClass::unspaced) {
      end_word();
      ++run_;
      return;
    }
    end_run();
    switch (c) {
      case WordClass::letter:
      case WordClass::digit:
        add_to_word(c);
        break;
      case WordClass::joiner:
        if (pending_ != WordClass::other) end_word();
        last_ = WordClass::joiner;
        break;
      case WordClass::mid_letter:
      case WordClass::mid_digit:
      case WordClass::mid_both:
        wait_behind(c);
        break;
      default:
        end_word();
    }
  }

  std::size_t finish() {
    end_word();
    end_run();
    return tokens_;
  }

 private:
  void add_to_word(WordClass c) {
    const bool joined = pending_ == WordClass::other || (last_ == c && pending_joins(c));
    if (!joined) end_word();
    pending_ = WordClass::other;
    has_word_ = true;
    last_ = c;
  }

  bool pending_joins(WordClass c) const {
    return pending_ == WordClass::mid_both ||
           pending_ == (c == WordClass::letter ? WordClass::mid_letter : WordClass::mid_digit);
  }

  // A mid character joins only if the next one is of the same class as the last: wait for it.
  void wait_behind(WordClass c) {
    if (pending_ != WordClass::other || (last_ != WordClass::letter && last_ != WordClass::digit)) return end_word();
    pending_ = c;
  }

  void end_word() {
    tokens_ += has_word_ ? 1 : 0;
    has_word_ = false;
    last_ = pending_ = WordClass::other;
  }

  void end_run() {
    tokens_ += run_ > 1 ? run_ - 1 : run_;
    run_ = 0;
  }

  std::size_t tokens_ = 0;
  std::size_t run_ = 0;  // characters of the current run without spaces
  bool has_word_ = false;
  WordClass last_ = WordClass::other;
  WordClass pending_ = WordClass::other;
};

}  // namespace

std::size_t count_tokens(std::string_view text) {
  const std::array<WordClass, 128>& ascii = ascii_classes();
  Counter counter;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 128) {
      counter.add(ascii[byte]);
      ++i;
    } else {
      counter.add(classify(next_code_point(text, i)));
    }
  }
  return counter.finish();
}

}  // namespace unisono
