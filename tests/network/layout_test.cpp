#include "unisono/network/layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

struct World {
  Graph graph;
  std::vector<std::uint32_t> group;
};

World world() {
  World w;
  Random random(5);
  std::vector<WeightedEdge> edges;
  std::uint32_t n = 0;
  for (const std::uint32_t size : {40U, 12U, 7U, 3U}) {
    for (std::uint32_t i = 0; i < size; ++i) {
      w.group.push_back(size);
      for (std::uint32_t j = 0; j < i; ++j) {
        if (random.uniform() < 0.3) edges.push_back({n + i, n + j, 1.0 + random.uniform()});
      }
    }
    n += size;
  }
  for (int i = 0; i < 9; ++i) w.group.push_back(k_ungrouped);
  edges.push_back({n, n + 1, 1.0});
  edges.push_back({n + 1, n + 2, 1.0});
  edges.push_back({0, n + 3, 1.0});
  w.graph = make_graph(n + 9, edges);
  return w;
}

TEST(Layout, IsInsideTheUnitSquareAndTheSameEveryTime) {
  const World w = world();
  const std::vector<Position> positions = layout(w.graph, w.group, 1);
  ASSERT_EQ(positions.size(), w.graph.n);
  for (const Position& p : positions) {
    EXPECT_TRUE(p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1);
  }
  const std::vector<Position> again = layout(w.graph, w.group, 1);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    EXPECT_EQ(positions[i].x, again[i].x);
    EXPECT_EQ(positions[i].y, again[i].y);
  }
}

TEST(Layout, GroupsDoNotOverlapAndNodesDoNotCoincide) {
  const World w = world();
  const std::vector<Position> positions = layout(w.graph, w.group, 1);
  struct Box {
    double left = 2, right = -1, top = 2, bottom = -1;
  };
  std::map<std::uint32_t, Box> boxes;
  for (std::size_t v = 0; v < positions.size(); ++v) {
    if (w.group[v] == k_ungrouped) continue;
    Box& box = boxes[w.group[v]];
    box.left = std::min(box.left, positions[v].x), box.right = std::max(box.right, positions[v].x);
    box.top = std::min(box.top, positions[v].y), box.bottom = std::max(box.bottom, positions[v].y);
  }
  for (const auto& [a, x] : boxes) {
    for (const auto& [b, y] : boxes) {
      if (a >= b) continue;
      EXPECT_TRUE(x.right < y.left || y.right < x.left || x.bottom < y.top || y.bottom < x.top) << a << " and " << b;
    }
  }
  for (std::size_t i = 0; i < positions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_GT(std::hypot(positions[i].x - positions[j].x, positions[i].y - positions[j].y), 1e-3);
  }
}

TEST(Layout, EmptyAndSingle) {
  EXPECT_TRUE(layout(make_graph(0, {}), {}, 1).empty());
  const std::vector<std::uint32_t> one{k_ungrouped};
  const std::vector<Position> positions = layout(make_graph(1, {}), one, 1);
  EXPECT_DOUBLE_EQ(positions[0].x, 0.5);
}

}  // namespace
}  // namespace unisono::network
