#include "string_ranks.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "unisono/core/hash.hpp"

namespace unisono::store {
namespace {

constexpr std::size_t k_block = std::size_t{1} << 20;
constexpr std::uint64_t k_low_half = 0xFFFFFFFFU;

struct SortKey {
  std::uint64_t first = 0, second = 0;  // 16 bytes of the text after the common prefix
  std::uint32_t number = 0;
  std::uint16_t class_rank = 0;
};

// Eight bytes as a number that compares as they do; missing bytes are 0.
std::uint64_t eight_bytes(std::string_view text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), std::min<std::size_t>(8, text.size()));
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return word;
}

std::size_t common_length(std::string_view a, std::string_view b) {
  const std::size_t n = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < n && a[i] == b[i]) ++i;
  return i;
}

}  // namespace

StringRanks::StringRanks() : slots_(1024, 0) {}

const char* StringRanks::keep(std::string_view text) {
  if (text.size() > block_size_ - block_used_ || blocks_.empty()) {
    block_size_ = std::max(k_block, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_size_));
    block_used_ = 0;
    block_bytes_ += block_size_;
  }
  char* place = blocks_.back().get() + block_used_;
  if (!text.empty()) std::memcpy(place, text.data(), text.size());
  block_used_ += text.size();
  return place;
}

void StringRanks::grow() {
  std::vector<std::uint64_t> larger(slots_.size() * 2, 0);
  const std::size_t mask = larger.size() - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::uint64_t hash = entries_[i].hash;
    std::size_t slot = hash & mask;
    while (larger[slot] != 0) slot = (slot + 1) & mask;
    larger[slot] = (hash & ~k_low_half) | (i + 1);
  }
  slots_ = std::move(larger);
}

Result<std::uint32_t> StringRanks::number_of(const Item& item, std::uint64_t hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if ((slots_[slot] & ~k_low_half) != (hash & ~k_low_half)) continue;
    const auto number = static_cast<std::uint32_t>((slots_[slot] & k_low_half) - 1);
    const Entry& entry = entries_[number];
    if (entry.hash == hash && entry.string_class == item.string_class && text(number) == item.text) return number;
  }
  constexpr std::uint32_t k_max = std::numeric_limits<std::uint32_t>::max();
  if (entries_.size() >= k_max - 1 || item.text.size() > k_max) {
    return fail(ErrorCode::too_large, "more than 4,294,967,294 different ids, or an id above 4 GiB",
                "cut the data with --since and --until");
  }
  const auto number = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({keep(item.text), hash, static_cast<std::uint32_t>(item.text.size()), item.string_class});
  slots_[slot] = (hash & ~k_low_half) | (std::uint64_t{number} + 1);
  if (entries_.size() * 2 > slots_.size()) grow();
  return number;
}

Result<void> StringRanks::numbers_of(std::span<const Item> items, std::span<std::uint32_t> numbers) {
  constexpr std::size_t k_batch = 64;
  std::array<std::uint64_t, k_batch> hashes{};
  for (std::size_t begin = 0; begin < items.size(); begin += k_batch) {
    const std::size_t n = std::min(k_batch, items.size() - begin);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = 0; i < n; ++i) {
      hashes[i] = hash64(items[begin + i].text, items[begin + i].string_class);
      __builtin_prefetch(&slots_[hashes[i] & mask]);
    }
    // What the first slot names is most often the string itself: its entry, then its bytes. Wrong guesses cost nothing.
    const auto guess = [&](std::size_t i) { return slots_[hashes[i] & mask] & k_low_half; };
    for (std::size_t i = 0; i < n; ++i) {
      if (guess(i) != 0) __builtin_prefetch(&entries_[guess(i) - 1]);
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (guess(i) != 0) __builtin_prefetch(entries_[guess(i) - 1].text);
    }
    for (std::size_t i = 0; i < n; ++i) {
      UNISONO_TRY(numbers[begin + i], number_of(items[begin + i], hashes[i]));
    }
  }
  return {};
}

std::uint64_t StringRanks::bytes() const {
  return block_bytes_ + entries_.capacity() * sizeof(Entry) + slots_.capacity() * sizeof(std::uint64_t);
}

std::vector<std::uint32_t> StringRanks::sorted(const std::vector<std::uint16_t>& class_rank) const {
  std::size_t common = entries_.empty() ? 0 : entries_.front().length;
  for (std::uint32_t i = 1; i < size() && common > 0; ++i) common = common_length(text(0).substr(0, common), text(i));
  std::vector<SortKey> keys(entries_.size());
  for (std::uint32_t i = 0; i < size(); ++i) {
    const std::string_view rest = text(i).substr(common);
    keys[i] = {eight_bytes(rest), rest.size() > 8 ? eight_bytes(rest.substr(8)) : 0, i,
               class_rank[entries_[i].string_class]};
  }
  std::sort(keys.begin(), keys.end(), [this, common](const SortKey& a, const SortKey& b) {
    if (a.class_rank != b.class_rank) return a.class_rank < b.class_rank;
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    return text(a.number).substr(common) < text(b.number).substr(common);
  });
  std::vector<std::uint32_t> numbers(keys.size());
  for (std::size_t r = 0; r < keys.size(); ++r) numbers[r] = keys[r].number;
  return numbers;
}

}  // namespace unisono::store
