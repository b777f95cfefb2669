// The Tarone family: the pairs of accounts whose shared objects could make X significant at all, whatever their times.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/pace.hpp"

namespace unisono::network {

// A pair belongs to the family when the weights of all its shared objects sum to at least `threshold`. A weight is
// -log(q0) in steps of 2^-16, rounded up, and the threshold log(K / alpha) is rounded down: both can only enlarge the
// family, which stays valid and becomes more cautious.
struct Family {
  std::vector<std::uint32_t> weight;  // per object; 0 with fewer than two sharers
  std::uint64_t threshold = 0;
  std::uint64_t k = 0;        // 0 = no pair can pass
  std::uint64_t n_pairs = 0;  // pairs in the family
  bool all_pairs = false;     // too many pairs of sharers to visit: k = all pairs of eligible accounts
  double least_p = 1.0;       // smallest attainable p of X; 1 = above alpha, or unknown (all_pairs)
};

// The two parts of the rule, for one pair at a time: the weight of every object, and the sum that a pair needs when the
// family has the size `k` >= 1.
std::vector<std::uint32_t> family_weights(const Pace& pace, std::uint32_t n_objects);
std::uint64_t family_threshold(std::uint64_t k, double alpha);
double least_p_of_weight(std::uint64_t weight);  // the least attainable p of X behind a sum of weights

struct FamilyOptions {
  double alpha = 0.05;
  std::uint64_t n_pairs = 0;  // of eligible accounts
  std::uint64_t max_coactions = 0;
};

Result<Family> tarone_family(const Events& events, const Pace& pace, std::span<const std::uint8_t> eligible,
                             const FamilyOptions& options, const Control& control);

}  // namespace unisono::network
