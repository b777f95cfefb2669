// Where is the next byte that means something? 16 bytes at a time.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace unisono::ingest {

// The first byte at or after `at` that is one of N, or `end`. Reads up to 16 bytes behind `end`, which must be
// readable.
template <std::size_t N>
class ByteFinder {
 public:
  explicit ByteFinder(const std::array<char, N>& bytes) : bytes_(bytes) {}

#if defined(__SSE2__)
  const char* find(const char* at, const char* end) const {
    for (; at < end; at += 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      __m128i hits = _mm_cmpeq_epi8(block, _mm_set1_epi8(bytes_[0]));
      for (std::size_t i = 1; i < N; ++i) hits = _mm_or_si128(hits, _mm_cmpeq_epi8(block, _mm_set1_epi8(bytes_[i])));
      const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
      if (mask != 0) {
        at += std::countr_zero(mask);
        return at < end ? at : end;
      }
    }
    return end;
  }
#else
  const char* find(const char* at, const char* end) const {
    while (at < end && std::find(bytes_.begin(), bytes_.end(), *at) == bytes_.end()) ++at;
    return at;
  }
#endif

 private:
  std::array<char, N> bytes_;
};

inline std::uint64_t count_byte(char wanted, const char* at, const char* end) {
  const ByteFinder<1> finder({wanted});
  std::uint64_t n = 0;
  while ((at = finder.find(at, end)) != end) ++n, ++at;
  return n;
}

}  // namespace unisono::ingest
