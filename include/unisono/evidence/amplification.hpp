// Amplification: who amplifies the targets, how concentrated, how fast, from accounts that are gone, with which share
// of a group (analyses A1-A3, B1-B4, B6-B8). Counts only: nothing here is a statement about anybody's intent. Docs:
// docs/amplify.md. Words: amplification_wording.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/concentration.hpp"
#include "unisono/evidence/figure.hpp"
#include "unisono/evidence/rapidity.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

struct AmplificationRequest {
  std::vector<std::string> target_lists;  // SHA-256 of lists in the case; empty = every list of targets in it
  std::string group_list;                 // SHA-256 of a list of accounts in the case (label `group`), or
  std::string group_run, group_id;        // a group of a detect run; all empty = no group
  std::optional<TimeUs> since, until;     // since <= t < until; actions without time are left out if either is given
  std::optional<TimeUs>
      status_at;  // a date (its whole day), or a moment; empty = the first snapshot at or after the end
  std::vector<std::string> actions = {"repost"};  // of amplification_actions()
  std::uint64_t seed = 1;                         // of the draws behind the flag of B1
  std::size_t rows_shown = 200;                   // of ranked lists
};

// repost (with forwards), reply, quote, mention (not those inside reposts).
std::vector<std::string> amplification_actions();

// {"actions":[...],...} with sorted keys: what changes results, for the table `run`; and back. A report recomputes with
// it what a run of `amplify` printed. Error{bad_input}: no such JSON.
std::string to_json(const AmplificationRequest& request);
Result<AmplificationRequest> amplification_request_from(std::string_view json);

// What could not be computed, why, and what would help.
struct Refusal {
  std::string analysis;  // "B3"
  std::string reason;    // one sentence
  std::string to_do;
};

struct Amplification {
  std::vector<Figure> figures;        // in the order of the analyses
  std::vector<AnalysisTable> tables;  // amplified, posting, engagement, online, concentration, spreaders, rapidity,
                                      // latency, status, status_intervals, group_status, weeks, kinds, devotion
  std::vector<Refusal> refused;
  std::vector<std::string> notes;  // exclusions and rules, one sentence each
  // For pictures:
  std::vector<LorenzPoint> lorenz;  // B1, all targets, at most 256 corners
  std::vector<GapBin> gaps;         // B3
  std::optional<TimeUs> status_at;  // the date that B4 used
  std::uint64_t targets_found = 0;  // targets that occur in the data
  std::uint64_t group_accounts = 0;
  std::uint64_t actions_by_targets = 0, actions_without_account = 0, actions_without_time = 0;

  const AnalysisTable* find(std::string_view table) const;  // nullptr if it was refused or does not apply
};

// Needs prepare_account_names(). Makes temporary tables, changes nothing else. Each table with SQL has the rows of that
// query on the case. No target in the data: everything but the table `amplified` is refused, which is no error.
// O(rows of the case) per analysis, inside the database. Errors: usage (an unknown action; since >= until), cancelled.
Result<Amplification> amplification(store::CaseFile& file, const AmplificationRequest& request, const Control& control);

}  // namespace unisono::evidence
