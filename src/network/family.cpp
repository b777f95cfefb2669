#include "family.hpp"

#include <algorithm>
#include <cmath>

#include "unisono/network/multiplicity.hpp"
#include "unisono/signals/weighted_overlap.hpp"

namespace unisono::network {

namespace {

constexpr double k_steps = 65536.0;   // of a weight, per unit of -log
constexpr double k_heaviest = 128.0;  // beyond every threshold: log(2^63 / 1e-30) = 113

}  // namespace

std::uint64_t family_threshold(std::uint64_t k, double alpha) {
  const double steps = std::floor(std::log(static_cast<double>(k) / alpha) * k_steps);
  return steps > 1.0 ? static_cast<std::uint64_t>(steps) : 1;
}

std::vector<std::uint32_t> family_weights(const Pace& pace, std::uint32_t n_objects) {
  std::vector<std::uint32_t> weight(n_objects, 0);
  for (std::uint32_t o = 0; o < n_objects; ++o) {
    if (pace.sharers(o) < 2) continue;
    const double least = pace.whole(o);
    const double steps = least > 0.0 ? std::min(-std::log(least), k_heaviest) : k_heaviest;
    weight[o] = static_cast<std::uint32_t>(std::ceil(std::max(steps, 0.0) * k_steps));
  }
  return weight;
}

double least_p_of_weight(std::uint64_t weight) {
  return std::exp(-static_cast<double>(weight) / k_steps);
}

Result<Family> tarone_family(const Events& events, const Pace& pace, std::span<const std::uint8_t> eligible,
                             const FamilyOptions& options, const Control& control) {
  Family family;
  family.weight = family_weights(pace, events.n_objects);
  if (options.n_pairs == 0) return family;

  std::vector<std::uint32_t> sharers(events.size());
  for (std::size_t i = 0; i < sharers.size(); ++i) sharers[i] = events.account[events.by_object[i]];
  const signals::SharerLists lists{events.object_begin, sharers, eligible, events.n_accounts};
  signals::WeightedOverlapOptions overlap;
  overlap.min_sum = family_threshold(1, options.alpha);
  overlap.max_coactions = options.max_coactions;
  overlap.bins = static_cast<std::size_t>(family_threshold(options.n_pairs, options.alpha) - overlap.min_sum) + 2;
  const auto sums = signals::weighted_overlap(lists, family.weight, overlap, control);
  if (!sums && sums.error().code == ErrorCode::too_large) {
    family.all_pairs = true;
    family.k = family.n_pairs = options.n_pairs;
    return family;
  }
  if (!sums) return fail(sums.error());

  const std::uint64_t k = tarone_k(options.n_pairs, [&](std::uint64_t candidate) {
    return sums->pairs_at_least(family_threshold(candidate, options.alpha));
  });
  family.threshold = family_threshold(k, options.alpha);
  family.n_pairs = sums->pairs_at_least(family.threshold);
  family.k = family.n_pairs > 0 ? k : 0;
  if (sums->max_sum > 0) family.least_p = least_p_of_weight(sums->max_sum);
  return family;
}

}  // namespace unisono::network
