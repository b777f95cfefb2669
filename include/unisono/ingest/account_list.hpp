// Lists of accounts that a user brings beside the exports: targets, declared feeds, public accounts, status snapshots.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"

namespace unisono::ingest {

// import_file.format_id of a list is this and what it was used for: "account-list:target".
inline constexpr std::string_view k_account_list_format = "account-list:";

struct ListedAccount {
  std::string platform;               // empty = any platform
  std::string account_id;             // empty if only a handle is given
  std::string handle;                 // folded, without @; empty if only an id is given
  std::string value;                  // column `status`, else `group`, `role`, `kind`, else empty
  std::string note;                   // column `source`
  std::optional<TimeUs> observed_us;  // columns `observed_at`, `valid_from`
};

struct AccountList {
  std::string name;    // base name of the file
  std::string sha256;  // of the file as given
  std::uint64_t bytes = 0;
  std::vector<ListedAccount> accounts;
  std::uint64_t rows = 0, unusable = 0;  // unusable: neither account_id nor handle, or an unreadable time
};

// A CSV in any dialect and container with a column `account_id`, `handle` or `@handle`; further columns as above are
// optional and others are ignored. Errors: as open_source; unrecognised (none of the needed columns, with the columns
// that are there).
Result<AccountList> read_account_list(const std::string& path, const Control& control);

}  // namespace unisono::ingest
