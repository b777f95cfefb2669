#include "unisono/store/post_times.hpp"

#include <fmt/format.h>

#include "implementation.hpp"
#include "unisono/core/memory.hpp"

namespace unisono::store {
namespace {

constexpr std::uint64_t k_bytes_a_post = sizeof(std::uint32_t) + sizeof(std::int64_t) + sizeof(std::uint8_t);

std::string between(std::optional<TimeUs> since, std::optional<TimeUs> until) {
  std::string sql;
  if (since) sql += fmt::format(" AND t_us >= make_timestamp({})", *since);
  if (until) sql += fmt::format(" AND t_us < make_timestamp({})", *until);
  return sql;
}

Result<void> name_accounts(CaseFile& file, PostTimes& posts) {
  UNISONO_TRY(const Table table, file.query("SELECT platform, account_id FROM temp.posting_account ORDER BY n"));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    posts.platform_of.push_back(to_text(table.columns()[0].cells[row], ColumnType::text));
    posts.account_id_of.push_back(to_text(table.columns()[1].cells[row], ColumnType::text));
  }
  return {};
}

void append_chunk(duckdb_data_chunk chunk, PostTimes& posts) {
  const auto* account =
      static_cast<const std::int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
  const auto* t_us = static_cast<const std::int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 1)));
  const auto* precision =
      static_cast<const std::int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 2)));
  for (std::size_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
    posts.account.push_back(static_cast<std::uint32_t>(account[i]));
    posts.t_us.push_back(t_us[i]);
    posts.precision.push_back(static_cast<std::uint8_t>(precision[i]));
  }
}

// The precisions of the column as numbers of core's enum; unknown is a second, as in scans of actions.
std::string precision_code() {
  std::string sql = "CASE t_precision";
  for (const Precision precision :
       {Precision::us, Precision::ms, Precision::s, Precision::min, Precision::hour, Precision::day, Precision::month})
    sql += fmt::format(" WHEN '{}' THEN {}", name_of(precision), static_cast<int>(precision));
  return sql + fmt::format(" ELSE {} END", static_cast<int>(Precision::s));
}

}  // namespace

Result<PostTimes> scan_post_times(CaseFile& file, std::optional<TimeUs> since, std::optional<TimeUs> until,
                                  const Control& control) {
  PostTimes posts;
  const std::string timed =
      fmt::format("FROM ({}) WHERE account_id IS NOT NULL AND t_us IS NOT NULL{}", k_posting, between(since, until));
  UNISONO_TRY(const std::int64_t without_time,
              file.count(fmt::format("SELECT count(*) FROM ({}) WHERE t_us IS NULL AND "
                                     "account_id IS NOT NULL",
                                     k_posting)));
  posts.excluded_no_time = static_cast<std::uint64_t>(without_time);
  UNISONO_TRY(const std::int64_t n, file.count("SELECT count(*) " + timed));
  const std::uint64_t bytes = static_cast<std::uint64_t>(n) * k_bytes_a_post;
  if (control.memory_bytes > 0 && bytes > control.memory_bytes) {
    return fail(ErrorCode::memory,
                fmt::format("the times of {} posts need {}, allowed are {}", n, format_bytes(bytes),
                            format_bytes(control.memory_bytes)),
                "give more with --memory, or cut the data with --since and --until");
  }
  posts.account.reserve(static_cast<std::size_t>(n));
  posts.t_us.reserve(static_cast<std::size_t>(n));
  posts.precision.reserve(static_cast<std::size_t>(n));
  UNISONO_CHECK(file.execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE posting_account AS SELECT platform, account_id, row_number() OVER (ORDER "
      "BY platform, account_id) - 1 AS n FROM (SELECT DISTINCT platform, account_id {})",
      timed)));
  UNISONO_CHECK(name_accounts(file, posts));
  const std::string sql = fmt::format(
      "SELECT n::BIGINT, epoch_us(t_us)::BIGINT, ({})::BIGINT FROM (SELECT * {}) JOIN temp.posting_account USING "
      "(platform, account_id)",
      precision_code(), timed);
  UNISONO_TRY(OwnedResult result, file.implementation().connection.run(sql, {}, control.stop));
  for (;;) {
    const OwnedChunk chunk(duckdb_fetch_chunk(result.get()));
    if (chunk.get() == nullptr) break;
    append_chunk(chunk.get(), posts);
  }
  UNISONO_CHECK(file.execute("DROP TABLE temp.posting_account"));
  return posts;
}

}  // namespace unisono::store
