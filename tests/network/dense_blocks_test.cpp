#include "unisono/network/dense_blocks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reference/dense_blocks.hpp"
#include "support/group_worlds.hpp"
#include "support/vectors.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

std::vector<Link> links_of_set(const reference::LinkSet& set) {
  std::vector<Link> links;
  for (const auto& [account, object] : set) links.push_back({account, object});
  return links;
}

std::vector<DenseBlock> found(const std::vector<Link>& links, std::uint32_t blocks = 1, std::uint32_t min = 1) {
  const auto result =
      find_dense_blocks(links, {.max_blocks = blocks, .min_accounts = min, .min_objects = min}, Control{});
  EXPECT_TRUE(result) << (result ? "" : describe(result.error()));
  return result ? *result : std::vector<DenseBlock>();
}

reference::LinkSet random_links(std::uint64_t seed, std::uint32_t accounts, std::uint32_t objects, int n) {
  Random random(seed);
  reference::LinkSet links;
  for (int i = 0; i < n; ++i)
    links.emplace(static_cast<std::uint32_t>(random.below(accounts)),
                  static_cast<std::uint32_t>(random.below(1 + random.below(objects))));
  return links;
}

TEST(DenseBlocks, PublishedVector) {
  UNISONO_VECTORS(v, "accounts_graph_metrics.json", "fraudar");
  std::vector<Link> links;
  for (const auto& edge : v.at("edges")) links.push_back({edge[0], edge[1]});
  const auto blocks = found(links);
  ASSERT_EQ(blocks.size(), 1U);
  const auto& expected = v.at("log_weighted");
  EXPECT_EQ(blocks[0].accounts, expected[0].get<std::vector<std::uint32_t>>());
  EXPECT_EQ(blocks[0].objects, expected[1].get<std::vector<std::uint32_t>>());
  EXPECT_NEAR(blocks[0].density, expected[2].get<double>(), 1e-9 * expected[2].get<double>());
}

TEST(DenseBlocks, EqualsTheDefinition) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    // Few nodes and many links give many equal strengths: the order of ties decides.
    const auto set = random_links(seed, 3 + static_cast<std::uint32_t>(seed % 20),
                                  4 + static_cast<std::uint32_t>(seed % 13), static_cast<int>(5 + seed * 3));
    const auto blocks = found(links_of_set(set), 4);
    const auto twin = reference::dense_blocks(set, 4);
    ASSERT_EQ(blocks.size(), twin.size()) << seed;
    for (std::size_t i = 0; i < twin.size(); ++i) {
      EXPECT_EQ(blocks[i].accounts, twin[i].accounts) << seed << " block " << i;
      EXPECT_EQ(blocks[i].objects, twin[i].objects) << seed << " block " << i;
      EXPECT_EQ(blocks[i].density, twin[i].density) << seed << " block " << i;
    }
  }
}

TEST(DenseBlocks, AtLeastHalfAsDenseAsTheDensest) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto set = random_links(seed, 6, 7, 8 + static_cast<int>(seed % 20));
    const double best = reference::largest_density(set), greedy = found(links_of_set(set))[0].density;
    EXPECT_LE(greedy, best * (1 + 1e-12)) << seed;
    EXPECT_GE(greedy, best / 2) << seed;
  }
}

TEST(DenseBlocks, TheOrderOfLinksChangesNothing) {
  std::vector<Link> links = links_of_set(random_links(3, 60, 40, 500));
  const auto first = found(links, 3);
  Random random(1);
  random.shuffle(links);
  const auto again = found(links, 3);
  ASSERT_EQ(first.size(), again.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].accounts, again[i].accounts);
    EXPECT_EQ(first[i].density, again[i].density);
  }
}

TEST(DenseBlocks, TwoSquadsAreTwoBlocks) {
  reference::LinkSet set = random_links(5, 300, 200, 1500);
  for (std::uint32_t squad = 0; squad < 2; ++squad)
    for (std::uint32_t member = 0; member < 12; ++member)
      for (std::uint32_t task = 0; task < 15; ++task)
        set.emplace(1000 + squad * 100 + member, 1000 + squad * 100 + task);
  const auto blocks = found(links_of_set(set), 2, 3);
  ASSERT_EQ(blocks.size(), 2U);
  for (std::uint32_t squad = 0; squad < 2; ++squad) {
    const auto& block = blocks[squad];
    ASSERT_EQ(block.accounts.size(), 12U);
    EXPECT_EQ(block.accounts.front() - block.accounts.front() % 100, block.objects.front());
    EXPECT_EQ(block.objects.size(), 15U);
  }
  EXPECT_NE(blocks[0].accounts, blocks[1].accounts);
}

TEST(DenseBlocks, SmallBlocksAreTakenAwayAndNotReturned) {
  reference::LinkSet set;
  for (std::uint32_t object = 0; object < 40; ++object) set.emplace(0U, object);  // one account with everything
  EXPECT_TRUE(found(links_of_set(set), 5, 2).empty());
  EXPECT_EQ(found(links_of_set(set), 5, 1).size(), 1U);
  for (std::uint32_t account = 1; account < 4; ++account)
    for (std::uint32_t object = 100; object < 103; ++object) set.emplace(account, object);
  const auto blocks = found(links_of_set(set), 5, 3);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].accounts, (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST(DenseBlocks, CloseEventsAreThoseWithACompanionInTime) {
  test::World world;
  world.add_post("a", {"x"}, test::k_world_start_us);
  world.add_post("b", {"x"}, test::k_world_start_us + 60'000'000);
  world.add_post("c", {"x"}, test::k_world_start_us + 120'000'001);
  world.add_post("a", {"y"}, test::k_world_start_us);
  const Events close = close_events(test::build(world).events, 60'000'000);
  EXPECT_EQ(links_of(close), (std::vector<Link>{{0, 0}, {1, 0}}));
}

TEST(DenseBlocks, ASquadIsDenserThanItsRandomCopies) {
  test::World world = test::noise_world(3, 60, 80, 600, 3);
  test::plant_squad(world, 3, 0, 8, 10, 3);
  const Events events = test::build(world).events;
  const auto blocks = found(links_of(events), 1, 3);
  ASSERT_EQ(blocks.size(), 1U);
  const auto copies = random_densities(events, 19, 7, Control{.threads = 1});
  ASSERT_TRUE(copies);
  EXPECT_EQ(std::count_if(copies->begin(), copies->end(), [&](double d) { return d >= blocks[0].density; }), 0);
  for (const unsigned threads : {2U, 7U})
    EXPECT_EQ(*random_densities(events, 19, 7, Control{.threads = threads}), *copies);
  EXPECT_NE(*random_densities(events, 19, 8, Control{}), *copies);
}

TEST(DenseBlocks, WhatCannotBeMeantIsRefused) {
  EXPECT_TRUE(found({}).empty());
  EXPECT_TRUE(found({{1, 1}}, 0).empty());
  EXPECT_EQ(found({{7, 9}})[0].density, reference::largest_density({{7, 9}}));
  const std::vector<Link> twice = {{1, 2}, {3, 4}, {1, 2}};
  const auto refused = find_dense_blocks(twice, {}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::usage);
  EXPECT_NE(refused.error().message.find("account 1 has object 2 twice"), std::string::npos);
  std::stop_source stop;
  stop.request_stop();
  const std::vector<Link> links = {{1, 2}, {3, 4}};
  EXPECT_EQ(find_dense_blocks(links, {}, Control{.stop = stop.get_token()}).error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace unisono::network
