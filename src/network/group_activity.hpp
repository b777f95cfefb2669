// G_T: do the members pick the same objects at the same time beyond their activity? Contents are permuted among the
// posts of every hour. Docs: docs/network/groups.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "network/content_permutation.hpp"
#include "network/group_null.hpp"

namespace unisono::network {

// What is tested: the candidates of one window, and what they did.
struct ActivityCase {
  Candidates candidates;
  std::vector<Observed> observed;
  std::uint64_t window_us = 0;
  double alpha = 0.025;  // of this window and direction
};

// `alive` has one entry per candidate of all cases.
InPlay in_play(const PostContents& contents, std::span<const ActivityCase> cases, std::span<const std::uint8_t> alive);

// W of every candidate of every case (one per window) against B permuted states, B by the number of its candidates and
// its alpha, or 199 where p is above 0.2 after them. The cases are counted on the same states. They come from a fixed
// number of chains, chain c on stream c of `seed`: ten sweeps away from the data, then one state after every further
// sweep. Equal for any number of threads. Errors: cancelled, memory.
Result<std::vector<std::vector<NullCount>>> test_activity(const Events& half, std::span<const ActivityCase> cases,
                                                          std::uint64_t seed, const Control& control);

}  // namespace unisono::network
