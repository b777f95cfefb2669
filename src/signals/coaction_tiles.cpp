// The join in tiles of account blocks, and the choice of the blocks that a memory limit asks for.
#include "unisono/signals/coaction_tiles.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <limits>
#include <optional>

#include "coaction_stages.hpp"
#include "unisono/core/memory.hpp"

namespace unisono::signals {
namespace {

constexpr std::uint32_t k_most_blocks = 256;
constexpr std::uint64_t k_bytes_of_copy = 16;  // account, object and time of a selected action
constexpr std::uint64_t k_bytes_of_key = 16;

// Selected actions in columns of their own. Accounts of a tile are numbered anew, in the order of their old ids.
struct Selection {
  std::vector<std::uint32_t> account, object;
  std::vector<std::int64_t> t_us;
  std::vector<std::uint8_t> side;
  std::vector<std::uint32_t> old_account;  // empty: unchanged
  std::uint32_t n_accounts = 0, n_objects = 0;

  Actions view() const { return {account, object, {}, t_us, n_accounts, n_objects, 0, side}; }
};

template <typename Wanted>
Result<Selection> select(const Actions& actions, std::size_t size, const Control& control, const Wanted& wanted) {
  Selection out;
  out.n_accounts = actions.n_accounts;
  out.n_objects = actions.n_objects;
  out.account.reserve(size);
  out.object.reserve(size);
  if (!actions.t_us.empty()) out.t_us.reserve(size);
  stages::Pulse pulse(control);
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (pulse.stop_after(1)) return control.check_cancelled().map([] { return Selection(); });
    if (!wanted(actions.account[i], actions.object[i])) continue;
    out.account.push_back(actions.account[i]);
    out.object.push_back(actions.object[i]);
    if (!actions.t_us.empty()) out.t_us.push_back(actions.t_us[i]);
  }
  return out;
}

// Numbers the accounts of the tile 0, 1, ... and gives each its side; the order of ids, and so of pairs, stays.
void renumber(Selection& selection, std::span<const std::uint32_t> block_of, Tile tile) {
  std::vector<std::uint32_t> number(block_of.size(), 0);
  for (std::uint32_t a = 0; a < block_of.size(); ++a) {
    if (block_of[a] != tile.i && block_of[a] != tile.j) continue;
    number[a] = static_cast<std::uint32_t>(selection.old_account.size());
    selection.old_account.push_back(a);
    if (tile.i != tile.j) selection.side.push_back(block_of[a] == tile.i ? 0 : 1);
  }
  for (std::uint32_t& account : selection.account) account = number[account];
  selection.n_accounts = static_cast<std::uint32_t>(selection.old_account.size());
}

// Blocks of neighbouring accounts with about equally many actions, and how large each is.
struct Blocks {
  std::vector<std::uint32_t> of_account;
  std::vector<std::uint64_t> actions, accounts;
  std::uint32_t count() const { return static_cast<std::uint32_t>(actions.size()); }
};

Blocks cut(std::span<const std::uint32_t> actions_of, std::uint64_t n, std::uint32_t wanted) {
  Blocks blocks;
  blocks.of_account.resize(actions_of.size());
  std::uint64_t seen = 0;
  for (std::size_t a = 0; a < actions_of.size(); ++a) {
    const bool full = !blocks.actions.empty() && seen * wanted >= n * blocks.actions.size();
    if (blocks.actions.empty() || (full && blocks.count() < wanted)) {
      blocks.actions.push_back(0);
      blocks.accounts.push_back(0);
    }
    blocks.of_account[a] = blocks.count() - 1;
    blocks.actions.back() += actions_of[a];
    ++blocks.accounts.back();
    seen += actions_of[a];
  }
  return blocks;
}

// Bytes that the largest tile needs above the input: its copy and its join.
std::uint64_t most_needed(const Blocks& blocks, unsigned threads) {
  std::uint64_t most = 0;
  for (std::uint64_t number = 0; number < tiles_of(blocks.count()); ++number) {
    const Tile tile = tile_at(number);
    const bool one = tile.i == tile.j;
    const std::uint64_t actions = blocks.actions[tile.i] + (one ? 0 : blocks.actions[tile.j]);
    const std::uint64_t accounts = blocks.accounts[tile.i] + (one ? 0 : blocks.accounts[tile.j]);
    most = std::max(most, k_bytes_of_copy * actions + join_memory(actions, accounts, threads));
  }
  return most + 12 * blocks.of_account.size();  // actions, block and new number of every account
}

Result<std::vector<std::uint32_t>> count_actions(const Actions& actions, const Control& control) {
  std::vector<std::uint32_t> count(actions.n_accounts, 0);
  stages::Pulse pulse(control);
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (pulse.stop_after(1)) return control.check_cancelled().map([] { return std::vector<std::uint32_t>(); });
    if (actions.account[i] >= actions.n_accounts)
      return fail(ErrorCode::usage, fmt::format("action {}: account {} is not below the number of accounts {}", i,
                                                actions.account[i], actions.n_accounts));
    if (actions.object[i] >= actions.n_objects)
      return fail(ErrorCode::usage, fmt::format("action {}: object {} is not below the number of objects {}", i,
                                                actions.object[i], actions.n_objects));
    ++count[actions.account[i]];
  }
  return count;
}

// The fewest blocks (2, 3, 4, 6, 8, ...) whose largest tile fits the limit.
Result<Blocks> choose_blocks(const Actions& actions, std::span<const std::uint32_t> actions_of, unsigned threads,
                             const Control& control) {
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (std::uint32_t wanted = 2; wanted <= k_most_blocks; wanted += std::max(1U, wanted / 2)) {
    Blocks blocks = cut(actions_of, actions.size(), wanted);
    const std::uint64_t need = most_needed(blocks, threads);
    if (need <= control.memory_bytes) return blocks;
    least = std::min(least, need);
  }
  const std::uint64_t whole = join_memory(actions.size(), actions.n_accounts, threads);
  return fail(ErrorCode::memory,
              fmt::format("the join of {} actions of {} accounts needs {} bytes ({}) on {} threads, and in pieces at "
                          "least {}; the limit is {} ({})",
                          actions.size(), actions.n_accounts, whole, format_bytes(whole), threads, format_bytes(least),
                          control.memory_bytes, format_bytes(control.memory_bytes)),
              "raise --memory, use fewer threads, or a smaller selection (--since, --until, --channel)");
}

// What is known of the objects before any tile: the same numbers as in one piece. Ranges of objects are planned one
// after the other, because only accounts were cut.
Result<stages::Plan> plan_objects(const stages::Task& task) {
  constexpr std::size_t k_ranges = 4'096;
  const Actions& actions = task.actions;
  const std::uint64_t width = actions.n_objects / k_ranges + 1;
  std::vector<std::size_t> in_range(k_ranges, 0);
  for (const std::uint32_t object : actions.object) ++in_range[object / width];
  const std::uint64_t limit =
      task.control.memory_bytes == 0 ? std::numeric_limits<std::uint64_t>::max() / 2 : task.control.memory_bytes / 2;
  const std::uint64_t at_once = std::max<std::uint64_t>(1, limit / (k_bytes_of_copy + k_bytes_of_key));
  stages::Plan whole;
  for (std::size_t from = 0; from < k_ranges;) {
    std::size_t to = from, size = 0;
    do size += in_range[to++];
    while (to < k_ranges && size + in_range[to] <= at_once);
    UNISONO_TRY(const Selection part, select(actions, size, task.control, [&](std::uint32_t, std::uint32_t object) {
                  return object / width >= from && object / width < to;
                }));
    from = to;
    if (size == 0) continue;
    const Actions view = part.view();
    stages::Task piece{view, task.options, task.control, task.limits, task.window, 0, task.unique, task.threads};
    UNISONO_TRY(stages::Buckets buckets, stages::partition(piece));
    UNISONO_TRY(stages::Plan plan, stages::plan(piece, buckets));
    whole.coactions += plan.coactions;
    if (plan.largest_coactions > whole.largest_coactions) {  // ranges ascend: the smallest id stays among equals
      whole.largest_coactions = plan.largest_coactions;
      whole.largest_object = plan.largest_object;
    }
    whole.skipped.insert(whole.skipped.end(), plan.skipped.begin(), plan.skipped.end());
  }
  return whole;
}

void put_in_order(std::vector<Pair>& pairs) {
  std::sort(pairs.begin(), pairs.end(),
            [](const Pair& x, const Pair& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; });
}

void add(Join& whole, Join part) {
  whole.pairs.insert(whole.pairs.end(), part.pairs.begin(), part.pairs.end());
  whole.n_pairs += part.n_pairs;
  for (std::size_t i = 0; i < whole.pairs_sharing.size(); ++i) whole.pairs_sharing[i] += part.pairs_sharing[i];
  whole.live_actions += part.live_actions;
}

// Tile without the objects of `skip` (empty: none).
Result<Join> join_selected(const stages::Task& task, std::span<const std::uint32_t> block_of, Tile tile,
                           std::span<const std::uint8_t> skip, const Control& control, JoinTrace* trace) {
  const auto wanted = [&](std::uint32_t account, std::uint32_t object) {
    const std::uint32_t block = block_of[account];
    return (block == tile.i || block == tile.j) && (skip.empty() || skip[object] == 0);
  };
  std::size_t size = 0;
  for (std::size_t i = 0; i < task.actions.size(); ++i)
    size += wanted(task.actions.account[i], task.actions.object[i]) ? 1U : 0U;
  UNISONO_TRY(Selection selection, select(task.actions, size, control, wanted));
  renumber(selection, block_of, tile);
  JoinLimits limits = task.limits;
  limits.account_blocks = 1;
  UNISONO_TRY(Join join, join_coactions(selection.view(), task.options, control, limits, trace));
  for (Pair& pair : join.pairs) {
    pair.a = selection.old_account[pair.a];
    pair.b = selection.old_account[pair.b];
  }
  return join;
}

}  // namespace

std::uint64_t tiles_of(std::uint32_t blocks) {
  return std::uint64_t{blocks} * (std::uint64_t{blocks} + 1) / 2;
}

Tile tile_at(std::uint64_t number) {
  std::uint32_t j = 0;
  while (tiles_of(j + 1) <= number) ++j;
  return {static_cast<std::uint32_t>(number - tiles_of(j)), j};
}

Result<Join> join_tile(const Actions& actions, std::span<const std::uint32_t> block_of, Tile tile,
                       const JoinOptions& options, const Control& control) {
  if (tile.i > tile.j)
    return fail(ErrorCode::usage, fmt::format("tile ({}, {}): the first block must not be the larger", tile.i, tile.j));
  if (block_of.size() != actions.n_accounts)
    return fail(ErrorCode::usage, fmt::format("{} accounts but {} blocks: one per account is needed",
                                              actions.n_accounts, block_of.size()));
  if (!actions.side.empty()) return fail(ErrorCode::usage, "actions of a tile cannot be cut into tiles again");
  UNISONO_CHECK(count_actions(actions, control));
  const JoinLimits limits;
  return join_selected({actions, options, control, limits}, block_of, tile, {}, control, nullptr);
}

namespace stages {

Result<Join> join_in_tiles(const Task& task, JoinTrace& trace) {
  const Actions& actions = task.actions;
  UNISONO_TRY(std::vector<std::uint32_t> actions_of, count_actions(actions, task.control));
  Blocks blocks;
  if (task.limits.account_blocks > 1) {
    blocks = cut(actions_of, actions.size(), task.limits.account_blocks);
  } else {
    UNISONO_TRY(blocks, choose_blocks(actions, actions_of, task.threads, task.control));
  }
  actions_of = {};
  Join whole;
  UNISONO_TRY(Plan plan, plan_objects(task));
  whole.coactions = plan.coactions;
  whole.largest_object = plan.largest_object;
  whole.largest_object_coactions = plan.largest_coactions;
  whole.skipped = std::move(plan.skipped);
  whole.tiles = static_cast<std::uint32_t>(tiles_of(blocks.count()));
  std::vector<std::uint8_t> skip(whole.skipped.empty() ? 0 : actions.n_objects, 0);
  for (const SkippedObject& object : whole.skipped) skip[object.object] = 1;

  JoinOptions options = task.options;
  options.cap_object = 0;  // decided above, for all tiles
  const Task of_tiles{actions, options, task.control, task.limits, task.window, 0, task.unique, task.threads};
  for (std::uint32_t number = 0; number < whole.tiles; ++number) {
    Control control = task.control;
    const std::uint64_t held = whole.pairs.capacity() * sizeof(Pair);
    if (control.memory_bytes > 0) {
      if (held >= control.memory_bytes)
        return fail(ErrorCode::memory,
                    fmt::format("the pairs of the join need at least {}, the limit is {}", format_bytes(held),
                                format_bytes(task.control.memory_bytes)),
                    "ask for more shared objects, use a smaller window, or raise --memory");
      control.memory_bytes -= held;
    }
    UNISONO_TRY(Join part, join_selected(of_tiles, blocks.of_account, tile_at(number), skip, control, &trace));
    add(whole, std::move(part));
  }
  put_in_order(whole.pairs);
  return whole;
}

}  // namespace stages
}  // namespace unisono::signals
