// Unicode text: validity, folding, tokens, and what may be printed. ICU stands behind it; text that is plain ASCII
// never reaches ICU. All functions take any bytes; those that say "valid UTF-8" read an invalid byte as U+FFFD.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace unisono {

bool is_ascii(std::string_view text);
bool is_valid_utf8(std::string_view text);  // no overlong forms, no surrogates, at most U+10FFFF

// Every maximal invalid part becomes one U+FFFD (the practice recommended by Unicode 15, chapter 3.9, U+FFFD
// substitution).
struct RepairedText {
  std::string text;
  std::uint64_t replaced = 0;
};
RepairedText replace_invalid_utf8(std::string_view text);

// ICU NFKC_Casefold: compatibility forms unified, case folded, zero-width and other default-ignorable characters
// removed.
std::string nfkc_casefold(std::string_view text);
std::string casefold(std::string_view text);  // full case folding only

// &amp; &lt; &gt; &quot; &apos; &nbsp; and numeric references, decoded once; anything else stays as it is. A numeric
// reference to no character (0, a surrogate, above U+10FFFF) becomes U+FFFD.
std::string decode_entities(std::string_view text);

// Tokens as in the rules for texts: words of UAX 29 (simple form) that hold a letter or digit; a run of n >= 2
// characters of Han, kana, Thai, Lao, Khmer or Myanmar counts as its n - 1 bigrams, a single one as 1. O(length).
std::size_t count_tokens(std::string_view text);

// ISO 15924 code of the script with most letters ("Latn", "Arab", "Hani"), of equal counts the one that occurs first;
// "Zyyy" without any letter. Han, kana and Hangul are counted apart.
std::string script_of(std::string_view text);

// Columns on a terminal: 2 for wide and full-width characters, 0 for combining and invisible ones.
std::size_t display_width(std::string_view text);

// The text on one line, safe for a terminal: controls (C0, DEL, C1), bidirectional controls, zero-width and other
// invisible format characters are removed, line breaks and tabs become one space; invalid bytes become U+FFFD.
std::string printable(std::string_view text);

// A character that a reader cannot see and that may change how its neighbours are read: controls (C0, DEL, C1), line
// and paragraph separators, bidirectional controls, zero-width space, soft hyphen, tags, byte order mark. Joiners
// (U+200C, U+200D) are none: scripts and emoji need them.
bool is_hidden_or_control(char32_t c);

// The longest prefix of whole grapheme clusters with at most `n` code points / at most `n` words. A single cluster of
// more than `n` code points gives an empty prefix. `text` unchanged if it fits. The result is a view into `text`.
std::string_view cut_code_points(std::string_view text, std::size_t n);
std::string_view cut_words(std::string_view text, std::size_t n);

// One code point at `position`, which moves behind it; an invalid sequence gives U+FFFD. `position` < text.size()
// (assert).
char32_t next_code_point(std::string_view text, std::size_t& position);
void append_utf8(std::string& text, char32_t code_point);  // surrogates and values above U+10FFFF as U+FFFD

// "72.1", "15.0": text keys depend on both, so they stand in the record of a run.
std::string icu_version();
std::string unicode_version();

}  // namespace unisono
