// The peer of the join's benchmark: DuckDB through its C API, in memory, on a given number of threads.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "unisono/signals/coaction.hpp"

namespace unisono::bench {

class DuckDb {
 public:
  explicit DuckDb(unsigned threads) {
    check(duckdb_open(nullptr, &database_) == DuckDBSuccess, "open");
    check(duckdb_connect(database_, &connection_) == DuckDBSuccess, "connect");
    query("SET threads = " + std::to_string(threads));
    query("SET enable_progress_bar = false");
  }
  ~DuckDb() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  DuckDb(const DuckDb&) = delete;
  DuckDb& operator=(const DuckDb&) = delete;

  // The first row as text; empty for a statement without rows.
  std::vector<std::string> query(const std::string& sql) {
    duckdb_result result;
    if (duckdb_query(connection_, sql.c_str(), &result) != DuckDBSuccess) {
      std::fprintf(stderr, "%s\n", duckdb_result_error(&result));
      std::exit(1);
    }
    std::vector<std::string> row;
    for (idx_t column = 0; column < duckdb_column_count(&result) && duckdb_row_count(&result) > 0; ++column) {
      char* text = duckdb_value_varchar(&result, column, 0);
      row.emplace_back(text != nullptr ? text : "");
      duckdb_free(text);
    }
    duckdb_destroy_result(&result);
    return row;
  }

  // Table actions (a UINTEGER, o UINTEGER, t BIGINT), filled by whole vectors.
  void load(const signals::Actions& actions) {
    query("CREATE TABLE actions (a UINTEGER, o UINTEGER, t BIGINT)");
    duckdb_logical_type types[] = {duckdb_create_logical_type(DUCKDB_TYPE_UINTEGER),
                                   duckdb_create_logical_type(DUCKDB_TYPE_UINTEGER),
                                   duckdb_create_logical_type(DUCKDB_TYPE_BIGINT)};
    duckdb_appender appender;
    check(duckdb_appender_create(connection_, nullptr, "actions", &appender) == DuckDBSuccess, "appender");
    duckdb_data_chunk chunk = duckdb_create_data_chunk(types, 3);
    const std::size_t at_once = duckdb_vector_size();
    for (std::size_t from = 0; from < actions.size(); from += at_once) {
      const std::size_t n = std::min(at_once, actions.size() - from);
      duckdb_data_chunk_reset(chunk);
      copy(chunk, 0, actions.account.subspan(from, n));
      copy(chunk, 1, actions.object.subspan(from, n));
      copy(chunk, 2, actions.t_us.subspan(from, n));
      duckdb_data_chunk_set_size(chunk, n);
      check(duckdb_append_data_chunk(appender, chunk) == DuckDBSuccess, "append");
    }
    check(duckdb_appender_destroy(&appender) == DuckDBSuccess, "flush");
    duckdb_destroy_data_chunk(&chunk);
    for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
  }

 private:
  static void check(bool fine, const char* what) {
    if (fine) return;
    std::fprintf(stderr, "DuckDB: %s failed\n", what);
    std::exit(1);
  }
  template <typename T>
  static void copy(duckdb_data_chunk chunk, idx_t column, std::span<const T> values) {
    std::memcpy(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, column)), values.data(),
                values.size_bytes());
  }

  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace unisono::bench
