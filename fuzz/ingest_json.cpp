// JsonReader and JsonParser: any bytes; lines against their twin; any chunk size gives the same records; nothing lost.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ingest/container.hpp"
#include "ingest/reading.hpp"
#include "reference/json.hpp"

namespace {

using namespace unisono;
using namespace unisono::ingest;

void require(bool condition) {
  if (!condition) std::abort();
}

void walk(const JsonValue& value) {
  const std::string number = value.number_text();
  require(number.empty() != value.is_number());
  (void)value.string();
  for (JsonMembers each(value); each.next();) {
    if (value.is_object()) require(value.find(each.key()).has_value());
    walk(each.value());
  }
}

void same(const ingest::testing::JsonReading& a, const ingest::testing::JsonReading& b) {
  require(a.texts == b.texts && a.rejects.size() == b.rejects.size());
  for (std::size_t i = 0; i < a.refs.size(); ++i)
    require(a.refs[i].offset == b.refs[i].offset && a.refs[i].line == b.refs[i].line);
  for (std::size_t i = 0; i < a.rejects.size(); ++i) {
    require(a.rejects[i].reason == b.rejects[i].reason && a.rejects[i].ref.length == b.rejects[i].ref.length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 4096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (compression_of(text) || !refuse_unread_formats(text, "input")) return 0;
  JsonOptions options;
  options.encoding = "UTF-8";
  options.layout = static_cast<JsonLayout>(data[0] % 3);
  if ((data[0] & 4) != 0 && options.layout == JsonLayout::values) options.each = "a.b[].c";
  options.batch_bytes = 4096;
  options.max_record = (data[0] & 8) != 0 ? 40 : 4096;
  const auto whole = ingest::testing::read_json(text, options);
  require(whole.has_value());
  options.batch_bytes = std::size_t{1} + data[1] % 64;
  const auto chunked = ingest::testing::read_json(text, options);
  require(chunked.has_value());
  same(*whole, *chunked);
  for (const auto& reading : {*whole, *chunked}) {
    require(reading.counts.records == reading.texts.size() + reading.rejects.size());
    for (std::size_t i = 0; i < reading.texts.size(); ++i) {
      require(text.substr(reading.refs[i].offset, reading.refs[i].length) == reading.texts[i]);
    }
  }
  if (options.layout == JsonLayout::lines && !text.starts_with("\xEF\xBB\xBF")) {
    require(reference::cut_json_lines(text).size() == whole->counts.records);
  }
  JsonParser parser;
  if (const auto value = parser.parse(text)) walk(*value);
  return 0;
}
