// Private: the stages of the co-action join and what they hand to each other, in the order of the data.
//
//   Actions --partition--> Buckets --plan--> Buckets (sorted, dead actions out) --prune--> Buckets --rows--> Rows
//   --count--> pairs
//
// A bucket holds all actions of a range of objects and is the unit of parallel work until Rows exist. Nothing here
// depends on the number of threads except who does the work.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "coaction_limits.hpp"
#include "hwy/base.h"
#include "unisono/signals/coaction.hpp"

namespace unisono::signals::stages {

// Large arrays ask for huge pages, because the count stage jumps through them. Throws std::bad_alloc.
constexpr std::size_t alignment_of(std::size_t bytes) {
  constexpr std::size_t k_line = 64, k_huge_page = std::size_t{2} << 20;
  return bytes >= 4 * k_huge_page ? k_huge_page : k_line;
}
void* allocate_pages(std::size_t bytes);

// An array that is not cleared on allocation: its pages cost nothing until they are written.
template <typename T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t size)
      : items_(static_cast<T*>(allocate_pages(size * sizeof(T))), Free{size}), size_(size) {}
  static Buffer zeros(std::size_t size) {
    Buffer buffer(size);
    std::fill_n(buffer.data(), size, T{});
    return buffer;
  }
  T* data() { return items_.get(); }
  const T* data() const { return items_.get(); }
  T& operator[](std::size_t i) { return items_[i]; }
  const T& operator[](std::size_t i) const { return items_[i]; }
  std::size_t size() const { return size_; }

 private:
  static_assert(std::is_trivially_copyable_v<T>);
  struct Free {
    std::size_t size = 0;
    void operator()(T* items) const { ::operator delete(items, std::align_val_t{alignment_of(size * sizeof(T))}); }
  };
  std::unique_ptr<T[], Free> items_;
  std::size_t size_ = 0;
};

// object(32) : t - t_min(64) : account(32), compared as one number: the whole order of the actions, so that ties are
// equal values.
using Key = hwy::uint128_t;
inline Key make_key(std::uint32_t object, std::uint64_t time, std::uint32_t account) {
  return Key{(time << 32) | account, (std::uint64_t{object} << 32) | (time >> 32)};
}
inline std::uint32_t object_of(const Key& key) {
  return static_cast<std::uint32_t>(key.hi >> 32);
}
inline std::uint64_t time_of(const Key& key) {
  return (key.hi << 32) | (key.lo >> 32);
}
inline std::uint32_t account_of(const Key& key) {
  return static_cast<std::uint32_t>(key.lo);
}

// Asks for a stop once per 65,536 units of work, so that no loop runs longer than a few milliseconds after the request.
class Pulse {
 public:
  explicit Pulse(const Control& control) : control_(control) {}
  bool stop_after(std::size_t work) {
    if (work < left_) {
      left_ -= work;
    } else {
      left_ = k_period;
      stopped_ = stopped_ || control_.cancelled();
    }
    return stopped_;
  }
  bool stopped() const { return stopped_; }  // once true, the results of the loops that asked are incomplete
  static constexpr std::size_t k_period = 65'536;

 private:
  const Control& control_;
  std::size_t left_ = k_period;
  bool stopped_ = false;
};

// Progress of one stage: any worker adds, the calling thread (worker 0) reports at most ten times a second.
class Meter {
 public:
  Meter(const Control& control, std::string_view phase, std::uint64_t total, std::string_view unit)
      : control_(control), phase_(phase), unit_(unit), total_(total) {}
  void add(std::uint64_t work, unsigned worker);
  void finish() { control_.report(phase_, total_, total_, unit_); }

 private:
  const Control& control_;
  std::string_view phase_, unit_;
  std::uint64_t total_;
  std::atomic<std::uint64_t> done_{0};
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

struct Task {
  const Actions& actions;
  const JoinOptions& options;
  const Control& control;
  const JoinLimits& limits;
  std::uint64_t window = 0;  // of the keys' times; no limit in a timeless join, where all times are 0
  std::int64_t t_min = 0;
  bool unique = false;  // after the plan no account occurs twice on an object (repeats = first)
  unsigned threads = 1;

  bool sided() const { return !actions.side.empty(); }
  // Actions of one party are never close to each other: those of an account, or of all accounts of a side.
  std::uint32_t party(std::uint32_t account) const { return sided() ? actions.side[account] : account; }
};

// Bucket b is keys[begin[b]] to keys[begin[b] + live[b]]; behind that lie keys that no longer matter.
struct Buckets {
  Buffer<Key> keys;
  std::vector<std::size_t> begin;  // buckets + 1
  std::vector<std::size_t> live;
  std::size_t count() const { return live.size(); }
  std::span<Key> bucket(std::size_t b) { return {keys.data() + begin[b], live[b]}; }
  std::size_t live_total() const;
};

// One action of an account: its place in the object-major arrays and the places of all actions of its object within the
// window (itself among them). `first` marks the first action of the account on that object.
struct Entry {
  std::uint32_t position, begin, length_first;
  std::uint32_t length() const { return length_first & 0x7fff'ffffU; }
  std::uint32_t end() const { return begin + length(); }
  bool first() const { return (length_first >> 31) != 0; }
};

// Live actions twice: object-major (account and time, ascending by object, time, account) and account-major (entries).
// Accounts are renumbered by ascending number of live actions, so that a row meets its partners from their less active
// side. With sides, those of side 0 come first: only their rows are counted, and only with accounts of side 1.
struct Rows {
  Buffer<std::uint32_t> account;  // renumbered
  Buffer<std::uint64_t> time;     // t - t_min
  Buffer<Entry> entries;
  std::vector<std::uint32_t> begin;     // accounts + 1, into entries
  std::vector<std::uint32_t> dense_id;  // of each renumbered account
  std::uint32_t counted = 0;            // accounts whose rows are counted; with sides those of side 0
  bool sided = false;
  std::size_t accounts() const { return dense_id.size(); }
  // The partners of a row are the accounts with numbers from here on.
  std::uint32_t first_partner(std::uint32_t a) const { return sided ? counted : a + 1; }
  std::span<const Entry> row(std::size_t a) const { return {entries.data() + begin[a], begin[a + 1] - begin[a]}; }
};

// What the plan knows before any pair is looked at.
struct Plan {
  std::uint64_t coactions = 0;
  std::uint32_t largest_object = 0;
  std::uint64_t largest_coactions = 0;
  std::vector<SkippedObject> skipped;  // ascending
  std::vector<std::uint32_t> weight;   // per account: live objects (objects) or window sizes (action_pairs), saturating
};

// Ascending. vqsort where the CPU has a target for it, std::sort elsewhere; true when the caller asked to stop.
bool sort_keys(std::span<Key> keys, bool vector_sort, Pulse& pulse);

Result<Buckets> partition(Task& task);  // also sets t_min
Result<Plan> plan(const Task& task, Buckets& buckets);
Result<unsigned> prune(const Task& task, Buckets& buckets, Plan& plan);  // rounds made
Result<Rows> make_rows(const Task& task, Buckets buckets);
// Pairs, or with count_only only their number in `join`; the histogram in both cases.
Result<std::vector<std::vector<Pair>>> count_rows(const Task& task, const Rows& rows, const Plan& plan, Join& join,
                                                  JoinTrace& trace);
// The whole join, one tile of account blocks after the other (coaction_tiles.cpp). As many blocks as
// limits.account_blocks says, else as few as the memory limit allows.
Result<Join> join_in_tiles(const Task& task, JoinTrace& trace);

Result<std::vector<Pair>> sort_pairs(const Task& task, std::vector<std::vector<Pair>> blocks);

// Plan and prune walk a bucket object by object. `keys` is one object's actions in order; dead actions are squeezed out
// and the number of kept ones is returned. Dead = no action of another party within the window.
std::size_t keep_live(const Task& task, std::span<Key> keys, Pulse& pulse);
std::size_t object_end(std::span<const Key> keys, std::size_t from);

// Per worker: adds what an object's live actions weigh for their accounts.
struct AccountWeights {
  std::vector<std::uint32_t> weight;
  std::vector<std::uint32_t>
      last_object;  // object + 1; empty when no account repeats on an object or pairs are counted
  explicit AccountWeights(const Task& task);
  void add(const Task& task, std::span<const Key> object);
};
std::vector<std::uint32_t> sum_weights(std::vector<AccountWeights>& workers);

}  // namespace unisono::signals::stages
