#include "unisono/store/calibration_tables.hpp"

#include <fmt/format.h>

#include <span>

#include "row_cells.hpp"

namespace unisono::store {
namespace {

void add(Appender& row, const std::optional<double>& value) {
  value ? row.real(*value) : row.null();
}

void add_row(Appender& row, const CalibrationRow& copy) {
  row.text(copy.permutation);
  row.integer(copy.run_no);
  row.integer(copy.false_ties);
  row.integer(copy.false_groups);
  row.integer(copy.accounts);
  row.text(copy.channel);
  row.integer(copy.surviving_ties);
  row.integer(copy.surviving_groups);
}

void add_row(Appender& row, const CalibrationFitRow& fit) {
  row.text(fit.channel);
  row.integer(fit.window_us);
  row.text(fit.permutation);
  row.text(fit.test);
  row.integer(fit.n);
  for (const auto* value : {&fit.distance, &fit.c_bar, &fit.habit_f, &fit.family_k}) add(row, *value);
  row.integer(fit.copies);
  row.integer(fit.fitting);
  for (const auto* value : {&fit.share_001, &fit.share_01, &fit.share_05}) add(row, *value);
}

void add_row(Appender& row, const CalibrationPointRow& point) {
  row.text(point.channel);
  row.integer(point.window_us);
  row.text(point.permutation);
  row.text(point.test);
  row.real(point.expected);
  row.real(point.observed);
}

void add_row(Appender& row, const CalibrationVerdictRow& verdict) {
  row.text(verdict.channel);
  row.boolean(verdict.calibrated);
  row.integer(verdict.runs);
  row.integer(verdict.ties);
  row.integer(verdict.groups);
  row.real(verdict.alpha);
  row.text(verdict.sentence);
  row.text(verdict.subject);
}

void add_row(Appender& row, const PlantingRow& squads) {
  row.text(squads.channel);
  squads.window_us ? row.integer(*squads.window_us) : row.null();
  for (const std::int64_t value : {squads.size, squads.tasks, squads.jitter_us, squads.draws, squads.found,
                                   squads.in_groups, squads.by_habit, squads.in_ties})
    row.integer(value);
  add(row, squads.members);
  add(row, squads.others);
  squads.reason.empty() ? row.null() : row.text(squads.reason);
}

template <typename Row>
Result<void> write(CaseFile& file, std::string_view table, std::string_view run_id, const std::vector<Row>& rows) {
  const Cell key = std::string(run_id);
  UNISONO_CHECK(file.execute(fmt::format("DELETE FROM {} WHERE run_id = $1", table), std::span(&key, 1)));
  UNISONO_TRY(Appender appender, file.append_to(table));
  for (const Row& row : rows) {
    appender.text(run_id);
    add_row(appender, row);
    UNISONO_CHECK(appender.end_row());
  }
  return appender.close();
}

void read_row(RowReader& r, CalibrationRow& copy) {
  copy.channel = r.text();
  copy.permutation = r.text();
  for (auto* field : {&copy.run_no, &copy.false_ties, &copy.false_groups, &copy.accounts, &copy.surviving_ties,
                      &copy.surviving_groups})
    *field = r.integer();
}

void read_row(RowReader& r, CalibrationFitRow& fit) {
  fit.channel = r.text();
  fit.window_us = r.integer();
  fit.permutation = r.text();
  fit.test = r.text();
  fit.n = r.integer();
  for (auto* field : {&fit.distance, &fit.c_bar, &fit.habit_f, &fit.family_k}) *field = r.optional_real();
  fit.copies = r.integer();
  fit.fitting = r.integer();
  for (auto* field : {&fit.share_001, &fit.share_01, &fit.share_05}) *field = r.optional_real();
}

void read_row(RowReader& r, CalibrationPointRow& point) {
  point.channel = r.text();
  point.window_us = r.integer();
  point.permutation = r.text();
  point.test = r.text();
  point.expected = r.optional_real().value_or(0);
  point.observed = r.optional_real().value_or(0);
}

void read_row(RowReader& r, CalibrationVerdictRow& verdict) {
  verdict.channel = r.text();
  verdict.calibrated = r.boolean();
  for (auto* field : {&verdict.runs, &verdict.ties, &verdict.groups}) *field = r.integer();
  verdict.alpha = r.optional_real().value_or(0);
  verdict.sentence = r.text();
  verdict.subject = r.text();
}

void read_row(RowReader& r, PlantingRow& squads) {
  squads.channel = r.text();
  squads.window_us = r.optional_integer();
  for (auto* field : {&squads.size, &squads.tasks, &squads.jitter_us, &squads.draws, &squads.found, &squads.in_groups,
                      &squads.by_habit, &squads.in_ties})
    *field = r.integer();
  squads.members = r.optional_real();
  squads.others = r.optional_real();
  squads.reason = r.text();
}

template <typename Row>
Result<void> read(CaseFile& file, std::string_view columns, std::string_view table, std::string_view run_id,
                  std::vector<Row>& rows) {
  const Cell key = std::string(run_id);
  UNISONO_TRY(const Table found,
              file.query(fmt::format("SELECT {} FROM {} WHERE run_id = $1 ORDER BY rowid", columns, table),
                         std::span(&key, 1)));
  rows.resize(found.rows());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RowReader reader(found, i);
    read_row(reader, rows[i]);
  }
  return {};
}

}  // namespace

Result<void> write_calibration(CaseFile& file, std::string_view run_id, const CalibrationRows& rows) {
  UNISONO_CHECK(write(file, "calibration", run_id, rows.copies));
  UNISONO_CHECK(write(file, "calibration_fit", run_id, rows.fits));
  UNISONO_CHECK(write(file, "calibration_qq", run_id, rows.points));
  UNISONO_CHECK(write(file, "calibration_verdict", run_id, rows.verdicts));
  return write(file, "planting", run_id, rows.plantings);
}

Result<CalibrationRows> read_calibration(CaseFile& file, std::string_view run_id) {
  CalibrationRows rows;
  UNISONO_CHECK(read(file,
                     "channel, permutation, run_no, false_ties, false_groups, accounts, surviving_ties, "
                     "surviving_groups",
                     "calibration", run_id, rows.copies));
  UNISONO_CHECK(
      read(file,
           "channel, window_us, permutation, test, n, distance, c_bar, habit_f, family_k, copies, fitting, share_001, "
           "share_01, share_05",
           "calibration_fit", run_id, rows.fits));
  UNISONO_CHECK(
      read(file, "channel, window_us, permutation, test, expected, observed", "calibration_qq", run_id, rows.points));
  UNISONO_CHECK(read(file, "channel, calibrated, runs, ties, groups, alpha, sentence, subject", "calibration_verdict",
                     run_id, rows.verdicts));
  UNISONO_CHECK(read(file,
                     "channel, window_us, size, tasks, jitter_us, draws, found, in_groups, by_habit, in_ties, members, "
                     "others, reason",
                     "planting", run_id, rows.plantings));
  return rows;
}

}  // namespace unisono::store
