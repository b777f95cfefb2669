// Strings to dense numbers: first in order of arrival, then as ranks in bytewise order, which do not depend on that
// order.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"

namespace unisono::store {

// A set of (class, text) with class < 65,536, for example the platforms. Memory: the bytes of the distinct texts + at
// most 56 bytes each.
class StringRanks {
 public:
  StringRanks();

  struct Item {
    std::string_view text;
    std::uint16_t string_class = 0;
  };

  // numbers[i] = the number of items[i] in order of arrival. Many at a time are several times faster than one by one:
  // the table is larger than any cache, and its parts can be fetched while others are looked at. Error{too_large} above
  // 2^32 - 2 different strings.
  Result<void> numbers_of(std::span<const Item> items, std::span<std::uint32_t> numbers);

  std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }
  std::string_view text(std::uint32_t number) const { return {entries_[number].text, entries_[number].length}; }
  std::uint16_t class_of(std::uint32_t number) const { return entries_[number].string_class; }
  std::uint64_t bytes() const;

  // numbers[r] = the arrival number of rank r: sorted by (class_rank[class], text bytewise). O(n log n).
  std::vector<std::uint32_t> sorted(const std::vector<std::uint16_t>& class_rank) const;

 private:
  struct Entry {
    const char* text = nullptr;
    std::uint64_t hash = 0;
    std::uint32_t length = 0;
    std::uint16_t string_class = 0;
  };
  Result<std::uint32_t> number_of(const Item& item, std::uint64_t hash);
  const char* keep(std::string_view text);
  void grow();

  std::vector<Entry> entries_;
  std::vector<std::uint64_t>
      slots_;  // upper half of the hash, then number + 1; 0 = free. A power of two, at most half full
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_used_ = 0, block_size_ = 0;
  std::uint64_t block_bytes_ = 0;
};

}  // namespace unisono::store
