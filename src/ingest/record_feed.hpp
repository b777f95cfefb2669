// The records of a file in batches, whatever its family.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapped_row.hpp"
#include "unisono/core/control.hpp"
#include "unisono/ingest/csv.hpp"
#include "unisono/ingest/json.hpp"
#include "unisono/ingest/source.hpp"

namespace unisono::ingest {

class RecordFeed {
 public:
  // `member` and `control` must outlive the feed.
  static Result<RecordFeed> open(Member& member, TextFamily family, const CsvOptions& csv, const Control& control);

  // Fills batch.csv or batch.json; false = that was the last batch.
  Result<bool> next(MappedBatch& batch);

  bool is_csv() const { return csv_.has_value(); }
  std::vector<std::string> columns() const;  // CSV: of the header
  const Encoding& encoding() const;
  std::string layout() const;  // "csv: delimiter ; quote \"", "json lines"
  const ReadCounts& counts() const;

 private:
  std::optional<CsvReader> csv_;
  std::optional<JsonReader> json_;
};

}  // namespace unisono::ingest
