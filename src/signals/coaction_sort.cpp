// Stage 1 and 2: scatter the actions into buckets of objects, and sort keys.
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <limits>

#include "coaction_stages.hpp"
#include "hwy/contrib/sort/vqsort.h"
#include "hwy/targets.h"
#include "unisono/core/parallel.hpp"

namespace unisono::signals::stages {
namespace {

constexpr std::size_t k_most_buckets = 4'096;
constexpr std::size_t k_sort_at_once = std::size_t{1} << 19;  // about ten milliseconds

bool less(const Key& x, const Key& y) {
  return x.hi != y.hi ? x.hi < y.hi : x.lo < y.lo;
}

// Highway 1.0.3 aborts the process in a 128-bit sort when the CPU offers nothing above SSSE3.
bool can_vector_sort() {
  std::int64_t too_old = HWY_SSSE3 | HWY_EMU128 | HWY_SCALAR;
#ifdef HWY_SSE2
  too_old |= HWY_SSE2;
#endif
  return (hwy::SupportedTargets() & ~too_old) != 0;
}

struct Splitter {
  bool vector_sort;
  Pulse& pulse;

  void sort_at_once(std::span<Key> keys) const {
    if (vector_sort) {
      hwy::Sorter sorter;
      sorter(keys.data(), keys.size(), hwy::SortAscending());
    } else {
      std::sort(keys.begin(), keys.end(), less);
    }
  }

  // Keys that satisfy `left` to the front, in pieces that can be stopped; their number, or npos when stopped.
  template <typename Left>
  std::size_t split(std::span<Key> keys, const Left& left) const {
    std::size_t n_left = 0;
    for (std::size_t from = 0; from < keys.size(); from += Pulse::k_period) {
      const std::size_t to = std::min(keys.size(), from + Pulse::k_period);
      if (pulse.stop_after(to - from)) return std::numeric_limits<std::size_t>::max();
      for (std::size_t i = from; i < to; ++i) {
        const Key key = keys[i];
        keys[i] = keys[n_left];
        keys[n_left] = key;
        n_left += left(key) ? 1U : 0U;
      }
    }
    return n_left;
  }

  // One viral object can put everything into one bucket: quicksort steps until a piece is small enough to be sorted at
  // once.
  bool sort(std::span<Key> keys) const {
    constexpr std::size_t stopped = std::numeric_limits<std::size_t>::max();
    while (keys.size() > k_sort_at_once) {
      const Key pivot = middle(keys);
      const std::size_t below = split(keys, [&](const Key& key) { return less(key, pivot); });
      if (below == stopped) return true;
      const std::size_t equal = split(keys.subspan(below), [&](const Key& key) { return !less(pivot, key); });
      if (equal == stopped) return true;
      if (sort(keys.first(below))) return true;
      keys = keys.subspan(below + equal);
    }
    sort_at_once(keys);
    return pulse.stop_after(keys.size());
  }

  // The median of 255 keys at fixed places: depth stays near log2 for any input that is not made against it, and pieces
  // of equal keys are taken out whole.
  static Key middle(std::span<const Key> keys) {
    std::array<Key, 255> sample;
    for (std::size_t i = 0; i < sample.size(); ++i) sample[i] = keys[keys.size() / sample.size() * i];
    std::nth_element(sample.begin(), sample.begin() + sample.size() / 2, sample.end(), less);
    return sample[sample.size() / 2];
  }
};

// The part of the input that one thread reads: it knows the place of every key before it writes.
struct Chunk {
  std::size_t from = 0, to = 0;
  std::int64_t t_min = std::numeric_limits<std::int64_t>::max();
  std::vector<std::size_t> cursor;  // per bucket: number of keys, then next free place
};

Result<void> measure(const Task& task, Chunk& chunk, unsigned shift) {
  const Actions& in = task.actions;
  Pulse pulse(task.control);
  for (std::size_t from = chunk.from; from < chunk.to; from += Pulse::k_period) {
    const std::size_t to = std::min(chunk.to, from + Pulse::k_period);
    if (pulse.stop_after(to - from)) return task.control.check_cancelled();
    for (std::size_t i = from; i < to; ++i) {
      if (in.object[i] >= in.n_objects)
        return fail(ErrorCode::usage, fmt::format("action {}: object {} is not below the number of objects {}", i,
                                                  in.object[i], in.n_objects));
      if (in.account[i] >= in.n_accounts)
        return fail(ErrorCode::usage, fmt::format("action {}: account {} is not below the number of accounts {}", i,
                                                  in.account[i], in.n_accounts));
      ++chunk.cursor[in.object[i] >> shift];
    }
    if (!in.t_us.empty())
      for (std::size_t i = from; i < to; ++i) chunk.t_min = std::min(chunk.t_min, in.t_us[i]);
  }
  return {};
}

// Through one cache line per bucket, so that memory is written in whole lines. (Non-temporal stores would make this
// stage 1.6 x faster, which is 4 % of the join: not worth a second form.)
Result<void> scatter(const Task& task, Chunk& chunk, unsigned shift, Key* keys) {
  struct Line {
    std::array<Key, 4> keys;
  };
  const Actions& in = task.actions;
  std::vector<Line> lines(chunk.cursor.size());
  std::vector<std::uint8_t> filled(chunk.cursor.size(), 0);
  Pulse pulse(task.control);
  const auto t_min = static_cast<std::uint64_t>(task.t_min);
  for (std::size_t from = chunk.from; from < chunk.to; from += Pulse::k_period) {
    const std::size_t to = std::min(chunk.to, from + Pulse::k_period);
    if (pulse.stop_after(to - from)) return task.control.check_cancelled();
    for (std::size_t i = from; i < to; ++i) {
      const std::uint64_t time = in.t_us.empty() ? 0 : static_cast<std::uint64_t>(in.t_us[i]) - t_min;
      const std::size_t b = in.object[i] >> shift;
      lines[b].keys[filled[b]] = make_key(in.object[i], time, in.account[i]);
      if (++filled[b] == 4) {
        std::copy_n(lines[b].keys.data(), 4, keys + chunk.cursor[b]);
        chunk.cursor[b] += 4;
        filled[b] = 0;
      }
    }
  }
  for (std::size_t b = 0; b < lines.size(); ++b) std::copy_n(lines[b].keys.data(), filled[b], keys + chunk.cursor[b]);
  return {};
}

}  // namespace

bool sort_keys(std::span<Key> keys, bool vector_sort, Pulse& pulse) {
  return Splitter{vector_sort && can_vector_sort(), pulse}.sort(keys);
}

std::size_t Buckets::live_total() const {
  std::size_t total = 0;
  for (const std::size_t n : live) total += n;
  return total;
}

Result<Buckets> partition(Task& task) {
  const std::size_t n = task.actions.size();
  const std::size_t most =
      std::clamp<std::size_t>(n / std::max<std::size_t>(1, task.limits.bucket_actions), 1, k_most_buckets);
  const std::uint32_t last_object = std::max(1U, task.actions.n_objects) - 1;
  unsigned shift = 0;
  while ((std::uint64_t{last_object} >> shift) >= most) ++shift;
  const std::size_t n_buckets = (std::uint64_t{last_object} >> shift) + 1;

  std::vector<Chunk> chunks(task.threads);
  for (std::size_t c = 0; c < chunks.size(); ++c) {
    chunks[c].from = n * c / chunks.size();
    chunks[c].to = n * (c + 1) / chunks.size();
    chunks[c].cursor.assign(n_buckets, 0);
  }
  UNISONO_CHECK(for_each_block(chunks.size(), task.control,
                               [&](std::size_t c, unsigned) { return measure(task, chunks[c], shift); }));

  Buckets buckets{Buffer<Key>(n), std::vector<std::size_t>(n_buckets + 1, 0), std::vector<std::size_t>(n_buckets, 0)};
  task.t_min = task.actions.t_us.empty() ? 0 : std::numeric_limits<std::int64_t>::max();
  std::size_t next = 0;
  for (std::size_t b = 0; b < n_buckets; ++b) {
    buckets.begin[b] = next;
    for (Chunk& chunk : chunks) {
      const std::size_t size = chunk.cursor[b];
      chunk.cursor[b] = next;
      next += size;
    }
    buckets.live[b] = next - buckets.begin[b];
  }
  buckets.begin[n_buckets] = next;
  for (const Chunk& chunk : chunks) task.t_min = std::min(task.t_min, chunk.t_min);
  UNISONO_CHECK(for_each_block(chunks.size(), task.control, [&](std::size_t c, unsigned) {
    return scatter(task, chunks[c], shift, buckets.keys.data());
  }));
  return buckets;
}

}  // namespace unisono::signals::stages
