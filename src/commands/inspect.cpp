#include "unisono/commands/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "unisono/evidence/coverage.hpp"
#include "unisono/store/case_file.hpp"
#include "unisono/store/channel.hpp"

namespace unisono::commands {
namespace {

constexpr std::int64_t k_most_bars = 100;

bool is_database(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  char head[12] = {};
  in.read(head, sizeof head);
  return in.gcount() == sizeof head && std::string_view(head + 8, 4) == "DUCK";
}

Result<Table> histogram(store::CaseFile& file) {
  UNISONO_TRY(
      const std::int64_t hours,
      file.count(fmt::format("SELECT date_diff('hour', min(t_us), max(t_us)) + 1 FROM {}", evidence::k_moments)));
  const char* unit = hours <= k_most_bars ? "hour" : hours <= 24 * k_most_bars ? "day" : "month";
  return file.query(fmt::format(
      "WITH moments AS {0}, counted AS (SELECT date_trunc('{1}', t_us) AS start, count(*) AS n FROM moments GROUP BY "
      "1), "
      "span AS (SELECT unnest(generate_series((SELECT min(start) FROM counted)::TIMESTAMP, (SELECT max(start) FROM "
      "counted)::TIMESTAMP, INTERVAL 1 {1})) AS start) "
      "SELECT span.start AS \"from\", '{1}' AS unit, coalesce(n, 0) AS rows FROM span LEFT JOIN counted ON span.start "
      "= "
      "counted.start ORDER BY 1",
      evidence::k_moments, unit));
}

Result<Table> fill_rates(store::CaseFile& file) {
  UNISONO_TRY(const Table columns,
              file.query("SELECT column_name FROM duckdb_columns() WHERE table_name = 'post' AND NOT internal "
                         "AND column_name NOT LIKE 'raw_%' ORDER BY column_index"));
  std::string sql;
  for (std::size_t i = 0; i < columns.rows(); ++i) {
    const std::string name = to_text(columns.columns()[0].cells[i], ColumnType::text);
    sql += fmt::format("{}SELECT {} AS place, '{}' AS \"column\", count(\"{}\") AS filled, count(*) AS rows FROM post",
                       sql.empty() ? "" : " UNION ALL ", i, name, name);
  }
  return file.query("SELECT \"column\", filled, rows FROM (" + sql + ") ORDER BY place");
}

Result<Table> files_of(store::CaseFile& file) {
  return file.query(
      "SELECT file_id, name, format_id, state, bytes, coalesce(posts, actions, 0) AS rows, coalesce(p.accounts, "
      "b.accounts) AS "
      "accounts, first, last, coalesce(rejects, 0) AS rejects, tz_decision, sha256 FROM import_file LEFT JOIN (SELECT "
      "raw_file, "
      "count(*) AS posts, count(DISTINCT account_id) AS accounts, min(t_us) AS first, max(t_us) AS last FROM post "
      "GROUP BY 1) AS p "
      "ON p.raw_file = file_id LEFT JOIN (SELECT file_id AS f, count(*) AS actions, count(DISTINCT account_id) AS "
      "accounts FROM "
      "bare_row GROUP BY 1) AS b ON b.f = file_id LEFT JOIN (SELECT file_id AS g, count(*) AS rejects FROM reject "
      "GROUP BY 1) ON "
      "g = file_id ORDER BY file_id");
}

Result<Table> channels_of(store::CaseFile& file) {
  std::string sql;
  for (const store::Channel& channel : store::channels()) {
    sql += fmt::format(
        "{}SELECT {} AS place, '{}' AS channel, count(*) AS actions, count(DISTINCT (platform, account_id)) AS "
        "accounts, count(DISTINCT {}) AS objects FROM post_target WHERE {} AND ({}) IS NOT NULL",
        sql.empty() ? "" : " UNION ALL ", &channel - store::channels().data(), channel.name, channel.object,
        store::condition_of(channel), channel.object);
  }
  return file.query("SELECT channel, actions, accounts, objects FROM (" + sql + ") WHERE actions > 0 ORDER BY place");
}

}  // namespace

Result<InspectResult> inspect(const InspectOptions& options, const Control& control) {
  InspectResult out;
  if (!is_database(options.input)) {
    UNISONO_TRY(const ingest::FormatList formats, ingest::FormatList::load());
    UNISONO_TRY(ingest::Receipt receipt,
                ingest::import_file(options.input.string(), options.settings, formats, nullptr, control));
    out.receipt = std::move(receipt);
    return out;
  }
  store::OpenOptions open;
  open.read_only = true;
  open.threads = std::max(1U, control.threads);
  open.memory_bytes = control.memory_bytes;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.input, open));
  UNISONO_TRY(out.files, files_of(file));
  UNISONO_CHECK(control.check_cancelled());
  UNISONO_TRY(out.fill, fill_rates(file));
  UNISONO_TRY(out.histogram, histogram(file));
  UNISONO_TRY(out.ids, file.query(evidence::id_health_sql()));
  UNISONO_CHECK(control.check_cancelled());
  UNISONO_TRY(out.gaps, file.query(evidence::gaps_sql() + " LIMIT 10"));
  UNISONO_TRY(out.channels, channels_of(file));
  UNISONO_TRY(const std::int64_t unfinished, file.count("SELECT count(*) FROM import_file WHERE state <> 'complete'"));
  if (unfinished > 0) {
    out.notes.push_back(
        fmt::format("{} files are incomplete: more of their records were rejected than --max-bad allowed", unfinished));
  }
  return out;
}

}  // namespace unisono::commands
