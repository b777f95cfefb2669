#include <fmt/format.h>

#include <limits>
#include <vector>

#include "failure.hpp"
#include "implementation.hpp"

namespace unisono::store {
namespace {

bool is_ascii(std::string_view text) {
  std::uint64_t high = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    high |= word;
  }
  for (; i < text.size(); ++i) high |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i]));
  return (high & 0x8080808080808080U) == 0;
}

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  const OwnedErrorData error(duckdb_valid_utf8_check(text.data(), text.size()));
  return error.get() == nullptr || !duckdb_error_data_has_error(error.get());
}

struct Target {
  duckdb_type type = DUCKDB_TYPE_INVALID;
  duckdb_vector vector = nullptr;
  void* data = nullptr;
  std::uint64_t* validity = nullptr;  // made at the first NULL of a chunk
  idx_t list_size = 0;
};

template <typename T>
bool store_integer(Target& target, idx_t row, std::int64_t value) {
  if constexpr (std::is_unsigned_v<T>) {
    if (value < 0 || static_cast<std::uint64_t>(value) > std::numeric_limits<T>::max()) return false;
  } else {
    if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return false;
  }
  static_cast<T*>(target.data)[row] = static_cast<T>(value);
  return true;
}

}  // namespace

struct Appender::Implementation {
  CaseFile::Implementation* owner = nullptr;
  std::string table;
  duckdb_appender appender = nullptr;
  OwnedChunk chunk;
  std::vector<OwnedType> types;
  std::vector<Target> targets;
  idx_t row = 0;
  std::size_t column = 0;
  std::string defect;  // of the current row

  ~Implementation() {
    if (appender == nullptr) return;
    // Without clear, destroying would write the rows that nobody closed.
    duckdb_appender_clear(appender);
    duckdb_appender_destroy(&appender);
    --owner->open_appenders;
  }

  void start_chunk() {
    duckdb_data_chunk_reset(chunk.get());
    row = 0;
    for (std::size_t c = 0; c < targets.size(); ++c) {
      targets[c].vector = duckdb_data_chunk_get_vector(chunk.get(), c);
      targets[c].data = duckdb_vector_get_data(targets[c].vector);
      targets[c].validity = nullptr;
      targets[c].list_size = 0;
    }
  }

  // The place of the next cell, or nullptr (with the defect noted) if there is none or it has another type.
  template <typename... Types>
  Target* next(std::string_view what, Types... accepted) {
    if (column >= targets.size()) {
      ++column;
      return nullptr;
    }
    Target& target = targets[column++];
    const auto is = [&target](auto type) { return target.type == type; };
    if ((is(accepted) || ...)) return &target;
    refuse(what);
    return nullptr;
  }

  void refuse(std::string_view what) {
    if (defect.empty()) defect = fmt::format("column {} cannot hold {}", column, what);
  }

  Result<void> flush() {
    if (row == 0) return {};
    duckdb_data_chunk_set_size(chunk.get(), row);
    if (duckdb_append_data_chunk(appender, chunk.get()) != DuckDBSuccess) return failure();
    start_chunk();
    return {};
  }

  Result<void> failure() const {
    const OwnedErrorData error(duckdb_appender_error_data(appender));
    const char* message = duckdb_error_data_message(error.get());
    return fail(statement_failure(message == nullptr ? "unknown error" : message, "append to " + table));
  }
};

Appender::Appender(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Appender::Appender(Appender&&) noexcept = default;
Appender::~Appender() = default;

Result<Appender> CaseFile::append_to(std::string_view table) {
  if (!implementation_->in_step) {
    return fail(ErrorCode::internal, fmt::format("rows of {} must be appended inside a step", table),
                "please report this defect");
  }
  auto state = std::make_unique<Appender::Implementation>();
  state->table = table;
  if (duckdb_appender_create(implementation_->connection.get(), nullptr, state->table.c_str(), &state->appender) !=
      DuckDBSuccess) {
    const OwnedErrorData error(duckdb_appender_error_data(state->appender));
    const std::string message = duckdb_error_data_message(error.get());
    duckdb_appender_destroy(&state->appender);
    state->appender = nullptr;
    return fail(statement_failure(message, "append to " + state->table));
  }
  state->owner = implementation_.get();
  ++state->owner->open_appenders;
  std::vector<duckdb_logical_type> types;
  for (idx_t c = 0; c < duckdb_appender_column_count(state->appender); ++c) {
    state->types.emplace_back(duckdb_appender_column_type(state->appender, c));
    types.push_back(state->types.back().get());
    state->targets.push_back(Target{duckdb_get_type_id(types.back()), nullptr, nullptr, nullptr, 0});
  }
  state->chunk = OwnedChunk(duckdb_create_data_chunk(types.data(), types.size()));
  state->start_chunk();
  return Appender(std::move(state));
}

void Appender::text(std::string_view value) {
  Implementation& state = *implementation_;
  Target* target = state.next("text", DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_BLOB);
  if (target == nullptr) return;
  if (target->type == DUCKDB_TYPE_VARCHAR && !is_utf8(value)) return state.refuse("text that is no UTF-8");
  duckdb_unsafe_vector_assign_string_element_len(target->vector, state.row, value.data(), value.size());
}

void Appender::integer(std::int64_t value) {
  Implementation& state = *implementation_;
  if (state.column >= state.targets.size()) {
    ++state.column;
    return;
  }
  Target& target = state.targets[state.column++];
  bool stored = false;
  switch (target.type) {
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      stored = store_integer<std::int64_t>(target, state.row, value);
      break;
    case DUCKDB_TYPE_INTEGER:
      stored = store_integer<std::int32_t>(target, state.row, value);
      break;
    case DUCKDB_TYPE_SMALLINT:
      stored = store_integer<std::int16_t>(target, state.row, value);
      break;
    case DUCKDB_TYPE_TINYINT:
      stored = store_integer<std::int8_t>(target, state.row, value);
      break;
    case DUCKDB_TYPE_UBIGINT:
      stored = store_integer<std::uint64_t>(target, state.row, value);
      break;
    case DUCKDB_TYPE_UINTEGER:
      stored = store_integer<std::uint32_t>(target, state.row, value);
      break;
    case DUCKDB_TYPE_USMALLINT:
      stored = store_integer<std::uint16_t>(target, state.row, value);
      break;
    case DUCKDB_TYPE_UTINYINT:
      stored = store_integer<std::uint8_t>(target, state.row, value);
      break;
    case DUCKDB_TYPE_HUGEINT:
      static_cast<duckdb_hugeint*>(target.data)[state.row] = {static_cast<std::uint64_t>(value), value < 0 ? -1 : 0};
      stored = true;
      break;
    default:
      break;
  }
  if (!stored) state.refuse(fmt::format("the integer {}", value));
}

void Appender::real(double value) {
  Implementation& state = *implementation_;
  Target* target = state.next("a real number", DUCKDB_TYPE_DOUBLE);
  if (target != nullptr) static_cast<double*>(target->data)[state.row] = value;
}

void Appender::boolean(bool value) {
  Implementation& state = *implementation_;
  Target* target = state.next("a truth value", DUCKDB_TYPE_BOOLEAN);
  if (target != nullptr) static_cast<bool*>(target->data)[state.row] = value;
}

void Appender::huge(__int128 value) {
  Implementation& state = *implementation_;
  Target* target = state.next("a 128-bit integer", DUCKDB_TYPE_HUGEINT);
  if (target == nullptr) return;
  static_cast<duckdb_hugeint*>(target->data)[state.row] = {static_cast<std::uint64_t>(value),
                                                           static_cast<std::int64_t>(value >> 64)};
}

void Appender::text_list(std::span<const std::string> values) {
  Implementation& state = *implementation_;
  Target* target = state.next("a list of texts", DUCKDB_TYPE_LIST);
  if (target == nullptr) return;
  for (const std::string& value : values) {
    if (!is_utf8(value)) return state.refuse("text that is no UTF-8");
  }
  const idx_t begin = target->list_size;
  duckdb_list_vector_reserve(target->vector, begin + values.size());
  duckdb_vector child = duckdb_list_vector_get_child(target->vector);
  for (std::size_t i = 0; i < values.size(); ++i) {
    duckdb_unsafe_vector_assign_string_element_len(child, begin + i, values[i].data(), values[i].size());
  }
  target->list_size += values.size();
  duckdb_list_vector_set_size(target->vector, target->list_size);
  static_cast<duckdb_list_entry*>(target->data)[state.row] = {begin, values.size()};
}

void Appender::counts(std::span<const std::pair<std::string, std::int64_t>> values) {
  Implementation& state = *implementation_;
  Target* target = state.next("a map of counts", DUCKDB_TYPE_MAP);
  if (target == nullptr) return;
  for (const auto& [name, count] : values) {
    if (!is_utf8(name)) return state.refuse("text that is no UTF-8");
  }
  const idx_t begin = target->list_size;
  duckdb_list_vector_reserve(target->vector, begin + values.size());
  duckdb_vector pairs = duckdb_list_vector_get_child(target->vector);
  duckdb_vector names = duckdb_struct_vector_get_child(pairs, 0);
  auto* numbers = static_cast<std::int64_t*>(duckdb_vector_get_data(duckdb_struct_vector_get_child(pairs, 1)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    duckdb_unsafe_vector_assign_string_element_len(names, begin + i, values[i].first.data(), values[i].first.size());
    numbers[begin + i] = values[i].second;
  }
  target->list_size += values.size();
  duckdb_list_vector_set_size(target->vector, target->list_size);
  static_cast<duckdb_list_entry*>(target->data)[state.row] = {begin, values.size()};
}

void Appender::null() {
  Implementation& state = *implementation_;
  if (state.column >= state.targets.size()) {
    ++state.column;
    return;
  }
  Target& target = state.targets[state.column++];
  if (target.validity == nullptr) {
    duckdb_vector_ensure_validity_writable(target.vector);
    target.validity = duckdb_vector_get_validity(target.vector);
  }
  target.validity[state.row / 64] &= ~(std::uint64_t{1} << (state.row % 64));
  // An unused entry of a list must not point anywhere.
  if (target.type == DUCKDB_TYPE_LIST || target.type == DUCKDB_TYPE_MAP) {
    static_cast<duckdb_list_entry*>(target.data)[state.row] = {target.list_size, 0};
  }
}

Result<void> Appender::end_row() {
  Implementation& state = *implementation_;
  if (state.column != state.targets.size() && state.defect.empty()) {
    state.defect = fmt::format("{} cells given, {} expected", state.column, state.targets.size());
  }
  state.column = 0;
  if (!state.defect.empty()) {
    const std::string defect = std::exchange(state.defect, {});
    for (Target& target : state.targets) {
      if (target.validity != nullptr) target.validity[state.row / 64] |= std::uint64_t{1} << (state.row % 64);
    }
    return fail(ErrorCode::internal, fmt::format("row for {}: {}", state.table, defect), "please report this defect");
  }
  if (++state.row < duckdb_vector_size()) return {};
  return state.flush();
}

Result<void> Appender::close() {
  Implementation& state = *implementation_;
  UNISONO_CHECK(state.flush());
  if (duckdb_appender_close(state.appender) != DuckDBSuccess) return state.failure();
  duckdb_appender_destroy(&state.appender);
  state.appender = nullptr;
  --state.owner->open_appenders;
  return {};
}

}  // namespace unisono::store
