// CSV of any dialect -> batches of fields, with the place of every record. Nothing is shifted, typed or trimmed.
//
//   UNISONO_TRY(CsvReader reader, CsvReader::open(*member, {}, control));
//   CsvBatch batch;
//   while (true) {
//     UNISONO_TRY(const bool more, reader.next(batch));
//     for (std::size_t row = 0; row < batch.rows(); ++row) use(batch.field(row, 0), batch.ref(row));
//     for (const Reject& reject : batch.rejects) keep(reject);
//     if (!more) break;
//   }
//
// A batch owns its bytes and may be mapped on another thread while the reader goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/ingest/encoding.hpp"
#include "unisono/ingest/record.hpp"
#include "unisono/ingest/reject.hpp"
#include "unisono/ingest/source.hpp"

namespace unisono::ingest {

struct CsvDialect {
  char delimiter = ',';
  char quote = '"';    // '\0' = quotes are data
  char escape = '\0';  // '\0' = none: a quote inside quotes is doubled; with one, doubled quotes still work
  bool header = true;  // the first record names the columns; otherwise they are column1, column2, ...
  bool operator==(const CsvDialect&) const = default;
};

// Rules of a field: a quote that is its first byte opens it; inside, a doubled quote is one quote; with an escape, an
// escaped quote or escape is that character and every other escape stays as it is; a line break is data; bytes after
// the closing quote are data appended. Quotes elsewhere are data. LF, CRLF and CR end a record, mixed as they come.
//
// Rejected are: short_row, long_row, empty_record (no field has content), repeated_header (with two or more columns),
// record_too_large, unterminated_quote (to the end of the member), truncated_line (the last record is short and no line
// break ends it, or compressed data is cut or damaged: then exactly one such reject stands at the end, of length 0 if
// need be).
struct CsvOptions {
  std::optional<char> delimiter;  // what is absent is detected
  std::optional<char> quote;
  std::optional<char> escape;
  bool header = true;
  bool fill_short = false;  // missing last fields are null instead of a reject
  std::string encoding;     // --encoding; "" = decide
  std::size_t batch_bytes = std::size_t{4} << 20;
  std::size_t max_field = std::size_t{64} << 20;
  std::size_t max_record = std::size_t{256} << 20;
  std::size_t max_columns = 16'384;
};

// "delim=;,quote=",escape=\,header=no" (the value of --csv) laid over `options`. delim: one character, tab, comma,
// semicolon, pipe or space; quote and escape also none. Error{usage} names the part that is not understood.
Result<CsvOptions> parse_csv_option(std::string_view text, CsvOptions options);

// Delimiter among , ; tab | by the share of records that agree on one field count of at least 2; backslash escapes only
// if doubled quotes fit fewer records. `whole` = the sample is the file. What `options` states is kept.
CsvDialect detect_dialect(std::string_view sample, bool whole, const CsvOptions& options);

class CsvBatch {
 public:
  std::size_t rows() const { return refs_.size(); }
  std::size_t columns() const { return columns_; }
  // UTF-8 without NUL. data() is nullptr for a field that the record does not have (fill_short), never for an empty
  // one.
  std::string_view field(std::size_t row, std::size_t column) const { return fields_[row * columns_ + column]; }
  const RecordRef& ref(std::size_t row) const { return refs_[row]; }

  std::vector<Reject> rejects;  // in the order of the file; their places lie between those of the rows

 private:
  friend class CsvReader;
  friend class CsvParser;
  std::size_t columns_ = 0;
  std::vector<std::string_view> fields_;  // row-major
  std::vector<RecordRef> refs_;
  std::shared_ptr<char[]> bytes_;                       // what fields_ points into
  std::vector<std::unique_ptr<std::string>> repaired_;  // fields that had to be rewritten longer
};

class CsvReader {
 public:
  // Reads the header. `member` and `control` must outlive the reader. Errors: needs_decision (encoding); too_large
  // (more columns than max_columns: both numbers); bad_input (a header that ends inside a quote); as Member::read.
  static Result<CsvReader> open(Member& member, const CsvOptions& options, const Control& control);
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;
  ~CsvReader();

  const CsvDialect& dialect() const;
  const Encoding& encoding() const;
  const std::vector<std::string>& columns() const;  // unique: repeated names get #2, #3; empty file: none
  const RecordRef& header_ref() const;              // record_no 0; length 0 without header
  // The first header is "" and its values count 1, 2, 3: row names as R writes them. That column is then called
  // "row_names".
  bool has_row_names() const;

  // The next batch; false = it was the last one (it may be empty, and rejects may stand in it). Errors as Member::read.
  Result<bool> next(CsvBatch& batch);

  const ReadCounts& counts() const;

  struct Implementation;

 private:
  explicit CsvReader(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace unisono::ingest
