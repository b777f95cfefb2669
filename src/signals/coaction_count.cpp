// Stages 6 to 8 for all accounts: cut them into blocks of equal predicted cost, count each block, put the pairs in
// order.
#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>
#include <utility>

#include "coaction_row.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/core/parallel.hpp"

namespace unisono::signals::stages {
namespace {

constexpr std::uint64_t k_cost_of_entry = 4;             // in scanned places
constexpr std::uint64_t k_bytes_of_pair = 64 + 16 + 64;  // in its block, its sort key, in the result

struct Costs {
  std::vector<std::uint64_t> of_row;
  std::uint64_t to_count = 0;  // co-actions that the rows will visit, groups left out excepted
};

// Every co-action lies in two windows and is counted from one of them, hence the half. With sides the windows of one
// side are visited whole, which is an upper bound.
Result<Costs> predict(const Task& task, const Rows& rows) {
  constexpr std::size_t k_rows_at_once = 4'096;
  Costs costs{std::vector<std::uint64_t>(rows.counted), 0};
  std::atomic<std::uint64_t> scanned{0};
  UNISONO_CHECK(for_each_block((rows.counted + k_rows_at_once - 1) / k_rows_at_once, task.control,
                               [&](std::size_t block, unsigned) -> Result<void> {
                                 RowPlanner planner(task);
                                 Pulse pulse(task.control);
                                 std::uint64_t sum = 0;
                                 for (std::size_t a = block * k_rows_at_once;
                                      a < std::min<std::size_t>(rows.counted, (block + 1) * k_rows_at_once); ++a) {
                                   const RowPlan& plan = planner.plan(rows.row(a));
                                   costs.of_row[a] = plan.counted + k_cost_of_entry * rows.row(a).size();
                                   sum += plan.counted - std::min<std::uint64_t>(plan.counted, rows.row(a).size());
                                   if (pulse.stop_after(rows.row(a).size())) return task.control.check_cancelled();
                                 }
                                 scanned.fetch_add(sum, std::memory_order_relaxed);
                                 return {};
                               }));
  costs.to_count = rows.sided ? scanned.load() : (scanned.load() + 1) / 2;
  return costs;
}

// First account of each block, and the end.
std::vector<std::size_t> cut(const Costs& costs, std::size_t blocks) {
  std::uint64_t total = 0;
  for (const std::uint64_t cost : costs.of_row) total += cost;
  const std::uint64_t share = total / std::max<std::size_t>(1, blocks) + 1;
  std::vector<std::size_t> begin{0};
  std::uint64_t sum = 0;
  for (std::size_t a = 0; a < costs.of_row.size(); ++a) {
    sum += costs.of_row[a];
    if (sum >= share) {
      begin.push_back(a + 1);
      sum = 0;
    }
  }
  if (begin.back() != costs.of_row.size()) begin.push_back(costs.of_row.size());
  return begin;
}

Result<void> check_limit(const Task& task, const Plan& plan, const Costs& costs) {
  if (costs.to_count <= task.options.max_coactions) return {};
  return fail(
      ErrorCode::too_large,
      fmt::format(
          "the join would count {} co-actions, the limit is {}; the data has {} in all, {} of them on one object "
          "(number {})",
          costs.to_count, task.options.max_coactions, plan.coactions, plan.largest_coactions, plan.largest_object),
      "ask for more shared objects, use a smaller window, or raise the limit (--max-coactions)");
}

// Pairs found so far against what the memory limit leaves for them.
class PairBudget {
 public:
  explicit PairBudget(const Task& task)
      : limit_(task.control.memory_bytes),
        join_(join_memory(task.actions.size(), task.actions.n_accounts, task.threads)) {}

  Result<void> add(std::size_t pairs) {
    const std::uint64_t need = join_ + k_bytes_of_pair * (pairs_.fetch_add(pairs, std::memory_order_relaxed) + pairs);
    if (limit_ == 0 || need <= limit_) return {};
    return fail(ErrorCode::memory,
                fmt::format("the pairs of the join need at least {}, the limit is {}", format_bytes(need),
                            format_bytes(limit_)),
                "ask for more shared objects, use a smaller window, or raise --memory");
  }

 private:
  std::uint64_t limit_, join_;
  std::atomic<std::uint64_t> pairs_{0};
};

void add_trace(JoinTrace& total, const JoinTrace& part) {
  total.small_rows += part.small_rows;
  total.large_rows += part.large_rows;
  total.left_out_groups += part.left_out_groups;
  total.merges += part.merges;
  total.rescans += part.rescans;
  total.rebases += part.rebases;
}

}  // namespace

Result<std::vector<std::vector<Pair>>> count_rows(const Task& task, const Rows& rows, const Plan& plan, Join& join,
                                                  JoinTrace& trace) {
  UNISONO_TRY(const Costs costs, predict(task, rows));
  UNISONO_CHECK(check_limit(task, plan, costs));
  const std::vector<std::size_t> begin = cut(costs, task.limits.blocks);
  std::vector<std::vector<Pair>> blocks(begin.size() - 1);
  std::vector<std::optional<RowCounter>> counters(task.threads);
  PairBudget budget(task);
  Meter meter(task.control, "join", costs.to_count, "co-actions");

  UNISONO_CHECK(for_each_block(blocks.size(), task.control, [&](std::size_t block, unsigned w) -> Result<void> {
    if (!counters[w]) counters[w].emplace(task, rows);
    std::uint64_t work = 0;
    std::size_t accounted = 0;
    for (std::size_t a = begin[block]; a < begin[block + 1]; ++a) {
      if (!counters[w]->count(static_cast<std::uint32_t>(a), blocks[block])) return task.control.check_cancelled();
      if (counters[w]->overflowed())
        return fail(
            ErrorCode::too_large,
            fmt::format("two accounts have more than {} action pairs with each other", task.limits.most_actions),
            "count only first actions (repeats = first), or use a smaller window");
      if (Result<void> fits = budget.add(blocks[block].size() - std::exchange(accounted, blocks[block].size())); !fits)
        return fits;
      work += costs.of_row[a] - k_cost_of_entry * rows.row(a).size();
    }
    meter.add(work / 2, w);
    return {};
  }));
  meter.finish();
  for (const auto& counter : counters) {
    if (!counter) continue;
    add_trace(trace, counter->trace());
    for (std::size_t i = 0; i < join.pairs_sharing.size(); ++i) {
      join.pairs_sharing[i] += counter->pairs_sharing()[i];
      join.n_pairs += counter->pairs_sharing()[i];
    }
  }
  return blocks;
}

Result<std::vector<Pair>> sort_pairs(const Task& task, std::vector<std::vector<Pair>> blocks) {
  std::size_t total = 0;
  for (const auto& block : blocks) total += block.size();
  std::vector<Key> order;
  order.reserve(total);
  for (std::uint64_t block = 0; block < blocks.size(); ++block)
    for (std::uint64_t i = 0; i < blocks[block].size(); ++i) {
      const Pair& pair = blocks[block][i];
      order.push_back(Key{block << 32 | i, std::uint64_t{pair.a} << 32 | pair.b});
    }
  Pulse pulse(task.control);
  if (sort_keys(order, task.limits.vector_sort, pulse))
    return task.control.check_cancelled().map([] { return std::vector<Pair>(); });
  std::vector<Pair> pairs;
  pairs.reserve(total);
  for (const Key& key : order) {
    if (pulse.stop_after(1)) return task.control.check_cancelled().map([] { return std::vector<Pair>(); });
    pairs.push_back(blocks[key.lo >> 32][key.lo & 0xffff'ffffU]);
  }
  return pairs;
}

}  // namespace unisono::signals::stages
