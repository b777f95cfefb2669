#include "unisono/signals/compat_coortweet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <numeric>

#include "unisono/core/memory.hpp"
#include "unisono/core/parallel.hpp"

namespace unisono::signals {
namespace {

constexpr std::size_t k_blocks = 256;
constexpr std::size_t k_pulse = 65'536;

Result<void> check_arguments(const SharedRows& rows, const CoortweetOptions& options) {
  if (rows.object.size() != rows.size() || rows.content.size() != rows.size() || rows.t_s.size() != rows.size())
    return fail(ErrorCode::usage,
                fmt::format("columns of different length: {} accounts, {} objects, {} contents, {} times", rows.size(),
                            rows.object.size(), rows.content.size(), rows.t_s.size()));
  if (rows.size() >= k_missing_text)
    return fail(ErrorCode::too_large, fmt::format("{} rows, at most {} are possible", rows.size(), k_missing_text - 1));
  if (!(options.window_s >= 0) || !std::isfinite(options.window_s))
    return fail(ErrorCode::usage,
                fmt::format("the window is {} s, it must be a time of at least 0 s", options.window_s));
  if (options.fast_window_s && !(*options.fast_window_s >= 0 && *options.fast_window_s < options.window_s))
    return fail(ErrorCode::usage, fmt::format("the second window is {} s, it must be shorter than the first of {} s",
                                              *options.fast_window_s, options.window_s));
  const auto text_fits = [&](std::uint32_t text) { return text < rows.n_texts || text == k_missing_text; };
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows.account[i] >= rows.n_accounts || !text_fits(rows.object[i]) || !text_fits(rows.content[i]))
      return fail(ErrorCode::usage, fmt::format("row {}: an id outside of its range", i));
  return {};
}

// Step 1: the rows of accounts with enough of them, account by account in order of first appearance.
std::vector<std::uint32_t> participating(const SharedRows& rows, std::uint32_t least) {
  std::vector<std::uint32_t> count(rows.n_accounts, 0), order;
  for (const std::uint32_t account : rows.account)
    if (count[account]++ == 0) order.push_back(account);
  std::vector<std::size_t> place(rows.n_accounts, 0);
  std::size_t kept = 0;
  for (const std::uint32_t account : order) {
    place[account] = kept;
    if (count[account] >= least) kept += count[account];
  }
  std::vector<std::uint32_t> x(kept);
  for (std::uint32_t i = 0; i < rows.size(); ++i)
    if (count[rows.account[i]] >= least) x[place[rows.account[i]]++] = i;
  return x;
}

// The rows that can be in a pair, object by object in order of first appearance, each object's by (time, place in x).
struct ByObject {
  struct Entry {
    double t = 0;
    std::uint32_t place = 0;  // in x
  };
  std::vector<Entry> entries;
  std::vector<std::size_t> begin;    // of each object, and the end
  std::vector<std::uint64_t> pairs;  // of each object, pairs of two accounts (with loops: all)
};

ByObject by_object(const SharedRows& rows, std::span<const std::uint32_t> x, const CoortweetOptions& options) {
  constexpr std::uint32_t k_unseen = k_missing_text;
  std::vector<std::uint32_t> number(std::size_t{rows.n_texts} + 1, k_unseen);  // the last one is the missing object
  const auto slot = [&](std::uint32_t i) { return std::min(rows.object[i], rows.n_texts); };
  const auto usable = [&](std::uint32_t i) {
    return std::isfinite(rows.t_s[i]) &&
           (options.keep_loops || (rows.object[i] != k_missing_text && rows.content[i] != k_missing_text));
  };
  ByObject out;
  for (const std::uint32_t i : x) {
    std::uint32_t& n = number[slot(i)];
    if (n == k_unseen) {
      n = static_cast<std::uint32_t>(out.begin.size());
      out.begin.push_back(0);
    }
    if (usable(i)) ++out.begin[n];
  }
  std::size_t total = 0;
  for (std::size_t& size : out.begin) total += std::exchange(size, total);
  out.begin.push_back(total);
  out.entries.resize(total);
  std::vector<std::size_t> next(out.begin.begin(), out.begin.end() - 1);
  for (std::uint32_t place = 0; place < x.size(); ++place)
    if (usable(x[place])) out.entries[next[number[slot(x[place])]]++] = {rows.t_s[x[place]], place};
  return out;
}

class PairMaker {
 public:
  PairMaker(const SharedRows& rows, std::span<const std::uint32_t> x, const CoortweetOptions& options,
            const Control& control)
      : rows_(rows), x_(x), options_(options), control_(control), objects_(by_object(rows, x, options)) {}

  Result<std::vector<CoortweetPair>> pairs() {
    UNISONO_CHECK(plan());
    std::vector<CoortweetPair> out;
    const std::size_t n_objects = objects_.begin.size() - 1;
    const std::uint64_t share = total_ / k_blocks + 1;
    std::vector<std::size_t> begin{0};
    std::uint64_t work = 0;
    for (std::size_t o = 0; o < n_objects; ++o) {
      work += objects_.pairs[o];
      if (work < share) continue;
      begin.push_back(o + 1);
      work = 0;
    }
    if (begin.back() != n_objects) begin.push_back(n_objects);
    std::vector<std::vector<CoortweetPair>> found(begin.size() - 1);
    const auto make_block = [&](std::size_t block, unsigned) -> Result<void> {
      for (std::size_t o = begin[block]; o < begin[block + 1]; ++o) {
        if (objects_.pairs[o] > 0) UNISONO_CHECK(make(o, found[block]));
      }
      return {};
    };
    UNISONO_CHECK(for_each_block(found.size(), control_, make_block));
    std::size_t n = 0;
    for (const auto& block : found) n += block.size();
    out.reserve(n);
    for (auto& block : found) {
      out.insert(out.end(), block.begin(), block.end());
      block = {};
    }
    return out;
  }

 private:
  std::uint32_t row_of(const ByObject::Entry& entry) const { return x_[entry.place]; }

  // Sorts each object by time and counts its pairs exactly, before any is made.
  Result<void> plan() {
    const std::size_t n_objects = objects_.begin.size() - 1;
    objects_.pairs.assign(n_objects, 0);
    std::vector<std::uint32_t> inside(rows_.n_accounts, 0);
    for (std::size_t o = 0; o < n_objects; ++o) {
      const std::size_t first = objects_.begin[o], last = objects_.begin[o + 1];
      if (last - first < 2) continue;
      if (o % 1024 == 0 || last - first > k_pulse) UNISONO_CHECK(control_.check_cancelled());
      const auto at = [&](std::size_t i) { return objects_.entries.begin() + static_cast<std::ptrdiff_t>(i); };
      std::sort(at(first), at(last), [](const ByObject::Entry& a, const ByObject::Entry& b) {
        return a.t != b.t ? a.t < b.t : a.place < b.place;
      });
      std::size_t left = first;
      for (std::size_t i = first; i < last; ++i) {
        while (objects_.entries[i].t - objects_.entries[left].t > options_.window_s)
          --inside[rows_.account[row_of(objects_.entries[left++])]];
        std::uint32_t& own = inside[rows_.account[row_of(objects_.entries[i])]];
        objects_.pairs[o] += i - left - (options_.keep_loops ? 0 : own);
        ++own;
      }
      for (; left < last; ++left) --inside[rows_.account[row_of(objects_.entries[left])]];
      total_ += objects_.pairs[o];
    }
    const std::uint64_t need = 2 * sizeof(CoortweetPair) * total_ + 40 * std::uint64_t{rows_.size()};
    if (control_.memory_bytes == 0 || need <= control_.memory_bytes) return {};
    return fail(
        ErrorCode::memory,
        fmt::format("CooRTweet's table has one row for each of {} pairs of rows; that needs {}, allowed are {}", total_,
                    format_bytes(need), format_bytes(control_.memory_bytes)),
        "give more with --memory, use a shorter --window, or `unisono detect` without --compat, which makes no pairs");
  }

  // Step 3 for pairs whose values are there.
  bool is_loop(std::uint32_t i, std::uint32_t j) const {
    const std::uint32_t object = rows_.object[i];
    return object == rows_.content[i] || object == rows_.content[j] || rows_.content[i] == rows_.content[j] ||
           rows_.account[i] == rows_.account[j];
  }

  // The pairs of one object, sorted by (later place in x, earlier place in x).
  Result<void> make(std::size_t o, std::vector<CoortweetPair>& out) const {
    struct Found {
      std::uint32_t j, i;  // places in x, i < j
      double delta;
      bool i_is_older;
    };
    std::vector<Found> found;
    found.reserve(objects_.pairs[o]);
    std::size_t left = objects_.begin[o], pulse = 0;
    for (std::size_t n = left; n < objects_.begin[o + 1]; ++n) {
      const ByObject::Entry& newer = objects_.entries[n];
      while (newer.t - objects_.entries[left].t > options_.window_s) ++left;
      pulse += n - left;
      if (pulse > k_pulse) {
        pulse = 0;
        UNISONO_CHECK(control_.check_cancelled());
      }
      for (std::size_t e = left; e < n; ++e) {
        const ByObject::Entry& older = objects_.entries[e];
        if (!options_.keep_loops && is_loop(row_of(older), row_of(newer))) continue;
        const bool in_order = older.place < newer.place;
        found.push_back(
            {in_order ? newer.place : older.place, in_order ? older.place : newer.place, newer.t - older.t, in_order});
      }
    }
    std::sort(found.begin(), found.end(),
              [](const Found& a, const Found& b) { return a.j != b.j ? a.j < b.j : a.i < b.i; });
    for (const Found& pair : found) {
      const std::uint32_t i = x_[pair.i], j = x_[pair.j];
      out.push_back({pair.i_is_older ? i : j, pair.i_is_older ? j : i, pair.delta, false});
    }
    return {};
  }

  const SharedRows& rows_;
  std::span<const std::uint32_t> x_;
  const CoortweetOptions& options_;
  const Control& control_;
  ByObject objects_;
  std::uint64_t total_ = 0;
};

// Step 4: which contents pass the second filter, among `x` (all rows if empty) and the pairs that `in` says yes to.
// A missing content is a value like any other here, at the end.
template <typename In>
std::vector<std::uint8_t> surviving_contents(const SharedRows& rows, std::span<const std::uint32_t> x,
                                             std::span<const CoortweetPair> pairs, std::uint32_t least, const In& in) {
  const auto slot = [&](std::uint32_t row) { return std::min(rows.content[row], rows.n_texts); };
  std::vector<std::uint8_t> in_pairs(std::size_t{rows.n_texts} + 1, 0), kept(std::size_t{rows.n_texts} + 1, 0);
  for (const CoortweetPair& pair : pairs)
    if (in(pair)) in_pairs[slot(pair.older)] = in_pairs[slot(pair.newer)] = 1;
  std::vector<std::uint32_t> n(rows.n_accounts, 0);
  for (const std::uint32_t row : x) n[rows.account[row]] += in_pairs[slot(row)];
  for (const std::uint32_t row : x)
    if (in_pairs[slot(row)] != 0 && n[rows.account[row]] >= least) kept[slot(row)] = 1;
  return kept;
}

// Missing first, as data.table sorts it.
std::uint32_t content_order(std::uint32_t content) {
  return content + 1;
}

void flag_fast(const SharedRows& rows, const CoortweetOptions& options, std::vector<CoortweetPair>& pairs) {
  const auto narrow = [&](const CoortweetPair& pair) { return pair.time_delta <= *options.fast_window_s; };
  std::vector<std::uint32_t> all(rows.size());
  std::iota(all.begin(), all.end(), 0U);
  const auto slot = [&](std::uint32_t row) { return std::min(rows.content[row], rows.n_texts); };
  const std::vector<std::uint8_t> kept = surviving_contents(rows, all, pairs, options.min_participation, narrow);
  std::stable_sort(pairs.begin(), pairs.end(), [&](const CoortweetPair& a, const CoortweetPair& b) {
    const std::uint32_t x = content_order(rows.content[a.older]), y = content_order(rows.content[b.older]);
    return x != y ? x < y : content_order(rows.content[a.newer]) < content_order(rows.content[b.newer]);
  });
  // Pairs of the same two contents stand together now, whatever their object: one narrow one flags them all.
  for (std::size_t i = 0; i < pairs.size();) {
    std::size_t end = i;
    bool fast = false;
    for (; end < pairs.size() && rows.content[pairs[end].older] == rows.content[pairs[i].older] &&
           rows.content[pairs[end].newer] == rows.content[pairs[i].newer];
         ++end) {
      const CoortweetPair& pair = pairs[end];
      fast = fast || (narrow(pair) &&
                      (options.min_participation == 0 || kept[slot(pair.older)] != 0 || kept[slot(pair.newer)] != 0));
    }
    for (; i < end; ++i) pairs[i].fast = fast;
  }
}

}  // namespace

Result<std::vector<CoortweetPair>> coortweet_pairs(const SharedRows& rows, const CoortweetOptions& options,
                                                   const Control& control) {
  UNISONO_CHECK(check_arguments(rows, options));
  UNISONO_CHECK(control.check_cancelled());
  try {
    const std::vector<std::uint32_t> x = participating(rows, options.min_participation);
    UNISONO_TRY(std::vector<CoortweetPair> pairs, PairMaker(rows, x, options, control).pairs());
    if (options.min_participation >= 1) {
      const std::vector<std::uint8_t> kept =
          surviving_contents(rows, x, pairs, options.min_participation, [](const CoortweetPair&) { return true; });
      const auto survives = [&](std::uint32_t row) { return kept[std::min(rows.content[row], rows.n_texts)] != 0; };
      std::erase_if(pairs, [&](const CoortweetPair& pair) { return !survives(pair.older) && !survives(pair.newer); });
    }
    if (options.fast_window_s) flag_fast(rows, options, pairs);
    return pairs;
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::memory, fmt::format("the machine has no more memory for the pairs of {} rows", rows.size()),
                "use a shorter --window");
  }
}

}  // namespace unisono::signals
