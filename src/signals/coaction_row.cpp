// Stages 6 and 7 for one account: propose partners with the stamped table, count them exactly, sum their gaps.
#include "coaction_row.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace unisono::signals::stages {
namespace {

constexpr std::size_t k_piece = 65'536;      // of a large row's window, gathered at once
constexpr std::size_t k_prefetch_ahead = 8;  // entries; a dependent miss costs about 20 independent ones
constexpr std::size_t k_accounts_of_line = 16;
constexpr std::size_t k_prefetch_most = 8 * k_accounts_of_line;
constexpr std::size_t k_places_ahead = 16;  // the same for times and slots of kept places
constexpr std::size_t k_gallop_from = 16;   // rows that differ by this factor in length are searched, not merged

// Number of comparisons that a merge of two rows needs, about.
std::uint64_t merge_cost(std::size_t x, std::size_t y) {
  const auto [small, large] = std::minmax(x, y);
  if (large < k_gallop_from * small) return small + large;
  return small * (2U * static_cast<std::size_t>(std::bit_width(large / small)));
}

// First entry at or behind `from` whose position is not below `position`: exponential, then binary search.
const Entry* gallop(const Entry* from, const Entry* end, std::uint32_t position) {
  const auto below = [](const Entry& entry, std::uint32_t p) { return entry.position < p; };
  std::ptrdiff_t step = 1;
  while (step < end - from && from[step].position < position) step *= 2;
  return std::lower_bound(from, from + std::min(step + 1, end - from), position, below);
}

}  // namespace

RowCounter::RowCounter(const Task& task, const Rows& rows)
    : task_(task),
      rows_(rows),
      pulse_(task.control),
      planner_(task),
      table_(rows.accounts(), task.limits.table_bits, task.limits.first_stamp),
      slot_(Buffer<std::uint32_t>::zeros(rows.accounts())),
      who_(std::max(task.limits.small_row, k_piece)),
      where_(std::max(task.limits.small_row, k_piece)),
      whose_(std::max(task.limits.small_row, k_piece)) {}

JoinTrace RowCounter::trace() const {
  JoinTrace trace = trace_;
  trace.rebases = table_.rebases();
  return trace;
}

bool RowCounter::reaches(const PartnerSum& sum) const {
  return (task_.options.count == Count::objects ? sum.objects : sum.actions) >= task_.options.min_shared;
}

bool RowCounter::count(std::uint32_t a, std::vector<Pair>& out) {
  const RowPlan& plan = planner_.plan(rows_.row(a));
  const bool objects = task_.options.count == Count::objects;
  if (plan.left_out.empty() && plan.scanned <= task_.limits.small_row) {
    ++trace_.small_rows;
    if (objects ? reaches_small<Count::objects>(a, plan.scanned)
                : reaches_small<Count::action_pairs>(a, plan.scanned)) {
      finish_small(a, out);
    }
  } else {
    ++trace_.large_rows;
    trace_.left_out_groups += plan.left_out.size();
    objects ? propose<Count::objects>(a, plan) : propose<Count::action_pairs>(a, plan);
    verify(a, plan, out);
  }
  pulse_.stop_after(plan.scanned < Pulse::k_period ? plan.scanned : 1);
  return !pulse_.stopped();
}

// Partners with a larger number and their positions, without a branch that depends on the data.
std::size_t RowCounter::gather(std::size_t begin, std::size_t end, std::uint32_t a, std::size_t n) {
  const std::uint32_t* const account = rows_.account.data();
  std::uint32_t* const who = who_.data();
  std::uint32_t* const where = where_.data();
  for (std::size_t q = begin; q < end; ++q) {
    const std::uint32_t b = account[q];
    who[n] = b;
    where[n] = static_cast<std::uint32_t>(q);
    n += b > a ? 1U : 0U;
  }
  return n;
}

void RowCounter::prefetch_window(const Entry& entry) const {
  const Entry* const last = rows_.entries.data() + (rows_.entries.size() - 1);
  const Entry* const ahead =
      last - &entry > static_cast<std::ptrdiff_t>(k_prefetch_ahead) ? &entry + k_prefetch_ahead : last;
  const std::uint32_t* const window = rows_.account.data() + ahead->begin;
  for (std::size_t i = 0; i < std::min<std::size_t>(ahead->length(), k_prefetch_most); i += k_accounts_of_line)
    __builtin_prefetch(window + i);
}

// Gathers the row and raises the table; false when no entry reached the threshold, which is so for most rows.
template <Count Unit>
bool RowCounter::reaches_small(std::uint32_t a, std::uint64_t scanned) {
  const std::span<const Entry> row = rows_.row(a);
  const std::uint32_t threshold = std::min(task_.options.min_shared, 255U);
  segment_end_.resize(row.size());
  std::size_t n = 0;
  for (std::size_t e = 0; e < row.size(); ++e) {
    prefetch_window(row[e]);
    n = gather(row[e].begin, row[e].end(), a, n);
    segment_end_[e] = static_cast<std::uint32_t>(n);
  }
  if (n == 0) return false;
  if (threshold == 1) return true;

  table_.start_row(std::min<std::uint64_t>(n, scanned));
  std::uint32_t highest = 0;
  for (std::size_t e = 0, i = 0; e < row.size(); ++e) {
    if (row[e].first()) table_.start_group();
    table_.raise_all<Unit>({who_.data() + i, segment_end_[e] - i},
                           [&](std::uint32_t, std::uint32_t c) { highest = std::max(highest, c); });
    i = segment_end_[e];
  }
  return highest >= threshold;
}

// Keeps the gathered places whose table entry reached the threshold, now as one flat list with the entry that each
// belongs to; segment_end_ becomes the group number of each entry.
std::size_t RowCounter::keep_reached(std::span<const Entry> row) {
  const std::uint32_t threshold = std::min(task_.options.min_shared, 255U);
  std::size_t kept = 0;
  for (std::uint32_t e = 0, i = 0, group = 0; e < row.size(); ++e) {
    group += row[e].first() ? 1U : 0U;
    for (const std::uint32_t end = std::exchange(segment_end_[e], group); i < end; ++i) {
      const std::uint32_t b = who_[i];
      who_[kept] = b;
      where_[kept] = where_[i];
      whose_[kept] = e;
      kept += threshold == 1 || table_.count(b) >= threshold ? 1U : 0U;
    }
  }
  return kept;
}

// Exact sums of the kept places. Few partners share a table entry by chance, so gaps are summed before the threshold is
// known.
void RowCounter::finish_small(std::uint32_t a, std::vector<Pair>& out) {
  const std::span<const Entry> row = rows_.row(a);
  const std::size_t kept = keep_reached(row);
  sums_.clear();
  sums_.reserve(kept);  // exactly: growing by doubling would hold two copies
  for (std::size_t i = 0; i < kept; ++i) {
    if (i + k_places_ahead < kept) {
      const std::size_t ahead = i + k_places_ahead;
      __builtin_prefetch(slot_.data() + who_[ahead]);
      __builtin_prefetch(rows_.time.data() + where_[ahead]);
      __builtin_prefetch(rows_.time.data() + row[whose_[ahead]].position);
    }
    std::uint32_t& slot = slot_[who_[i]];
    if (slot == 0) {
      sums_.push_back({.account = who_[i]});
      slot = static_cast<std::uint32_t>(sums_.size());
    }
    const std::uint32_t e = whose_[i];
    add(sums_[slot - 1], segment_end_[e], rows_.time[row[e].position], rows_.time[where_[i]]);
  }
  for (const PartnerSum& sum : sums_) {
    slot_[sum.account] = 0;
    if (reaches(sum)) emit(a, sum, out);
  }
}

// Streams the counted windows; a partner enters the candidates once, when its entry reaches the threshold.
template <Count Unit>
void RowCounter::propose(std::uint32_t a, const RowPlan& plan) {
  const std::uint32_t threshold =
      std::min(task_.options.min_shared - static_cast<std::uint32_t>(plan.left_out.size()), 255U);
  candidates_.clear();
  table_.start_row(plan.counted);
  auto left_out = plan.left_out.begin();
  std::uint32_t group = 0;
  bool skip = false;
  for (const Entry& entry : rows_.row(a)) {
    if (entry.first()) {
      skip = left_out != plan.left_out.end() && *left_out == group;
      left_out += skip ? 1 : 0;
      ++group;
      if (!skip) table_.start_group();
    }
    if (skip) continue;
    prefetch_window(entry);
    for (std::size_t from = entry.begin; from < entry.end() && !pulse_.stopped(); from += k_piece) {
      const std::size_t to = std::min<std::size_t>(entry.end(), from + k_piece);
      const std::size_t n = gather(from, to, a, 0);
      table_.raise_all<Unit>({who_.data(), n}, [&](std::uint32_t b, std::uint32_t c) {
        if (c < threshold || slot_[b] != 0) return;
        slot_[b] = 1;
        candidates_.push_back(b);
      });
      pulse_.stop_after(to - from);
    }
  }
  for (const std::uint32_t b : candidates_) slot_[b] = 0;
}

// Exact sums of the candidates over the whole row, by whichever way the counts say is cheaper.
void RowCounter::verify(std::uint32_t a, const RowPlan& plan, std::vector<Pair>& out) {
  const std::size_t length = rows_.row(a).size();
  const std::size_t at_once = std::max<std::size_t>(1, task_.limits.rescan_partners);
  const std::uint64_t passes = (candidates_.size() + at_once - 1) / at_once;
  std::uint64_t merging = 0;
  for (const std::uint32_t b : candidates_) merging += merge_cost(length, rows_.row(b).size());
  if (merging <= passes * plan.scanned) {
    trace_.merges += candidates_.size();
    for (std::size_t i = 0; i < candidates_.size() && !pulse_.stopped(); ++i) merge(a, candidates_[i], out);
  } else {
    trace_.rescans += passes;
    for (std::size_t from = 0; from < candidates_.size() && !pulse_.stopped(); from += at_once)
      rescan(a, std::span(candidates_).subspan(from, std::min(at_once, candidates_.size() - from)), out);
  }
}

// Windows are symmetric, so the shorter row's windows are looked up among the positions of the longer one.
void RowCounter::merge(std::uint32_t a, std::uint32_t b, std::vector<Pair>& out) {
  std::span<const Entry> windows = rows_.row(a), places = rows_.row(b);
  if (windows.size() > places.size()) std::swap(windows, places);
  const bool far = places.size() >= k_gallop_from * windows.size();
  const Entry* place = places.data();
  const Entry* const end = place + places.size();
  PartnerSum sum{.account = b};
  std::uint32_t group = 0;
  for (const Entry& window : windows) {
    group += window.first() ? 1U : 0U;
    if (far) {
      place = gallop(place, end, window.begin);
    } else {
      while (place != end && place->position < window.begin) ++place;
    }
    const Entry* hit = place;
    for (; hit != end && hit->position < window.end() && !pulse_.stop_after(1); ++hit)

      add(sum, group, rows_.time[window.position], rows_.time[hit->position]);
    if (place == end) break;
  }
  pulse_.stop_after(far ? windows.size() : windows.size() + places.size());
  if (reaches(sum)) emit(a, sum, out);
}

void RowCounter::rescan(std::uint32_t a, std::span<const std::uint32_t> candidates, std::vector<Pair>& out) {
  sums_.clear();
  sums_.reserve(candidates.size());
  for (const std::uint32_t b : candidates) {
    sums_.push_back({.account = b});
    slot_[b] = static_cast<std::uint32_t>(sums_.size());
  }
  std::uint32_t group = 0;
  for (const Entry& entry : rows_.row(a)) {
    group += entry.first() ? 1U : 0U;
    for (std::size_t q = entry.begin; q < entry.end() && !pulse_.stop_after(1); ++q)
      if (const std::uint32_t slot = slot_[rows_.account[q]]; slot != 0)
        add(sums_[slot - 1], group, rows_.time[entry.position], rows_.time[q]);
  }
  for (const PartnerSum& sum : sums_) {
    slot_[sum.account] = 0;
    if (reaches(sum)) emit(a, sum, out);
  }
}

void RowCounter::add(PartnerSum& sum, std::uint32_t group, std::uint64_t x, std::uint64_t y) {
  const auto [early, late] = std::minmax(x, y);
  const std::uint64_t gap = late - early;
  sum.objects += sum.last_group != group ? 1U : 0U;
  sum.last_group = group;
  if (sum.actions == task_.limits.most_actions)
    overflowed_ = true;
  else
    ++sum.actions;
  sum.min_gap = std::min(sum.min_gap, gap);
  sum.max_gap = std::max(sum.max_gap, gap);
  sum.gap_sum += gap;
  sum.first = std::min(sum.first, early);
  sum.last = std::max(sum.last, late);
}

void RowCounter::emit(std::uint32_t a, const PartnerSum& sum, std::vector<Pair>& out) const {
  const auto [low, high] = std::minmax(rows_.dense_id[a], rows_.dense_id[sum.account]);
  const auto t_min = static_cast<std::uint64_t>(task_.t_min);
  out.push_back({low, high, sum.objects, sum.actions, sum.min_gap, sum.max_gap, sum.gap_sum,
                 static_cast<std::int64_t>(t_min + sum.first), static_cast<std::int64_t>(t_min + sum.last)});
}

}  // namespace unisono::signals::stages
