// Test help: bytes in memory as a file, and everything that a reader says about it.
#pragma once

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/ingest/csv.hpp"
#include "unisono/ingest/json.hpp"
#include "unisono/ingest/source.hpp"

namespace unisono::ingest::testing {

// A file without a name on disk.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("unisono-test", 0)) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
      if (n <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

struct CsvReading {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<RecordRef> refs;
  std::vector<Reject> rejects;
  CsvDialect dialect;
  Encoding encoding;
  ReadCounts counts;
  bool row_names = false;
};

inline Result<CsvReading> read_csv_file(const std::string& path, const CsvOptions& options = {},
                                        const SourceLimits& limits = {}) {
  const Control control;
  UNISONO_TRY(Source source, open_source(path, limits, control));
  UNISONO_TRY(Member* const member, source.next_member());
  UNISONO_TRY(CsvReader reader, CsvReader::open(*member, options, control));
  CsvReading reading;
  reading.columns = reader.columns();
  reading.dialect = reader.dialect();
  reading.encoding = reader.encoding();
  reading.row_names = reader.has_row_names();
  CsvBatch batch;
  for (bool more = true; more;) {
    UNISONO_TRY(more, reader.next(batch));
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      std::vector<std::string>& fields = reading.rows.emplace_back();
      for (std::size_t column = 0; column < batch.columns(); ++column) {
        const std::string_view field = batch.field(row, column);
        fields.push_back(field.data() == nullptr ? "<missing>" : std::string(field));
      }
      reading.refs.push_back(batch.ref(row));
    }
    for (Reject& reject : batch.rejects) reading.rejects.push_back(std::move(reject));
  }
  reading.counts = reader.counts();
  return reading;
}

inline Result<CsvReading> read_csv(std::string_view bytes, const CsvOptions& options = {},
                                   const SourceLimits& limits = {}) {
  const MemoryFile file(bytes);
  return read_csv_file(file.path(), options, limits);
}

struct JsonReading {
  JsonLayout layout = JsonLayout::lines;
  std::vector<std::string> texts;  // of the records that parsed
  std::vector<RecordRef> refs;
  std::vector<Reject> rejects;
  ReadCounts counts;
};

inline Result<JsonReading> read_json_file(const std::string& path, const JsonOptions& options = {}) {
  const Control control;
  UNISONO_TRY(Source source, open_source(path, {}, control));
  UNISONO_TRY(Member* const member, source.next_member());
  UNISONO_TRY(JsonReader reader, JsonReader::open(*member, options, control));
  JsonReading reading;
  reading.layout = reader.layout();
  JsonParser parser(options.max_depth);
  JsonBatch batch;
  for (bool more = true; more;) {
    UNISONO_TRY(more, reader.next(batch));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (auto value = parser.parse(batch, i)) {
        reading.texts.emplace_back(batch.text(i));
        reading.refs.push_back(batch.ref(i));
      } else {
        reading.rejects.push_back(value.error());
      }
    }
    for (Reject& reject : batch.rejects) reading.rejects.push_back(std::move(reject));
  }
  // A batch gives those of the parser before those of the reader, and where it ends depends on the size of blocks.
  std::stable_sort(reading.rejects.begin(), reading.rejects.end(),
                   [](const Reject& a, const Reject& b) { return a.ref.record_no < b.ref.record_no; });
  reading.counts = reader.counts();
  reading.counts += parser.counts();
  return reading;
}

inline Result<JsonReading> read_json(std::string_view bytes, const JsonOptions& options = {}) {
  const MemoryFile file(bytes);
  return read_json_file(file.path(), options);
}

}  // namespace unisono::ingest::testing
