// Which format a file has: every signature is scored on a sample, and one is accepted only if it is clearly the best.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/ingest/csv.hpp"
#include "unisono/ingest/format_list.hpp"
#include "unisono/ingest/json.hpp"

namespace unisono::ingest {

inline constexpr double k_accept_score = 0.9;
inline constexpr double k_accept_margin = 0.2;

struct FormatScore {
  const Mapping* format = nullptr;
  double score = 0;  // share of the required paths that are present; 0 without a sign or with a forbidden key
  std::vector<std::string> missing;  // required paths that are absent
  std::string obstacle;              // why the score is 0 although paths are present: "no distinguishing key", ...
};

struct Detection {
  const Mapping* accepted = nullptr;  // nullptr: no format is clearly the best
  std::vector<FormatScore> ranked;    // best first: by score, share of required paths, id
};

// `columns` of a CSV file and its first records (for the signs that look at values).
Detection detect_csv(const FormatList& formats, const std::vector<std::string>& columns, const CsvBatch& sample);
// The first records of a JSON file: at most 600 of them are read, from the front, middle and end of the batch.
Detection detect_json(const FormatList& formats, const JsonBatch& sample);

// The top three with what each lacks, one line each.
std::string explain(const Detection& detection);

}  // namespace unisono::ingest
