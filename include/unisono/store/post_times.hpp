// Who posted when: every post of the case with an account and a time, and the rows of lists that know no posts.
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

// The rows as a relation with platform, account_id, t_us, t_precision; for a FROM in parentheses.
inline constexpr std::string_view k_posting =
    "SELECT platform, account_id, t_us, t_precision FROM post UNION ALL SELECT platform, account_id, t_us, t_precision "
    "FROM post_target WHERE target_kind = 'generic'";

// Column arrays of n posts, in no order. Account ids are ranks in bytewise order of (platform, account_id).
struct PostTimes {
  std::vector<std::uint32_t> account;
  std::vector<std::int64_t> t_us;
  std::vector<std::uint8_t> precision;                  // core Precision of each post
  std::vector<std::string> platform_of, account_id_of;  // per account
  std::uint64_t excluded_no_time = 0;

  std::size_t size() const { return account.size(); }
};

// Posts in [since, until). About 13 bytes a post. Errors: memory, io, cancelled.
Result<PostTimes> scan_post_times(CaseFile& file, std::optional<TimeUs> since, std::optional<TimeUs> until,
                                  const Control& control);

}  // namespace unisono::store
