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

// Computes the case's view account_name (store/schema.hpp) once for all queries of this folder, as a temporary table of
// the same name that lives as long as the connection; with NamePolicy::full every account is named in it.
// O(accounts log accounts), inside the database.
Result<void> prepare_account_names(store::CaseFile& file, NamePolicy policy);

// The labels of (platform, account_id), in the order asked for; an account that the case does not hold is "an unknown
// account". Needs prepare_account_names().
Result<std::vector<std::string>> account_labels(store::CaseFile& file,
                                                std::span<const std::pair<std::string, std::string>> accounts);

}  // namespace unisono::evidence
