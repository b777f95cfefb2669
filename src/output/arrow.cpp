// Formats: https://arrow.apache.org/docs/format/Columnar.html, and Message.fbs and Schema.fbs there. The numbers of
// fields and types below are those of these two files.
#include "unisono/output/arrow.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "flat_buffer.hpp"
#include "unisono/core/unicode.hpp"

namespace unisono::output {
namespace {

constexpr std::int16_t k_version_5 = 4;                                                            // MetadataVersion
constexpr std::uint8_t k_schema_message = 1, k_record_batch_message = 3;                           // MessageHeader
constexpr std::uint8_t k_int = 2, k_floating_point = 3, k_utf8 = 5, k_bool = 6, k_timestamp = 10;  // Type
constexpr std::int16_t k_double = 2;                                                               // Precision
constexpr std::int16_t k_microsecond = 2;                                                          // TimeUnit
constexpr std::uint32_t k_continuation = 0xFFFFFFFF;
constexpr std::size_t k_most_text = std::size_t{1} << 30;  // of one column and batch: offsets have 31 bits
constexpr std::size_t k_alignment = 8;

bool fits(const Cell& cell, ColumnType type) {
  switch (type) {
    case ColumnType::text:
      return std::holds_alternative<std::string>(cell);
    case ColumnType::integer:
    case ColumnType::time_us:
      return std::holds_alternative<std::int64_t>(cell);
    case ColumnType::real:
      return std::holds_alternative<double>(cell);
    case ColumnType::boolean:
      return std::holds_alternative<bool>(cell);
  }
  return false;
}

ColumnType written_type(const Column& column) {
  const bool all_fit = std::all_of(column.cells.begin(), column.cells.end(),
                                   [&](const Cell& cell) { return is_missing(cell) || fits(cell, column.type); });
  return all_fit ? column.type : ColumnType::text;
}

std::string valid_utf8(std::string text) {
  return is_valid_utf8(text) ? std::move(text) : replace_invalid_utf8(text).text;
}

std::string written_text(const Column& column, std::size_t row) {
  return valid_utf8(to_text(column.cells[row], column.type));
}

// The type of a field: its number, and its table.
std::pair<std::uint8_t, FlatBuffer::Place> type_of(FlatBuffer& buffer, ColumnType type) {
  FlatBuffer::Place zone = 0;
  if (type == ColumnType::time_us) zone = buffer.text("UTC");
  buffer.open_table();
  switch (type) {
    case ColumnType::integer:
      buffer.scalar<std::int32_t>(0, 64);  // bitWidth
      buffer.scalar<std::uint8_t>(1, 1);   // is_signed
      return {k_int, buffer.close_table()};
    case ColumnType::real:
      buffer.scalar<std::int16_t>(0, k_double);
      return {k_floating_point, buffer.close_table()};
    case ColumnType::boolean:
      return {k_bool, buffer.close_table()};
    case ColumnType::time_us:
      buffer.reference(1, zone);
      buffer.scalar<std::int16_t>(0, k_microsecond);
      return {k_timestamp, buffer.close_table()};
    case ColumnType::text:
      break;
  }
  return {k_utf8, buffer.close_table()};
}

FlatBuffer::Place field_of(FlatBuffer& buffer, const Column& column, ColumnType type) {
  const FlatBuffer::Place name = buffer.text(valid_utf8(column.name));
  const auto [type_number, type_table] = type_of(buffer, type);
  const FlatBuffer::Place children = buffer.references({});
  buffer.open_table();
  buffer.reference(0, name);
  buffer.reference(3, type_table);
  buffer.reference(5, children);
  buffer.scalar<std::uint8_t>(1, 1);  // nullable
  buffer.scalar<std::uint8_t>(2, type_number);
  return buffer.close_table();
}

FlatBuffer::Place metadata_of(FlatBuffer& buffer, const std::vector<std::pair<std::string, std::string>>& metadata) {
  std::vector<FlatBuffer::Place> pairs;
  for (const auto& [key, value] : metadata) {
    const FlatBuffer::Place key_text = buffer.text(valid_utf8(key)), value_text = buffer.text(valid_utf8(value));
    buffer.open_table();
    buffer.reference(0, key_text);
    buffer.reference(1, value_text);
    pairs.push_back(buffer.close_table());
  }
  return buffer.references(pairs);
}

std::string message_of(FlatBuffer buffer, std::uint8_t header_type, FlatBuffer::Place header, std::int64_t body_bytes) {
  buffer.open_table();
  buffer.scalar<std::int64_t>(3, body_bytes);
  buffer.reference(2, header);
  buffer.scalar<std::int16_t>(0, k_version_5);
  buffer.scalar<std::uint8_t>(1, header_type);
  const FlatBuffer::Place root = buffer.close_table();
  return std::move(buffer).finish(root);
}

void append_number(std::string& out, std::uint32_t number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

void pad(std::string& out) {
  out.append((k_alignment - out.size() % k_alignment) % k_alignment, '\0');
}

void append_message(std::string& out, const std::string& header) {
  append_number(out, k_continuation);
  append_number(out, static_cast<std::uint32_t>(header.size()));
  out += header;
}

std::string schema_message(const Table& table, const std::vector<ColumnType>& types, const ArrowOptions& options) {
  FlatBuffer buffer;
  std::vector<FlatBuffer::Place> fields;
  for (std::size_t c = 0; c < types.size(); ++c) fields.push_back(field_of(buffer, table.columns()[c], types[c]));
  const FlatBuffer::Place all_fields = buffer.references(fields), metadata = metadata_of(buffer, options.metadata);
  buffer.open_table();
  buffer.reference(1, all_fields);
  buffer.reference(2, metadata);
  buffer.scalar<std::int16_t>(0, 0);  // little endian
  const FlatBuffer::Place schema = buffer.close_table();
  return message_of(std::move(buffer), k_schema_message, schema, 0);
}

// The buffers of one record batch, one after the other, each padded to 8 bytes.
struct Body {
  std::string bytes;
  std::vector<std::int64_t> nodes;    // per column: rows, nulls
  std::vector<std::int64_t> buffers;  // per buffer: offset, bytes without padding

  void add(const std::string& buffer) {
    buffers.push_back(static_cast<std::int64_t>(bytes.size()));
    buffers.push_back(static_cast<std::int64_t>(buffer.size()));
    bytes += buffer;
    pad(bytes);
  }
};

template <typename IsSet>
std::string bitmap(std::size_t begin, std::size_t end, IsSet&& is_set) {
  std::string bits((end - begin + 7) / 8, '\0');
  for (std::size_t row = begin; row < end; ++row) {
    const std::size_t i = row - begin;
    if (is_set(row)) bits[i / 8] = static_cast<char>(static_cast<unsigned char>(bits[i / 8]) | 1U << (i % 8));
  }
  return bits;
}

template <typename T>
std::string fixed_width(const Column& column, std::size_t begin, std::size_t end) {
  std::string values((end - begin) * sizeof(T), '\0');
  for (std::size_t row = begin; row < end; ++row) {
    const T* value = std::get_if<T>(&column.cells[row]);
    if (value != nullptr) std::memcpy(values.data() + (row - begin) * sizeof(T), value, sizeof(T));
  }
  return values;
}

void add_texts(Body& body, const Column& column, std::size_t begin, std::size_t end) {
  std::string offsets, texts;
  append_number(offsets, 0);
  for (std::size_t row = begin; row < end; ++row) {
    if (!is_missing(column.cells[row])) texts += written_text(column, row);
    append_number(offsets, static_cast<std::uint32_t>(texts.size()));
  }
  body.add(offsets);
  body.add(texts);
}

void add_column(Body& body, const Column& column, ColumnType type, std::size_t begin, std::size_t end) {
  const auto first = column.cells.begin() + static_cast<std::ptrdiff_t>(begin);
  const std::ptrdiff_t nulls = std::count_if(first, first + static_cast<std::ptrdiff_t>(end - begin),
                                             [](const Cell& x) { return is_missing(x); });
  body.nodes.push_back(static_cast<std::int64_t>(end - begin));
  body.nodes.push_back(static_cast<std::int64_t>(nulls));
  // A column without nulls needs no bits.
  body.add(nulls == 0 ? std::string()
                      : bitmap(begin, end, [&](std::size_t row) { return !is_missing(column.cells[row]); }));
  switch (type) {
    case ColumnType::integer:
    case ColumnType::time_us:
      body.add(fixed_width<std::int64_t>(column, begin, end));
      break;
    case ColumnType::real:
      body.add(fixed_width<double>(column, begin, end));
      break;
    case ColumnType::boolean:
      body.add(bitmap(begin, end, [&](std::size_t row) {
        const bool* value = std::get_if<bool>(&column.cells[row]);
        return value != nullptr && *value;
      }));
      break;
    case ColumnType::text:
      add_texts(body, column, begin, end);
      break;
  }
}

void append_batch(std::string& out, const Table& table, const std::vector<ColumnType>& types, std::size_t begin,
                  std::size_t end) {
  Body body;
  for (std::size_t c = 0; c < types.size(); ++c) add_column(body, table.columns()[c], types[c], begin, end);
  FlatBuffer buffer;
  const FlatBuffer::Place buffers = buffer.structs(body.buffers, 2), nodes = buffer.structs(body.nodes, 2);
  buffer.open_table();
  buffer.scalar<std::int64_t>(0, static_cast<std::int64_t>(end - begin));
  buffer.reference(1, nodes);
  buffer.reference(2, buffers);
  const FlatBuffer::Place batch = buffer.close_table();
  append_message(
      out, message_of(std::move(buffer), k_record_batch_message, batch, static_cast<std::int64_t>(body.bytes.size())));
  out += body.bytes;
}

// Where the batch that begins at `begin` ends.
std::size_t end_of_batch(const Table& table, const std::vector<ColumnType>& types, std::size_t begin,
                         std::size_t rows_per_batch) {
  const std::size_t most = std::min(table.rows(), begin + rows_per_batch);
  std::vector<std::size_t> bytes(types.size(), 0);
  for (std::size_t row = begin; row < most; ++row) {
    for (std::size_t c = 0; c < types.size(); ++c) {
      const auto* text = std::get_if<std::string>(&table.columns()[c].cells[row]);
      if (text != nullptr) bytes[c] += 3 * text->size();  // an invalid byte becomes three
      if (bytes[c] > k_most_text && row > begin) return row;
    }
  }
  return most;
}

}  // namespace

std::string write_arrow_stream(const Table& table, const ArrowOptions& options) {
  std::vector<ColumnType> types;
  for (const Column& column : table.columns()) types.push_back(written_type(column));
  std::string out;
  append_message(out, schema_message(table, types, options));
  for (std::size_t begin = 0; begin < table.rows();) {
    const std::size_t end = end_of_batch(table, types, begin, std::max<std::size_t>(1, options.rows_per_batch));
    append_batch(out, table, types, begin, end);
    begin = end;
  }
  append_number(out, k_continuation);
  append_number(out, 0);
  return out;
}

}  // namespace unisono::output
