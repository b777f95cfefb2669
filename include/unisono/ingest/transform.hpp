// The transforms of the mapping language on the text of one value (docs/ingest/mapping.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "unisono/ingest/mapping.hpp"

namespace unisono::ingest {

// The value of a FieldSource after its transform, prefixes and words. Empty optional: the value is missing or cannot be
// read. Not for transforms to numbers and truth values; those are below.
std::optional<std::string> transformed(std::string_view value, const FieldSource& source);

// "12", "12.0"; grouped: "1,234" "1 234" "1.234" with groups of three; suffixed: "1.2K", "3M", "1.2万", "2亿".
std::optional<std::int64_t> parse_integer(std::string_view text, Transform transform);

// true/false, 1/0, yes/no, t/f, y/n in any case, "1.0"/"0.0".
std::optional<bool> parse_bool(std::string_view text);

// HTML to text: tags dropped, <br> and </p> become line breaks, entities decoded. Script and style are dropped whole.
std::string html_to_text(std::string_view html);

// The x of a leading "RT @x:"; empty if the text does not begin so.
std::string_view repost_prefix(std::string_view text);

}  // namespace unisono::ingest
