// The join in pieces: tiles against the definition and against the whole, and the way under a memory limit.
#include <gtest/gtest.h>

#include <set>

#include "reference/coaction.hpp"
#include "reference/coaction_case.hpp"
#include "unisono/core/random.hpp"
#include "unisono/signals/coaction_tiles.hpp"

namespace unisono {
namespace {

using reference::Action;
using signals::Join;
using signals::JoinOptions;
using signals::Repeats;
using signals::Tile;

std::vector<Action> world(std::uint64_t seed, std::size_t n, std::uint64_t accounts, std::uint64_t objects) {
  Random random(seed);
  std::vector<Action> actions;
  while (actions.size() < n) {
    const auto account = static_cast<std::uint32_t>(std::min(random.below(accounts), random.below(accounts)));
    const auto object = static_cast<std::uint32_t>(std::min(random.below(objects), random.below(objects)));
    actions.push_back({account, object, static_cast<std::int64_t>(random.below(4000))});
  }
  return actions;
}

TEST(CoactionTiles, NumbersAndBlocksAreOneToOne) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (std::uint64_t number = 0; number < signals::tiles_of(50); ++number) {
    const Tile tile = signals::tile_at(number);
    EXPECT_LE(tile.i, tile.j);
    EXPECT_EQ(std::uint64_t{tile.j} * (tile.j + 1) / 2 + tile.i, number);
    seen.insert({tile.i, tile.j});
  }
  EXPECT_EQ(seen.size(), 1275U);
}

// A tile's pairs by definition: those of the whole with one account in each of its blocks.
TEST(CoactionTiles, EveryPairIsInExactlyItsTile) {
  const std::vector<Action> actions = world(3, 4000, 60, 90);
  const reference::Columns columns(actions);
  for (const JoinOptions& options : {JoinOptions{.window_us = 90, .min_shared = 2},
                                     JoinOptions{.window_us = 40, .min_shared = 1, .repeats = Repeats::all}}) {
    const Join whole = reference::coactions(actions, options, false);
    ASSERT_GT(whole.pairs.size(), 200U);
    for (const std::uint32_t blocks : {1U, 2U, 7U}) {
      std::vector<std::uint32_t> block_of(columns.n_accounts);
      for (std::uint32_t a = 0; a < block_of.size(); ++a) block_of[a] = a * 7919 % 31 % blocks;
      Join together;
      for (std::uint64_t number = 0; number < signals::tiles_of(blocks); ++number) {
        const Tile tile = signals::tile_at(number);
        const auto part = signals::join_tile(columns.view(false), block_of, tile, options, {.threads = 2});
        ASSERT_TRUE(part) << describe(part.error());
        for (const signals::Pair& pair : part->pairs)
          EXPECT_EQ(std::minmax(block_of[pair.a], block_of[pair.b]), std::minmax(tile.i, tile.j));
        together.coactions += part->coactions;
        together.pairs.insert(together.pairs.end(), part->pairs.begin(), part->pairs.end());
      }
      std::sort(together.pairs.begin(), together.pairs.end(),
                [](const auto& x, const auto& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
      EXPECT_EQ(together.pairs, whole.pairs) << blocks << " blocks";
      EXPECT_EQ(together.coactions, whole.coactions);
    }
  }
}

TEST(CoactionTiles, AMemoryLimitCutsTheJoinAndChangesNothing) {
  const std::vector<Action> actions = world(4, 400'000, 30'000, 3'000);
  const reference::Columns columns(actions);
  const JoinOptions options{.window_us = 400, .cap_object = 5'000};
  const auto whole = signals::join_coactions(columns.view(false), options, {});
  ASSERT_TRUE(whole) << describe(whole.error());
  ASSERT_GT(whole->pairs.size(), 1000U);
  ASSERT_FALSE(whole->skipped.empty());
  EXPECT_EQ(whole->tiles, 1U);
  const std::uint64_t need = signals::join_memory(actions.size(), columns.n_accounts, 1);
  std::uint32_t tiles = 1;
  for (const std::uint64_t spared : {std::uint64_t{1}, std::uint64_t{5'000'000}}) {
    Control control;
    control.memory_bytes = need - spared;
    const auto cut = signals::join_coactions(columns.view(false), options, control);
    ASSERT_TRUE(cut) << describe(cut.error());
    EXPECT_GT(cut->tiles, tiles);
    tiles = cut->tiles;
    EXPECT_EQ(reference::difference(*whole, *cut), "");
  }
}

TEST(CoactionTiles, BelowTheSmallestPieceItIsRefusedWithAllNumbers) {
  const std::vector<Action> actions = world(5, 2000, 50, 50);
  const reference::Columns columns(actions);
  Control control;
  control.memory_bytes = 1'000'000;
  const auto refused = signals::join_coactions(columns.view(false), {}, control);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::memory);
  EXPECT_NE(refused.error().message.find("in pieces at least 24"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find("limit is 1000000"), std::string::npos) << refused.error().message;
}

TEST(CoactionTiles, WrongArgumentsAreNamed) {
  const std::vector<Action> actions = world(6, 20, 5, 5);
  const reference::Columns columns(actions);
  const std::vector<std::uint32_t> block_of(columns.n_accounts, 0), short_one(2, 0);
  EXPECT_FALSE(signals::join_tile(columns.view(false), block_of, {1, 0}, {}, {}));
  EXPECT_FALSE(signals::join_tile(columns.view(false), short_one, {0, 0}, {}, {}));
  signals::Actions sided = columns.view(false);
  const std::vector<std::uint8_t> sides(columns.n_accounts, 1), wrong(columns.n_accounts, 2);
  sided.side = sides;
  EXPECT_FALSE(signals::join_tile(sided, block_of, {0, 0}, {}, {}));
  EXPECT_TRUE(signals::join_coactions(sided, {}, {})->pairs.empty());
  sided.side = wrong;
  const auto refused = signals::join_coactions(sided, {}, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("0 or 1"), std::string::npos);
}

}  // namespace
}  // namespace unisono
