#include "unisono/store/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "row_cells.hpp"
#include "unisono/core/hash.hpp"

namespace unisono::store {
namespace {

// Lengths before the parts, so that no two lists of parts have the same bytes.
void add_part(std::string& bytes, std::string_view part) {
  bytes += std::to_string(part.size());
  bytes += ':';
  bytes += part;
}

std::string custody_line(const ImportFile& file) {
  std::string line;
  for (const auto& part : {std::optional(file.sha256), file.member, file.member_sha256, file.format_id,
                           file.mapping_sha256, file.tz_decision, file.options}) {
    line += part ? '+' : '-';
    add_part(line, part.value_or(""));
  }
  return line;
}

}  // namespace

Result<std::int32_t> next_file_id(CaseFile& file) {
  UNISONO_TRY(const std::int64_t last, file.count("SELECT max(file_id) FROM import_file"));
  return static_cast<std::int32_t>(last + 1);
}

Result<void> record_import(CaseFile& file, const ImportFile& import) {
  const std::array<Cell, 14> cells = {std::int64_t{import.file_id},
                                      import.sha256,
                                      import.name,
                                      cell_of(import.bytes),
                                      cell_of(import.container),
                                      cell_of(import.member),
                                      cell_of(import.member_sha256),
                                      cell_of(import.encoding),
                                      cell_of(import.format_id),
                                      cell_of(import.mapping_sha256),
                                      cell_of(import.tz_decision),
                                      cell_of(import.options),
                                      cell_of(import.receipt),
                                      import.state};
  return file.execute("INSERT INTO import_file VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                      cells);
}

Result<std::vector<ImportFile>> imported_files(CaseFile& file) {
  UNISONO_TRY(const Table table,
              file.query("SELECT file_id, sha256, name, bytes, container, member, member_sha256, encoding, "
                         "format_id, mapping_sha256, tz_decision, options, receipt, state "
                         "FROM import_file ORDER BY file_id, member NULLS FIRST"));
  std::vector<ImportFile> files;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    RowReader row(table, i);
    ImportFile import;
    import.file_id = static_cast<std::int32_t>(row.integer());
    import.sha256 = row.text();
    import.name = row.text();
    import.bytes = row.optional_integer();
    for (auto* field : {&import.container, &import.member, &import.member_sha256, &import.encoding, &import.format_id,
                        &import.mapping_sha256, &import.tz_decision, &import.options, &import.receipt}) {
      *field = row.optional_text();
    }
    import.state = row.text();
    files.push_back(std::move(import));
  }
  return files;
}

Result<bool> is_imported(CaseFile& file, std::string_view sha256) {
  const Cell hash = std::string(sha256);
  UNISONO_TRY(const std::int64_t n,
              file.count("SELECT count(*) FROM import_file WHERE sha256 = $1", std::span(&hash, 1)));
  return n > 0;
}

Result<std::string> input_hash(CaseFile& file) {
  UNISONO_TRY(const std::vector<ImportFile> files, imported_files(file));
  std::vector<std::string> lines;
  for (const ImportFile& import : files) lines.push_back(custody_line(import));
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::string bytes = "unisono inputs 1\n";
  for (const std::string& line : lines) add_part(bytes, line);
  return hex(sha256(bytes));
}

std::string run_id(const Run& run) {
  std::string bytes = "unisono run 1\n";
  for (const std::string_view part : {std::string_view(run.version), std::string_view(run.verb),
                                      std::string_view(run.options_json), std::string_view(run.input_hash)}) {
    add_part(bytes, part);
  }
  add_part(bytes, std::to_string(run.seed));
  return hex(sha256(bytes)).substr(0, 32);
}

Result<std::string> record_run(CaseFile& file, const Run& run) {
  const std::string id = run_id(run);
  const Cell key = id;
  UNISONO_CHECK(file.execute("DELETE FROM run WHERE run_id = $1", std::span(&key, 1)));
  const std::array<Cell, 6> cells = {id,         run.verb, run.options_json, std::to_string(run.seed), run.input_hash,
                                     run.version};
  UNISONO_CHECK(file.execute("INSERT INTO run VALUES ($1, $2, $3, CAST($4 AS UBIGINT), $5, $6)", cells));
  return id;
}

Result<std::vector<StoredRun>> stored_runs(CaseFile& file) {
  UNISONO_TRY(const Table table,
              file.query("SELECT run_id, verb, options_json, CAST(seed AS VARCHAR), input_hash, version FROM run "
                         "ORDER BY rowid"));
  std::vector<StoredRun> runs;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    RowReader row(table, i);
    StoredRun stored;
    stored.run_id = row.text();
    stored.run.verb = row.text();
    stored.run.options_json = row.text();
    stored.run.seed = std::strtoull(row.text().c_str(), nullptr, 10);
    stored.run.input_hash = row.text();
    stored.run.version = row.text();
    runs.push_back(std::move(stored));
  }
  return runs;
}

Result<StoredRun> find_run(CaseFile& file, std::string_view verb, std::string_view run_id) {
  UNISONO_TRY(const std::vector<StoredRun> runs, stored_runs(file));
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (run_id.empty() ? run->run.verb == verb : run->run_id == run_id) return *run;
  }
  return fail({ErrorCode::not_found,
               run_id.empty() ? fmt::format("this case holds no result of `{}` yet", verb)
                              : fmt::format("this case holds no run {}", run_id),
               fmt::format("run `unisono {} CASE` first", verb),
               file.path().string(),
               {},
               {}});
}

Result<void> log_run(CaseFile& file, const RunLog& log) {
  const std::array<Cell, 5> cells = {log.run_id, log.started, log.ended, std::int64_t{log.threads}, log.host};
  return file.execute("INSERT INTO run_log VALUES ($1, make_timestamp($2), make_timestamp($3), $4, $5)", cells);
}

}  // namespace unisono::store
