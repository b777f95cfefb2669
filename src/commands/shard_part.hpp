// A part: the pairs that one shard found for every join of a run, as a text file that says to which run it belongs.
//
//   unisono-part 1
//   {"run_id": ..., "shard": 2, "shards": 7, "version": ...}
//   join KEY COACTIONS LIVE PAIRS                     KEY: what was joined, 32 hexadecimal digits
//   A B OBJECTS ACTIONS MIN MAX SUM FIRST LAST        one line a pair; dense ids, which KEY pins; times in microseconds
//   ...
//   end SHA256                                        of everything before this line
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "unisono/core/result.hpp"
#include "unisono/signals/coaction.hpp"

namespace unisono::commands {

struct ShardPart {
  std::string run_id, version;
  std::uint32_t shard = 1, shards = 1;         // shard 1 to shards
  std::map<std::string, signals::Join> joins;  // by key: its tiles of that join
};

// 32 hexadecimal digits that stand for the actions, column by column, and what of the options decides the pairs.
std::string join_key(const signals::Actions& actions, const signals::JoinOptions& options);

// A part without its last line, and back. O(bytes). Errors of parse_part: bad_input (line, and what is wrong there).
std::string to_text(const ShardPart& part);
Result<ShardPart> parse_part(std::string_view text, const std::filesystem::path& path);

Result<void> write_part(const std::filesystem::path& path, const ShardPart& part);

// Errors: not_found, io, bad_input (a file that was cut or changed, and those of parse_part).
Result<ShardPart> read_part(const std::filesystem::path& path);

}  // namespace unisono::commands
