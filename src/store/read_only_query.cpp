// SQL of a user. Four walls: the whole instance has no files, no network and locked settings (case_file.cpp); one
// statement that only reads; a transaction that DuckDB itself keeps from writing; limits of rows and memory.
#include <fmt/format.h>

#include "failure.hpp"
#include "fetch.hpp"
#include "implementation.hpp"

namespace unisono::store {
namespace {

bool only_reads(duckdb_statement_type type) {
  return type == DUCKDB_STATEMENT_TYPE_SELECT || type == DUCKDB_STATEMENT_TYPE_EXPLAIN;
}

Result<OwnedPrepared> prepare_one(duckdb_connection connection, const std::string& sql) {
  OwnedStatements statements;
  const idx_t n = duckdb_extract_statements(connection, sql.c_str(), statements.out());
  if (n == 0) {
    const char* message = duckdb_extract_statements_error(statements.get());
    return fail(user_failure(message == nullptr || *message == '\0' ? "there is no statement" : message));
  }
  if (n != 1) {
    return fail(ErrorCode::usage, fmt::format("{} statements given, one expected", n), "ask them one after the other");
  }
  OwnedPrepared prepared;
  if (duckdb_prepare_extracted_statement(connection, statements.get(), 0, prepared.out()) != DuckDBSuccess) {
    const char* message = duckdb_prepare_error(prepared.get());
    return fail(user_failure(message == nullptr ? "cannot be prepared" : message));
  }
  return prepared;
}

// The statement cut after max_rows rows inside DuckDB, so that the rest is never computed. Something that cannot stand
// in parentheses (EXPLAIN, a trailing comment) is taken as it is.
OwnedPrepared limited(duckdb_connection connection, const std::string& sql, std::uint64_t max_rows) {
  std::string inner = sql;
  while (!inner.empty() && (inner.back() == ';' || static_cast<unsigned char>(inner.back()) <= ' ')) inner.pop_back();
  const std::string outer = fmt::format("FROM (\n{}\n) LIMIT {}", inner, max_rows);
  OwnedPrepared prepared;
  if (duckdb_prepare(connection, outer.c_str(), prepared.out()) != DuckDBSuccess) return {};
  return prepared;
}

// The names that the user gave: inside parentheses DuckDB renames columns of equal names.
void restore_names(duckdb_prepared_statement original, Table& table) {
  if (duckdb_prepared_statement_column_count(original) != table.columns().size()) return;
  for (std::size_t c = 0; c < table.columns().size(); ++c) {
    table.columns()[c].name = take_text(const_cast<char*>(duckdb_prepared_statement_column_name(original, c)));
  }
}

}  // namespace

Result<Table> CaseFile::query_read_only(std::string_view sql, std::uint64_t max_rows, const Control& control) {
  UNISONO_TRY(Connection connection, Connection::connect(implementation_->database.get()));
  if (sql.find('\0') != std::string_view::npos) return fail(ErrorCode::usage, "the statement holds a NUL byte");
  UNISONO_CHECK(connection.run("BEGIN TRANSACTION READ ONLY", {}, control.stop));
  const std::string text(sql);
  UNISONO_TRY(OwnedPrepared prepared, prepare_one(connection.get(), text));
  const duckdb_statement_type type = duckdb_prepared_statement_type(prepared.get());
  if (!only_reads(type)) {
    return fail(ErrorCode::usage,
                "only statements that read are allowed here: SELECT, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN",
                "copy the case and open the copy with DuckDB to change it");
  }
  if (duckdb_nparams(prepared.get()) != 0) {
    return fail(ErrorCode::usage,
                fmt::format("the statement has {} parameters without values", duckdb_nparams(prepared.get())),
                "write the values into the statement");
  }
  OwnedPrepared cut;
  if (max_rows != 0 && type == DUCKDB_STATEMENT_TYPE_SELECT) cut = limited(connection.get(), text, max_rows);
  const bool is_cut = cut.get() != nullptr;
  auto result = execute_prepared(connection.get(), is_cut ? cut.get() : prepared.get(), control.stop);
  if (!result) return fail(user_failure(result.error()));
  UNISONO_TRY(Table table, fetch_table(*result, FetchLimits{max_rows, control.memory_bytes}));
  if (is_cut) restore_names(prepared.get(), table);
  return table;
}

}  // namespace unisono::store
