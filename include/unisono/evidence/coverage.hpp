// Queries that say how good the data of a case is; `inspect` and the report ask the same.
#pragma once

#include <string>
#include <string_view>

namespace unisono::evidence {

// A row of import_file that is data, not a list of accounts.
inline constexpr std::string_view k_is_data_file = "NOT starts_with(coalesce(format_id, ''), 'account-list:')";

// Posts, or actions where there are no posts, as (t_us, raw_file): a relation to select from.
inline constexpr std::string_view k_moments =
    "(SELECT t_us, raw_file FROM post WHERE t_us IS NOT NULL UNION ALL "
    "SELECT t_us, NULL FROM post_target WHERE target_kind = 'generic' AND t_us IS NOT NULL)";

// from, to, hours: the longest stretches of whole hours (UTC) without any post, longest first.
std::string gaps_sql();

// of, flag, rows: how many posts, accounts and targets carry which flag about their id.
std::string id_health_sql();

}  // namespace unisono::evidence
