// When two texts are the same, or share words, for the QUT Coordination Network Toolkit: only to give its tables back
// (docs/from-qut.md). Our own keys of texts are in key.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unisono {

// Lower case, every "@" with what follows up to the next white space or the end taken out (also inside a word), blanks
// collapsed. Texts of mentions only, and the empty text, have the same empty key. O(length).
std::string qut_text_key(std::string_view text);

// The token set, ascending and without repeats: lower case, mentions out as above, cut at the word boundaries of UAX 29
// (Unicode's default rules, no dictionaries: each Han, Hiragana and Thai letter is a token of its own), punctuation is
// kept, blanks and one apostrophe behind a boundary are dropped. O(length log length).
std::vector<std::string> qut_tokens(std::string_view text);

}  // namespace unisono
