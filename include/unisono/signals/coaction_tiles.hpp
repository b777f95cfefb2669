// The co-action join in pieces: accounts are put into blocks, and tile (i, j) finds the pairs between block i and block
// j (inside the block when i = j). A tile holds every action of its accounts, so each pair is found in exactly one tile
// with its final counts, the whole threshold applies there, and the result is the tiles' pairs put in order. That is
// how the join fits a memory limit, several machines, or a cluster. docs/signals/coaction.md.
#pragma once

#include <cstdint>
#include <span>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/signals/coaction.hpp"

namespace unisono::signals {

struct Tile {
  std::uint32_t i = 0, j = 0;  // blocks; i <= j
  bool operator==(const Tile&) const = default;
};

// Tiles of `blocks` blocks have the numbers 0 to tiles_of(blocks) - 1; tile (i, j) has j (j + 1) / 2 + i.
std::uint64_t tiles_of(std::uint32_t blocks);
Tile tile_at(std::uint64_t number);

// The pairs of one tile; `block_of` holds the block of each of actions.n_accounts accounts. Actions of other blocks are
// passed over, and coactions, the largest object, skipped objects and cap_object concern the tile alone. Memory above
// the input: 16 bytes per action of the tile and what the join of these actions needs. Errors: those of join_coactions;
// usage (i > j, block_of of another length, actions with sides).
Result<Join> join_tile(const Actions& actions, std::span<const std::uint32_t> block_of, Tile tile,
                       const JoinOptions& options, const Control& control);

}  // namespace unisono::signals
