// evaluate: how a run agrees with a list of accounts that are known to belong together.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"

namespace unisono::commands {

struct EvaluateOptions {
  std::filesystem::path case_path;
  std::filesystem::path truth;  // a list of accounts: account_id or handle
  std::string run_id;           // empty = the latest detect run
};

struct EvaluateResult {
  std::string run_id;
  Table decisions;  // for each level and above: accounts found, of them listed, precision, recall, false-positive rate
  Table order;      // one row: AUC, average precision, partial AUC, precision at the number of listed accounts
  Table groups;     // each group with the share of its members that is listed
  std::vector<std::string> notes;
};

// The accounts compared are those with an action of any channel; listed accounts without one are counted in a note. The
// case is not changed. O(accounts log accounts). Errors: those of the list and of the case; not_found (no detect run);
// bad_input (none of the listed accounts acts in this data, or all do).
Result<EvaluateResult> evaluate(const EvaluateOptions& options, const Control& control);

}  // namespace unisono::commands
