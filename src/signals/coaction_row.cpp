// Stages 6 and 7 for one account with a small row: gather its partners, raise the stamped table, and sum those who
// reached the threshold. Large rows: coaction_large_row.cpp.
#include "coaction_row.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace unisono::signals::stages {
namespace {

constexpr std::size_t k_prefetch_ahead = 8;  // entries; a dependent miss costs about 20 independent ones
constexpr std::size_t k_accounts_of_line = 16;
constexpr std::size_t k_prefetch_most = 8 * k_accounts_of_line;
constexpr std::size_t k_places_ahead = 16;  // the same for times and slots of kept places

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
  first_partner_ = rows_.first_partner(a);
  const RowPlan& plan = planner_.plan(rows_.row(a));
  const bool objects = task_.options.count == Count::objects;
  if (plan.left_out.empty() && plan.scanned <= task_.limits.small_row) {
    ++trace_.small_rows;
    if (objects ? reaches_small<Count::objects>(a, plan.scanned)
                : reaches_small<Count::action_pairs>(a, plan.scanned)) {
      finish_small(a, out);
    }
    pulse_.stop_after(plan.scanned);
  } else {
    ++trace_.large_rows;
    trace_.left_out_groups += plan.left_out.size();
    count_large(a, plan, out);
  }
  return !pulse_.stopped();
}

// Partners and their positions, without a branch that depends on the data.
std::size_t RowCounter::gather(std::size_t begin, std::size_t end, std::size_t n) {
  const std::uint32_t first = first_partner_;
  const std::uint32_t* const account = rows_.account.data();
  std::uint32_t* const who = who_.data();
  std::uint32_t* const where = where_.data();
  for (std::size_t q = begin; q < end; ++q) {
    const std::uint32_t b = account[q];
    who[n] = b;
    where[n] = static_cast<std::uint32_t>(q);
    n += b >= first ? 1U : 0U;
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
    n = gather(row[e].begin, row[e].end(), n);
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

void RowCounter::emit(std::uint32_t a, const PartnerSum& sum, std::vector<Pair>& out) {
  ++sharing_[std::min<std::size_t>(sum.objects, sharing_.size() - 1)];
  if (task_.options.count_only) return;
  const auto [low, high] = std::minmax(rows_.dense_id[a], rows_.dense_id[sum.account]);
  const auto t_min = static_cast<std::uint64_t>(task_.t_min);
  out.push_back({low, high, sum.objects, sum.actions, sum.min_gap, sum.max_gap, sum.gap_sum,
                 static_cast<std::int64_t>(t_min + sum.first), static_cast<std::int64_t>(t_min + sum.last)});
}

}  // namespace unisono::signals::stages
