// A record that makes no row: counted, kept with its place and reason, never dropped silently.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "unisono/ingest/record.hpp"

namespace unisono::ingest {

enum class RejectReason : std::uint8_t {
  short_row,           // fewer fields than the header
  long_row,            // more fields than the header
  unterminated_quote,  // the file ends inside a quoted field
  truncated_line,      // the last record is cut, or the compressed data ends too early
  bad_json,
  depth_limit,       // JSON nested deeper than the limit
  record_too_large,  // a field or record above its limit
  bad_encoding,
  no_object,         // csds only
  envelope_unknown,  // set by mappings
  platform_unknown,  // set by mappings
  repeated_header,   // the header once more, as in concatenated files
  empty_record,      // no field has content
};
inline constexpr int k_reject_reasons = 13;

const char* name_of(RejectReason reason);  // "short_row" ...

struct Reject {
  RejectReason reason = RejectReason::bad_json;
  RecordRef ref;
  std::string field;    // the column or path concerned; may be empty
  std::string detail;   // one sentence with actual and expected values
  std::string excerpt;  // make_excerpt of the record
};

inline constexpr std::size_t k_excerpt_bytes = 200;

// The first 200 bytes of a record in printable form and valid UTF-8: \n, \r, \t, \\ and \xNN for what is not text.
std::string make_excerpt(std::string_view record);

// One line of `--rejects FILE` without the line break:
// {"file":..,"file_sha256":..,"member":..,"line":..,"byte_offset":..,"byte_length":..,"record_no":..,"reason":..,
//  "field":..,"detail":..,"excerpt":..}; member and field are null when absent. Valid JSON whatever the inputs.
std::string to_ndjson(const Reject& reject, std::string_view file, std::string_view file_sha256,
                      const std::optional<std::string>& member);

}  // namespace unisono::ingest
