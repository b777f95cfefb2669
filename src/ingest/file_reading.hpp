// The parts of an import that several commands share: which mapping a file is read with, and one pass over its records.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "case_writer.hpp"
#include "record_feed.hpp"
#include "row_mapper.hpp"
#include "unisono/ingest/file_import.hpp"

namespace unisono::ingest {

struct FilePlan {
  Mapping mapping;     // bound
  std::string ground;  // "detected", "--format ID", "--map-file", "--map"
  Detection detection;
  TextFamily family = TextFamily::csv;
  CsvOptions csv;  // with the dialect that the format prescribes
  std::vector<std::string> columns;
  std::vector<std::string> sample_keys;  // JSON: the keys of the first records, two levels deep
  Decisions decisions;                   // from the first batch
};

// Looks at the first megabyte: family, format, columns, first decisions. Errors as import_file.
Result<FilePlan> look_at(const std::string& path, const std::string& sha256, const ImportSettings& settings,
                         const FormatList& formats, const Control& control);

// What one pass over a file found.
struct PassResult {
  MapStatistics statistics;
  ReadCounts counts;
  std::uint64_t bytes = 0;
  std::string container, member, encoding, encoding_ground, layout;
  std::vector<std::pair<std::string, std::uint64_t>> rejects;
  std::uint64_t rejected = 0, repeated_in_file = 0;
  std::uint64_t hours = 0, hours_with_rows = 0;
  std::int64_t longest_gap_hours = 0;
  TimeUs longest_gap_from = 0;
  std::optional<TimeUs> first, last;
  std::string damage;  // why compressed data ended before its time; "" = it did not
};

// Reads, maps (in parallel) and hands every batch, in order, to `take`. O(file); memory for two sets of `threads`
// batches.
Result<PassResult> read_through(const std::string& path, const FilePlan& opened, const RowMapper& mapper,
                                const SourceLimits& limits, const Control& control,
                                const std::function<Result<void>(const MappedBatch&)>& take);

// The receipt of a pass, without what only the case knows (duplicates, accounts).
Receipt receipt_of(const std::string& name, const std::string& sha256, const FilePlan& opened,
                   const Decisions& decisions, const PassResult& pass);

}  // namespace unisono::ingest
