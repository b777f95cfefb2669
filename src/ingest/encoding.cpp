#include "unisono/ingest/encoding.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "unisono/core/transcode.hpp"
#include "utf8.hpp"

namespace unisono::ingest {
namespace {

struct Mark {
  std::string_view bytes;
  const char* name;
};

// UTF-32LE before UTF-16LE: its mark begins with that of the other.
constexpr std::array<Mark, 5> k_marks = {{{{"\xEF\xBB\xBF", 3}, "UTF-8"},
                                          {{"\xFF\xFE\0\0", 4}, "UTF-32LE"},
                                          {{"\0\0\xFE\xFF", 4}, "UTF-32BE"},
                                          {{"\xFF\xFE", 2}, "UTF-16LE"},
                                          {{"\xFE\xFF", 2}, "UTF-16BE"}}};

std::optional<Mark> find_mark(std::string_view sample) {
  for (const Mark& mark : k_marks) {
    if (sample.starts_with(mark.bytes)) return mark;
  }
  return std::nullopt;
}

// UTF-16 without a mark: text of any language has so many ASCII characters (delimiters, digits, line breaks) that NUL
// bytes fill one of the two halves of the units and hardly occur in the other.
const char* suspect_utf16(std::string_view sample) {
  std::array<std::size_t, 2> nuls = {0, 0};
  for (std::size_t i = 0; i < sample.size(); ++i) nuls[i % 2] += sample[i] == '\0' ? 1u : 0u;
  const std::size_t units = sample.size() / 2;
  if (units < 2) return nullptr;
  if (nuls[1] * 5 >= units && nuls[0] * 20 <= units) return "UTF-16LE";
  if (nuls[0] * 5 >= units && nuls[1] * 20 <= units) return "UTF-16BE";
  return nullptr;
}

// Letters and typographic signs of windows-1252 that occur in prose; not its undefined bytes and not þ ÿ × ÷, which are
// rather damage than text.
bool plausible_in_1252(unsigned char byte) {
  if (byte >= 0xC0) return byte != 0xD7 && byte != 0xF7 && byte != 0xFE && byte != 0xFF;
  switch (byte) {
    case 0x80:
    case 0x82:
    case 0x84:
    case 0x85:
    case 0x91:
    case 0x92:
    case 0x93:
    case 0x94:
    case 0x95:
    case 0x96:
    case 0x97:
    case 0x99:
    case 0xA0:
    case 0xA1:
    case 0xA3:
    case 0xA7:
    case 0xA9:
    case 0xAB:
    case 0xAE:
    case 0xB0:
    case 0xB4:
    case 0xB7:
    case 0xBB:
    case 0xBF:
      return true;
    default:
      return false;
  }
}

struct Utf8Census {
  std::size_t multibyte = 0;  // valid sequences beyond ASCII
  std::size_t invalid = 0;
  std::size_t plausible = 0;                  // of the invalid ones, a letter or sign in windows-1252
  std::size_t high_bytes = 0, high_runs = 0;  // bytes beyond ASCII, and how many stretches they form
};

Utf8Census take_census(std::string_view rest) {
  Utf8Census census;
  bool inside_run = false;
  for (const char c : rest) {
    const bool high = static_cast<unsigned char>(c) >= 0x80;
    census.high_bytes += high ? 1u : 0u;
    census.high_runs += high && !inside_run ? 1u : 0u;
    inside_run = high;
  }
  while (!rest.empty()) {
    const Utf8Sequence sequence = next_utf8(rest);
    if (sequence.valid) {
      census.multibyte += sequence.length > 1 ? 1u : 0u;
    } else if (!sequence.cut) {  // one that the end cuts says nothing
      ++census.invalid;
      bool plausible = true;
      for (const char byte : rest.substr(0, sequence.length)) {
        plausible = plausible && plausible_in_1252(static_cast<unsigned char>(byte));
      }
      census.plausible += plausible ? 1u : 0u;
    }
    rest.remove_prefix(sequence.length);
  }
  return census;
}

bool looks_like_json(std::string_view sample) {
  const std::size_t first = sample.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (sample[first] == '{' || sample[first] == '[');
}

Result<Encoding> as_asked(std::string_view sample, std::string_view asked) {
  const std::string name = canonical_encoding(asked);
  if (name.empty()) {
    return fail(ErrorCode::usage, fmt::format("no encoding is called \"{}\"", asked),
                "give --encoding one of UTF-8, UTF-16LE, UTF-16BE, windows-1252, ISO-8859-1, GB18030, Shift_JIS, ...");
  }
  Encoding encoding{name == "US-ASCII" ? "UTF-8" : name, 0, EncodingGround::given};
  const std::optional<Mark> mark = find_mark(sample);
  // "UTF-16" leaves the byte order open; the mark states it.
  if (mark && (encoding.name == mark->name || std::string_view(mark->name).starts_with(encoding.name))) {
    encoding.name = mark->name;
    encoding.mark_bytes = mark->bytes.size();
  }
  return encoding;
}

}  // namespace

const char* name_of(EncodingGround ground) {
  switch (ground) {
    case EncodingGround::byte_order_mark:
      return "byte order mark";
    case EncodingGround::valid:
      return "valid UTF-8";
    case EncodingGround::damaged:
      return "UTF-8 with damage";
    case EncodingGround::given:
      return "given by option";
  }
  return "unknown";
}

Result<Encoding> decide_encoding(std::string_view sample, bool whole, std::string_view asked) {
  if (!asked.empty()) return as_asked(sample, asked);
  if (const std::optional<Mark> mark = find_mark(sample)) {
    return Encoding{mark->name, mark->bytes.size(), EncodingGround::byte_order_mark};
  }
  if (const char* guess = suspect_utf16(sample)) {
    return fail(ErrorCode::needs_decision,
                fmt::format("the text has no byte order mark and looks like {} (every other byte is 0)", guess),
                fmt::format("if that is right, give --encoding {}", guess));
  }
  if (is_valid_utf8(sample)) return Encoding{};
  const Utf8Census census = take_census(sample);
  if (census.invalid == 0) return Encoding{"UTF-8", 0, whole ? EncodingGround::damaged : EncodingGround::valid};
  // Accented letters stand alone among ASCII; other scripts come in stretches, and which one it is takes statistics.
  const bool alone = census.high_bytes * 2 < census.high_runs * 5;
  std::string guess = "windows-1252";
  if (!alone) guess = guess_encoding(sample);
  const bool is_damage = alone ? census.plausible * 10 < census.invalid * 9 : guess.empty() || guess.starts_with("UTF");
  if (census.multibyte > census.invalid || is_damage || looks_like_json(sample)) {
    return Encoding{"UTF-8", 0, EncodingGround::damaged};
  }
  if (guess == "ISO-8859-1") guess = "windows-1252";
  return fail(
      ErrorCode::needs_decision,
      fmt::format("the text is not UTF-8 ({} invalid and {} valid sequences beyond ASCII in the first {} bytes); it "
                  "looks like {}",
                  census.invalid, census.multibyte, sample.size(), guess),
      fmt::format("if that is right, give --encoding {}; --encoding UTF-8 reads the invalid bytes as U+FFFD", guess));
}

}  // namespace unisono::ingest
