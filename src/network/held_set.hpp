// A set of (account, object) that changes all the time and never grows: open addressing, without a trace of what left.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unisono::network {

class HeldSet {
 public:
  explicit HeldSet(std::size_t most = 0)  // never more than that many at once
      : places_(std::size_t{1} << std::bit_width(most + most / 2 + 1), k_free),
        shift_(64 - static_cast<unsigned>(std::countr_zero(places_.size()))) {}

  bool contains(std::uint32_t account, std::uint32_t object) const {
    const std::uint64_t key = key_of(account, object);
    std::size_t at = home(key);
    while (places_[at] != k_free && places_[at] != key) at = next(at);
    return places_[at] == key;
  }
  void prefetch(std::uint32_t account, std::uint32_t object) const {
    __builtin_prefetch(places_.data() + home(key_of(account, object)));
  }
  void insert(std::uint32_t account, std::uint32_t object) {
    const std::uint64_t key = key_of(account, object);
    std::size_t at = home(key);
    while (places_[at] != k_free && places_[at] != key) at = next(at);
    places_[at] = key;
  }
  // What stands behind the free place moves up, as far as its home allows.
  void erase(std::uint32_t account, std::uint32_t object) {
    const std::uint64_t key = key_of(account, object);
    std::size_t free = home(key);
    while (places_[free] != k_free && places_[free] != key) free = next(free);
    if (places_[free] == k_free) return;
    for (std::size_t at = next(free); places_[at] != k_free; at = next(at)) {
      const std::size_t from_home = (at - home(places_[at])) & (places_.size() - 1);
      if (from_home < ((at - free) & (places_.size() - 1))) continue;
      places_[free] = places_[at];
      free = at;
    }
    places_[free] = k_free;
  }

 private:
  static constexpr std::uint64_t k_free = ~std::uint64_t{0};
  static std::uint64_t key_of(std::uint32_t account, std::uint32_t object) {
    return std::uint64_t{account} << 32 | object;
  }
  std::size_t home(std::uint64_t key) const {
    constexpr std::uint64_t k_golden = 0x9E3779B97F4A7C15;  // Fibonacci hashing
    return static_cast<std::size_t>(((key ^ key >> 29) * k_golden) >> shift_);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (places_.size() - 1); }

  std::vector<std::uint64_t> places_;
  unsigned shift_;
};

}  // namespace unisono::network
