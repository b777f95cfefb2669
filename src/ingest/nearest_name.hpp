// Did you mean: the known name that is nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unisono::ingest {

// "did you mean `post_id`?", or the list of all names when none is near.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known);

// Optimal string alignment distance, by bytes; both at most 64 bytes, longer ones are cut. O(length^2).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace unisono::ingest
