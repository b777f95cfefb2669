// detect on several machines: each shard computes its tiles of every join of a run and writes them as a part; merge
// does the rest of detect with the parts of all shards. The result is that of detect, byte for byte.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "unisono/commands/detect.hpp"

namespace unisono::commands {

struct Shard {
  std::uint32_t number = 1, of = 1;  // 1 <= number <= of
};

constexpr std::uint32_t k_most_shards = 1000;

struct ShardResult {
  std::string run_id;  // of the detect that the parts belong to
  Table joins;         // one row per join: channel, window, what for, tiles, co-actions and pairs of this shard
};

// Writes `part`; the case is only read, but for the marks of --allow and --targets. Memory: the actions of a channel
// and the join of the largest tile. Errors: those of detect; usage (a shard that cannot be).
Result<ShardResult> detect_shard(const DetectOptions& options, Shard shard, const std::filesystem::path& part,
                                 const Control& control);

// detect with the joins taken from the parts, one of each shard in any order. Errors: those of detect; bad_input (a
// part that is damaged, missing, given twice, or of another case, other options or another version).
Result<DetectResult> merge_shards(const DetectOptions& options, const std::vector<std::filesystem::path>& parts,
                                  const Control& control);

}  // namespace unisono::commands
