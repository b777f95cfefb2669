// From an older schema version to the present one, one step at a time.
#pragma once

#include <span>
#include <string_view>

#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::store {

struct Migration {
  int from = 0;          // brings a case from version `from` to `from` + 1
  std::string_view sql;  // one or several statements
};

// Those that this program knows, from version 1, the first.
std::span<const Migration> migrations();

// The version that the case states. Error{bad_input} if it states none.
Result<int> schema_version_of(CaseFile& file);

// Each migration and the new version number are one Step. Error{bad_input} if a step is missing, Error{newer_version}
// if the case is newer than `wanted`.
Result<void> migrate(CaseFile& file, int wanted, std::span<const Migration> known);

}  // namespace unisono::store
