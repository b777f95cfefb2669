#include "unisono/network/group_id.hpp"

#include <algorithm>
#include <vector>

#include "unisono/core/hash.hpp"

namespace unisono::network {

std::string group_id(std::span<const std::string> account_keys) {
  std::vector<std::string_view> keys(account_keys.begin(), account_keys.end());
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::string lines;
  for (const std::string_view key : keys) {
    lines += key;
    lines += '\n';
  }
  return "g-" + hex(sha256(lines)).substr(0, 12);
}

std::string account_key(std::string_view platform, std::string_view account_id) {
  std::string key(platform);
  key += ':';
  key += account_id;
  return key;
}

}  // namespace unisono::network
