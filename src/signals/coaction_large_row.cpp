// Stages 6 and 7 for one account with a large row, or with groups left out: stream the windows for candidates, then
// verify them over the whole row by merging or by streaming again.
#include <algorithm>
#include <bit>

#include "coaction_row.hpp"

namespace unisono::signals::stages {
namespace {

constexpr std::size_t k_gallop_from = 16;  // rows that differ by this factor in length are searched, not merged

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

void RowCounter::count_large(std::uint32_t a, const RowPlan& plan, std::vector<Pair>& out) {
  task_.options.count == Count::objects ? propose<Count::objects>(a, plan) : propose<Count::action_pairs>(a, plan);
  verify(a, plan, out);
  pulse_.stop_after(rows_.row(a).size());
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
      const std::size_t n = gather(from, to, 0);
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

}  // namespace unisono::signals::stages
