#include "unisono/ingest/reject.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "utf8.hpp"

namespace unisono::ingest {

ReadCounts& ReadCounts::operator+=(const ReadCounts& other) {
  records += other.records;
  rejects += other.rejects;
  blank_lines += other.blank_lines;
  filled_short += other.filled_short;
  nul_bytes += other.nul_bytes;
  invalid_utf8 += other.invalid_utf8;
  repaired_json += other.repaired_json;
  lone_surrogates += other.lone_surrogates;
  nan_values += other.nan_values;
  big_integers += other.big_integers;
  duplicate_keys += other.duplicate_keys;
  return *this;
}

const char* name_of(RejectReason reason) {
  switch (reason) {
    case RejectReason::short_row:
      return "short_row";
    case RejectReason::long_row:
      return "long_row";
    case RejectReason::unterminated_quote:
      return "unterminated_quote";
    case RejectReason::truncated_line:
      return "truncated_line";
    case RejectReason::bad_json:
      return "bad_json";
    case RejectReason::depth_limit:
      return "depth_limit";
    case RejectReason::record_too_large:
      return "record_too_large";
    case RejectReason::bad_encoding:
      return "bad_encoding";
    case RejectReason::no_object:
      return "no_object";
    case RejectReason::envelope_unknown:
      return "envelope_unknown";
    case RejectReason::platform_unknown:
      return "platform_unknown";
    case RejectReason::repeated_header:
      return "repeated_header";
    case RejectReason::empty_record:
      return "empty_record";
  }
  return "unknown";
}

std::string make_excerpt(std::string_view record) {
  std::string_view rest = record.substr(0, k_excerpt_bytes);
  std::string excerpt;
  excerpt.reserve(rest.size() + 16);
  while (!rest.empty()) {
    const Utf8Sequence sequence = next_utf8(rest);
    // A character that only the limit of 200 bytes cuts is left out, not shown as damage.
    if (sequence.cut && record.size() > k_excerpt_bytes) break;
    const std::string_view bytes = rest.substr(0, sequence.length);
    rest.remove_prefix(sequence.length);
    const auto byte = static_cast<unsigned char>(bytes[0]);
    if (!sequence.valid) {
      for (const char bad : bytes) excerpt += fmt::format("\\x{:02X}", static_cast<unsigned char>(bad));
    } else if (byte == '\n') {
      excerpt += "\\n";
    } else if (byte == '\r') {
      excerpt += "\\r";
    } else if (byte == '\t') {
      excerpt += "\\t";
    } else if (byte == '\\') {
      excerpt += "\\\\";
    } else if (byte < 0x20 || byte == 0x7F) {
      excerpt += fmt::format("\\x{:02X}", byte);
    } else {
      excerpt += bytes;
    }
  }
  return excerpt;
}

std::string to_ndjson(const Reject& reject, std::string_view file, std::string_view file_sha256,
                      const std::optional<std::string>& member) {
  nlohmann::ordered_json line;
  line["file"] = file;
  line["file_sha256"] = file_sha256;
  line["member"] = member ? nlohmann::ordered_json(*member) : nlohmann::ordered_json(nullptr);
  line["line"] = reject.ref.line;
  line["byte_offset"] = reject.ref.offset;
  line["byte_length"] = reject.ref.length;
  line["record_no"] = reject.ref.record_no;
  line["reason"] = name_of(reject.reason);
  line["field"] = reject.field.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(reject.field);
  line["detail"] = reject.detail;
  line["excerpt"] = reject.excerpt;
  // File names need not be UTF-8: `replace` keeps the line valid where `strict` would throw.
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace unisono::ingest
