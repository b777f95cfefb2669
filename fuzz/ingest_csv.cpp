// CsvReader against its twin: same records, places and fields for any bytes, dialect and chunk size; nothing lost.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ingest/container.hpp"
#include "ingest/reading.hpp"
#include "reference/csv.hpp"

namespace {

using namespace unisono;
using namespace unisono::ingest;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_plain_utf8(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\0' || (c & '\x80') != 0) return false;
  }
  return true;
}

CsvOptions options_of(std::uint8_t choice, std::uint8_t chunk) {
  CsvOptions options;
  options.delimiter = ",;\t|"[choice & 3];
  options.quote = (choice & 4) != 0 ? '\0' : '"';
  options.escape = (choice & 8) != 0 && *options.quote != '\0' ? '\\' : '\0';
  options.header = false;
  options.encoding = "UTF-8";
  options.batch_bytes = std::size_t{1} + chunk;
  return options;
}

void compare(std::string_view text, const CsvOptions& options) {
  const auto reading = ingest::testing::read_csv(text, options);
  require(reading.has_value());
  std::size_t row = 0, reject = 0, number = 0;
  bool began = false;
  for (const auto& record : reference::split_csv(text, reading->dialect)) {
    // Blank lines before the first record are none.
    began = began || record.fields.size() > 1 || !record.fields[0].empty() || record.open_quote;
    if (!began) continue;
    ++number;
    const bool is_row = row < reading->refs.size() && reading->refs[row].record_no == number;
    require(is_row || reject < reading->rejects.size());
    const RecordRef& ref = is_row ? reading->refs[row] : reading->rejects[reject].ref;
    require(ref.record_no == number && ref.offset == record.offset && ref.length == record.length &&
            ref.line == record.line);
    if (is_row) {
      require(!record.open_quote && reading->rows[row++] == record.fields);
    } else {
      require((reading->rejects[reject++].reason == RejectReason::unterminated_quote) == record.open_quote);
    }
  }
  require(row == reading->rows.size() && reject == reading->rejects.size());
  require(reading->counts.records == row + reject);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 4096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (compression_of(text) || !refuse_unread_formats(text, "input")) return 0;
  CsvOptions options = options_of(data[0], data[1]);
  CsvOptions detected;
  detected.batch_bytes = 4096;
  const auto free_reading = ingest::testing::read_csv(text, detected);  // everything detected: must not crash
  if (free_reading) require(free_reading->counts.records == free_reading->rows.size() + free_reading->rejects.size());
  const auto records = reference::split_csv(text, {*options.delimiter, *options.quote, *options.escape, false});
  // A first record that ends inside a quote, or a separator line, is another matter.
  if (text.starts_with("sep=") || text.starts_with("SEP=") || !is_plain_utf8(text)) return 0;
  for (const auto& record : records) {
    if (record.fields.size() == 1 && record.fields[0].empty() && !record.open_quote) continue;
    if (record.open_quote) return 0;
    break;
  }
  compare(text, options);
  return 0;
}
