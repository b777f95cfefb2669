// Stage 5: object-major arrays with renumbered accounts, windows by two pointers, and the account-major list of both.
#include <algorithm>
#include <numeric>

#include "coaction_stages.hpp"
#include "unisono/core/parallel.hpp"

namespace unisono::signals::stages {
namespace {

constexpr std::uint32_t k_object_start = 0x8000'0000U;  // in account[], until the windows are made

// A run of buckets that one thread turns into rows, with its own counts per account: entries of earlier chunks come
// first, so a row ascends by position.
struct Chunk {
  std::size_t first_bucket = 0, last_bucket = 0;
  std::size_t begin = 0, end = 0;    // live actions
  std::vector<std::uint32_t> count;  // per dense account, later per renumbered account the next free entry
};

std::vector<Chunk> cut(const Buckets& buckets, std::size_t n_chunks) {
  std::vector<Chunk> chunks(n_chunks);
  const std::size_t total = buckets.live_total();
  std::size_t b = 0, position = 0;
  for (std::size_t c = 0; c < n_chunks; ++c) {
    chunks[c].first_bucket = b;
    chunks[c].begin = position;
    const std::size_t goal = total * (c + 1) / n_chunks;
    while (b < buckets.count() && (position < goal || c + 1 == n_chunks)) position += buckets.live[b++];
    chunks[c].last_bucket = b;
    chunks[c].end = position;
  }
  return chunks;
}

Result<void> count_actions(const Task& task, Buckets& buckets, Chunk& chunk) {
  Pulse pulse(task.control);
  chunk.count.assign(task.actions.n_accounts, 0);
  for (std::size_t b = chunk.first_bucket; b < chunk.last_bucket; ++b) {
    for (const Key& key : buckets.bucket(b)) ++chunk.count[account_of(key)];
    if (pulse.stop_after(buckets.live[b])) return task.control.check_cancelled();
  }
  return {};
}

// dense_id and begin of the rows, and the new number of each dense account.
std::vector<std::uint32_t> renumber(const Task& task, const std::vector<Chunk>& chunks, Rows& rows) {
  std::vector<Key> order;  // (side, live actions, dense id)
  for (std::uint32_t a = 0; a < task.actions.n_accounts; ++a) {
    std::uint64_t count = 0;
    for (const Chunk& chunk : chunks) count += chunk.count[a];
    const std::uint64_t side = task.sided() ? task.actions.side[a] : 0;
    if (count > 0) order.push_back(Key{a, side << 32 | count});
  }
  Pulse pulse(task.control);
  sort_keys(order, task.limits.vector_sort, pulse);

  std::vector<std::uint32_t> number(task.actions.n_accounts, 0);
  rows.dense_id.reserve(order.size());
  rows.begin.reserve(order.size() + 1);
  rows.begin.push_back(0);
  for (const Key& key : order) {
    number[key.lo] = static_cast<std::uint32_t>(rows.dense_id.size());
    rows.dense_id.push_back(static_cast<std::uint32_t>(key.lo));
    rows.begin.push_back(rows.begin.back() + static_cast<std::uint32_t>(key.hi));
    rows.counted += key.hi >> 32 == 0 ? 1U : 0U;
  }
  rows.sided = task.sided();
  return number;
}

// From counts per dense account to the first free entry per renumbered account.
void place_chunks(std::vector<Chunk>& chunks, const Rows& rows) {
  std::vector<std::uint32_t> next(rows.begin.begin(), rows.begin.end() - 1);
  for (Chunk& chunk : chunks) {
    std::vector<std::uint32_t> cursor(rows.accounts());
    for (std::size_t a = 0; a < cursor.size(); ++a) {
      cursor[a] = next[a];
      next[a] += chunk.count[rows.dense_id[a]];
    }
    chunk.count = std::move(cursor);
  }
}

Result<void> copy_actions(const Task& task, Buckets& buckets, const Chunk& chunk, std::span<const std::uint32_t> number,
                          Rows& rows) {
  Pulse pulse(task.control);
  std::size_t position = chunk.begin;
  for (std::size_t b = chunk.first_bucket; b < chunk.last_bucket; ++b) {
    const std::span<const Key> keys = buckets.bucket(b);
    for (std::size_t i = 0; i < keys.size(); ++i, ++position) {
      const bool starts = i == 0 || object_of(keys[i]) != object_of(keys[i - 1]);
      rows.account[position] = number[account_of(keys[i])] | (starts ? k_object_start : 0);
      rows.time[position] = time_of(keys[i]);
    }
    if (pulse.stop_after(keys.size())) return task.control.check_cancelled();
  }
  return {};
}

Result<void> make_windows(const Task& task, Chunk& chunk, Rows& rows) {
  Pulse pulse(task.control);
  std::vector<std::uint32_t> last_object(task.unique ? 0 : rows.accounts(), 0);  // start of the object + 1
  const std::uint64_t* time = rows.time.data();
  for (std::size_t from = chunk.begin; from < chunk.end;) {
    rows.account[from] &= ~k_object_start;
    std::size_t to = from + 1;
    while (to < chunk.end && (rows.account[to] & k_object_start) == 0) ++to;
    for (std::size_t i = from, left = from, right = from; i < to; ++i) {
      while (time[i] - time[left] > task.window) ++left;
      while (right < to && time[right] - time[i] <= task.window) ++right;
      const std::uint32_t a = rows.account[i];
      std::uint32_t first = k_object_start;
      if (!task.unique) {
        first = last_object[a] != from + 1 ? k_object_start : 0;
        last_object[a] = static_cast<std::uint32_t>(from + 1);
      }
      rows.entries[chunk.count[a]++] = {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(left),
                                        static_cast<std::uint32_t>(right - left) | first};
    }
    if (pulse.stop_after(to - from)) return task.control.check_cancelled();
    from = to;
  }
  return {};
}

}  // namespace

Result<Rows> make_rows(const Task& task, Buckets buckets) {
  const std::size_t live = buckets.live_total();
  std::vector<Chunk> chunks = cut(buckets, task.threads);
  UNISONO_CHECK(for_each_block(chunks.size(), task.control,
                               [&](std::size_t c, unsigned) { return count_actions(task, buckets, chunks[c]); }));

  Rows rows;
  const std::vector<std::uint32_t> number = renumber(task, chunks, rows);
  UNISONO_CHECK(task.control.check_cancelled());
  place_chunks(chunks, rows);

  rows.account = Buffer<std::uint32_t>(live);
  rows.time = Buffer<std::uint64_t>(live);
  UNISONO_CHECK(for_each_block(chunks.size(), task.control, [&](std::size_t c, unsigned) {
    return copy_actions(task, buckets, chunks[c], number, rows);
  }));
  buckets = {};  // before the entries: the peak is 16 n + 12 live or 24 live bytes, whichever is larger
  rows.entries = Buffer<Entry>(live);
  UNISONO_CHECK(for_each_block(chunks.size(), task.control,
                               [&](std::size_t c, unsigned) { return make_windows(task, chunks[c], rows); }));
  return rows;
}

}  // namespace unisono::signals::stages
