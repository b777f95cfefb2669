// Random bytes as small numbers, and what a target says before it stops.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace unisono::fuzz {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool empty() const { return at_ >= size_; }
  std::uint32_t next(std::uint32_t bound) { return empty() ? 0 : data_[at_++] % bound; }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

inline bool near(double x, double y, double relative = 1e-9) {
  return std::abs(x - y) <= relative * std::max(std::abs(x), std::abs(y)) + 1e-290;
}

}  // namespace unisono::fuzz
