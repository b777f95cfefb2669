// The channels of co-action: which rows of post_target each one reads, and what its object is. The one list behind the
// view `action`, scan_actions, options, tables and exports.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace unisono::store {

struct Channel {
  std::string_view name;          // "repost", ..., in the fixed order of the list
  std::string_view target_kinds;  // SQL list of post_target.target_kind
  std::string_view object;        // SQL expression over post_target; NULL or '' = no action. See key_of.
  bool reads_reposts = false;     // false: what a repost or forward carries belongs to the original post
  bool platform_bound = false;    // the object is an id of one platform: its key is "PLATFORM:ID"
};

// repost, reply, text, hashtag_seq, hashtag, link, domain, media, mention, generic.
std::span<const Channel> channels();
const Channel* channel_named(std::string_view name);  // nullptr if there is none

// The WHERE condition of a channel over post_target, without the object being present.
std::string condition_of(const Channel& channel);

// The SQL expression of the key of the object: the object itself, or "PLATFORM:ID" where it is bound to a platform.
std::string key_of(const Channel& channel);

// True where the key of an action is a destroyed id: its target (ref_lossy) or its account (id_lossy).
inline constexpr std::string_view k_lossy_expression =
    "coalesce(list_contains(flags, 'ref_lossy') OR list_contains(flags, 'id_lossy'), false)";

}  // namespace unisono::store
