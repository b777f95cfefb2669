// explain: why two accounts are tied, or why not, per channel and window; or what carries a group and where it is
// weakest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"

namespace unisono::commands {

struct ExplainOptions {
  std::filesystem::path case_path;
  std::string a, b;                      // account ids ("123" or "x:123"), handles, or pseudonyms ("account 12")
  std::string run_id;                    // empty = the latest detect run
  std::vector<std::string> channels;     // empty = all of the run
  std::vector<std::int64_t> windows_us;  // empty = all of the run
  std::size_t max_rows = 10;             // co-actions shown per channel
  bool sweep = false;                    // of a group: also how it looks at windows from a second to a day
};

struct PairExplained {
  std::string run_id;
  Table accounts;  // as they were asked for, and what they are called in reports
  Table pairs;     // one row per channel and window: the verdict, every number behind it, and the reason
  Table actions;   // per channel and account: rows in the case, and how many could be used
  Table
      rows;  // the first co-actions per channel with the places of their bytes; then common objects that are not close
  Table groups;                    // groups of the run that hold one or both of them
  Table commands;                  // what gives the same numbers again
  std::vector<std::string> notes;  // sentences: claims, reasons, ordinary explanations
};

// Reads the options, families and accepted ties of the run from the case, and computes everything else anew from its
// actions with the functions of detect. O(actions) per channel in which both accounts acted, and window. Writes
// nothing. Errors: usage (the same account twice; an id on several platforms; a channel or window that the run did not
// test), not_found (no run; no such account: the advice names the nearest), cancelled, memory.
Result<PairExplained> explain_pair(const ExplainOptions& options, const Control& control);

struct GroupExplained {
  std::string run_id;
  Table group, tests, members;
  Table channels;                  // what each channel says, all together, and what is left without it
  Table sweep;                     // with `sweep`: one row per channel in which it passed, and window
  std::vector<std::string> notes;  // claim, weakest test, nearest gate, weakest member, what is withheld
};

// `options.a` is the group id. With `sweep` every channel in which the group passed is read and permuted. Errors:
// not_found (the advice names the nearest group ids).
Result<GroupExplained> explain_group(const ExplainOptions& options, const Control& control);

// "g-" and 12 hex digits.
bool is_group_id(const std::string& text);

}  // namespace unisono::commands
