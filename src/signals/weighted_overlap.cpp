#include "unisono/signals/weighted_overlap.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <limits>
#include <new>
#include <numeric>

#include "unisono/core/memory.hpp"
#include "unisono/core/parallel.hpp"

namespace unisono::signals {
namespace {

constexpr std::size_t k_blocks = 1'024;
constexpr std::size_t k_pulse = 65'536;
constexpr std::uint64_t k_none = std::numeric_limits<std::uint64_t>::max();

// The lists of the accounts that can be in a pair, renumbered so that a row meets its partners from its shorter side.
struct Lists {
  std::vector<std::size_t> object_begin;
  std::vector<std::uint32_t> sharer;       // ascending within an object
  std::vector<std::uint32_t> weight;       // per kept object
  std::vector<std::size_t> account_begin;  // account-major: which objects, and where in their list
  struct Place {
    std::uint32_t object;
    std::uint32_t index;
  };
  std::vector<Place> place;
  std::uint64_t coactions = 0;
  std::size_t accounts() const { return account_begin.size() - 1; }
};

Result<void> check_arguments(const SharerLists& lists, std::span<const std::uint32_t> weight,
                             const WeightedOverlapOptions& options) {
  if (lists.object_begin.size() != weight.size() + 1)
    return fail(ErrorCode::usage,
                fmt::format("{} weights but {} list bounds: one weight per object and one bound more are needed",
                            weight.size(), lists.object_begin.size()));
  if (lists.object_begin.front() != 0 || lists.object_begin.back() != lists.account.size() ||
      !std::is_sorted(lists.object_begin.begin(), lists.object_begin.end()))
    return fail(ErrorCode::usage,
                fmt::format("the list bounds must ascend from 0 to the number of sharers {}", lists.account.size()));
  if (!lists.eligible.empty() && lists.eligible.size() != lists.n_accounts)
    return fail(ErrorCode::usage,
                fmt::format("{} marks of eligible accounts for {} accounts", lists.eligible.size(), lists.n_accounts));
  if (options.min_sum == 0 || options.bins == 0 || options.shift > 63)
    return fail(ErrorCode::usage,
                fmt::format("min_sum {}, bins {}, shift {}: at least 1, at least 1 and at most 63 are needed",
                            options.min_sum, options.bins, options.shift));
  if (weight.size() >= std::numeric_limits<std::uint32_t>::max())
    return fail(ErrorCode::too_large, fmt::format("{} objects; at most {} are possible", weight.size(),
                                                  std::numeric_limits<std::uint32_t>::max() - 1));
  for (const std::uint32_t account : lists.account)
    if (account >= lists.n_accounts)
      return fail(ErrorCode::usage,
                  fmt::format("account {} is not below the number of accounts {}", account, lists.n_accounts));
  return {};
}

// An account whose objects with another living sharer weigh less than min_sum together is in no pair that counts.
std::vector<std::uint8_t> prune(const SharerLists& lists, std::span<const std::uint32_t> weight,
                                std::uint64_t min_sum) {
  constexpr int k_most_rounds = 20;
  std::vector<std::uint8_t> alive(lists.n_accounts, 1);
  for (std::uint32_t a = 0; a < lists.n_accounts; ++a)
    alive[a] = lists.eligible.empty() || lists.eligible[a] != 0 ? 1 : 0;
  for (int round = 0; round < k_most_rounds; ++round) {
    std::vector<std::uint64_t> reach(lists.n_accounts, 0);
    for (std::size_t o = 0; o < weight.size(); ++o) {
      const auto sharers =
          lists.account.subspan(lists.object_begin[o], lists.object_begin[o + 1] - lists.object_begin[o]);
      if (std::count_if(sharers.begin(), sharers.end(), [&](std::uint32_t a) { return alive[a] != 0; }) < 2) continue;
      for (const std::uint32_t a : sharers) reach[a] += weight[o];
    }
    std::size_t died = 0;
    for (std::uint32_t a = 0; a < lists.n_accounts; ++a)
      if (alive[a] != 0 && reach[a] < min_sum) {
        alive[a] = 0;
        ++died;
      }
    if (died * 200 < lists.n_accounts) break;
  }
  return alive;
}

// New number of each account: living ones by ascending number of objects, ties by id; k_none for the others.
std::vector<std::uint64_t> renumber(const SharerLists& lists, std::span<const std::uint8_t> alive,
                                    std::vector<std::size_t>& begin) {
  std::vector<std::uint32_t> count(lists.n_accounts, 0);
  for (const std::uint32_t a : lists.account) ++count[a];
  std::vector<std::uint32_t> order;
  for (std::uint32_t a = 0; a < lists.n_accounts; ++a)
    if (alive[a] != 0) order.push_back(a);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t x, std::uint32_t y) { return count[x] != count[y] ? count[x] < count[y] : x < y; });
  std::vector<std::uint64_t> number(lists.n_accounts, k_none);
  for (std::size_t i = 0; i < order.size(); ++i) number[order[i]] = i;
  begin.assign(order.size() + 1, 0);
  return number;
}

Lists make_lists(const SharerLists& in, std::span<const std::uint32_t> weight, std::uint64_t min_sum) {
  Lists out;
  const std::vector<std::uint64_t> number = renumber(in, prune(in, weight, min_sum), out.account_begin);
  out.object_begin.push_back(0);
  for (std::size_t o = 0; o < weight.size(); ++o) {
    if (weight[o] == 0) continue;
    for (std::size_t i = in.object_begin[o]; i < in.object_begin[o + 1]; ++i)
      if (number[in.account[i]] != k_none) out.sharer.push_back(static_cast<std::uint32_t>(number[in.account[i]]));
    const std::uint64_t sharers = out.sharer.size() - out.object_begin.back();
    if (sharers < 2) {
      out.sharer.resize(out.object_begin.back());
      continue;
    }
    std::sort(out.sharer.begin() + static_cast<std::ptrdiff_t>(out.object_begin.back()), out.sharer.end());
    out.object_begin.push_back(out.sharer.size());
    out.weight.push_back(weight[o]);
    out.coactions += sharers * (sharers - 1) / 2;
  }
  for (const std::uint32_t a : out.sharer) ++out.account_begin[a + 1];
  std::partial_sum(out.account_begin.begin(), out.account_begin.end(), out.account_begin.begin());
  out.place.resize(out.sharer.size());
  std::vector<std::size_t> next(out.account_begin.begin(), out.account_begin.end() - 1);
  for (std::uint32_t o = 0; o < out.weight.size(); ++o)
    for (std::size_t i = out.object_begin[o]; i < out.object_begin[o + 1]; ++i)
      out.place[next[out.sharer[i]]++] = {o, static_cast<std::uint32_t>(i - out.object_begin[o])};
  return out;
}

// One worker's sums of the current row: exact, one counter per account, cleared through the list of those touched.
class RowSums {
 public:
  RowSums(const Lists& lists, const Control& control) : lists_(lists), control_(control), sum_(lists.accounts(), 0) {}

  // visit(sum) for every partner with a larger number; false when stopped.
  template <typename Visit>
  bool row(std::size_t a, const Visit& visit) {
    touched_.clear();
    for (std::size_t p = lists_.account_begin[a]; p < lists_.account_begin[a + 1]; ++p) {
      const Lists::Place& place = lists_.place[p];
      const std::uint64_t weight = lists_.weight[place.object];
      std::size_t from = lists_.object_begin[place.object] + place.index + 1;
      for (const std::size_t end = lists_.object_begin[place.object + 1]; from < end;) {
        const std::size_t to = std::min(end, from + k_pulse);
        if (stopped(to - from)) return false;
        for (; from < to; ++from) {
          const std::uint32_t b = lists_.sharer[from];
          if (sum_[b] == 0) touched_.push_back(b);
          sum_[b] += weight;
        }
      }
    }
    for (const std::uint32_t b : touched_) {
      visit(sum_[b]);
      sum_[b] = 0;
    }
    return !stopped(touched_.size());
  }

 private:
  bool stopped(std::size_t work) {
    if (work < left_) {
      left_ -= work;
      return false;
    }
    left_ = k_pulse;
    return control_.cancelled();
  }

  const Lists& lists_;
  const Control& control_;
  std::vector<std::uint64_t> sum_;
  std::vector<std::uint32_t> touched_;
  std::size_t left_ = k_pulse;
};

// First account of each block of about equal work, and the end.
std::vector<std::size_t> cut(const Lists& lists) {
  const std::uint64_t share = (lists.coactions + lists.place.size()) / k_blocks + 1;
  std::vector<std::size_t> begin{0};
  std::uint64_t work = 0;
  for (std::size_t a = 0; a < lists.accounts(); ++a) {
    for (std::size_t p = lists.account_begin[a]; p < lists.account_begin[a + 1]; ++p) {
      const Lists::Place& place = lists.place[p];
      work += lists.object_begin[place.object + 1] - lists.object_begin[place.object] - place.index;
    }
    if (work < share) continue;
    begin.push_back(a + 1);
    work = 0;
  }
  if (begin.back() != lists.accounts()) begin.push_back(lists.accounts());
  return begin;
}

Result<void> check_memory(const SharerLists& lists, std::size_t objects, std::size_t bins, const Control& control) {
  const unsigned threads = std::max(1U, control.threads);
  const std::uint64_t need = 16 * std::uint64_t{lists.account.size()} + 24 * std::uint64_t{lists.n_accounts} +
                             12 * std::uint64_t{objects} + 8 * std::uint64_t{bins} +
                             12 * std::uint64_t{threads} * lists.n_accounts;
  if (control.memory_bytes == 0 || need <= control.memory_bytes) return {};
  return fail(ErrorCode::memory,
              fmt::format("the weighted overlap of {} accounts needs {}, the limit is {}", lists.n_accounts,
                          format_bytes(need), format_bytes(control.memory_bytes)),
              "raise --memory or use a smaller selection (--since, --until, --channel)");
}

Result<OverlapHistogram> count(const Lists& lists, const WeightedOverlapOptions& options, const Control& control) {
  OverlapHistogram result{options.min_sum, options.shift, std::vector<std::uint64_t>(options.bins, 0), 0,
                          lists.coactions};
  const std::vector<std::size_t> begin = cut(lists);
  const unsigned threads = std::max(1U, control.threads);
  std::vector<RowSums> rows(threads, RowSums(lists, control));
  std::vector<std::uint64_t> largest(threads, 0);
  std::atomic<std::size_t> done{0};
  UNISONO_CHECK(for_each_block(begin.size() - 1, control, [&](std::size_t block, unsigned w) -> Result<void> {
    for (std::size_t a = begin[block]; a < begin[block + 1]; ++a) {
      const bool finished = rows[w].row(a, [&](std::uint64_t sum) {
        if (sum < options.min_sum) return;
        largest[w] = std::max(largest[w], sum);
        const std::size_t bin = std::min<std::uint64_t>((sum - options.min_sum) >> options.shift, options.bins - 1);
        std::atomic_ref(result.at_least[bin]).fetch_add(1, std::memory_order_relaxed);
      });
      if (!finished) return control.check_cancelled();
    }
    const std::size_t blocks_done = done.fetch_add(1, std::memory_order_relaxed) + 1;
    if (w == 0)
      control.report("family", lists.coactions / (begin.size() - 1) * blocks_done, lists.coactions, "co-actions");
    return {};
  }));
  result.max_sum = *std::max_element(largest.begin(), largest.end());
  for (std::size_t bin = options.bins - 1; bin > 0; --bin) result.at_least[bin - 1] += result.at_least[bin];
  return result;
}

}  // namespace

std::uint64_t OverlapHistogram::pairs_at_least(std::uint64_t threshold) const {
  if (at_least.empty()) return 0;
  const std::uint64_t bin = threshold <= min_sum ? 0 : (threshold - min_sum) >> shift;
  return at_least[std::min<std::uint64_t>(bin, at_least.size() - 1)];
}

Result<OverlapHistogram> weighted_overlap(const SharerLists& lists, std::span<const std::uint32_t> weight,
                                          const WeightedOverlapOptions& options, const Control& control) {
  UNISONO_CHECK(check_arguments(lists, weight, options));
  UNISONO_CHECK(check_memory(lists, weight.size(), options.bins, control));
  UNISONO_CHECK(control.check_cancelled());
  try {
    const Lists kept = make_lists(lists, weight, options.min_sum);
    if (kept.coactions > options.max_coactions)
      return fail(ErrorCode::too_large,
                  fmt::format("the family of testable pairs needs {} pairs of sharers to be visited, the limit is {}",
                              kept.coactions, options.max_coactions),
                  "raise the limit (--max-family), or take all pairs as the family, which is valid and only stricter");
    return count(kept, options, control);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::memory,
                fmt::format("the machine has no more memory for the weighted overlap of {} accounts", lists.n_accounts),
                "use a smaller selection (--since, --until, --channel)");
  }
}

}  // namespace unisono::signals
