// Seeded random numbers, the same on every platform: xoshiro256** 1.0 (Blackman and Vigna), seeded by splitmix64.
#pragma once

#include <cstdint>
#include <utility>

namespace unisono {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  // An independent stream for part `stream` of a computation, so that results do not depend on the order of the parts.
  static Random stream(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);  // uniform in [0, bound), bound >= 1, unbiased (Lemire)
  double uniform();                          // uniform in [0, 1), 53 bits
  double normal();                           // standard normal (polar method, no cached value)

  // Fisher-Yates; T is any container with size() and operator[].
  template <typename T>
  void shuffle(T& items) {
    for (std::uint64_t i = items.size(); i > 1; --i) {
      const std::uint64_t j = below(i);
      using std::swap;
      swap(items[i - 1], items[j]);
    }
  }

 private:
  std::uint64_t state_[4];
};

// The mixing step of splitmix64: a fixed bijection of 64-bit numbers, good enough to derive seeds.
std::uint64_t mix64(std::uint64_t value);

}  // namespace unisono
