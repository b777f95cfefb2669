#include "unisono/commands/query.hpp"

#include <unistd.h>

#include <limits>

#include "catalogue.hpp"
#include "unisono/output/arrow.hpp"
#include "unisono/output/csv.hpp"

namespace unisono::app {
namespace {

constexpr std::size_t k_no_limit = std::numeric_limits<std::size_t>::max();

Result<Outcome> run_query(const Invocation& invocation) {
  const Values& values = invocation.values;
  commands::QueryOptions options;
  options.case_path = values.path("CASE");
  options.sql = values.text("SQL");
  options.max_rows = static_cast<std::uint64_t>(values.integer("limit", 0));
  UNISONO_TRY(Table table, commands::query(options, invocation.control));
  Outcome outcome;
  const std::string format = values.text("format");
  if (format == "arrow") {
    if (isatty(STDOUT_FILENO) != 0) {
      return fail(ErrorCode::usage, "an Arrow stream is nothing for a terminal",
                  "write it into a file: add > rows.arrow");
    }
    outcome.text = output::write_arrow_stream(table);
    return outcome;
  }
  if (values.flag("csv") || format == "csv") {
    outcome.text = output::write_csv(table, {.guard = false, .comment = {}}).text;
    return outcome;
  }
  outcome.sections.push_back({"rows", "Rows", std::move(table), options.max_rows > 0 ? k_no_limit : 1000});
  return outcome;
}

}  // namespace

CommandSpec query_command() {
  CommandSpec spec;
  spec.name = "query";
  spec.summary = "ask the case in SQL, read-only";
  spec.description =
      "The case is a DuckDB database; SHOW TABLES lists its tables, docs/store.md explains them. A query can neither "
      "change the case nor "
      "read other files. Rows come in a fixed order only with ORDER BY.";
  spec.examples = {
      {"unisono query case.uni \"SHOW TABLES\"", "the tables"},
      {"unisono query case.uni \"SELECT channel, count(*) AS n FROM action GROUP BY channel ORDER BY channel\"", ""},
      {"unisono query case.uni \"SELECT * FROM reject\" --csv > rejects.csv", "rows that could not be read"},
      {"unisono query case.uni \"SELECT * FROM tie\" --format arrow > ties.arrow", "for pyarrow, Polars, R or DuckDB"}};
  spec.arguments = {{"CASE", "the case file"},
                    {"SQL", "one SELECT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN", 1, 1, ValueKind::text}};
  spec.options = {
      {"limit", "", ValueKind::integer, "N", "at most this many rows", "all"},
      {"csv", "", ValueKind::flag, "", "print CSV (RFC 4180)"},
      {"format", "", ValueKind::choice, "FORMAT", "print CSV, or an Arrow IPC stream", "", false, {"csv", "arrow"}}};
  spec.action = run_query;
  return spec;
}

}  // namespace unisono::app
