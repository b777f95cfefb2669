#include "fetch.hpp"

#include <string>
#include <utility>
#include <vector>

#include "unisono/core/memory.hpp"
#include "vector_view.hpp"

namespace unisono::store {
namespace {

// One chunk under the rows so far; `bytes` is what the Table takes in memory.
Result<void> append_chunk(duckdb_data_chunk chunk, std::size_t rows, std::vector<Column>& columns,
                          std::uint64_t& bytes) {
  for (std::size_t c = 0; c < columns.size(); ++c) {
    UNISONO_TRY(const VectorView view, VectorView::of(duckdb_data_chunk_get_vector(chunk, c), columns[c].name));
    for (std::size_t row = 0; row < rows; ++row) {
      Cell cell = view.cell(row);
      if (const auto* text = std::get_if<std::string>(&cell)) bytes += text->capacity();
      columns[c].cells.push_back(std::move(cell));
    }
    bytes += rows * sizeof(Cell);
  }
  return {};
}

// A value that did not fit came as text: then the whole column is text.
void unify(Column& column) {
  if (column.type == ColumnType::text) return;
  bool has_text = false;
  for (const Cell& cell : column.cells) has_text = has_text || std::holds_alternative<std::string>(cell);
  if (!has_text) return;
  for (Cell& cell : column.cells) {
    if (!is_missing(cell) && !std::holds_alternative<std::string>(cell)) cell = to_text(cell, column.type);
  }
  column.type = ColumnType::text;
}

}  // namespace

Result<Table> fetch_table(OwnedResult& result, const FetchLimits& limits) {
  std::vector<Column> columns(duckdb_column_count(result.out()));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    columns[c].name = duckdb_column_name(result.out(), c);
    columns[c].type = column_type_of(duckdb_column_type(result.out(), c));
  }
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  for (;;) {
    const OwnedChunk chunk(duckdb_fetch_chunk(result.get()));
    if (chunk.get() == nullptr) break;
    std::size_t take = duckdb_data_chunk_get_size(chunk.get());
    if (limits.rows != 0 && take > limits.rows - rows) take = limits.rows - rows;
    UNISONO_CHECK(append_chunk(chunk.get(), take, columns, bytes));
    rows += take;
    if (limits.bytes != 0 && bytes > limits.bytes) {
      return fail(ErrorCode::memory,
                  "the rows need more than " + format_bytes(limits.bytes) + " after " + std::to_string(rows) + " rows",
                  "ask for fewer rows (LIMIT) or columns, or give more with --memory");
    }
    if (limits.rows != 0 && rows == limits.rows) break;
  }
  for (Column& column : columns) unify(column);
  return Table(std::move(columns));
}

}  // namespace unisono::store
