// Which encoding a text has: byte order mark, else valid UTF-8, else a named guess that a person confirms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "unisono/core/result.hpp"

namespace unisono::ingest {

enum class EncodingGround : std::uint8_t { byte_order_mark, valid, damaged, given };

struct Encoding {
  std::string name = "UTF-8";  // as the converter knows it
  std::size_t mark_bytes = 0;  // length of the byte order mark, which is not text
  EncodingGround ground = EncodingGround::valid;
  bool is_utf8() const { return name == "UTF-8"; }
};

const char* name_of(EncodingGround ground);  // "byte order mark", "valid UTF-8", "UTF-8 with damage", "given by option"

// Decides from the first bytes. `whole`: the sample is all there is (a character cut at its end is then damage, never a
// hint). Without a mark: valid UTF-8 is UTF-8; NUL bytes in every other place suggest UTF-16; bytes that make sense as
// windows-1252 suggest that, stretches of other bytes what ICU takes them for (GB18030, windows-1251, ...); JSON is
// UTF-8 by its standard and never guessed to be a single-byte encoding; everything else is UTF-8 with damage (U+FFFD,
// counted). A suggestion is an Error{needs_decision} naming the option, never a decision. Errors: needs_decision; usage
// for an `asked` name that no converter knows.
Result<Encoding> decide_encoding(std::string_view sample, bool whole, std::string_view asked);

}  // namespace unisono::ingest
