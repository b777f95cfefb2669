// Analysis C2: how many pairs of a group act together as the window grows from a second to a day, beside accounts that
// are compared with it and beside the same accounts in permuted data. Docs: docs/network/sweep.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/table.hpp"
#include "unisono/evidence/run_settings.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

struct SweepCounts {
  std::uint64_t edges = 0;     // pairs of these accounts that act together on at least two objects (--min-objects)
  std::uint64_t accounts = 0;  // accounts with such a pair
};

// The members' counts in the copies of one permutation: means, and the most edges of one copy.
struct SweepNull {
  double edges = 0, accounts = 0;
  std::uint64_t most_edges = 0;
};

struct SweepPoint {
  std::int64_t window_us = 0;
  SweepCounts group, comparison;
  std::optional<SweepNull> bins, within;  // empty = no copies were made
};

struct GroupSweep {
  std::string channel;
  std::uint64_t members = 0, compared = 0;        // accounts that act in the channel; accounts to compare with
  double member_events = 0, compared_events = 0;  // first actions of an account, on average
  std::uint32_t copies = 0;                       // of each permutation
  std::vector<SweepPoint> points;                 // ascending by window
  std::vector<std::int64_t> too_fine_us;          // windows below what the times are known to
};

// Enough accounts to compare with: at least half as many as members.
bool has_comparison(const GroupSweep& sweep);

// A group in a channel in which it passed a test.
struct SweepSubject {
  std::string group_id, channel;
};

// Copies of each permutation for so many events: 20, fewer where there are more than 200,000 events, none above 4
// million.
std::uint32_t sweep_copies(std::uint64_t events);

// One for each subject, in their order. Actions whose time is known less well than that of half of them are left out,
// and windows shorter than that. `settings` and `run_id` are those of the run that found the groups. Every channel is
// read once and permuted once for all its subjects. O(copies x actions of the channel). Errors: not_found (no such
// group), cancelled, memory.
Result<std::vector<GroupSweep>> sweep_groups(store::CaseFile& file, const std::string& run_id,
                                             const RunSettings& settings, std::span<const SweepSubject> subjects,
                                             const Control& control);

// As a table: channel, window_s, pairs, edges, accounts, comparison_edges, ... one row for each point.
Table sweep_table(std::span<const GroupSweep> sweeps);

}  // namespace unisono::evidence
