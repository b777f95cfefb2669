// What the data is: files, clocks, gaps, ids, rejected rows, lists.
#include <fmt/format.h>

#include "evidence/report_parts.hpp"
#include "unisono/evidence/coverage.hpp"

namespace unisono::evidence {
namespace {

Result<void> add_overview(store::CaseFile& file, ReportData& data) {
  const auto add = [&](std::string_view label, std::string_view rows, std::string sql) -> Result<void> {
    UNISONO_TRY(Figure figure, sourced_figure(file, label, rows, std::move(sql)));
    data.overview.push_back(std::move(figure));
    return {};
  };
  UNISONO_CHECK(add("posts", "posts", "SELECT count(*) AS numerator FROM post"));
  UNISONO_CHECK(add("accounts", "accounts", "SELECT count(*) AS numerator FROM account"));
  UNISONO_CHECK(add("actions with a known time", "actions",
                    "SELECT count(t_us) AS numerator, count(*) AS denominator FROM action"));
  UNISONO_CHECK(
      add("files", "files", fmt::format("SELECT count(*) AS numerator FROM import_file WHERE {}", k_is_data_file)));
  return add("rows that could not be read", "rows", "SELECT count(*) AS numerator FROM reject");
}

}  // namespace

Result<void> add_data(store::CaseFile& file, ReportData& data) {
  UNISONO_CHECK(add_overview(file, data));
  DataReport& report = data.data;
  UNISONO_TRY(report.files,
              sourced(file,
                      fmt::format("SELECT f.name, f.format_id AS format, f.bytes, f.encoding, f.tz_decision AS zone, "
                                  "f.state, (SELECT count(*) FROM reject r WHERE r.file_id = f.file_id) AS rejected, "
                                  "f.sha256 FROM import_file f WHERE {} ORDER BY f.file_id",
                                  k_is_data_file),
                      1000));
  UNISONO_TRY(
      report.coverage,
      sourced(file,
              "SELECT object_kind AS channel, count(*) AS actions, count(DISTINCT (platform, account_id)) AS accounts, "
              "count(DISTINCT object_id) AS objects, count(*) FILTER (WHERE t_us IS NULL) AS without_time, count(*) "
              "FILTER (WHERE lossy) AS damaged_ids, min(t_us) AS first_t, max(t_us) AS last_t FROM action GROUP BY "
              "object_kind ORDER BY object_kind",
              100));
  UNISONO_TRY(report.clocks,
              sourced(file,
                      "SELECT t_source AS source, t_precision AS precision, count(*) AS posts, (SELECT count(*) FROM "
                      "post) AS of_posts, min(t_us) AS first_t, max(t_us) AS last_t FROM post GROUP BY t_source, "
                      "t_precision ORDER BY posts DESC, t_source, t_precision",
                      20));
  UNISONO_TRY(report.gaps, sourced(file, gaps_sql(), 10));
  UNISONO_TRY(report.ids, sourced(file, id_health_sql(), 100));
  UNISONO_TRY(report.rejects,
              sourced(file,
                      "SELECT f.name AS file, r.line, r.byte_offset AS byte, r.reason, r.field, r.detail "
                      "FROM reject r JOIN import_file f USING (file_id) ORDER BY r.file_id, r.record_no, r.line",
                      20));
  UNISONO_TRY(report.lists,
              sourced(file,
                      fmt::format("SELECT f.name AS list, substr(f.format_id, 14) AS kind, (SELECT count(DISTINCT "
                                  "(l.platform, l.subject_id)) FROM label l WHERE l.source_version = f.sha256) AS "
                                  "marked, f.bytes, f.sha256 FROM import_file f WHERE NOT {} ORDER BY f.file_id",
                                  k_is_data_file),
                      1000));
  UNISONO_TRY(const Table newest, file.query("SELECT max(t_us) FROM action"));
  if (newest.rows() == 1) data.newest_time = to_text(newest.columns()[0].cells[0], ColumnType::time_us);
  return {};
}

}  // namespace unisono::evidence
