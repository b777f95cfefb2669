#include "unisono/network/centrality.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reference/centrality.hpp"
#include "support/vectors.hpp"
#include "unisono/core/random.hpp"

namespace unisono {
namespace {

using network::Graph;
using network::WeightedEdge;

Graph random_graph(std::uint64_t seed) {
  Random random(seed);
  const auto n = static_cast<std::uint32_t>(1 + random.below(25));
  const std::uint64_t n_edges = random.below(3 * std::uint64_t{n});
  std::vector<WeightedEdge> edges;
  for (std::uint64_t i = 0; i < n_edges; ++i)
    edges.push_back({static_cast<std::uint32_t>(random.below(n)), static_cast<std::uint32_t>(random.below(n)),
                     1 + static_cast<double>(random.below(9))});
  return network::make_graph(n, edges);
}

TEST(Centrality, CoreNumbersAgreeWithTheirDefinition) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Graph graph = random_graph(seed);
    ASSERT_EQ(network::core_numbers(graph), reference::core_numbers(graph)) << seed;
  }
  EXPECT_TRUE(network::core_numbers(network::make_graph(0, {})).empty());
}

TEST(Centrality, PageRankAgreesWithItsDefinition) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Graph graph = random_graph(seed);
    const double damping = seed % 3 == 0 ? 0.5 : 0.85;
    const auto rank = network::page_rank(graph, {.damping = damping}, {});
    ASSERT_TRUE(rank) << describe(rank.error());
    const std::vector<double> expected = reference::page_rank(graph, damping);
    for (std::uint32_t v = 0; v < graph.n; ++v) ASSERT_NEAR((*rank)[v], expected[v], 1e-10) << seed;
    EXPECT_NEAR(std::accumulate(rank->begin(), rank->end(), 0.0), 1, 1e-9);
  }
}

// A x = lambda x with a positive lambda that is the largest: nothing of the vector is negative (Perron, Frobenius).
TEST(Centrality, EigenvectorIsOne) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Graph graph = random_graph(seed);
    const auto value = network::eigenvector_centrality(graph, {.tolerance = 1e-13, .steps = 1'000'000}, {});
    if (!value) continue;  // two components with almost one eigenvalue
    if (graph.edges() == 0) {
      EXPECT_EQ(*value, std::vector<double>(graph.n, 0));
      continue;
    }
    EXPECT_EQ(*std::max_element(value->begin(), value->end()), 1);
    const auto top = static_cast<std::uint32_t>(std::max_element(value->begin(), value->end()) - value->begin());
    const auto times = [&](std::uint32_t v) {
      double sum = 0;
      for (std::size_t e = graph.begin[v]; e < graph.begin[v + 1]; ++e)
        sum += graph.weight[e] * (*value)[graph.target[e]];
      return sum;
    };
    const double lambda = times(top);
    for (std::uint32_t v = 0; v < graph.n; ++v) {
      EXPECT_GE((*value)[v], 0);
      ASSERT_NEAR(times(v), lambda * (*value)[v], 1e-6 * lambda) << seed;
    }
  }
}

// A star has two sides: a walk without a share of itself would swing between them for ever.
TEST(Centrality, EigenvectorOfAStar) {
  const std::vector<WeightedEdge> edges = {{0, 1, 1}, {0, 2, 1}, {0, 3, 1}, {0, 4, 1}};
  const auto value = network::eigenvector_centrality(network::make_graph(5, edges), {}, {}).value();
  EXPECT_NEAR(value[0], 1, 1e-10);
  for (int leaf = 1; leaf < 5; ++leaf) EXPECT_NEAR(value[static_cast<std::size_t>(leaf)], 0.5, 1e-10);
}

TEST(Centrality, RefusesWhatMakesNoSense) {
  const Graph graph = random_graph(3);
  EXPECT_FALSE(network::page_rank(graph, {.damping = 1}, {}));
  EXPECT_FALSE(network::page_rank(graph, {.tolerance = 0}, {}));
  EXPECT_EQ(network::page_rank(graph, {.tolerance = 1e-300, .steps = 2}, {}).error().code, ErrorCode::too_large);
}

TEST(Centrality, DisparityOfThePublishedMatrix) {
  UNISONO_VECTORS(published, "statistics_core.json", "weighted_backbones");
  std::vector<WeightedEdge> edges;
  const auto& weights = published.at("W");
  for (std::uint32_t a = 0; a < weights.size(); ++a)
    for (std::uint32_t b = a + 1; b < weights.size(); ++b) edges.push_back({a, b, weights[a][b].get<double>()});
  const Graph graph = network::make_graph(static_cast<std::uint32_t>(weights.size()), edges);
  const std::vector<double> chance = network::disparity(graph);
  for (std::uint32_t v = 0; v < graph.n; ++v)
    for (std::size_t e = graph.begin[v]; e < graph.begin[v + 1]; ++e)
      EXPECT_NEAR(chance[e], published.at("disparity")[v][graph.target[e]].get<double>(), 1e-12);
}

TEST(Centrality, AnOnlyEdgeIsNoSurprise) {
  const std::vector<WeightedEdge> edges = {{0, 1, 5}};
  EXPECT_EQ(network::disparity(network::make_graph(2, edges)), (std::vector<double>{1, 1}));
}

}  // namespace
}  // namespace unisono
