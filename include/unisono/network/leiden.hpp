// Communities: the Leiden algorithm for modularity with a resolution, deterministic for a seed.
// Docs: docs/network/leiden.md. Definition in obvious lines: tests/reference/leiden.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/graph.hpp"

namespace unisono::network {

struct LeidenOptions {
  double resolution = 1.0;  // gamma > 0: larger gives smaller communities
  std::uint64_t seed = 1;
  std::uint32_t iterations = 10;  // each starts from the partition of the one before; ends early when nothing changed
  double randomness = 0.01;       // temperature of the refinement, in mean edge weights
};

struct Partition {
  std::vector<std::uint32_t> community;  // per node; numbered 0, 1, ... by smallest node
  std::uint32_t n_communities = 0;
  double modularity = 0;
};

// V. A. Traag, L. Waltman, N. J. van Eck, From Louvain to Leiden: guaranteeing well-connected communities, Scientific
// Reports 9 (2019) 5233, https://doi.org/10.1038/s41598-019-41695-z. Every community is connected: checked at the end,
// and split where it would not be. Nodes without edges are communities of their own. One thread; the same partition for
// the same graph, options and seed on every machine with IEEE doubles. About O(iterations * (n + e) * levels) time, O(n
// + e) memory. Errors: usage (resolution not finite or not > 0), cancelled.
Result<Partition> leiden(const Graph& graph, const LeidenOptions& options, const Control& control);

// Q = sum over communities c of (2 w_c / 2m - gamma (K_c / 2m)^2): w_c weight inside c, K_c sum of its strengths, m
// weight of all edges. 0 for a graph without edges. `community` has one entry < n per node. O(n + e).
double modularity(const Graph& graph, std::span<const std::uint32_t> community, double resolution = 1.0);

// Splits every community into its connected parts; returns how many communities were in more than one part. O(n + e).
std::uint32_t split_disconnected(const Graph& graph, std::vector<std::uint32_t>& community);

// Adjusted Rand index (Hubert and Arabie 1985) of two partitions of the same nodes, labels < n: 1 = equal up to names,
// 0 = as alike as by chance. 1 when both are trivial. O(n log n).
double adjusted_rand_index(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

}  // namespace unisono::network
