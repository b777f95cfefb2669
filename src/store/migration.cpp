#include "migration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace unisono::store {

namespace {

// What a calibration is about, how the tests fit, and what follows.
constexpr std::string_view k_calibration_by_channel = R"(
  ALTER TABLE calibration ADD COLUMN channel VARCHAR;
  ALTER TABLE calibration ADD COLUMN surviving_ties BIGINT;
  ALTER TABLE calibration ADD COLUMN surviving_groups BIGINT;
  CREATE TABLE calibration_fit (run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, permutation VARCHAR,
    test VARCHAR, n BIGINT, distance DOUBLE, c_bar DOUBLE, habit_f DOUBLE, family_k DOUBLE);
  CREATE TABLE calibration_qq (run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, permutation VARCHAR,
    test VARCHAR, expected DOUBLE, observed DOUBLE);
  CREATE TABLE calibration_verdict (run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, calibrated BOOLEAN NOT NULL,
    runs INTEGER, ties BIGINT, groups BIGINT, alpha DOUBLE, sentence VARCHAR))";

// Accounts that act with a group.
constexpr std::string_view k_joining = R"(
  CREATE TABLE joining (run_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT,
    platform VARCHAR NOT NULL, account_id VARCHAR NOT NULL, marked BIGINT, posts BIGINT, expected DOUBLE, p DOUBLE,
    q DOUBLE, objects BIGINT, days BIGINT))";

// Rows of messages are kept verbatim too, not only rows of actions; moments with too many accounts, what is known
// without times, the second opinion on groups; squads that were planted into the data, and how often they were found;
// how tests fit on single permuted copies, and verdicts on test D.
constexpr std::string_view k_version_4 = R"(
  ALTER TABLE bare_row ADD COLUMN reply_id VARCHAR;
  ALTER TABLE bare_row ADD COLUMN text VARCHAR;
  ALTER TABLE bare_row ADD COLUMN urls VARCHAR;
  CREATE TABLE burst_check (run_id VARCHAR NOT NULL, width_us BIGINT NOT NULL, verdict VARCHAR, reason VARCHAR,
    posts BIGINT, accounts BIGINT, bins BIGINT, untested BIGINT, bursts BIGINT, alpha DOUBLE);
  CREATE TABLE burst (run_id VARCHAR NOT NULL, width_us BIGINT NOT NULL, begin_us TIMESTAMP NOT NULL, accounts
    BIGINT, expected DOUBLE, p DOUBLE, q DOUBLE);
  CREATE TABLE burst_account (run_id VARCHAR NOT NULL, width_us BIGINT NOT NULL, platform VARCHAR NOT NULL,
    account_id VARCHAR NOT NULL, bins BIGINT, bursts BIGINT);
  CREATE TABLE timeless_check (run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, verdict VARCHAR, reason
    VARCHAR, actions BIGINT, accounts BIGINT, eligible BIGINT, pairs_in_family BIGINT, objects_counted BIGINT,
    ranked BIGINT, ties BIGINT, alpha DOUBLE, max_sharers BIGINT);
  CREATE TABLE ranking (run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, place BIGINT NOT NULL, platform
    VARCHAR NOT NULL, account_id VARCHAR NOT NULL, score DOUBLE, best_triangle DOUBLE, idf_sum DOUBLE, shared
    BIGINT, objects BIGINT, partners BIGINT, cosine DOUBLE);
  CREATE TABLE degree_tie (run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, platform_a VARCHAR NOT NULL,
    account_a VARCHAR NOT NULL, platform_b VARCHAR NOT NULL, account_b VARCHAR NOT NULL, shared BIGINT, expected
    DOUBLE, p DOUBLE, q DOUBLE, level VARCHAR NOT NULL);
  CREATE TABLE second_opinion (run_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, channel VARCHAR NOT NULL,
    window_us BIGINT, method VARCHAR NOT NULL, resolution DOUBLE, members BIGINT, "of" BIGINT, accounts BIGINT,
    objects BIGINT, jaccard DOUBLE, co_assignment DOUBLE, rand_index DOUBLE, variation DOUBLE, density DOUBLE,
    copies BIGINT, as_dense BIGINT, reason VARCHAR);
  CREATE TABLE second_opinion_account (run_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, channel VARCHAR NOT
    NULL, method VARCHAR NOT NULL, resolution DOUBLE, platform VARCHAR NOT NULL, account_id VARCHAR NOT NULL);
  CREATE TABLE planting (run_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, window_us BIGINT, size INTEGER, tasks INTEGER,
    jitter_us BIGINT, draws INTEGER, found INTEGER, in_groups INTEGER, by_habit INTEGER, in_ties INTEGER, members DOUBLE,
    others DOUBLE, reason VARCHAR);
  ALTER TABLE calibration_fit ADD COLUMN copies INTEGER;
  ALTER TABLE calibration_fit ADD COLUMN fitting INTEGER;
  ALTER TABLE calibration_fit ADD COLUMN share_001 DOUBLE;
  ALTER TABLE calibration_fit ADD COLUMN share_01 DOUBLE;
  ALTER TABLE calibration_fit ADD COLUMN share_05 DOUBLE;
  ALTER TABLE calibration_verdict ADD COLUMN subject VARCHAR;
  UPDATE calibration_verdict SET subject = 'detect')";

constexpr std::array k_migrations = {Migration{1, k_calibration_by_channel}, Migration{2, k_joining},
                                     Migration{3, k_version_4}};

}  // namespace

std::span<const Migration> migrations() {
  return k_migrations;
}

Result<int> schema_version_of(CaseFile& file) {
  const auto no_case = [&file] {
    Error error{ErrorCode::bad_input,
                "this is a DuckDB database, but no case of unisono: it states no schema version",
                "make a case with `unisono import FILE -o NAME.uni`",
                file.path().string(),
                {},
                {}};
    return fail(std::move(error));
  };
  UNISONO_TRY(const std::int64_t has_column,
              file.count("SELECT count(*) FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = 'meta' AND "
                         "column_name = 'schema_version' AND NOT internal"));
  if (has_column == 0) return no_case();
  UNISONO_TRY(const Table versions, file.query("SELECT schema_version FROM meta"));
  if (versions.rows() != 1) return no_case();
  const auto* version = std::get_if<std::int64_t>(&versions.columns().front().cells.front());
  if (version == nullptr || *version < 0 || *version > 1'000'000) return no_case();
  return static_cast<int>(*version);
}

Result<void> migrate(CaseFile& file, int wanted, std::span<const Migration> known) {
  UNISONO_TRY(int version, schema_version_of(file));
  if (version > wanted) {
    Error error{ErrorCode::newer_version,
                fmt::format("the case has schema version {}, this program knows versions up to {}", version, wanted),
                "use a newer unisono",
                file.path().string(),
                {},
                {}};
    return fail(std::move(error));
  }
  for (; version < wanted; ++version) {
    const auto step =
        std::find_if(known.begin(), known.end(), [version](const Migration& m) { return m.from == version; });
    if (step == known.end()) {
      Error error{
          ErrorCode::bad_input,
          fmt::format("the case has schema version {}, and there is no way from it to version {}", version, wanted),
          "import the files again",
          file.path().string(),
          {},
          {}};
      return fail(std::move(error));
    }
    UNISONO_TRY(Step transaction, file.begin_step());
    UNISONO_CHECK(file.execute(step->sql));
    const Cell next = std::int64_t{version} + 1;
    UNISONO_CHECK(file.execute("UPDATE meta SET schema_version = $1", std::span(&next, 1)));
    UNISONO_CHECK(transaction.commit());
  }
  return {};
}

}  // namespace unisono::store
