// Stage 6, its two tools: the stamped table, and the choice of the groups that a row leaves out of counting.
#include <algorithm>
#include <bit>

#include "coaction_row.hpp"

namespace unisono::signals::stages {
namespace {

constexpr std::uint32_t k_last_stamp = (1U << 24) - 1;
constexpr std::size_t k_entries_per_update = 8;
constexpr std::size_t k_smallest_table = 16;

}  // namespace

StampedTable::StampedTable(std::size_t accounts, unsigned bits, std::uint32_t first_stamp)
    : entries_(Buffer<std::uint32_t>::zeros(
          std::min(std::bit_ceil(std::max(accounts, k_smallest_table)), std::size_t{1} << bits))),
      mask_(static_cast<std::uint32_t>(entries_.size() - 1)),
      base_(first_stamp),
      stamp_(first_stamp - 1) {}

void StampedTable::start_row(std::size_t updates) {
  const std::size_t wanted = std::bit_ceil(std::max(updates * k_entries_per_update, k_smallest_table));
  mask_ = static_cast<std::uint32_t>(std::min(wanted, entries_.size()) - 1);
  base_ = stamp_ + 1;
}

void StampedTable::start_group() {
  if (stamp_ >= k_last_stamp) rebase();
  ++stamp_;
}

// Stamps are used up: counts of this row move to stamp 1, which no later group has; everything older becomes empty.
void StampedTable::rebase() {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::uint32_t entry = entries_[i];
    entries_[i] = entry >> 8 >= base_ ? (1U << 8 | (entry & 255)) : 0;
  }
  base_ = stamp_ = 1;
  ++rebases_;
}

const RowPlan& RowPlanner::plan(std::span<const Entry> row) {
  plan_.left_out.clear();
  plan_.scanned = 0;
  for (const Entry& entry : row) plan_.scanned += entry.length();
  plan_.counted = plan_.scanned;
  const bool may_leave_out =
      task_.limits.leave_out && task_.options.count == Count::objects && task_.options.min_shared > 1;
  if (!may_leave_out || plan_.scanned < task_.limits.leave_out_from) return plan_;

  groups_.clear();
  for (const Entry& entry : row) {
    if (entry.first()) groups_.push_back({0, static_cast<std::uint32_t>(groups_.size())});
    groups_.back().size += entry.length();
  }
  // Nearly every row stops at its first look, so that a search for the largest is cheaper than a sort.
  const auto smaller_group = [](const Group& x, const Group& y) {
    return x.size != y.size ? x.size < y.size : x.number > y.number;
  };
  while (plan_.left_out.size() + 1 < task_.options.min_shared && !groups_.empty()) {
    const auto largest = std::max_element(groups_.begin(), groups_.end(), smaller_group);
    const std::uint64_t others = plan_.counted - largest->size;
    if (static_cast<double>(largest->size) < task_.limits.leave_out_ratio * static_cast<double>(others)) break;
    plan_.left_out.push_back(largest->number);
    plan_.counted = others;
    *largest = groups_.back();
    groups_.pop_back();
  }
  std::sort(plan_.left_out.begin(), plan_.left_out.end());
  return plan_;
}

}  // namespace unisono::signals::stages
