// A second opinion on groups from who shares what, without any test of a pair: blocks of accounts and objects that are
// denser than the rest. Docs: docs/network/second_opinion.md; definition: tests/reference/dense_blocks.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

// An account has an object.
struct Link {
  std::uint32_t account = 0, object = 0;
  auto operator<=>(const Link&) const = default;
};

struct DenseBlockOptions {
  std::uint32_t max_blocks = 1;  // one after the other: the links of a block are taken away before the next
  std::uint32_t min_accounts = 3, min_objects = 2;  // smaller blocks are taken away and not returned
};

// Density: sum of the weights of the links inside / (accounts + objects); a link of an object with d links weighs
// 1 / ln(d + 5), so that what everybody has weighs little.
struct DenseBlock {
  std::vector<std::uint32_t> accounts, objects;  // ascending
  double density = 0;
};

// Peels greedily: again and again the account or object whose links weigh least is taken away (of equal ones accounts
// first, then the smallest id), and of all that is left in between the densest is the block (of equally dense ones the
// smallest, so that two alike are not one): at least half as dense as the densest of all. Weights are whole numbers of
// 2^-36, so that sums are exact. In the order of finding. O(blocks x links log links) time, about 40 bytes a link.
// Equal for any number of threads (one is used). B. Hooi et al., FRAUDAR: Bounding Graph Fraud in the Face of
// Camouflage, KDD 2016, https://doi.org/10.1145/2939672.2939747. Errors: usage (a link twice), too_large (more than
// 2^28 links), cancelled.
Result<std::vector<DenseBlock>> find_dense_blocks(std::span<const Link> links, const DenseBlockOptions& options,
                                                  const Control& control);

// The events that have one of another account on the same object within the window. O(n).
Events close_events(const Events& events, std::uint64_t window_us);

std::vector<Link> links_of(const Events& events);

// The density of the densest block of any size in each of `copies` random tables, in which every account keeps its
// number of objects and every object its number of accounts. Equal for any number of threads.
// O(copies x events log events). Errors: cancelled, memory, too_large.
Result<std::vector<double>> random_densities(const Events& events, std::uint32_t copies, std::uint64_t seed,
                                             const Control& control);

}  // namespace unisono::network
