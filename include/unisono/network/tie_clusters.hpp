// A second opinion on groups from ties that were tested one by one: communities of the tie graph that come out alike
// whatever the seed. A picture, never a finding. Docs: docs/network/second_opinion.md; definition:
// tests/reference/tie_clusters.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/graph.hpp"

namespace unisono::network {

inline constexpr double k_max_tie_weight = 30.0;

double tie_weight(double p);  // min(-log10 p, 30), at least 0

struct TieClusterOptions {
  double resolution = 1.0;  // gamma of the modularity
  std::uint64_t seed = 1;
  std::uint32_t seeds = 100;
  double min_co_assignment = 0.9;
  std::uint32_t min_accounts = 2;
};

struct TieCluster {
  std::vector<std::uint32_t> nodes;  // ascending
  double co_assignment = 1;          // share of (pair of nodes, seed) that stand in one community
};

struct TieClusters {
  std::vector<TieCluster> clusters;  // stable ones, by (size descending, nodes)
  std::uint32_t unstable = 0;        // communities below min_co_assignment
  double rand_index = 1;             // of the shown partition with those of the other seeds: mean adjusted Rand index
  double variation = 0;              // and mean variation of information, nats
};

// Leiden with `seeds` seeds; the partition with the largest modularity (of equal ones that of the first seed) is shown,
// without nodes that have no edge. Every cluster is connected. A graph without edges has no clusters. Equal for any
// number of threads. O(seeds x Leiden) time, 4 bytes per node and seed. Errors: usage (seeds or resolution of 0, a
// co-assignment outside [0, 1]), cancelled, memory.
Result<TieClusters> cluster_ties(const Graph& graph, const TieClusterOptions& options, const Control& control);

// Of two partitions of the same nodes, in nats: 0 = equal up to names (Meila 2007). Labels of any size. O(n log n).
double variation_of_information(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

}  // namespace unisono::network
