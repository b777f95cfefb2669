#include "unisono/ingest/file_import.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "file_reading.hpp"
#include "unisono/core/hash.hpp"

namespace unisono::ingest {
namespace {

constexpr int k_most_passes = 4;

struct Imported {
  PassResult pass;
  WriteSummary written;
  std::int64_t file_id = 0;
};

std::uint64_t repeated_keys(std::vector<std::uint64_t>& keys) {
  std::sort(keys.begin(), keys.end());
  const auto distinct = static_cast<std::size_t>(std::unique(keys.begin(), keys.end()) - keys.begin());
  return keys.size() - distinct;
}

// A pass that writes nothing; repeated posts are told by their hash.
Result<Imported> rehearse(const std::string& path, const FilePlan& opened, const RowMapper& mapper,
                          const ImportSettings& settings, const Control& control) {
  Imported out;
  std::vector<std::uint64_t> keys;
  std::unordered_set<std::uint64_t> accounts;
  std::uint64_t rows = 0;
  const Mapping& mapping = opened.mapping;
  UNISONO_TRY(
      out.pass,
      read_through(path, opened, mapper, settings.limits, control, [&](const MappedBatch& batch) -> Result<void> {
        for (const MappedRow& row : batch.rows) {
          if (mapping.bare && !row.has(TextField::object_id)) continue;
          ++rows;
          const std::uint64_t platform = hash64(row.at(TextField::platform));
          if (row.has(TextField::account_id)) accounts.insert(hash64(row.at(TextField::account_id), platform));
          if (mapping.accounts_only) continue;
          std::uint64_t key = hash64(row.at(TextField::post_id), platform);
          if (mapping.bare) {
            key = hash64(row.at(TextField::object_id), hash64(row.at(TextField::account_id), key)) +
                  static_cast<std::uint64_t>(row.at(TimeField::t).t.value_or(-1));
          }
          keys.push_back(key);
        }
        return {};
      }));
  out.written.duplicates = repeated_keys(keys);
  out.written.rows = rows - out.written.duplicates;
  out.written.accounts = accounts.size();
  return out;
}

Result<Imported> write_pass(const std::string& path, const std::string& sha256, const FilePlan& opened,
                            const RowMapper& mapper, const ImportSettings& settings, store::CaseFile& file,
                            const Control& control) {
  Imported out;
  UNISONO_TRY(const std::int64_t latest, file.count("SELECT coalesce(max(file_id), 0) FROM import_file"));
  out.file_id = latest + 1;
  const Cell cells[] = {out.file_id, sha256};
  UNISONO_CHECK(file.execute("INSERT INTO import_file (file_id, sha256, state) VALUES ($1, $2, 'reading')", cells));
  UNISONO_TRY(CaseWriter writer, CaseWriter::create(file, out.file_id, opened.mapping));
  UNISONO_TRY(out.pass, read_through(path, opened, mapper, settings.limits, control,
                                     [&](const MappedBatch& batch) { return writer.write(batch); }));
  UNISONO_TRY(out.written, writer.finish(control));
  return out;
}

std::string options_json(const ImportSettings& settings) {
  std::string maps;
  for (const std::string& map : settings.maps) maps += (maps.empty() ? "" : " ") + map;
  return fmt::format("format={} map={} tz={} date_order={} year={} encoding={} max_bad={} fill_short={} drop={}",
                     settings.format, maps, settings.tz,
                     settings.day_first ? (*settings.day_first ? "dmy" : "mdy") : "",
                     settings.year ? fmt::format("{}", *settings.year) : "", settings.encoding, settings.max_bad,
                     settings.csv.fill_short, fmt::join(settings.drop, ","));
}

Result<void> record_file(store::CaseFile& file, const Imported& imported, const Receipt& receipt,
                         const ImportSettings& settings, const Decisions& decisions) {
  const TimeDecision& t = decisions.times[static_cast<std::size_t>(TimeField::t)];
  const Cell cells[] = {receipt.file,
                        static_cast<std::int64_t>(receipt.bytes),
                        receipt.container,
                        receipt.member.empty() ? Cell() : Cell(receipt.member),
                        receipt.encoding,
                        receipt.format_id,
                        receipt.mapping_sha256,
                        fmt::format("{} ({})", t.zone, t.zone_ground),
                        options_json(settings),
                        to_json(receipt),
                        receipt.incomplete ? "incomplete" : "complete",
                        imported.file_id};
  return file.execute(
      "UPDATE import_file SET name = $1, bytes = $2, container = $3, member = $4, encoding = $5, format_id = $6, "
      "mapping_sha256 = $7, tz_decision = $8, options = $9, receipt = $10, state = $11 WHERE file_id = $12",
      cells);
}

Result<std::optional<Receipt>> known_already(store::CaseFile& file, const std::string& sha256,
                                             const std::string& name) {
  const Cell cells[] = {sha256};
  UNISONO_TRY(
      const Table found,
      file.query("SELECT format_id, bytes, container, encoding FROM import_file WHERE sha256 = $1 LIMIT 1", cells));
  if (found.rows() == 0) return std::optional<Receipt>();
  const auto text = [&](std::size_t column) { return to_text(found.columns()[column].cells[0], ColumnType::text); };
  Receipt receipt;
  receipt.file = name;
  receipt.sha256 = sha256;
  receipt.format_id = text(0);
  if (const auto* bytes = std::get_if<std::int64_t>(&found.columns()[1].cells[0])) {
    receipt.bytes = static_cast<std::uint64_t>(*bytes);
  }
  receipt.container = text(2);
  receipt.encoding = text(3);
  receipt.already_in_case = true;
  return std::optional(std::move(receipt));
}

Receipt finished_receipt(const std::string& name, const std::string& sha256, const FilePlan& opened,
                         const RowMapper& mapper, const Imported& imported, const ImportSettings& settings,
                         bool dry_run) {
  Receipt receipt = receipt_of(name, sha256, opened, mapper.decisions(), imported.pass);
  const WriteSummary& written = imported.written;
  receipt.rows = written.rows;
  receipt.duplicates = written.duplicates;
  receipt.accounts = written.accounts;
  receipt.account_conflicts = written.account_conflicts;
  receipt.post_conflicts = written.post_conflicts;
  receipt.repaired_references = written.repaired_references;
  receipt.ambiguous_references = written.ambiguous_references;
  receipt.dry_run = dry_run;
  if (!opened.mapping.csv_columns.empty() && !opened.csv.header) {
    receipt.notes.emplace_back(
        "the first record is a row, not a header, and was read (the QUT toolkit always skips it; so does --compat "
        "qut)");
  }
  if (written.post_conflicts > 0) {
    receipt.notes.push_back(
        fmt::format("{} repeated posts contradict each other in account, time or text; the first values stay",
                    written.post_conflicts));
  }
  if (written.repaired_references + written.ambiguous_references > 0) {
    receipt.notes.push_back(fmt::format("lossy references: {} repaired by the one post that fits, {} fit several posts",
                                        written.repaired_references, written.ambiguous_references));
  }
  const auto allowed = std::max<std::uint64_t>(
      k_most_free_rejects, static_cast<std::uint64_t>(settings.max_bad * static_cast<double>(receipt.records)));
  receipt.incomplete = receipt.rejected > allowed;
  return receipt;
}

Error too_many_rejects(const Receipt& receipt, const ImportSettings& settings, bool written) {
  std::string reasons;
  for (const auto& [reason, n] : receipt.rejects)
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", n, reason);
  Error error;
  error.code = ErrorCode::too_many_rejects;
  error.file = receipt.file;
  error.message =
      fmt::format("{} of {} records were rejected ({}), more than {:g} % and more than {}; {}", receipt.rejected,
                  receipt.records, reasons, 100 * settings.max_bad, k_most_free_rejects,
                  written ? "the other rows are kept and the file is marked as incomplete" : "nothing was written");
  error.advice = "look at them with --rejects FILE or in the table `reject`; --max-bad 0.05 would accept 5 %";
  return error;
}

TimeUs now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Result<Receipt> import_file(const std::string& path, const ImportSettings& asked, const FormatList& formats,
                            store::CaseFile* file, const Control& control) {
  ImportSettings settings = asked;
  if (settings.imported_at == 0) settings.imported_at = now_us();
  const std::string name =
      settings.displayed_name.empty() ? std::filesystem::path(path).filename().string() : settings.displayed_name;
  UNISONO_TRY(const Sha256 digest, hash_file(path, control));
  const std::string sha256 = hex(digest);
  if (file != nullptr) {
    UNISONO_TRY(std::optional<Receipt> known, known_already(*file, sha256, name));
    if (known) return std::move(*known);
  }
  UNISONO_TRY(const FilePlan opened, look_at(path, sha256, settings, formats, control));
  const DecisionOptions options{settings.tz, settings.day_first, 1000};
  Decisions decisions = opened.decisions;
  for (int pass = 0; pass < k_most_passes; ++pass) {
    UNISONO_TRY(const RowMapper mapper,
                RowMapper::create(opened.mapping, decisions, sha256, settings.year, settings.imported_at));
    std::optional<store::Step> step;
    Imported imported;
    if (file != nullptr) {
      UNISONO_TRY(store::Step begun, file->begin_step());
      step.emplace(std::move(begun));
      UNISONO_TRY(imported, write_pass(path, sha256, opened, mapper, settings, *file, control));
    } else {
      UNISONO_TRY(imported, rehearse(path, opened, mapper, settings, control));
    }
    UNISONO_TRY(const Decisions decided, decide(imported.pass.statistics, opened.mapping, options));
    // The decisions of the whole file count; a step that is left without commit is rolled back.
    if (decided != decisions && pass + 1 < k_most_passes) {
      decisions = decided;
      continue;
    }
    Receipt receipt = finished_receipt(name, sha256, opened, mapper, imported, settings, file == nullptr);
    if (receipt.rows + receipt.duplicates + receipt.skips + receipt.rejected != receipt.records) {
      return fail(ErrorCode::internal,
                  fmt::format("{}: {} rows + {} duplicates + {} skipped + {} rejected are not {} records", name,
                              receipt.rows, receipt.duplicates, receipt.skips, receipt.rejected, receipt.records));
    }
    if (file != nullptr) {
      UNISONO_CHECK(record_file(*file, imported, receipt, settings, decisions));
      UNISONO_CHECK(step->commit());
    }
    if (receipt.incomplete) return fail(too_many_rejects(receipt, settings, file != nullptr));
    return receipt;
  }
  return fail(ErrorCode::internal, fmt::format("{}: the decisions about its columns do not settle", name));
}

}  // namespace unisono::ingest
