// Stage 3: per object, the exact number of co-actions before any pair is looked at; then actions that meet nobody are
// dropped.
#include <algorithm>
#include <array>
#include <limits>

#include "coaction_stages.hpp"
#include "unisono/core/parallel.hpp"

namespace unisono::signals::stages {
namespace {

std::uint32_t add_saturating(std::uint32_t x, std::uint64_t y) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(most, x + std::min(most, y)));
}

// What one worker needs and finds.
struct Worker {
  std::vector<std::uint32_t>
      mark;  // unique: last object + 1 that the account acted on; otherwise: its actions in the window
  AccountWeights weights;
  std::uint64_t coactions = 0;
  std::uint32_t largest_object = 0;
  std::uint64_t largest_coactions = 0;
  std::vector<SkippedObject> skipped;

  explicit Worker(const Task& task) : mark(task.actions.n_accounts, 0), weights(task) {}

  // Only the earliest action of each account stays; keys are ascending by time.
  std::size_t keep_first(std::span<Key> keys) {
    const std::uint32_t stamp = object_of(keys.front()) + 1;
    std::size_t kept = 0;
    for (const Key key : keys) {
      std::uint32_t& seen = mark[account_of(key)];
      keys[kept] = key;
      kept += seen != stamp ? 1U : 0U;
      seen = stamp;
    }
    return kept;
  }

  static std::uint64_t count_unique(std::span<const Key> keys, std::uint64_t window, Pulse& pulse) {
    std::uint64_t total = 0;
    for (std::size_t i = 0, left = 0; i < keys.size() && !pulse.stop_after(1); ++i) {
      while (time_of(keys[i]) - time_of(keys[left]) > window) ++left;
      total += i - left;
    }
    return total;
  }

  // Actions of one side are no co-actions; an account is on one side, so that repeats need no care.
  static std::uint64_t count_sided(const Task& task, std::span<const Key> keys, Pulse& pulse) {
    std::uint64_t total = 0;
    std::array<std::size_t, 2> inside{};  // actions of each side inside the window
    for (std::size_t i = 0, left = 0; i < keys.size() && !pulse.stop_after(1); ++i) {
      for (; time_of(keys[i]) - time_of(keys[left]) > task.window; ++left) --inside[task.party(account_of(keys[left]))];
      const std::uint32_t side = task.party(account_of(keys[i]));
      total += inside[1 - side];
      ++inside[side];
    }
    return total;
  }

  // Pairs of an account with itself are taken out by counting its actions inside the window.
  std::uint64_t count_repeated(std::span<const Key> keys, std::uint64_t window, Pulse& pulse) {
    std::uint64_t total = 0;
    std::size_t left = 0;
    for (std::size_t i = 0; i < keys.size() && !pulse.stop_after(1); ++i) {
      for (; time_of(keys[i]) - time_of(keys[left]) > window; ++left) --mark[account_of(keys[left])];
      total += i - left - mark[account_of(keys[i])]++;
    }
    for (; left < keys.size(); ++left) --mark[account_of(keys[left])];
    return total;
  }

  std::uint64_t count(const Task& task, std::span<const Key> keys, Pulse& pulse) {
    if (task.sided()) return count_sided(task, keys, pulse);
    return task.unique ? count_unique(keys, task.window, pulse) : count_repeated(keys, task.window, pulse);
  }

  std::size_t plan_object(const Task& task, std::span<Key> keys, Pulse& pulse) {
    const std::uint32_t object = object_of(keys.front());
    if (task.unique) keys = keys.first(keep_first(keys));
    if (keys.size() < 2) return 0;
    const std::uint64_t found = count(task, keys, pulse);
    if (found == 0) return 0;
    coactions += found;
    if (found > largest_coactions || (found == largest_coactions && object < largest_object)) {
      largest_coactions = found;
      largest_object = object;
    }
    if (task.options.cap_object > 0 && found > task.options.cap_object) {
      skipped.push_back({object, static_cast<std::uint32_t>(keys.size()), found});
      return 0;
    }
    keys = keys.first(keep_live(task, keys, pulse));
    weights.add(task, keys);
    return keys.size();
  }
};

}  // namespace

std::size_t object_end(std::span<const Key> keys, std::size_t from) {
  const std::uint32_t object = object_of(keys[from]);
  std::size_t to = from + 1;
  while (to < keys.size() && object_of(keys[to]) == object) ++to;
  return to;
}

std::size_t keep_live(const Task& task, std::span<Key> keys, Pulse& pulse) {
  const std::uint64_t window = task.window;
  std::size_t kept = 0;
  std::uint64_t left_time = 0;  // of the last action before the run; read before squeezing overwrites it
  bool has_left = false;
  for (std::size_t from = 0; from < keys.size() && !pulse.stopped();) {
    std::size_t to = from + 1;
    const std::uint32_t party = task.party(account_of(keys[from]));
    while (to < keys.size() && task.party(account_of(keys[to])) == party) ++to;
    const bool has_right = to < keys.size();
    const std::uint64_t right_time = has_right ? time_of(keys[to]) : 0;
    const std::uint64_t last_time = time_of(keys[to - 1]);
    for (std::size_t i = from; i < to; ++i) {
      const Key key = keys[i];
      const bool live =
          (has_left && time_of(key) - left_time <= window) || (has_right && right_time - time_of(key) <= window);
      keys[kept] = key;
      kept += live ? 1U : 0U;
    }
    left_time = last_time;
    has_left = true;
    pulse.stop_after(to - from);
    from = to;
  }
  return kept;
}

AccountWeights::AccountWeights(const Task& task) : weight(task.actions.n_accounts, 0) {
  if (!task.unique && task.options.count == Count::objects) last_object.assign(task.actions.n_accounts, 0);
}

void AccountWeights::add(const Task& task, std::span<const Key> object) {
  if (task.options.count == Count::action_pairs) {
    for (std::size_t i = 0, left = 0, right = 0; i < object.size(); ++i) {
      while (time_of(object[i]) - time_of(object[left]) > task.window) ++left;
      while (right < object.size() && time_of(object[right]) - time_of(object[i]) <= task.window) ++right;
      std::uint32_t& sum = weight[account_of(object[i])];
      sum = add_saturating(sum, right - left - 1);
    }
  } else if (task.unique) {
    for (const Key& key : object) ++weight[account_of(key)];
  } else {
    for (const Key& key : object) {
      std::uint32_t& last = last_object[account_of(key)];
      weight[account_of(key)] += last != object_of(key) + 1 ? 1U : 0U;
      last = object_of(key) + 1;
    }
  }
}

std::vector<std::uint32_t> sum_weights(std::vector<AccountWeights>& workers) {
  std::vector<std::uint32_t> total = std::move(workers.front().weight);
  for (std::size_t w = 1; w < workers.size(); ++w)
    for (std::size_t a = 0; a < total.size(); ++a) total[a] = add_saturating(total[a], workers[w].weight[a]);
  return total;
}

Result<Plan> plan(const Task& task, Buckets& buckets) {
  std::vector<Worker> workers;
  for (unsigned w = 0; w < task.threads; ++w) workers.emplace_back(task);
  Meter meter(task.control, "sort", task.actions.size(), "actions");

  UNISONO_CHECK(for_each_block(buckets.count(), task.control, [&](std::size_t b, unsigned w) -> Result<void> {
    Pulse pulse(task.control);
    const std::span<Key> keys = buckets.bucket(b);
    if (sort_keys(keys, task.limits.vector_sort, pulse)) return task.control.check_cancelled();
    std::size_t kept = 0;
    for (std::size_t from = 0; from < keys.size();) {
      const std::size_t to = object_end(keys, from);
      const std::size_t live = workers[w].plan_object(task, keys.subspan(from, to - from), pulse);
      std::copy_n(keys.data() + from, live, keys.data() + kept);
      kept += live;
      if (pulse.stopped()) return task.control.check_cancelled();
      from = to;
    }
    buckets.live[b] = kept;
    meter.add(keys.size(), w);
    return {};
  }));
  meter.finish();

  Plan result;
  result.largest_object = std::numeric_limits<std::uint32_t>::max();
  std::vector<AccountWeights> weights;
  for (Worker& worker : workers) {
    result.coactions += worker.coactions;
    if (worker.largest_coactions > result.largest_coactions ||
        (worker.largest_coactions == result.largest_coactions && worker.largest_object < result.largest_object)) {
      result.largest_coactions = worker.largest_coactions;
      result.largest_object = worker.largest_object;
    }
    weights.push_back(std::move(worker.weights));
    result.skipped.insert(result.skipped.end(), worker.skipped.begin(), worker.skipped.end());
  }
  std::sort(result.skipped.begin(), result.skipped.end(),
            [](const SkippedObject& x, const SkippedObject& y) { return x.object < y.object; });
  result.weight = sum_weights(weights);
  return result;
}

}  // namespace unisono::signals::stages
