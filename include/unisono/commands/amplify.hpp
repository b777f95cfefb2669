// amplify: who amplifies the targets of a case, how concentrated and how fast, how much of it comes from accounts that
// are suspended or deleted, and which share a group has. Docs: docs/amplify.md.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/amplification.hpp"

namespace unisono::commands {

struct AmplifyOptions {
  std::filesystem::path case_path;
  std::vector<std::filesystem::path> targets;  // lists of accounts; empty = the lists that the case holds already
  std::vector<std::filesystem::path> status;   // snapshots of account status, added to the case
  std::string group;                           // a file with accounts, or the id of a group of a detect run; "" = none
  std::optional<TimeUs> since, until, status_at;
  std::vector<std::string> actions = {"repost"};
  std::uint64_t seed = 1;
  std::size_t rows_shown = 200;  // of ranked lists
};

struct AmplifyResult {
  std::string run_id;
  std::string date;                        // of the status that was used, like 2021-03-01; empty = none
  evidence::AmplificationRequest request;  // as it was resolved: with it evidence::amplification() gives the same again
  evidence::Amplification amplification;
  std::vector<std::string> notes;  // lists, exclusions, rules, refusals, ordinary explanations: one sentence each
};

// Lists become labels and snapshots of the case (once), figures become findings of level 0, in one step. The same case
// and options give the same rows for any number of threads. Errors: usage (no targets at all, unknown action),
// not_found (no such case, file or group), bad_input (a list of accounts without any account, an unknown status word),
// cancelled.
Result<AmplifyResult> amplify(const AmplifyOptions& options, const Control& control);

// The figures and refusals of a result as tables: what the program prints beside the tables of the analyses.
Table figures_table(const evidence::Amplification& amplification);
Table refused_table(const evidence::Amplification& amplification);

}  // namespace unisono::commands
