// Lists of accounts written into the case: labels for targets, declared feeds and public accounts, snapshots for
// statuses.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {

struct MarkedList {
  std::string name, sha256;
  std::uint64_t listed = 0, found = 0;  // accounts on the list, and of those in this case
  std::vector<std::string> missing;     // the first ten that are not, as they are listed
};

// `label` is "target", "declared", "public" or "group". Each list is one step and stands in import_file with its hash;
// the same list given again changes nothing. A target is also found where posts only refer to it: its label then has
// the reference ("@handle", or an id that no row of `account` has) as subject_id.
Result<std::vector<MarkedList>> mark_accounts(store::CaseFile& file, std::span<const std::filesystem::path> lists,
                                              std::string_view label, const Control& control);

// Columns platform, account_id or handle, status (active, suspended, deleted, protected, unknown), observed_at, source:
// one account_snapshot per row, and the latest one becomes the account's status. Errors: bad_input (an unknown status
// word).
Result<MarkedList> add_status_list(store::CaseFile& file, const std::filesystem::path& list, const Control& control);

}  // namespace unisono::commands
