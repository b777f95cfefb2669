// JSON that a strict parser refuses, made acceptable without changing what it says; and where it is wrong.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "unisono/ingest/record.hpp"

namespace unisono::ingest {

// Invalid UTF-8 and lone surrogates -> U+FFFD, NaN and Infinity (and numbers beyond double) -> null, integers beyond 64
// bit -> strings of their digits. Counts what it did; nothing when there was nothing of the kind. O(text).
std::optional<std::string> repair_json(std::string_view text, ReadCounts& counts);

struct JsonMistake {
  std::size_t byte;
  std::string what;  // "expected , or }"
  bool is_too_deep = false;
};

// The first place at which the text is not one JSON value; none if it is (numbers are checked for their characters
// only).
std::optional<JsonMistake> find_json_mistake(std::string_view text, std::size_t max_depth);

}  // namespace unisono::ingest
