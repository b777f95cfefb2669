#include "utf8.hpp"

#include <simdjson.h>

namespace unisono::ingest {

bool is_valid_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

Utf8Sequence next_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true, false};
  std::size_t needed = 0;
  unsigned char low = 0x80, high = 0xBF;  // of the second byte: no overlong forms, surrogates or planes beyond 16
  if (lead >= 0xC2 && lead <= 0xDF) {
    needed = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    needed = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    needed = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {1, false, false};
  }
  for (std::size_t i = 1; i < needed; ++i) {
    if (i == text.size()) return {i, false, true};
    if (byte(i) < low || byte(i) > high) return {i, false, false};
    low = 0x80, high = 0xBF;
  }
  return {needed, true, false};
}

std::string repair_utf8(std::string_view text, std::uint64_t& replaced) {
  std::string repaired;
  repaired.reserve(text.size() + 16);
  while (!text.empty()) {
    const Utf8Sequence sequence = next_utf8(text);
    if (sequence.valid) {
      repaired += text.substr(0, sequence.length);
    } else {
      repaired += "\xEF\xBF\xBD";
      ++replaced;
    }
    text.remove_prefix(sequence.length);
  }
  return repaired;
}

}  // namespace unisono::ingest
