// How accounts are called in everything that people read: pseudonyms, unless the user brought a list that makes them
// public.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

enum class NamePolicy : std::uint8_t { pseudonyms, full };

// Fills the temporary table account_name(platform, account_id, n, named, label, file_key), one row per account of the
// case:
//   n         rank of (platform, account_id) in bytewise order, from 1
//   named     the account is on a list of targets or public accounts, or names were asked for
//   label     "@handle" or "platform:id" if named, else "account 12"
//   file_key  "x:123" if named, else "account 12": the Id column of exported files
// The queries of this folder join it; it lives as long as the connection. O(accounts log accounts), inside the
// database.
Result<void> prepare_account_names(store::CaseFile& file, NamePolicy policy);

// The labels of (platform, account_id), in the order asked for; an account that the case does not hold is "an unknown
// account". Needs prepare_account_names().
Result<std::vector<std::string>> account_labels(store::CaseFile& file,
                                                std::span<const std::pair<std::string, std::string>> accounts);

}  // namespace unisono::evidence
