// Which accounts hold each object, while that changes all the time and no object gains or loses a holder for long: one
// small table of open addressing for each object, so that those of popular objects stay in the cache.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unisono::network {

class HeldSet {
 public:
  // The table of one object: its first place and the number of its places, a power of two.
  struct Table {
    std::size_t begin = 0;
    std::uint32_t places = 0;
  };

  static std::uint32_t places_for(std::uint32_t most_holders) { return std::bit_ceil(2 * most_holders); }

  explicit HeldSet(std::size_t places = 0) : places_(places, k_free) {}  // of all tables together

  bool contains(std::uint32_t account, Table table) const {
    const std::uint32_t* places = places_.data() + table.begin;
    std::uint32_t at = home(account, table);
    while (places[at] != k_free && places[at] != account) at = next(at, table);
    return places[at] == account;
  }
  void prefetch(std::uint32_t account, Table table) const {
    __builtin_prefetch(places_.data() + table.begin + home(account, table));
  }
  void insert(std::uint32_t account, Table table) {
    std::uint32_t* places = places_.data() + table.begin;
    std::uint32_t at = home(account, table);
    while (places[at] != k_free && places[at] != account) at = next(at, table);
    places[at] = account;
  }
  // What stands behind the free place moves up, as far as its home allows.
  void erase(std::uint32_t account, Table table) {
    std::uint32_t* places = places_.data() + table.begin;
    std::uint32_t free = home(account, table);
    while (places[free] != k_free && places[free] != account) free = next(free, table);
    if (places[free] == k_free) return;
    for (std::uint32_t at = next(free, table); places[at] != k_free; at = next(at, table)) {
      const std::uint32_t from_home = (at - home(places[at], table)) & (table.places - 1);
      if (from_home < ((at - free) & (table.places - 1))) continue;
      places[free] = places[at];
      free = at;
    }
    places[free] = k_free;
  }

 private:
  static constexpr std::uint32_t k_free = 0xFFFFFFFF;
  static std::uint32_t home(std::uint32_t account, Table table) {
    constexpr std::uint32_t k_golden = 0x9E3779B1;  // Fibonacci hashing
    const std::uint32_t mixed = account * k_golden;
    return (mixed ^ mixed >> 15) & (table.places - 1);
  }
  static std::uint32_t next(std::uint32_t at, Table table) { return (at + 1) & (table.places - 1); }

  std::vector<std::uint32_t> places_;
};

}  // namespace unisono::network
