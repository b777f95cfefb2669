// An account as a person types it: an id, "platform:id", a handle, or the pseudonym of a report.
#pragma once

#include <cstdint>
#include <string>

#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {

struct FoundAccount {
  std::string platform, account_id;
  std::string label;      // "account 12", or its name where it is on a list
  std::int64_t rank = 0;  // the 12 of its pseudonym: `n` of the view account_name
};

// Looked for in this order: id, "platform:id", handle (folded, with or without @), pseudonym; the first kind that any
// account fits decides. Needs evidence::prepare_account_names(). O(accounts). Errors: usage (several accounts fit),
// not_found (with the nearest handles and ids as advice).
Result<FoundAccount> find_account(store::CaseFile& file, const std::string& typed);

}  // namespace unisono::commands
