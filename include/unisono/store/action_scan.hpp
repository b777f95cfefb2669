// From the case to the kernels: the actions of one channel as dense arrays, with the strings behind the ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::store {

struct ActionSelection {
  std::string channel;                 // "repost", "link", ... (formats.md 3.6a)
  std::optional<TimeUs> since, until;  // [since, until)
  bool allow_lossy = false;            // lossy ids may be co-action keys
  bool keep_timeless = false;  // actions without a time too, with t_us = 0; since and until do not hold them back
};

// Column arrays of n actions with a known time. Dense ids are ranks in bytewise order of (platform, account_id), of the
// object key, and of (platform, post_id): they depend on the set of rows and never on their order.
struct ActionSet {
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  std::vector<std::uint8_t> precision;     // core Precision of each action
  std::vector<std::string> platform_of;    // per account
  std::vector<std::string> account_id_of;  // per account
  std::vector<std::string> object_key_of;  // per object
  std::vector<std::string> post_id_of;     // per post
  std::vector<std::string> post_platform_of;
  // Rows of the channel that were left out, each under its first reason: no account, no time, (outside since/until: not
  // counted,) lossy.
  std::uint64_t excluded_no_time = 0, excluded_lossy = 0, excluded_no_account = 0;
  std::uint64_t repeated = 0;  // rows that agreed in everything with another one

  std::size_t size() const { return account.size(); }
};

// The dense id of an account or a post; empty if the set does not hold it. O(log n).
std::optional<std::uint32_t> account_rank(const ActionSet& actions, std::string_view platform, std::string_view id);
std::optional<std::uint32_t> post_rank(const ActionSet& actions, std::string_view platform, std::string_view id);

Result<std::vector<std::string>> channels_with_actions(CaseFile& file);  // in the fixed order of the channel list

// O(n log n). Peak memory about 60 bytes an action, and for each distinct account, object and post 120 bytes plus its
// text. Errors: usage (unknown channel), memory (with need and limit), too_large, cancelled, io.
Result<ActionSet> scan_actions(CaseFile& file, const ActionSelection& selection, const Control& control);

}  // namespace unisono::store
