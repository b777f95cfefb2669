// Findings: what may be said about the results of a run, with numbers, denominators, method, ordinary reasons, the
// levels that are withheld and why, and the rows behind it. Levels given by this version: 0 (counts), T1 to T3 (ties),
// G0 and G1 (groups).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unisono/evidence/levels.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::evidence {

using PostKey = std::pair<std::string, std::string>;  // platform, post id

// What a finding stands on: its run, which its id names, and how many rows its numbers are out of.
struct Basis {
  std::string run_id;
  std::uint64_t actions = 0, accounts = 0, eligible_accounts = 0, actions_without_time = 0;
};

struct GroupSubject {
  std::string channel, group_id;
  std::uint64_t accounts = 0;
  double stability = 0;
  bool stable = false;
  std::span<const store::GroupTestRow> tests;           // of this group in its channel, at least one passed
  std::span<const store::GroupTestRow> elsewhere = {};  // in other channels, members unchanged
  Decision decision = {};
};

// What a tie of level T3 says of its group.
struct TieSubject {
  Decision decision = {.level = Level::t2, .channels = {}, .withheld = {}};
  double lift = 0, low = 0, high = 0;  // of the weakest passing G_H of the group; T3 only
};

// It names the run and the subject: equal runs give equal ids, and two runs of one case never share one.
std::string finding_id(std::string_view run_id, std::string_view analysis, std::string_view subject_type,
                       std::string_view subject);

struct FindingWithEvidence {
  store::FindingRow finding;
  std::vector<store::EvidenceRow> evidence;  // raw references are added when the run is written
};

FindingWithEvidence count_finding(const std::string& channel, const Basis& basis);

// T1: `a` and `b` are the labels of the accounts; `posts` those of both on common objects.
FindingWithEvidence shared_interest_finding(const store::DegreeTieRow& tie, const std::string& a, const std::string& b,
                                            const Basis& basis, std::span<const PostKey> posts);

// Level 0: moments of one width that hold too many different accounts; `strongest` is told. `posts`: all with an
// account, also those without a usable time.
store::FindingRow burst_finding(const std::string& run_id, const store::BurstCheckRow& check,
                                const store::BurstRow& strongest, std::uint64_t posts);

// `a` and `b` are the labels of the accounts; `posts` those of both with a close co-action.
FindingWithEvidence tie_finding(const store::TieRow& tie, const std::string& a, const std::string& b,
                                const Basis& basis, std::span<const PostKey> posts, const TieSubject& subject = {});

// Level 0: how often the tests of a channel find something in its permuted copies. `copies` are those of this channel.
FindingWithEvidence calibration_finding(const store::CalibrationVerdictRow& verdict,
                                        std::span<const store::CalibrationRow> copies, const Basis& basis);

// The figures shown are those of the weakest passing test (smallest lower end of the lift).
FindingWithEvidence group_finding(const GroupSubject& group, const Basis& basis, std::span<const PostKey> posts);

// The passing test whose figures stand for the group: of G_T and G_X the one with the smallest lower end, of G_H only
// where no other passed; tests must hold one.
const store::GroupTestRow& weakest_passing(std::span<const store::GroupTestRow> tests);

// The passing G_H with the smallest lower end; nullptr if none passed.
const store::GroupTestRow* weakest_habit(std::span<const store::GroupTestRow> tests);

// {"opened":[...],"withheld":[...]} for the table group_.
std::string group_reasons_json(const GroupSubject& group);

}  // namespace unisono::evidence
