// The co-action join: checks, memory, and the stages in order. Each stage is a file of its own: coaction_sort
// (partition, sort), coaction_plan, coaction_prune, coaction_rows, coaction_row and coaction_large_row (one account),
// coaction_count (all accounts).
#include "unisono/signals/coaction.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "coaction_stages.hpp"
#include "unisono/core/memory.hpp"

namespace unisono::signals {
namespace stages {

void* allocate_pages(std::size_t bytes) {
  const std::size_t alignment = alignment_of(bytes);
  void* memory = ::operator new(bytes, std::align_val_t{alignment});
#ifdef __linux__
  if (alignment > 4'096) madvise(memory, bytes, MADV_HUGEPAGE);  // only a wish: the result does not matter
#endif
  return memory;
}

void Meter::add(std::uint64_t work, unsigned worker) {
  const std::uint64_t done = done_.fetch_add(work, std::memory_order_relaxed) + work;
  if (worker != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  control_.report(phase_, std::min(done, total_), total_, unit_);
}

}  // namespace stages

namespace {

constexpr std::size_t k_most_actions = (std::size_t{1} << 31) - 1;

Result<void> check_arguments(const Actions& actions, const JoinOptions& options) {
  const std::size_t n = actions.size();
  if (options.min_shared == 0)
    return fail(ErrorCode::usage,
                "a pair must share at least 1 object, 0 was asked for: that would be every pair of accounts",
                "ask for 1 or more shared objects");
  if (actions.object.size() != n)
    return fail(ErrorCode::usage,
                fmt::format("{} accounts but {} objects: one of each per action is needed", n, actions.object.size()));
  if (!actions.t_us.empty() && actions.t_us.size() != n)
    return fail(ErrorCode::usage, fmt::format("{} actions but {} times: one per action is needed, or none at all", n,
                                              actions.t_us.size()));
  if (!actions.post.empty() && actions.post.size() != n)
    return fail(ErrorCode::usage, fmt::format("{} actions but {} posts: one per action is needed, or none at all", n,
                                              actions.post.size()));
  if (!actions.side.empty() && actions.side.size() != actions.n_accounts)
    return fail(ErrorCode::usage, fmt::format("{} accounts but {} sides: one per account is needed, or none at all",
                                              actions.n_accounts, actions.side.size()));
  if (std::any_of(actions.side.begin(), actions.side.end(), [](std::uint8_t side) { return side > 1; }))
    return fail(ErrorCode::usage, "the side of an account must be 0 or 1");
  if (n > k_most_actions)
    return fail(ErrorCode::too_large, fmt::format("{} actions; one join takes at most {}", n, k_most_actions),
                "use a smaller selection (--since, --until, --channel)");
  return {};
}

bool fits_memory(const Actions& actions, const Control& control) {
  const std::uint64_t need = join_memory(actions.size(), actions.n_accounts, std::max(1U, control.threads));
  return control.memory_bytes == 0 || need <= control.memory_bytes;
}

// A tile is not cut again: it was made to fit, but for pairs found since then.
Result<void> check_tile_memory(const Actions& actions, const Control& control) {
  if (fits_memory(actions, control)) return {};
  return fail(ErrorCode::memory,
              fmt::format("a piece of the join with {} actions needs {}, the limit leaves {}", actions.size(),
                          format_bytes(join_memory(actions.size(), actions.n_accounts, std::max(1U, control.threads))),
                          format_bytes(control.memory_bytes)),
              "ask for more shared objects, use a smaller window, or raise --memory");
}

class Stopwatch {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

Result<Join> run_stages(stages::Task task, JoinTrace& trace) {
  Join join;
  if (task.actions.size() == 0) return join;
  Stopwatch watch;
  UNISONO_TRY(stages::Buckets buckets, stages::partition(task));
  UNISONO_TRY(stages::Plan plan, stages::plan(task, buckets));
  trace.plan_s = watch.lap();
  join.coactions = plan.coactions;
  join.largest_object = plan.coactions > 0 ? plan.largest_object : 0;
  join.largest_object_coactions = plan.largest_coactions;
  join.skipped = std::move(plan.skipped);
  UNISONO_TRY(trace.prune_rounds, stages::prune(task, buckets, plan));
  plan.weight = {};
  trace.prune_s = watch.lap();
  join.live_actions = buckets.live_total();
  if (join.live_actions == 0) return join;
  std::vector<std::vector<Pair>> blocks;
  {
    UNISONO_TRY(const stages::Rows rows, stages::make_rows(task, std::move(buckets)));
    trace.rows_s = watch.lap();
    UNISONO_TRY(blocks, stages::count_rows(task, rows, plan, join, trace));
    trace.count_s = watch.lap();
  }
  UNISONO_TRY(join.pairs, stages::sort_pairs(task, std::move(blocks)));
  trace.emit_s = watch.lap();
  return join;
}

}  // namespace

std::uint64_t join_memory(std::uint64_t n_actions, std::uint64_t n_accounts, unsigned threads) {
  constexpr std::uint64_t k_partners = std::uint64_t{1} << 20, k_buffers = std::uint64_t{24} << 20;
  return 28 * n_actions + 24 * n_accounts +
         threads * (12 * n_accounts + k_buffers + 64 * std::min(n_accounts, k_partners));
}

Result<Join> join_coactions(const Actions& actions, const JoinOptions& options, const Control& control,
                            const JoinLimits& limits, JoinTrace* trace) {
  UNISONO_CHECK(check_arguments(actions, options));
  UNISONO_CHECK(control.check_cancelled());
  stages::Task task{actions, options, control, limits};
  task.window = actions.t_us.empty() ? std::numeric_limits<std::uint64_t>::max() : options.window_us;
  task.unique = options.repeats == Repeats::first;
  task.threads = std::max(1U, control.threads);
  JoinTrace own;
  JoinTrace& to = trace != nullptr ? *trace : own;
  const bool is_piece = limits.account_blocks == 1 || !actions.side.empty();
  try {
    if (!is_piece && (limits.account_blocks > 1 || !fits_memory(actions, control)))
      return stages::join_in_tiles(task, to);
    UNISONO_CHECK(check_tile_memory(actions, control));
    return run_stages(task, to);
  } catch (const std::bad_alloc&) {
    return fail(
        ErrorCode::memory,
        fmt::format("the machine has no more memory for the join of {} actions (about {} and its result)",
                    actions.size(), format_bytes(join_memory(actions.size(), actions.n_accounts, task.threads))),
        "use a smaller selection (--since, --until, --channel) or fewer threads");
  }
}

Result<Join> join_coactions(const Actions& actions, const JoinOptions& options, const Control& control) {
  return join_coactions(actions, options, control, JoinLimits{});
}

Result<Join> join_with(const Joiner& joiner, const Actions& actions, const JoinOptions& options,
                       const Control& control) {
  return joiner ? joiner(actions, options, control) : join_coactions(actions, options, control);
}

}  // namespace unisono::signals
