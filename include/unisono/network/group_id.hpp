// The stable name of a group: the same members give the same id in every case, run and version.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace unisono::network {

// "g-" + the first 12 hex digits of SHA-256 over the keys ("platform:account_id"), sorted bytewise, without repeats,
// each followed by one line feed. The keys may come in any order.
std::string group_id(std::span<const std::string> account_keys);

// "platform:account_id".
std::string account_key(std::string_view platform, std::string_view account_id);

}  // namespace unisono::network
