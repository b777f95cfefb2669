// The row that a RowMapper is filling, with everything around it. Only for row_mapper*.cpp.
#pragma once

#include <string>
#include <string_view>

#include "row_mapper.hpp"

namespace unisono::ingest {

inline const Path k_self;  // "."

inline void subtract(ReadCounts& from, const ReadCounts& part) {
  from.records -= part.records;
  from.rejects -= part.rejects;
  from.invalid_utf8 -= part.invalid_utf8;
  from.repaired_json -= part.repaired_json;
  from.lone_surrogates -= part.lone_surrogates;
  from.nan_values -= part.nan_values;
  from.big_integers -= part.big_integers;
  from.duplicate_keys -= part.duplicate_keys;
}

struct RowMapper::Row {
  MappedBatch& batch;
  MapWorker& worker;
  MappedRow& out;
  View view;
  std::string_view raw;              // JSON: the record's text
  std::uint64_t number_in_page = 0;  // several rows of one record: which one
  bool drop = false;                 // it became a reject
  const CsvBatch* csv = nullptr;
  std::size_t csv_row = 0;

  std::string_view keep(std::string_view text) { return batch.arena.keep(text); }

  // The beginning of the record; a CSV record is shown by its fields.
  std::string excerpt() const {
    if (csv == nullptr) return std::string(raw.substr(0, k_excerpt_bytes));
    std::string out_text;
    for (std::size_t i = 0; i < csv->columns() && out_text.size() < k_excerpt_bytes; ++i) {
      if (i > 0) out_text += ',';
      out_text += csv->field(csv_row, i).substr(0, k_excerpt_bytes);
    }
    return out_text;
  }
};

}  // namespace unisono::ingest
