#include "record_feed.hpp"

#include <fmt/format.h>

namespace unisono::ingest {
namespace {

constexpr std::size_t k_batch_bytes = std::size_t{1} << 20;

std::string shown(char c) {
  return c == '\t' ? std::string("tab") : c == '\0' ? std::string("none") : std::string(1, c);
}

}  // namespace

Result<RecordFeed> RecordFeed::open(Member& member, TextFamily family, const CsvOptions& csv, const Control& control) {
  RecordFeed feed;
  if (family == TextFamily::json) {
    JsonOptions options;
    options.encoding = csv.encoding;
    options.batch_bytes = k_batch_bytes;
    UNISONO_TRY(JsonReader reader, JsonReader::open(member, options, control));
    feed.json_.emplace(std::move(reader));
  } else {
    CsvOptions options = csv;
    options.batch_bytes = k_batch_bytes;
    UNISONO_TRY(CsvReader reader, CsvReader::open(member, options, control));
    feed.csv_.emplace(std::move(reader));
  }
  return feed;
}

Result<bool> RecordFeed::next(MappedBatch& batch) {
  return csv_ ? csv_->next(batch.csv) : json_->next(batch.json);
}

std::vector<std::string> RecordFeed::columns() const {
  return csv_ ? csv_->columns() : std::vector<std::string>{};
}

const Encoding& RecordFeed::encoding() const {
  return csv_ ? csv_->encoding() : json_->encoding();
}

std::string RecordFeed::layout() const {
  if (json_) return fmt::format("json {}", name_of(json_->layout()));
  const CsvDialect& dialect = csv_->dialect();
  return fmt::format("csv: delimiter {}, quote {}, escape {}", shown(dialect.delimiter), shown(dialect.quote),
                     dialect.escape == '\0' ? std::string("doubled") : shown(dialect.escape));
}

const ReadCounts& RecordFeed::counts() const {
  return csv_ ? csv_->counts() : json_->counts();
}

}  // namespace unisono::ingest
