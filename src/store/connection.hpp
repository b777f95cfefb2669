// One DuckDB connection: statements with parameters, stopped when a stop is requested.
#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "duckdb_api.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"

namespace unisono::store {

class Connection {
 public:
  static Result<Connection> connect(duckdb_database database);

  // One or several statements of our own, separated by `;`; the result is that of the last one. Parameters bind to $1,
  // $2, ... and may be used by a script of one statement only.
  Result<OwnedResult> run(std::string_view sql, std::span<const Cell> parameters, const std::stop_token& stop);

  duckdb_connection get() const { return connection_.get(); }

 private:
  OwnedConnection connection_;
};

// Executes a prepared statement to its end. The error is DuckDB's own text, or "INTERRUPT".
tl::expected<OwnedResult, std::string> execute_prepared(duckdb_connection connection,
                                                        duckdb_prepared_statement statement,
                                                        const std::stop_token& stop);

}  // namespace unisono::store
