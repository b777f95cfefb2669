// One file into one case, as one atomic step.
//
//   UNISONO_TRY(const FormatList formats, FormatList::load());
//   UNISONO_TRY(const Receipt receipt, import_file("posts.csv.xz", settings, formats, &case_file, control));
//
// The file is read once, or again when what its first megabyte suggested (date order, zone, precision, damaged ids) is
// not what the whole file says. Memory is bounded: batches of about 1 MB, three sets of them a thread, 8 bytes a post,
// 128 MB for accounts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/ingest/csv.hpp"
#include "unisono/ingest/detect.hpp"
#include "unisono/ingest/format_list.hpp"
#include "unisono/ingest/receipt.hpp"
#include "unisono/ingest/source.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::ingest {

struct ImportSettings {
  std::string format = "auto";    // --format
  std::vector<std::string> maps;  // --map FIELD=PATH
  std::string map_file;           // --map-file; "" = none
  std::string platform;           // --platform; "" = that of the format
  std::string tz;                 // --tz
  std::optional<bool> day_first;  // --date-order dmy | mdy
  std::optional<int> year;        // --year, of dates without one
  std::string encoding;           // --encoding
  CsvOptions csv;                 // --csv
  double max_bad = 0.01;          // --max-bad: share of rejected records, beyond 10 of them
  std::vector<std::string> drop;  // --drop: columns of the model that are left out
  std::string displayed_name;     // name of the file in receipts; "" = its base name
  SourceLimits limits;
  TimeUs imported_at = 0;  // later times are flagged clock_future; 0 = now
};

inline constexpr std::uint64_t k_most_free_rejects = 10;

// `file` == nullptr: a dry run, nothing is written and repeated posts are counted inside the file only.
// Errors: as open_source; unrecognised (no format is clearly the best: the message names the top three, the advice
// holds a ready mapping file and the next command); needs_decision (encoding, date order); too_many_rejects (the rows
// are kept, the case marks the file as incomplete); bad_input (an empty file); those of the case file.
Result<Receipt> import_file(const std::string& path, const ImportSettings& settings, const FormatList& formats,
                            store::CaseFile* file, const Control& control);

}  // namespace unisono::ingest
