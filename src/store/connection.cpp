#include "connection.hpp"

#include <chrono>
#include <thread>

#include "failure.hpp"

namespace unisono::store {
namespace {

duckdb_state bind(duckdb_prepared_statement statement, idx_t index, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return duckdb_bind_varchar_length(statement, index, text->data(), text->size());
  }
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return duckdb_bind_int64(statement, index, *integer);
  if (const auto* real = std::get_if<double>(&cell)) return duckdb_bind_double(statement, index, *real);
  if (const auto* boolean = std::get_if<bool>(&cell)) return duckdb_bind_boolean(statement, index, *boolean);
  return duckdb_bind_null(statement, index);
}

}  // namespace

Result<Connection> Connection::connect(duckdb_database database) {
  Connection connection;
  if (duckdb_connect(database, connection.connection_.out()) != DuckDBSuccess) {
    return fail(ErrorCode::internal, "no connection to the open case", "please report this defect");
  }
  return connection;
}

tl::expected<OwnedResult, std::string> execute_prepared(duckdb_connection connection,
                                                        duckdb_prepared_statement statement,
                                                        const std::stop_token& stop) {
  OwnedPending pending;
  if (duckdb_pending_prepared(statement, pending.out()) != DuckDBSuccess) {
    const char* message = duckdb_pending_error(pending.get());
    return tl::make_unexpected(std::string(message == nullptr ? "unknown error" : message));
  }
  // The interrupt stops a long operator; the look between two tasks covers a stop that came before the statement began.
  const std::stop_callback interrupt(stop, [connection] { duckdb_interrupt(connection); });
  for (;;) {
    if (stop.stop_requested()) return tl::make_unexpected(std::string("INTERRUPT"));
    const duckdb_pending_state state = duckdb_pending_execute_task(pending.get());
    if (state == DUCKDB_PENDING_ERROR) {
      const char* message = duckdb_pending_error(pending.get());
      return tl::make_unexpected(std::string(message == nullptr ? "unknown error" : message));
    }
    if (duckdb_pending_execution_is_finished(state)) break;
    if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  OwnedResult result;
  if (duckdb_execute_pending(pending.get(), result.out()) != DuckDBSuccess) {
    const char* message = duckdb_result_error(result.out());
    return tl::make_unexpected(std::string(message == nullptr ? "unknown error" : message));
  }
  return result;
}

Result<OwnedResult> Connection::run(std::string_view sql, std::span<const Cell> parameters,
                                    const std::stop_token& stop) {
  const std::string text(sql);
  OwnedStatements statements;
  const idx_t n = duckdb_extract_statements(get(), text.c_str(), statements.out());
  if (n == 0) {
    const char* message = duckdb_extract_statements_error(statements.get());
    return fail(statement_failure(message == nullptr ? "no statement" : message, sql));
  }
  OwnedResult last;
  for (idx_t i = 0; i < n; ++i) {
    OwnedPrepared prepared;
    if (duckdb_prepare_extracted_statement(get(), statements.get(), i, prepared.out()) != DuckDBSuccess) {
      const char* message = duckdb_prepare_error(prepared.get());
      return fail(statement_failure(message == nullptr ? "cannot be prepared" : message, sql));
    }
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      if (bind(prepared.get(), p + 1, parameters[p]) == DuckDBSuccess) continue;
      return fail(statement_failure("parameter " + std::to_string(p + 1) + " cannot be bound", sql));
    }
    auto result = execute_prepared(get(), prepared.get(), stop);
    if (!result) return fail(statement_failure(result.error(), sql));
    last = std::move(*result);
  }
  return last;
}

}  // namespace unisono::store
