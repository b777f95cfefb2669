// Where a record stands in its file: the half of a raw reference (docs/ingest/readers.md) that the readers know.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace unisono::ingest {

// offset and length count bytes of the *decompressed* member before decoding: exactly these bytes are what
// `inspect --raw` prints. The line break that ends a record is not part of it.
struct RecordRef {
  std::uint64_t record_no = 0;  // 1-based; every record counts, rejected ones too; the header of a CSV file does not
  std::uint64_t line = 0;       // 1-based, of the record's first byte
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// What the readers counted; sums of the counts of several readers or parsers are meaningful.
struct ReadCounts {
  std::uint64_t records = 0;        // CSV, JSON: records seen, good and rejected; blank lines of JSON are none
  std::uint64_t rejects = 0;        // of those, rejected by the reader itself (JSON that does not parse: by JsonParser)
  std::uint64_t blank_lines = 0;    // JSON lines without content
  std::uint64_t filled_short = 0;   // CSV records completed under fill_short
  std::uint64_t nul_bytes = 0;      // removed
  std::uint64_t invalid_utf8 = 0;   // byte sequences replaced by U+FFFD (also undecodable ones of other encodings)
  std::uint64_t repaired_json = 0;  // records that parsed only after repair
  std::uint64_t lone_surrogates = 0;  // \uD800 to \uDFFF without partner, replaced by U+FFFD
  std::uint64_t nan_values = 0;       // NaN and Infinity, read as null
  std::uint64_t big_integers = 0;     // integers beyond 64 bit, read as strings of the same digits
  std::uint64_t duplicate_keys = 0;   // of one object; the first one is used

  ReadCounts& operator+=(const ReadCounts& other);
};

}  // namespace unisono::ingest
