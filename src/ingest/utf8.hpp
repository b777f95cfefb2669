// UTF-8: is it valid, and what to put in its place if not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace unisono::ingest {

bool is_valid_utf8(std::string_view text);  // vectorised, several GB/s

// Bytes of the first sequence of a text that is not empty: `length` > 0 bytes, valid or not. An invalid one is a
// maximal subpart (Unicode 3.9, "U+FFFD Substitution of Maximal Subparts"): it is replaced by one U+FFFD. `cut`: valid
// so far, but the text ends.
struct Utf8Sequence {
  std::size_t length;
  bool valid;
  bool cut;
};
Utf8Sequence next_utf8(std::string_view text);

// The text with every invalid sequence replaced by U+FFFD; their number is added to `replaced`.
std::string repair_utf8(std::string_view text, std::uint64_t& replaced);

}  // namespace unisono::ingest
