#include "vector_view.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "unisono/core/hash.hpp"
#include "unisono/core/time.hpp"

namespace unisono::store {
namespace {

__extension__ using Signed128 = __int128;
__extension__ using Unsigned128 = unsigned __int128;

Unsigned128 join(std::uint64_t upper, std::uint64_t lower) {
  return static_cast<Unsigned128>(upper) << 64 | lower;
}

std::string digits(Unsigned128 value) {
  return fmt::format("{}", value);
}

std::string digits(Signed128 value) {
  return value < 0 ? "-" + digits(static_cast<Unsigned128>(0) - static_cast<Unsigned128>(value))
                   : digits(static_cast<Unsigned128>(value));
}

std::string iso_date(std::int32_t days) {
  if (days == std::numeric_limits<std::int32_t>::max()) return "infinity";
  if (days == -std::numeric_limits<std::int32_t>::max()) return "-infinity";
  // Five digits of days are 273 years: the civil calendar is asked only where microseconds fit.
  if (std::abs(static_cast<std::int64_t>(days)) > std::numeric_limits<std::int64_t>::max() / k_us_per_day) {
    return fmt::format("{} days after 1970-01-01", days);
  }
  return format_iso(days * k_us_per_day, Precision::day);
}

std::string clock(std::int64_t us) {
  const std::int64_t seconds = us / k_us_per_s;
  std::string text = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (us % k_us_per_s != 0) text += fmt::format(".{:06}", us % k_us_per_s);
  return text;
}

std::string interval_text(const duckdb_interval& interval) {
  return fmt::format("{} months {} days {} us", interval.months, interval.days, interval.micros);
}

std::string uuid_text(const duckdb_hugeint& value) {
  // DuckDB flips the top bit so that UUIDs sort as signed numbers.
  const std::uint64_t upper = static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t{1} << 63);
  const std::string all = fmt::format("{:016x}{:016x}", upper, value.lower);
  return all.substr(0, 8) + "-" + all.substr(8, 4) + "-" + all.substr(12, 4) + "-" + all.substr(16, 4) + "-" +
         all.substr(20);
}

void write_json_text(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

bool is_nested(duckdb_type type) {
  return type == DUCKDB_TYPE_LIST || type == DUCKDB_TYPE_MAP || type == DUCKDB_TYPE_ARRAY || type == DUCKDB_TYPE_STRUCT;
}

bool is_readable(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_INTERVAL:
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_BLOB:
    case DUCKDB_TYPE_ENUM:
    case DUCKDB_TYPE_UUID:
    case DUCKDB_TYPE_SQLNULL:
      return true;
    default:
      return is_nested(type);
  }
}

}  // namespace

ColumnType column_type_of(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return ColumnType::boolean;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
      return ColumnType::integer;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
      return ColumnType::real;
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return ColumnType::time_us;
    default:
      return ColumnType::text;
  }
}

Result<VectorView> VectorView::of(duckdb_vector vector, const std::string& column) {
  const OwnedType logical(duckdb_vector_get_column_type(vector));
  VectorView view;
  view.type_ = duckdb_get_type_id(logical.get());
  if (!is_readable(view.type_)) {
    return fail(
        ErrorCode::usage,
        fmt::format("column {} has a type that cannot be shown (DuckDB type {})", column, static_cast<int>(view.type_)),
        "cast it in the statement: CAST(" + column + " AS VARCHAR)");
  }
  view.data_ = duckdb_vector_get_data(vector);
  view.validity_ = duckdb_vector_get_validity(vector);
  std::vector<duckdb_vector> children;
  if (view.type_ == DUCKDB_TYPE_DECIMAL) {
    view.scale_ = duckdb_decimal_scale(logical.get());
    view.internal_type_ = duckdb_decimal_internal_type(logical.get());
  } else if (view.type_ == DUCKDB_TYPE_ENUM) {
    view.internal_type_ = duckdb_enum_internal_type(logical.get());
    const std::uint32_t n = duckdb_enum_dictionary_size(logical.get());
    for (std::uint32_t i = 0; i < n; ++i)
      view.names_.push_back(take_text(duckdb_enum_dictionary_value(logical.get(), i)));
  } else if (view.type_ == DUCKDB_TYPE_LIST || view.type_ == DUCKDB_TYPE_MAP) {
    children.push_back(duckdb_list_vector_get_child(vector));
  } else if (view.type_ == DUCKDB_TYPE_ARRAY) {
    view.array_size_ = duckdb_array_type_array_size(logical.get());
    children.push_back(duckdb_array_vector_get_child(vector));
  } else if (view.type_ == DUCKDB_TYPE_STRUCT) {
    const idx_t n = duckdb_struct_type_child_count(logical.get());
    for (idx_t i = 0; i < n; ++i) {
      view.names_.push_back(take_text(duckdb_struct_type_child_name(logical.get(), i)));
      children.push_back(duckdb_struct_vector_get_child(vector, i));
    }
  }
  for (duckdb_vector child : children) {
    UNISONO_TRY(VectorView child_view, VectorView::of(child, column));
    view.children_.push_back(std::move(child_view));
  }
  return view;
}

Cell VectorView::wide_integer(std::size_t row) const {
  constexpr std::int64_t k_max = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t k_min = std::numeric_limits<std::int64_t>::min();
  if (type_ == DUCKDB_TYPE_UBIGINT) {
    const auto value = at<std::uint64_t>(row);
    if (value <= static_cast<std::uint64_t>(k_max)) return static_cast<std::int64_t>(value);
    return fmt::format("{}", value);
  }
  if (type_ == DUCKDB_TYPE_UHUGEINT) {
    const auto value = at<duckdb_uhugeint>(row);
    const Unsigned128 whole = join(value.upper, value.lower);
    if (whole <= static_cast<Unsigned128>(k_max)) return static_cast<std::int64_t>(whole);
    return digits(whole);
  }
  const auto value = at<duckdb_hugeint>(row);
  const auto whole = static_cast<Signed128>(join(static_cast<std::uint64_t>(value.upper), value.lower));
  if (whole >= k_min && whole <= k_max) return static_cast<std::int64_t>(whole);
  return digits(whole);
}

Cell VectorView::decimal(std::size_t row) const {
  const double unit = std::pow(10.0, scale_);
  if (internal_type_ == DUCKDB_TYPE_SMALLINT) return static_cast<double>(at<std::int16_t>(row)) / unit;
  if (internal_type_ == DUCKDB_TYPE_INTEGER) return static_cast<double>(at<std::int32_t>(row)) / unit;
  if (internal_type_ == DUCKDB_TYPE_BIGINT) return static_cast<double>(at<std::int64_t>(row)) / unit;
  return duckdb_hugeint_to_double(at<duckdb_hugeint>(row)) / unit;
}

Cell VectorView::time(std::size_t row) const {
  const auto stored = at<std::int64_t>(row);
  if (stored == std::numeric_limits<std::int64_t>::max()) return std::string("infinity");
  if (stored == -std::numeric_limits<std::int64_t>::max()) return std::string("-infinity");
  const std::int64_t factor = type_ == DUCKDB_TYPE_TIMESTAMP_S    ? k_us_per_s
                              : type_ == DUCKDB_TYPE_TIMESTAMP_MS ? 1000
                                                                  : 1;
  if (type_ == DUCKDB_TYPE_TIMESTAMP_NS) {
    const std::int64_t us = stored / 1000;
    return stored % 1000 < 0 ? us - 1 : us;
  }
  std::int64_t us = 0;
  if (__builtin_mul_overflow(stored, factor, &us)) return fmt::format("{} units after 1970-01-01", stored);
  return us;
}

std::string VectorView::text(std::size_t row) const {
  switch (type_) {
    case DUCKDB_TYPE_VARCHAR:
      return std::string(text_at(static_cast<const duckdb_string_t*>(data_)[row]));
    case DUCKDB_TYPE_BLOB: {
      const std::string_view bytes = text_at(static_cast<const duckdb_string_t*>(data_)[row]);
      std::string hexadecimal;
      for (const char byte : bytes) hexadecimal += fmt::format("{:02x}", static_cast<unsigned char>(byte));
      return hexadecimal;
    }
    case DUCKDB_TYPE_ENUM: {
      const std::size_t value = internal_type_ == DUCKDB_TYPE_UTINYINT    ? at<std::uint8_t>(row)
                                : internal_type_ == DUCKDB_TYPE_USMALLINT ? at<std::uint16_t>(row)
                                                                          : at<std::uint32_t>(row);
      return value < names_.size() ? names_[value] : std::string();
    }
    case DUCKDB_TYPE_DATE:
      return iso_date(at<duckdb_date>(row).days);
    case DUCKDB_TYPE_TIME:
      return clock(at<duckdb_time>(row).micros);
    case DUCKDB_TYPE_INTERVAL:
      return interval_text(at<duckdb_interval>(row));
    case DUCKDB_TYPE_UUID:
      return uuid_text(at<duckdb_hugeint>(row));
    default: {
      std::string json;
      write_json(row, json);
      return json;
    }
  }
}

Cell VectorView::cell(std::size_t row) const {
  if (type_ == DUCKDB_TYPE_SQLNULL || !is_valid(validity_, row)) return std::monostate{};
  switch (type_) {
    case DUCKDB_TYPE_BOOLEAN:
      return at<bool>(row);
    case DUCKDB_TYPE_TINYINT:
      return std::int64_t{at<std::int8_t>(row)};
    case DUCKDB_TYPE_SMALLINT:
      return std::int64_t{at<std::int16_t>(row)};
    case DUCKDB_TYPE_INTEGER:
      return std::int64_t{at<std::int32_t>(row)};
    case DUCKDB_TYPE_BIGINT:
      return at<std::int64_t>(row);
    case DUCKDB_TYPE_UTINYINT:
      return std::int64_t{at<std::uint8_t>(row)};
    case DUCKDB_TYPE_USMALLINT:
      return std::int64_t{at<std::uint16_t>(row)};
    case DUCKDB_TYPE_UINTEGER:
      return std::int64_t{at<std::uint32_t>(row)};
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
      return wide_integer(row);
    case DUCKDB_TYPE_FLOAT:
      return double{at<float>(row)};
    case DUCKDB_TYPE_DOUBLE:
      return at<double>(row);
    case DUCKDB_TYPE_DECIMAL:
      return decimal(row);
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return time(row);
    default:
      return text(row);
  }
}

void VectorView::write_json(std::size_t row, std::string& out) const {
  const bool nested = is_nested(type_);
  if (type_ == DUCKDB_TYPE_SQLNULL || !is_valid(validity_, row)) {
    out += "null";
  } else if (type_ == DUCKDB_TYPE_STRUCT) {
    write_struct(row, out);
  } else if (type_ == DUCKDB_TYPE_ARRAY) {
    children_[0].write_list(row * array_size_, (row + 1) * array_size_, out);
  } else if (nested) {
    const auto entry = at<duckdb_list_entry>(row);
    if (type_ == DUCKDB_TYPE_MAP) {
      children_[0].write_map(entry.offset, entry.offset + entry.length, out);
    } else {
      children_[0].write_list(entry.offset, entry.offset + entry.length, out);
    }
  } else {
    const Cell value = cell(row);
    const ColumnType type = column_type_of(type_);
    const auto* real = std::get_if<double>(&value);
    const bool number = std::holds_alternative<std::int64_t>(value) && type == ColumnType::integer;
    if (real != nullptr && std::isfinite(*real)) {
      out += fmt::format("{}", *real);
    } else if (number || std::holds_alternative<bool>(value)) {
      out += to_text(value, type);
    } else {
      write_json_text(to_text(value, type), out);
    }
  }
}

void VectorView::write_list(std::size_t begin, std::size_t end, std::string& out) const {
  out += '[';
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin) out += ", ";
    write_json(i, out);
  }
  out += ']';
}

void VectorView::write_map(std::size_t begin, std::size_t end, std::string& out) const {
  out += '{';
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin) out += ", ";
    write_json_text(to_text(children_[0].cell(i), column_type_of(children_[0].type_)), out);
    out += ": ";
    children_[1].write_json(i, out);
  }
  out += '}';
}

void VectorView::write_struct(std::size_t row, std::string& out) const {
  out += '{';
  for (std::size_t i = 0; i < children_.size(); ++i) {
    if (i > 0) out += ", ";
    write_json_text(names_[i], out);
    out += ": ";
    children_[i].write_json(row, out);
  }
  out += '}';
}

}  // namespace unisono::store
