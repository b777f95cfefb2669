// Stage 4: accounts that cannot reach the threshold with anyone die, then the actions that met only them; repeated.
#include <algorithm>

#include "coaction_stages.hpp"
#include "unisono/core/parallel.hpp"

namespace unisono::signals::stages {
namespace {

constexpr unsigned k_most_rounds = 20;
constexpr std::size_t k_worthwhile = 200;  // a round that removes less than 1 in 200 is the last

// Removes the actions of dead accounts from one bucket and then those left without a neighbour.
Result<void> prune_bucket(const Task& task, Buckets& buckets, std::size_t b, std::span<const std::uint8_t> dead,
                          AccountWeights& weights) {
  Pulse pulse(task.control);
  const std::span<Key> keys = buckets.bucket(b);
  std::size_t kept = 0;
  for (std::size_t from = 0; from < keys.size();) {
    const std::size_t to = object_end(keys, from);
    std::size_t alive = from;
    for (std::size_t i = from; i < to; ++i) {
      const Key key = keys[i];
      keys[alive] = key;
      alive += dead[account_of(key)] == 0 ? 1U : 0U;
    }
    const std::span<Key> object = keys.subspan(from, keep_live(task, keys.subspan(from, alive - from), pulse));
    if (!object.empty()) weights.add(task, object);
    std::copy_n(object.data(), object.size(), keys.data() + kept);
    kept += object.size();
    if (pulse.stop_after(to - from)) return task.control.check_cancelled();
    from = to;
  }
  buckets.live[b] = kept;
  return {};
}

}  // namespace

Result<unsigned> prune(const Task& task, Buckets& buckets, Plan& plan) {
  if (!task.limits.prune || task.options.min_shared == 1) return 0U;
  std::vector<std::uint8_t> dead(plan.weight.size(), 0);
  std::size_t before = buckets.live_total();
  for (unsigned round = 1;; ++round) {
    for (std::size_t a = 0; a < dead.size(); ++a) dead[a] = plan.weight[a] < task.options.min_shared ? 1 : 0;
    std::vector<AccountWeights> weights;
    for (unsigned w = 0; w < task.threads; ++w) weights.emplace_back(task);
    UNISONO_CHECK(for_each_block(buckets.count(), task.control, [&](std::size_t b, unsigned w) {
      return prune_bucket(task, buckets, b, dead, weights[w]);
    }));
    plan.weight = sum_weights(weights);
    const std::size_t after = buckets.live_total();
    if (round == k_most_rounds || (before - after) * k_worthwhile < before || after == 0) return round;
    before = after;
  }
}

}  // namespace unisono::signals::stages
