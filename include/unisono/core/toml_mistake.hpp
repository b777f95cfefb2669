// Two mistakes in a TOML text that toml++ 3.3 takes for impossible instead of refusing them (found by fuzzing): a table
// header without a key ("[[="), and characters beyond ASCII outside of strings and comments. Whoever gives a text to
// that library looks for them first. Here because mappings and the program's configuration both do.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace unisono {

struct TomlMistake {
  std::size_t line = 0;  // 1-based
  std::string what;
};

// The first one. A line of a nested list that begins with "[{" or with nothing after "[" is refused too. O(length).
std::optional<TomlMistake> toml_mistake(std::string_view toml);

}  // namespace unisono
