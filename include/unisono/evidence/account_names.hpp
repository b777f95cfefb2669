// How accounts are called in everything that people read: pseudonyms, unless the user brought a list that makes them public.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

enum class NamePolicy : std::uint8_t { pseudonyms, full };

struct AccountName {
  std::uint64_t rank = 0;    // of (platform, account_id) among the accounts of the case, from 1
  bool named = false;        // on a list of targets or public accounts, or names were asked for
  std::string handle;        // empty if unknown
  std::string label;         // "@handle" or "platform:id" if named, else "account 12"
  std::string key;           // "x:123" if named, else "account 12": for the Id column of files
};

// The names of the accounts that a computation mentions. O(accounts of the case) once in the database, O(log n) per look-up.
class AccountNames {
 public:
  // `accounts_sql` selects (platform, account_id) of the accounts that will be asked for.
  static Result<AccountNames> load(store::CaseFile& file, std::string_view accounts_sql, NamePolicy policy);

  // An account that was not loaded is called "an account outside this case".
  const AccountName& of(std::string_view platform, std::string_view account_id) const;
  std::size_t size() const { return names_.size(); }

 private:
  std::map<std::pair<std::string, std::string>, AccountName, std::less<>> names_;
};

}  // namespace unisono::evidence
