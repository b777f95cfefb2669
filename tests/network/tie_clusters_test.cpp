#include "unisono/network/tie_clusters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reference/leiden.hpp"
#include "reference/tie_clusters.hpp"
#include "support/vectors.hpp"
#include "unisono/core/random.hpp"
#include "unisono/network/leiden.hpp"

namespace unisono::network {
namespace {

TieClusters clustered(const Graph& graph, const TieClusterOptions& options = {}, unsigned threads = 1) {
  const auto result = cluster_ties(graph, options, Control{.threads = threads});
  EXPECT_TRUE(result) << (result ? "" : describe(result.error()));
  return result ? *result : TieClusters();
}

// `cliques` cliques of `size`, one node between the last two, and `noise` random edges of little weight.
Graph cliques(std::uint32_t n_cliques, std::uint32_t size, int noise, std::uint64_t seed) {
  std::vector<WeightedEdge> edges;
  for (std::uint32_t c = 0; c < n_cliques; ++c)
    for (std::uint32_t a = 0; a < size; ++a)
      for (std::uint32_t b = a + 1; b < size; ++b) edges.push_back({c * size + a, c * size + b, 5.0});
  Random random(seed);
  const std::uint32_t n = n_cliques * size;
  for (int i = 0; i < noise; ++i)
    edges.push_back({static_cast<std::uint32_t>(random.below(n)), static_cast<std::uint32_t>(random.below(n)), 1.0});
  return make_graph(n + 3, edges);  // three nodes without edges
}

// The partitions that cluster_ties compares, made again.
std::vector<std::vector<std::uint32_t>> partitions_of(const Graph& graph, const TieClusterOptions& options) {
  std::vector<std::vector<std::uint32_t>> all;
  for (std::uint32_t run = 0; run < options.seeds; ++run)
    all.push_back(
        leiden(graph, {.resolution = options.resolution, .seed = mix64(options.seed ^ mix64(run + 1))}, {})->community);
  return all;
}

TEST(TieClusters, PublishedVariationOfInformation) {
  UNISONO_VECTORS(v, "accounts_graph_metrics.json", "leiden");
  const auto best = v.at("membership").get<std::vector<std::uint32_t>>();
  const auto faction = v.at("two_faction").at("membership").get<std::vector<std::uint32_t>>();
  const double expected = v.at("compare_best_vs_faction").at("vi_nats");
  EXPECT_NEAR(variation_of_information(best, faction), expected, 1e-9 * expected);
  std::vector<WeightedEdge> edges;
  for (const auto& edge : v.at("edges")) edges.push_back({edge[0], edge[1], 1.0});
  const Graph karate = make_graph(34, edges);
  const TieClusters found = clustered(karate, {.min_co_assignment = 0});
  EXPECT_EQ(found.clusters.size(), v.at("n_comm").get<std::size_t>());
}

TEST(TieClusters, EqualTheDefinition) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Graph graph = cliques(4, 5, static_cast<int>(seed * 8), seed);
    for (const double resolution : {0.5, 1.0, 2.0}) {
      const TieClusterOptions options{.resolution = resolution, .seed = seed, .seeds = 20, .min_co_assignment = 0};
      const TieClusters found = clustered(graph, options);
      const auto partitions = partitions_of(graph, options);
      std::size_t shown = 0;
      for (std::size_t i = 1; i < partitions.size(); ++i)
        if (modularity(graph, partitions[i], resolution) > modularity(graph, partitions[shown], resolution)) shown = i;
      double variation = 0, rand_index = 0;
      for (std::size_t i = 0; i < partitions.size(); ++i) {
        if (i == shown) continue;
        variation += reference::variation_of_information(partitions[shown], partitions[i]);
        rand_index += adjusted_rand_index(partitions[shown], partitions[i]);
      }
      EXPECT_NEAR(found.variation, variation / 19, 1e-9);
      EXPECT_NEAR(found.rand_index, rand_index / 19, 1e-9);
      std::vector<std::uint32_t> label(graph.n, 0);
      for (std::size_t c = 0; c < found.clusters.size(); ++c) {
        const TieCluster& cluster = found.clusters[c];
        EXPECT_NEAR(cluster.co_assignment, reference::co_assignment(cluster.nodes, partitions), 1e-12);
        for (const std::uint32_t v : cluster.nodes) {
          label[v] = static_cast<std::uint32_t>(c) + 1;
          EXPECT_EQ(partitions[shown][v], partitions[shown][cluster.nodes[0]]);
        }
      }
      EXPECT_TRUE(reference::every_community_connected(induced_subgraph(graph,
                                                                        [&] {
                                                                          std::vector<std::uint32_t> nodes;
                                                                          for (std::uint32_t v = 0; v < graph.n; ++v)
                                                                            if (label[v] > 0) nodes.push_back(v);
                                                                          return nodes;
                                                                        }()),
                                                       [&] {
                                                         std::vector<std::uint32_t> kept;
                                                         for (const std::uint32_t l : label)
                                                           if (l > 0) kept.push_back(l);
                                                         return kept;
                                                       }()));
    }
  }
}

TEST(TieClusters, StableOnesOnlyAndLargestFirst) {
  const Graph clear = cliques(4, 6, 0, 1);
  const TieClusters found = clustered(clear);
  ASSERT_EQ(found.clusters.size(), 4U);
  EXPECT_EQ(found.clusters[0].nodes, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(found.clusters[0].co_assignment, 1.0);
  EXPECT_EQ(found.unstable, 0U);
  EXPECT_EQ(found.rand_index, 1.0);
  EXPECT_EQ(found.variation, 0.0);
  // A ring has no best way to be cut: what comes out depends on the seed.
  std::vector<WeightedEdge> ring;
  for (std::uint32_t v = 0; v < 40; ++v) ring.push_back({v, (v + 1) % 40, 1.0});
  const TieClusters cut = clustered(make_graph(40, ring));
  EXPECT_TRUE(cut.clusters.empty());
  EXPECT_GT(cut.unstable, 2U);
  EXPECT_LT(cut.rand_index, 0.9);
  EXPECT_GT(cut.variation, 0.1);
}

TEST(TieClusters, EqualForAnyNumberOfThreads) {
  const Graph graph = cliques(8, 6, 90, 4);
  const TieClusters one = clustered(graph, {.seeds = 30});
  for (const unsigned threads : {2U, 7U}) {
    const TieClusters other = clustered(graph, {.seeds = 30}, threads);
    ASSERT_EQ(one.clusters.size(), other.clusters.size());
    for (std::size_t c = 0; c < one.clusters.size(); ++c) EXPECT_EQ(one.clusters[c].nodes, other.clusters[c].nodes);
    EXPECT_EQ(one.rand_index, other.rand_index);
    EXPECT_EQ(one.variation, other.variation);
  }
}

TEST(TieClusters, WithoutATieThereIsNoCluster) {
  EXPECT_TRUE(clustered(make_graph(0, {})).clusters.empty());
  EXPECT_TRUE(clustered(make_graph(5, {})).clusters.empty());
  const auto code = [](const TieClusterOptions& options) {
    const auto result = cluster_ties(make_graph(2, std::vector<WeightedEdge>{{0, 1, 1.0}}), options, {});
    return result ? ErrorCode::internal : result.error().code;
  };
  EXPECT_EQ(code({.seeds = 0}), ErrorCode::usage);
  EXPECT_EQ(code({.resolution = 0}), ErrorCode::usage);
  EXPECT_EQ(code({.min_co_assignment = std::nan("")}), ErrorCode::usage);
  EXPECT_EQ(tie_weight(1.0), 0.0);
  EXPECT_EQ(tie_weight(1e-300), 30.0);
  EXPECT_EQ(tie_weight(0.0), 30.0);
  EXPECT_NEAR(tie_weight(1e-5), 5.0, 1e-12);
}

}  // namespace
}  // namespace unisono::network
