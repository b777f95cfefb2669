// DuckDB's C API without its deprecated half, and owners for its handles.
#pragma once

#ifndef DUCKDB_API_NO_DEPRECATED
#define DUCKDB_API_NO_DEPRECATED
#endif
#include <duckdb.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace unisono::store {

// Owns one handle; `Destroy` accepts a null handle.
template <typename Handle, auto Destroy>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Handle handle) : handle_(handle) {}
  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, Handle{})) {}
  Owned& operator=(Owned&& other) noexcept {
    if (this != &other) {
      Destroy(&handle_);
      handle_ = std::exchange(other.handle_, Handle{});
    }
    return *this;
  }
  ~Owned() { Destroy(&handle_); }

  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }

 private:
  Handle handle_{};
};

using OwnedConfig = Owned<duckdb_config, duckdb_destroy_config>;
using OwnedDatabase = Owned<duckdb_database, duckdb_close>;
using OwnedConnection = Owned<duckdb_connection, duckdb_disconnect>;
using OwnedStatements = Owned<duckdb_extracted_statements, duckdb_destroy_extracted>;
using OwnedPrepared = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using OwnedPending = Owned<duckdb_pending_result, duckdb_destroy_pending>;
using OwnedResult = Owned<duckdb_result, duckdb_destroy_result>;
using OwnedChunk = Owned<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using OwnedType = Owned<duckdb_logical_type, duckdb_destroy_logical_type>;
using OwnedErrorData = Owned<duckdb_error_data, duckdb_destroy_error_data>;

// A string that DuckDB gives away.
inline std::string take_text(char* text) {
  if (text == nullptr) return {};
  const std::string copy(text);
  duckdb_free(text);
  return copy;
}

inline std::string_view text_at(const duckdb_string_t& value) {
  const std::uint32_t length = value.value.inlined.length;
  return {length <= sizeof value.value.inlined.inlined ? value.value.inlined.inlined : value.value.pointer.ptr, length};
}

inline bool is_valid(const std::uint64_t* validity, std::size_t row) {
  return validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1U) != 0;
}

}  // namespace unisono::store
