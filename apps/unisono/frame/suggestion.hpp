// "Did you mean": the word of a list that is nearest to what was typed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace unisono::app {

// Optimal string alignment distance (insertions, deletions, substitutions, swaps of neighbours). O(|a| |b|).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `words`, the first of equal ones; a word that `typed` begins counts as near. Empty if none is within a
// third of the length of `typed`, rounded up.
std::string nearest(std::string_view typed, const std::vector<std::string>& words);

}  // namespace unisono::app
