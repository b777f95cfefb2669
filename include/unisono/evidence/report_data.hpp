// Everything that a report shows, fetched from the case: numbers with their denominators, and with each the SQL that
// gives it or the command that recomputes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/evidence/account_names.hpp"
#include "unisono/evidence/amplification.hpp"
#include "unisono/evidence/figure.hpp"
#include "unisono/evidence/group_pictures.hpp"
#include "unisono/evidence/group_story.hpp"
#include "unisono/evidence/group_sweep.hpp"
#include "unisono/evidence/network_view.hpp"
#include "unisono/evidence/run_settings.hpp"
#include "unisono/evidence/sourced_table.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

struct GroupStorySection {
  std::string channel;
  std::int64_t window_us = 0;
  GroupStory told;
  GroupPictures pictures;
};

struct GroupReport {
  std::string group_id;
  Level level = Level::g0;
  std::uint64_t accounts = 0;
  std::string statement;
  std::string explain_command;
  std::vector<Figure> figures;  // the numbers of the statement and of the test behind it
  std::vector<std::string> innocent, withheld;
  SourcedTable tests, members;
  SourcedTable joining;           // accounts outside that act with the group
  SourcedTable channels;          // what each channel says, and what is left without it; empty with one channel
  SourcedTable opinions;          // what two other methods say of the members
  std::vector<Figure> agreement;  // one for each of them
  std::vector<GroupStorySection> story;
  std::vector<GroupSweep> sweeps;  // of the first groups, one for each section of the story
  std::string sweep_command;
};

// Ties of one level: the first of them in words, and all in a table.
struct TieReport {
  Level level = Level::t2;
  std::string example;                  // the sentence of the first row; empty if the case holds none
  std::vector<Figure> example_figures;  // its p and q, with the command that computes them anew for this pair
  SourcedTable ties;
};

// A channel whose times are not usable: an order of accounts (level 0) and pairs at T1.
struct TimelessReport {
  std::string channel;
  std::string example;          // the sentence of the first pair; empty without pairs
  SourcedTable accounts, ties;  // the first of them
  std::uint64_t ranked = 0, ties_in_all = 0;
};

// Moments of one width with too many different accounts.
struct BurstReport {
  std::int64_t width_us = 0;
  Figure bursts;                     // of the bins that are not empty
  std::string statement;             // of its finding
  SourcedTable strongest;            // by p
  std::vector<MomentBin> over_time;  // every burst with what was expected
  SourcedTable around;               // bins around the strongest burst: from, accounts
  std::vector<MomentBin> near;       // the same, with the ends of the span; the burst is marked
  double expected = 0;               // accounts in a bin around the strongest burst
  SourcedTable accounts;             // those that acted in most bursts
};

// What a run of `calibrate` found in permuted data; empty tables = there was none.
struct CalibrationReport {
  SourcedTable verdicts, copies, fits;
  struct Picture {
    std::string channel, permutation;
    std::int64_t window_us = 0;
    std::vector<QuantileCurve> curves;  // one for each test
  };
  std::vector<Picture> pictures;
  SourcedTable points;
};

// What the latest run of `amplify` printed, computed again from its options.
struct AmplificationReport {
  std::string run_id, command;
  Amplification amplification;
  std::vector<WeekShare> weeks;  // of the group, all targets
};

// How often the tests found squads that were planted into this data.
struct PlantingReport {
  SourcedTable squads;                 // empty = nothing was planted
  std::vector<std::string> sentences;  // one for each channel
  std::string command;                 // that gives the table, or would
};

struct DataReport {
  SourcedTable files, coverage, clocks, gaps, ids, rejects, lists;
};

// Right of reply as far as somebody recorded it (table `annotation`).
struct ReplyRow {
  std::string group_id;
  std::string asked, asked_on, answer, answered_on;  // "" = not filled
};

struct ReportData {
  std::string run_id, version, options_json, input_hash;
  RunSettings settings;
  std::uint64_t seed = 0;
  std::string newest_time;       // ISO 8601; the printed date, empty without any time
  std::vector<Figure> overview;  // what the case holds
  std::vector<Figure> levels;    // how many findings at which level, and how much could be tested
  std::vector<Figure> network_figures;
  SourcedTable checks, leads;
  std::vector<TieReport> ties;      // T3, then T2; those without rows are left out
  std::vector<GroupReport> groups;  // by level, then in order of size
  std::uint64_t groups_in_all = 0;  // more than are described where there are many
  SourcedTable timeless_checks;
  std::vector<TimelessReport> timeless;              // one for each channel without usable times
  std::vector<BurstReport> bursts;                   // those widths that have any
  SourcedTable burst_checks;                         // every width
  bool moments_tested = false;                       // at least one width
  std::string moments_not_testable;                  // which widths and why; empty if all were tested
  std::optional<AmplificationReport> amplification;  // empty = there was no such run
  CalibrationReport calibration;
  PlantingReport planting;
  SourcedTable withheld;  // reason, groups, pairs: how many findings each condition holds below the next level
  std::vector<std::string> not_testable_brief;  // one sentence for each verdict
  std::vector<std::string> not_testable;        // one sentence for each channel and reason
  std::vector<std::string> not_established;
  DataReport data;
  std::vector<ReplyRow> replies;
  NetworkView network;
};

struct ReportRequest {
  std::string run_id;  // empty = the latest detect run
  NamePolicy names = NamePolicy::pseudonyms;
  std::size_t ties_shown = 200, members_shown = 200, groups_shown = 50;
  std::size_t groups_swept = 3;  // with a curve over the windows
};

// Errors: not_found (no run in this case: the advice names `unisono detect`).
Result<ReportData> gather_report(store::CaseFile& file, const ReportRequest& request, const Control& control);

}  // namespace unisono::evidence
