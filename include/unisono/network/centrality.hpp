// Where an account stands in a network: core number, PageRank, eigenvector centrality; and which edges carry it: the
// disparity filter. Descriptions of a finished network, not tests. Docs: docs/network/centrality.md; definitions in
// obvious lines: tests/reference/centrality.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/graph.hpp"

namespace unisono::network {

// Core number of every node: the largest k such that the node stands in a part of the network in which everybody has at
// least k neighbours; weights do not count. V. Batagelj, M. Zaversnik, arXiv cs/0310049. O(n + e).
std::vector<std::uint32_t> core_numbers(const Graph& graph);

struct CentralityOptions {
  double damping = 0.85;         // PageRank only: share of steps along an edge
  double tolerance = 1e-12;      // stop when the values change by less than this together
  std::uint32_t steps = 10'000;  // at most
};

// The share of time that a walk spends at each node: along an edge in proportion to its weight with chance `damping`,
// else (and from nodes without edges) to any node. Sums to 1. S. Brin, L. Page, Computer Networks 30 (1998) 107.
// O(steps * e). Errors: usage (damping outside 0 to 1, tolerance not above 0), too_large (not settled after `steps`),
// cancelled.
Result<std::vector<double>> page_rank(const Graph& graph, const CentralityOptions& options, const Control& control);

// The entries of the eigenvector of the largest eigenvalue of the weights, the largest entry 1: an account is central
// beside central accounts. Of several components with one largest eigenvalue each keeps its part of the same start; 0
// where a component has a smaller one, and everywhere without edges. P. Bonacich, J. Math. Sociology 2 (1972) 113.
// O(steps * e). Errors as above.
Result<std::vector<double>> eigenvector_centrality(const Graph& graph, const CentralityOptions& options,
                                                   const Control& control);

// For each place of graph.target (both directions of an edge have the same value): the chance that an end which shares
// its strength s evenly at random among its k edges gives one of them at least the weight w, (1 - w/s)^(k - 1), the
// lesser of both ends. M. A. Serrano, M. Boguna, A. Vespignani, PNAS 106 (2009) 6483. A backbone keeps the edges below
// a chosen value: a choice of the viewer, no test of ours. O(e).
std::vector<double> disparity(const Graph& graph);

}  // namespace unisono::network
