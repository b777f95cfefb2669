// The receipt of an import: what a file was taken for, what became of every record, and every decision with its ground.
// It is printed, stored with the file in the case, and part of the evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unisono/core/time.hpp"
#include "unisono/ingest/record.hpp"

namespace unisono::ingest {

struct ColumnReceipt {
  std::string column;               // in the file
  std::vector<std::string> fields;  // of the model; empty = not mapped
  std::uint64_t filled = 0;         // records with a value
};

struct FieldReceipt {
  std::string field;                     // of the model
  std::uint64_t filled = 0, errors = 0;  // errors: present, but not readable
};

struct TimeReceipt {
  std::string field;  // "t", "created", ...
  std::vector<std::pair<std::string, std::uint64_t>> patterns;
  std::string zone, zone_ground, date_order, precision, precision_ground;
  std::uint64_t present = 0, parsed = 0;
  std::vector<std::pair<std::string, std::uint64_t>> faults;
};

struct ClockReceipt {
  std::vector<std::pair<std::string, std::uint64_t>> sources;  // field, id, collector, none
  std::uint64_t pairs = 0, conflicts = 0;
  std::vector<std::pair<std::int64_t, std::uint64_t>> offsets;  // id - field in minutes, rows
  std::int64_t offset_minutes = 0;                              // the common one; 0 = none
  bool id_clock_counts = true;
  std::optional<TimeUs> first, last;
  std::uint64_t hours = 0, hours_with_rows = 0;  // of the span
  std::int64_t longest_gap_hours = 0;
  TimeUs longest_gap_from = 0;
};

struct ReferenceReceipt {
  std::string kind;  // repost, quote, reply
  std::uint64_t by_id = 0, by_handle = 0, from_text = 0, by_text_key = 0, account_only = 0, lossy = 0;
};

struct Receipt {
  std::string file, sha256, container, member, encoding, encoding_ground, layout;
  std::uint64_t bytes = 0;
  std::string format_id, format_title, format_version, mapping_sha256, mapping_source, terms, schema_family;
  bool experimental = false, already_in_case = false, incomplete = false, dry_run = false;

  std::uint64_t records = 0, rows = 0, duplicates = 0, skips = 0, rejected = 0, reference_rows = 0;
  std::vector<std::pair<std::string, std::uint64_t>> rejects;  // by reason
  ReadCounts read;
  std::uint64_t list_errors = 0;

  std::vector<ColumnReceipt> columns;      // of a CSV file, in its order
  std::vector<FieldReceipt> fields;        // of the model, those that the mapping fills
  std::vector<std::string> missing_paths;  // of the mapping, found in no record
  std::vector<std::string> unknown_paths;  // of the file, used by no rule
  double mapped_share = 0;                 // of the file's columns or sampled keys

  std::vector<TimeReceipt> times;
  ClockReceipt clock;
  std::vector<std::pair<std::string, std::uint64_t>> flags;          // of posts
  std::vector<std::pair<std::string, std::uint64_t>> account_flags;  // counted by row
  std::vector<std::pair<std::string, std::string>> damaged_ids;      // field, what happened
  std::vector<ReferenceReceipt> references;
  std::vector<std::pair<std::string, std::uint64_t>> from_text;  // hashtags, mentions, links
  std::uint64_t repaired_references = 0, ambiguous_references = 0, disagreements = 0;
  std::uint64_t accounts = 0, account_conflicts = 0, post_conflicts = 0;
  std::string collected_by;        // "object" or empty
  std::vector<std::string> notes;  // sentences a person should read
};

// The lines that `import` prints on stderr; no line break at their ends.
std::vector<std::string> to_lines(const Receipt& receipt);

// One JSON object, keys in a fixed order, no wall clock in it.
std::string to_json(const Receipt& receipt);

}  // namespace unisono::ingest
