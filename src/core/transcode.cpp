#include "unisono/core/transcode.hpp"

#include <fmt/format.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>
#include <utility>

namespace unisono {

struct Transcoder::State {
  UConverter* converter = nullptr;
  std::uint64_t consumed = 0;  // bytes given to the converter in earlier calls
  std::uint64_t waiting = 0;   // where the character begins whose end has not come yet
  char16_t high = 0;           // a high surrogate whose partner stands in the next block of units
  std::uint64_t high_origin = 0;
  std::uint64_t replaced = 0;

  explicit State(UConverter* opened) : converter(opened) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ucnv_close(converter); }

  void append(char32_t point, std::uint64_t origin, std::string& text, std::vector<std::uint64_t>& origins);
  void append_units(const char16_t* units, const std::int32_t* offsets, std::size_t n, std::string& text,
                    std::vector<std::uint64_t>& origins);
};

Transcoder::Transcoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Transcoder::Transcoder(Transcoder&&) noexcept = default;
Transcoder& Transcoder::operator=(Transcoder&&) noexcept = default;
Transcoder::~Transcoder() = default;

std::uint64_t Transcoder::replaced() const {
  return state_->replaced;
}

Result<Transcoder> Transcoder::open(std::string_view encoding) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = encoding.empty() ? nullptr : ucnv_open(std::string(encoding).c_str(), &status);
  if (converter == nullptr || U_FAILURE(status)) {
    return fail(ErrorCode::usage, fmt::format("no encoding is called \"{}\"", encoding),
                "names are those of IANA: UTF-8, UTF-16LE, windows-1252, GB18030, Shift_JIS, ...");
  }
  return Transcoder(std::make_unique<State>(converter));
}

void Transcoder::State::append(char32_t point, std::uint64_t origin, std::string& text,
                               std::vector<std::uint64_t>& origins) {
  if (point == 0xFFFD) ++replaced;
  const std::size_t before = text.size();
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xC0 | (point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xE0 | (point >> 12));
    tail(6), tail(0);
  } else {
    text += static_cast<char>(0xF0 | (point >> 18));
    tail(12), tail(6), tail(0);
  }
  origins.insert(origins.end(), text.size() - before, origin);
}

void Transcoder::State::append_units(const char16_t* units, const std::int32_t* offsets, std::size_t n,
                                     std::string& text, std::vector<std::uint64_t>& origins) {
  for (std::size_t i = 0; i < n; ++i) {
    // A negative offset: the character began in an earlier call.
    const std::uint64_t origin = offsets[i] < 0 ? waiting : consumed + static_cast<std::uint64_t>(offsets[i]);
    const char16_t unit = units[i];
    if (high != 0) {
      const char16_t first = std::exchange(high, u'\0');
      if (U16_IS_TRAIL(unit)) {
        append(static_cast<char32_t>(U16_GET_SUPPLEMENTARY(first, unit)), high_origin, text, origins);
        continue;
      }
      append(0xFFFD, high_origin, text, origins);
    }
    if (U16_IS_LEAD(unit)) {
      high = unit;
      high_origin = origin;
    } else {
      append(U16_IS_TRAIL(unit) ? char32_t{0xFFFD} : char32_t{unit}, origin, text, origins);
    }
  }
}

void Transcoder::convert(std::string_view bytes, bool flush, std::string& text, std::vector<std::uint64_t>& origins) {
  std::array<char16_t, 4096> units;
  std::array<std::int32_t, 4096> offsets;
  const char* from = bytes.data();
  const char* const end = from + bytes.size();
  while (true) {
    const char* const call_start = from;
    char16_t* to = units.data();
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(state_->converter, &to, units.data() + units.size(), &from, end, offsets.data(), flush ? 1 : 0,
                   &status);
    state_->append_units(units.data(), offsets.data(), static_cast<std::size_t>(to - units.data()), text, origins);
    state_->consumed += static_cast<std::uint64_t>(from - call_start);
    UErrorCode ignored = U_ZERO_ERROR;
    const std::int32_t pending = ucnv_toUCountPending(state_->converter, &ignored);
    state_->waiting = state_->consumed - static_cast<std::uint64_t>(std::max(pending, 0));
    if (status != U_BUFFER_OVERFLOW_ERROR) break;
  }
  if (flush && state_->high != 0) {
    state_->high = 0;
    state_->append(0xFFFD, state_->high_origin, text, origins);
  }
}

std::string canonical_encoding(std::string_view encoding) {
  const std::string name(encoding);
  for (const char* standard : {"MIME", "IANA"}) {
    UErrorCode status = U_ZERO_ERROR;
    const char* known = ucnv_getStandardName(name.c_str(), standard, &status);
    if (known != nullptr && U_SUCCESS(status)) return known;
  }
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = name.empty() ? nullptr : ucnv_open(name.c_str(), &status);
  if (converter == nullptr) return {};
  std::string known = ucnv_getName(converter, &status);
  ucnv_close(converter);
  return known;
}

std::string guess_encoding(std::string_view sample) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, void (*)(UCharsetDetector*)> detector(ucsdet_open(&status), ucsdet_close);
  if (U_FAILURE(status)) return {};
  const std::string text(sample.substr(0, std::size_t{1} << 16));
  ucsdet_setText(detector.get(), text.data(), static_cast<std::int32_t>(text.size()), &status);
  const UCharsetMatch* match = ucsdet_detect(detector.get(), &status);
  const char* name = match == nullptr || U_FAILURE(status) ? nullptr : ucsdet_getName(match, &status);
  return name == nullptr || U_FAILURE(status) ? std::string() : std::string(name);
}

}  // namespace unisono
