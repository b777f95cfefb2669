#include "unisono/network/leiden.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "reference/leiden.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

Partition run(const Graph& graph, LeidenOptions options = {}) {
  Result<Partition> partition = leiden(graph, options, Control{});
  EXPECT_TRUE(partition.has_value());
  return std::move(*partition);
}

Graph random_graph(std::uint32_t n, std::uint32_t edges, std::uint64_t seed) {
  Random random(seed);
  std::vector<WeightedEdge> list;
  for (std::uint32_t e = 0; e < edges; ++e) {
    const auto a = static_cast<std::uint32_t>(random.below(n)), b = static_cast<std::uint32_t>(random.below(n));
    list.push_back({a, b, static_cast<double>(1 + random.below(8))});
  }
  return make_graph(n, list);
}

// `blocks` groups of `size` nodes, dense inside and thin between.
Graph planted(std::uint32_t blocks, std::uint32_t size, double inside, double between, std::uint64_t seed) {
  Random random(seed);
  std::vector<WeightedEdge> list;
  for (std::uint32_t a = 0; a < blocks * size; ++a) {
    for (std::uint32_t b = 0; b < a; ++b) {
      if (random.uniform() < (a / size == b / size ? inside : between)) list.push_back({a, b, 1.0});
    }
  }
  return make_graph(blocks * size, list);
}

TEST(Graph, AddsUpParallelEdgesAndLeavesOutLoops) {
  const std::vector<WeightedEdge> edges{{2, 0, 1.5}, {0, 2, 2.0}, {1, 1, 9.0}, {1, 2, 1.0}, {0, 1, 0.0}, {0, 1, -1.0}};
  const Graph graph = make_graph(4, edges);
  EXPECT_EQ(graph.edges(), 2U);
  EXPECT_EQ(graph.target, (std::vector<std::uint32_t>{2, 2, 0, 1}));
  EXPECT_EQ(graph.weight, (std::vector<double>{3.5, 1.0, 3.5, 1.0}));
  EXPECT_EQ(connected_components(graph), (std::vector<std::uint32_t>{0, 0, 0, 1}));
  const std::vector<std::uint32_t> part{1, 2, 3};
  EXPECT_EQ(induced_subgraph(graph, part).target, (std::vector<std::uint32_t>{1, 0}));
}

TEST(Leiden, EmptyGraphsAndLonelyNodes) {
  EXPECT_EQ(run(make_graph(0, {})).n_communities, 0U);
  const Partition alone = run(make_graph(3, {}));
  EXPECT_EQ(alone.community, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(alone.modularity, 0.0);
}

TEST(Leiden, RefusesAResolutionThatIsNoNumberAboveZero) {
  for (const double resolution : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    const auto result = leiden(make_graph(2, {}), {.resolution = resolution}, Control{});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::usage);
  }
}

TEST(Leiden, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  const auto result = leiden(random_graph(20000, 60000, 1), {}, Control{.stop = source.get_token()});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::cancelled);
}

TEST(Leiden, ModularityEqualsItsDefinitionAndCommunitiesAreConnected) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Graph graph = random_graph(40, 20 + static_cast<std::uint32_t>(seed) * 3, seed);
    const double gamma = 0.5 + static_cast<double>(seed % 4) * 0.5;
    const Partition found = run(graph, {.resolution = gamma, .seed = seed});
    EXPECT_NEAR(found.modularity, reference::modularity(graph, found.community, gamma), 1e-12);
    EXPECT_TRUE(reference::every_community_connected(graph, found.community));
    EXPECT_EQ(run(graph, {.resolution = gamma, .seed = seed}).community, found.community);
  }
}

TEST(Leiden, FindsTheBestPartitionOfTinyGraphs) {
  int best = 0, tried = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Graph graph = random_graph(8, 12, seed);
    const double optimum = reference::best_modularity(graph, 1.0);
    const double found = run(graph, {.seed = seed}).modularity;
    EXPECT_LE(found, optimum + 1e-12);
    ++tried;
    best += found > optimum - 1e-12 ? 1 : 0;
  }
  EXPECT_GE(best, tried * 9 / 10);
}

TEST(Leiden, NoSingleMoveImprovesTheResult) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Graph graph = random_graph(60, 150, seed);
    const Partition found = run(graph, {.seed = seed});
    for (std::uint32_t v = 0; v < graph.n; ++v) {
      for (const std::uint32_t u : graph.neighbours(v)) {
        std::vector<std::uint32_t> moved = found.community;
        moved[v] = found.community[u];
        EXPECT_LE(modularity(graph, moved), found.modularity + 1e-12);
      }
    }
  }
}

TEST(Leiden, RecoversPlantedBlocks) {
  const Graph graph = planted(8, 25, 0.5, 0.01, 7);
  std::vector<std::uint32_t> truth(graph.n);
  for (std::uint32_t v = 0; v < graph.n; ++v) truth[v] = v / 25;
  EXPECT_EQ(adjusted_rand_index(run(graph).community, truth), 1.0);
}

TEST(Leiden, LargerResolutionGivesMoreCommunities) {
  const Graph graph = planted(6, 20, 0.4, 0.05, 3);
  EXPECT_LT(run(graph, {.resolution = 0.2}).n_communities, run(graph, {.resolution = 8}).n_communities);
}

TEST(Leiden, SplitsWhatIsNotConnected) {
  const std::vector<WeightedEdge> edges{{0, 1, 1}, {2, 3, 1}, {1, 2, 1}};
  const Graph graph = make_graph(5, edges);
  std::vector<std::uint32_t> community{0, 0, 1, 0, 0};
  EXPECT_EQ(split_disconnected(graph, community), 1U);
  EXPECT_EQ(community, (std::vector<std::uint32_t>{0, 0, 1, 2, 3}));
}

TEST(AdjustedRand, KnownValues) {
  const std::vector<std::uint32_t> a{0, 0, 1, 1}, b{1, 1, 0, 0}, c{0, 1, 0, 1}, d{0, 0, 1, 2};
  EXPECT_DOUBLE_EQ(adjusted_rand_index(a, b), 1.0);
  EXPECT_DOUBLE_EQ(adjusted_rand_index(a, c), -0.5);
  EXPECT_NEAR(adjusted_rand_index(a, d), 4.0 / 7.0, 1e-15);
}

class SharedVector : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(std::string(UNISONO_SHARED) + "/vectors/accounts_graph_metrics.json");
    if (!file) GTEST_SKIP() << "the shared test vectors are not there";
    json_ = nlohmann::json::parse(file).at("leiden");
    std::vector<WeightedEdge> edges;
    for (const auto& edge : json_.at("edges")) edges.push_back({edge[0], edge[1], 1.0});
    ASSERT_EQ(edges.size(), 78U) << "the karate club";
    karate_ = make_graph(34, edges);
  }
  nlohmann::json json_;
  Graph karate_;
};

TEST_F(SharedVector, KarateClub) {
  const auto membership = json_.at("membership").get<std::vector<std::uint32_t>>();
  const double best = json_.at("best_modularity");
  EXPECT_NEAR(modularity(karate_, membership), best, 1e-9);

  const Partition found = run(karate_);
  EXPECT_NEAR(found.modularity, best, 1e-9);
  EXPECT_EQ(found.n_communities, json_.at("n_comm").get<std::uint32_t>());
  EXPECT_DOUBLE_EQ(adjusted_rand_index(found.community, membership), 1.0);
  int reached = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    reached += run(karate_, {.seed = seed}).modularity > best - 1e-9 ? 1 : 0;
  EXPECT_GE(reached, 80);

  const auto& factions = json_.at("two_faction");
  const auto two = factions.at("membership").get<std::vector<std::uint32_t>>();
  EXPECT_NEAR(modularity(karate_, two), factions.at("modularity_g1").get<double>(), 1e-9);
  EXPECT_NEAR(modularity(karate_, two, 0.5), factions.at("modularity_g05").get<double>(), 1e-9);
  EXPECT_NEAR(adjusted_rand_index(found.community, two), json_.at("compare_best_vs_faction").at("ari").get<double>(),
              1e-9);
}

}  // namespace
}  // namespace unisono::network
