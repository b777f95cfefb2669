#include "unisono/store/channel.hpp"

#include <array>

namespace unisono::store {
namespace {

constexpr std::array k_channels{
    Channel{"repost", "'repost', 'forward'", "coalesce(target_id, canonical)", true, true},
    Channel{"reply", "'reply'", "coalesce(target_id, canonical)", true, true},
    Channel{"text", "'text'", "coalesce(target_id, canonical)"},
    Channel{"hashtag_seq", "'hashtag_seq'", "coalesce(target_id, canonical)"},
    Channel{"hashtag", "'hashtag'", "coalesce(canonical, target_id)"},
    Channel{"link", "'url'", "coalesce(canonical, target_id)"},
    Channel{"domain", "'url', 'domain'",
            "CASE target_kind WHEN 'url' THEN domain ELSE coalesce(domain, target_id) END"},
    Channel{"media", "'media'", "coalesce(target_id, canonical)"},
    Channel{"mention", "'mention'", "coalesce(target_account, target_id)", false, true},
    Channel{"generic", "'generic'", "coalesce(target_id, canonical)", true},
};

}  // namespace

std::span<const Channel> channels() {
  return k_channels;
}

const Channel* channel_named(std::string_view name) {
  for (const Channel& channel : k_channels) {
    if (channel.name == name) return &channel;
  }
  return nullptr;
}

std::string condition_of(const Channel& channel) {
  std::string condition = "target_kind IN (" + std::string(channel.target_kinds) + ")";
  if (!channel.reads_reposts) condition += " AND (post_kind IS NULL OR post_kind NOT IN ('repost', 'forward'))";
  return condition;
}

std::string key_of(const Channel& channel) {
  const std::string object(channel.object);
  return channel.platform_bound ? "platform || ':' || nullif(" + object + ", '')" : "nullif(" + object + ", '')";
}

}  // namespace unisono::store
