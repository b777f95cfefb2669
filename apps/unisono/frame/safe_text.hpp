// Texts of posts, names and errors as they may stand on a terminal: nothing in them can move the cursor, change
// colours, reverse the direction of a line or hide.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace unisono::app {

// Every control character (C0, DEL, C1), bidirectional control, line separator and invisible format character becomes a
// visible escape: \n, \t, \x1b, \u202e, \U000e0041; an invalid byte becomes \xff. Joiners that Persian, Indic scripts
// and emoji need (U+200C, U+200D) and variation selectors stay. With `reversible` a backslash becomes \\, so that the
// text can be restored. O(length).
std::string visible(std::string_view text, bool reversible = false);

// At most `columns` columns of `text` (which is visible() already), ending in "…" when something was cut.
std::string cut_to_width(std::string_view text, std::size_t columns);

// Words of `text` in lines of at most `width` columns, each line after the first begun with `indent` spaces.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace unisono::app
