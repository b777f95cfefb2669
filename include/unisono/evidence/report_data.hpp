// Everything that a report shows, fetched from the case: numbers with their denominators and the SQL that gives them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/evidence/account_names.hpp"
#include "unisono/evidence/group_story.hpp"
#include "unisono/evidence/network_view.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

// A table with the query that anybody can run on the case to get the same rows (account labels aside).
struct SourcedTable {
  Table table;
  std::string sql;
  std::uint64_t total_rows = 0;  // the table may show fewer
};

struct GroupStorySection {
  std::string channel;
  std::int64_t window_us = 0;
  std::vector<StoryObject> objects;
};

struct GroupReport {
  std::string group_id;
  Level level = Level::g0;
  std::uint64_t accounts = 0;
  double stability = 0;
  std::string statement;
  std::vector<std::string> innocent, withheld;
  SourcedTable tests, members;
  std::vector<GroupStorySection> story;
};

struct ReportData {
  std::string run_id, version, options_json, input_hash;
  std::uint64_t seed = 0;
  std::string newest_time;  // ISO 8601; the printed date, empty without any time
  std::uint64_t posts = 0, accounts = 0, bare_rows = 0, rejected = 0, files = 0;
  SourcedTable file_list, coverage, rejects, checks, ties, leads;
  std::vector<std::string> receipt_lines;  // what the importer decided, one sentence a line
  std::vector<GroupReport> groups;         // in order of size
  std::vector<std::string> not_established;
  NetworkView network;
  std::vector<std::string> named_lists;  // lists that made accounts public, with file name
};

struct ReportRequest {
  std::string run_id;  // empty = the latest detect run
  NamePolicy names = NamePolicy::pseudonyms;
  std::size_t ties_shown = 200, members_shown = 200, groups_shown = 50;
};

// Errors: not_found (no run in this case: the advice names `unisono detect`).
Result<ReportData> gather_report(store::CaseFile& file, const ReportRequest& request, const Control& control);

}  // namespace unisono::evidence
