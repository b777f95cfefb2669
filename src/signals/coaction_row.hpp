// Private: one worker of the count stage. It is given one account after another and finds the partners that reach the
// threshold.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "coaction_stages.hpp"

namespace unisono::signals::stages {

// Counts per account in a table that is never cleared: an entry is stamp(24) : count(8), and one whose stamp is older
// than the row is empty. Accounts that share an entry make its count too high, never too low: it proposes candidates
// only.
class StampedTable {
 public:
  StampedTable(std::size_t accounts, unsigned bits, std::uint32_t first_stamp);

  // A new row that makes about `updates` updates: 8 entries for each, up to the whole table.
  void start_row(std::size_t updates);
  void start_group();  // a new object of the row
  std::uint64_t rebases() const { return rebases_; }

  // Raises the count of every account of `who`, once per group (objects) or each time (action_pairs); visit(account,
  // new count). Local copies, because stores to the table could alias the members.
  template <Count Unit, typename Visit>
  void raise_all(std::span<const std::uint32_t> who, const Visit& visit) {
    std::uint32_t* const entries = entries_.data();
    const std::uint32_t mask = mask_, base = base_, stamp = stamp_;
    for (const std::uint32_t b : who) {
      std::uint32_t& entry = entries[b & mask];
      const std::uint32_t old = entry >> 8, before = old < base ? 0 : entry & 255;
      const std::uint32_t grows = (Unit == Count::action_pairs || old != stamp) && before < 255 ? 1 : 0;
      entry = stamp << 8 | (before + grows);
      visit(b, before + grows);
    }
  }
  std::uint32_t count(std::uint32_t b) const {
    const std::uint32_t entry = entries_[b & mask_];
    return entry >> 8 < base_ ? 0 : entry & 255;
  }

 private:
  void rebase();

  Buffer<std::uint32_t> entries_;
  std::uint32_t mask_ = 0;
  std::uint32_t base_ = 1;   // stamp of the row's first group
  std::uint32_t stamp_ = 0;  // of the current group
  std::uint64_t rebases_ = 0;
};

// Everything about a pair, summed over its co-actions. 64 bytes.
struct PartnerSum {
  std::uint32_t account = 0, last_group = 0;  // last_group: group number + 1
  std::uint32_t objects = 0, actions = 0;
  std::uint64_t min_gap = ~std::uint64_t{0}, max_gap = 0;
  std::uint64_t first = ~std::uint64_t{0}, last = 0;
  Wide gap_sum = 0;
};

// Which groups of a row are counted. A pair with m common objects has at least m - s of them outside any s objects, so
// up to m - 1 groups that are far larger than all the others may be left out of counting; verification sees everything.
struct RowPlan {
  std::vector<std::uint32_t> left_out;  // group numbers, ascending
  std::uint64_t scanned = 0;            // window sizes together
  std::uint64_t counted = 0;            // without the groups left out
};

class RowPlanner {
 public:
  explicit RowPlanner(const Task& task) : task_(task) {}
  const RowPlan& plan(std::span<const Entry> row);

 private:
  struct Group {
    std::uint64_t size;
    std::uint32_t number;
  };
  const Task& task_;
  RowPlan plan_;
  std::vector<Group> groups_;
};

inline constexpr std::size_t k_piece = 65'536;  // of a large row's window, gathered at once

class RowCounter {
 public:
  RowCounter(const Task& task, const Rows& rows);

  // Appends the pairs of account `a` with larger accounts that reach the threshold. False when stopped.
  bool count(std::uint32_t a, std::vector<Pair>& out);
  JoinTrace trace() const;
  const auto& pairs_sharing() const { return sharing_; }  // as Join::pairs_sharing, of the rows counted so far
  bool overflowed() const { return overflowed_; }         // a pair has more action pairs than its type holds

 private:
  std::size_t gather(std::size_t begin, std::size_t end, std::size_t n);
  void prefetch_window(const Entry& entry) const;
  template <Count Unit>
  bool reaches_small(std::uint32_t a, std::uint64_t scanned);
  std::size_t keep_reached(std::span<const Entry> row);
  void finish_small(std::uint32_t a, std::vector<Pair>& out);
  void count_large(std::uint32_t a, const RowPlan& plan, std::vector<Pair>& out);
  template <Count Unit>
  void propose(std::uint32_t a, const RowPlan& plan);
  void verify(std::uint32_t a, const RowPlan& plan, std::vector<Pair>& out);
  void merge(std::uint32_t a, std::uint32_t b, std::vector<Pair>& out);
  void rescan(std::uint32_t a, std::span<const std::uint32_t> candidates, std::vector<Pair>& out);
  void add(PartnerSum& sum, std::uint32_t group, std::uint64_t x, std::uint64_t y);
  void emit(std::uint32_t a, const PartnerSum& sum, std::vector<Pair>& out);
  bool reaches(const PartnerSum& sum) const;

  const Task& task_;
  const Rows& rows_;
  Pulse pulse_;
  RowPlanner planner_;
  StampedTable table_;
  Buffer<std::uint32_t> slot_;  // per account: place in sums_ + 1; all 0 between rows
  Buffer<std::uint32_t> who_, where_,
      whose_;  // partners of a small row, their positions and entries, or one piece of a large one
  std::vector<std::uint32_t> segment_end_;  // per entry of a small row, into who_; then its group number
  std::vector<std::uint32_t> candidates_;   // of a large row, to be verified
  std::vector<PartnerSum> sums_;
  std::array<std::uint64_t, 256> sharing_{};
  std::uint32_t first_partner_ = 0;  // of the current row
  JoinTrace trace_;
  bool overflowed_ = false;
};

// Here, because both ways through a row spend their time in it.
inline void RowCounter::add(PartnerSum& sum, std::uint32_t group, std::uint64_t x, std::uint64_t y) {
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

}  // namespace unisono::signals::stages
