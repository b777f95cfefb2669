// A generated world as files: the posts as an export of X, and lists of accounts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "commands/demo_world.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"

namespace unisono::commands::demo {

// Ids that happen to be equal (the same millisecond and the same 22 random bits) are told apart.
void make_ids_unique(World& world);

// X API v2, one post a line with its author inside, in the order in which a collector meets them: by time, and every
// hundredth once more some days later. Every second post has counters.
struct Export {
  std::string posts;
  std::size_t duplicates = 0;
};
Result<Export> write_posts(const World& world, Random& random, const Control& control);

const char* name_of(Status status);

// platform, account_id, handle, group, source.
std::string list_of(const World& world, const std::vector<std::uint32_t>& accounts, std::string_view group,
                    std::string_view source);

}  // namespace unisono::commands::demo
