// When the objects of a channel were published, and by whom, as far as the case knows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::store {

struct ObjectPublications {
  static constexpr std::int64_t k_unknown_time = INT64_MIN;
  static constexpr std::uint32_t k_unknown_source = UINT32_MAX;

  std::vector<std::int64_t> t_us;     // per object, us since 1970-01-01 UTC
  std::vector<std::uint32_t> source;  // per object: rank of its author in bytewise order of (platform, account_id)
};

// For the channels repost and reply, whose objects are posts: the time of the post in the case where it is
// known to the minute, else that of its id's clock; the author of the post in the case, else the one that the actions
// name (where they all name the same). In all other channels nothing is known. `object_keys` are those of an ActionSet
// ("PLATFORM:ID"). O(objects log objects + rows). Errors: io, cancelled.
Result<ObjectPublications> scan_publications(CaseFile& file, const std::string& channel,
                                             std::span<const std::string> object_keys, const Control& control);

}  // namespace unisono::store
