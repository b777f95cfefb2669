// Tables that an import writes. No keys and no indexes: an index makes appending several times slower, and the importer
// keeps rows unique. Times are TIMESTAMP in UTC. The raw reference {file_id, member, offset, length} is flattened.
#include <array>

#include "unisono/store/schema.hpp"

namespace unisono::store {
namespace {

constexpr std::string_view k_meta = R"(
  schema_version INTEGER NOT NULL
)";

constexpr std::string_view k_import_file = R"(
  file_id INTEGER NOT NULL, sha256 VARCHAR NOT NULL, name VARCHAR, bytes BIGINT, container VARCHAR, member VARCHAR,
  member_sha256 VARCHAR, encoding VARCHAR, format_id VARCHAR, mapping_sha256 VARCHAR, tz_decision VARCHAR, options VARCHAR,
  receipt VARCHAR, state VARCHAR
)";

constexpr std::string_view k_account = R"(
  platform VARCHAR NOT NULL, account_id VARCHAR NOT NULL, handle VARCHAR, handle_folded VARCHAR, display_name VARCHAR,
  bio VARCHAR, location VARCHAR, url VARCHAR, avatar_url VARCHAR, created_us TIMESTAMP, created_precision VARCHAR,
  followers BIGINT, following BIGINT, posts BIGINT, verified BOOLEAN, bot_declared BOOLEAN, avatar_sha256 BLOB,
  avatar_phash BLOB, status VARCHAR NOT NULL, status_us TIMESTAMP, status_source VARCHAR, first_seen_us TIMESTAMP,
  last_seen_us TIMESTAMP, id_flags VARCHAR[], raw_file INTEGER, raw_member VARCHAR, raw_offset BIGINT, raw_length BIGINT
)";

constexpr std::string_view k_account_snapshot = R"(
  platform VARCHAR NOT NULL, account_id VARCHAR NOT NULL, observed_us TIMESTAMP, observed_source VARCHAR, handle VARCHAR,
  display_name VARCHAR, bio VARCHAR, followers BIGINT, following BIGINT, posts BIGINT, status VARCHAR, raw_file INTEGER,
  raw_member VARCHAR, raw_offset BIGINT, raw_length BIGINT, n_observations BIGINT
)";

constexpr std::string_view k_post = R"(
  platform VARCHAR NOT NULL, post_id VARCHAR NOT NULL, account_id VARCHAR, t_us TIMESTAMP, t_precision VARCHAR,
  t_source VARCHAR NOT NULL, t_tz VARCHAR, t_field_us TIMESTAMP, t_id_us TIMESTAMP, t_witness_us TIMESTAMP,
  kind VARCHAR NOT NULL, repost_of VARCHAR, quote_of VARCHAR, reply_to VARCHAR, root_id VARCHAR, repost_account VARCHAR,
  quote_account VARCHAR, reply_account VARCHAR, root_account VARCHAR, text VARCHAR, lang VARCHAR, lang_source VARCHAR,
  text_truncated BOOLEAN, text_of_original BOOLEAN, client VARCHAR, geo_lat DOUBLE, geo_lon DOUBLE, geo_place VARCHAR,
  "like" BIGINT, repost BIGINT, reply BIGINT, quote BIGINT, view BIGINT, save BIGINT, share BIGINT,
  metrics_extra MAP(VARCHAR, BIGINT), metrics_us TIMESTAMP, collected_us TIMESTAMP, collected_from VARCHAR,
  edited_us TIMESTAMP, deleted_us TIMESTAMP, raw_file INTEGER, raw_member VARCHAR, raw_offset BIGINT, raw_length BIGINT,
  flags VARCHAR[]
)";

constexpr std::string_view k_sighting = R"(
  platform VARCHAR NOT NULL, post_id VARCHAR NOT NULL, collected_us TIMESTAMP, collected_from VARCHAR, nav_index VARCHAR,
  "like" BIGINT, repost BIGINT, reply BIGINT, quote BIGINT, view BIGINT, save BIGINT, share BIGINT,
  metrics_extra MAP(VARCHAR, BIGINT), metrics_us TIMESTAMP, raw_file INTEGER, raw_member VARCHAR, raw_offset BIGINT,
  raw_length BIGINT
)";

constexpr std::string_view k_post_target = R"(
  platform VARCHAR NOT NULL, post_id VARCHAR, account_id VARCHAR, t_us TIMESTAMP, t_precision VARCHAR, post_kind VARCHAR,
  target_kind VARCHAR NOT NULL, position BIGINT, raw VARCHAR, target_id VARCHAR, target_account VARCHAR, canonical VARCHAR,
  domain VARCHAR, flags VARCHAR[]
)";

constexpr std::string_view k_bare_row = R"(
  file_id INTEGER NOT NULL, row_no BIGINT NOT NULL, object_id VARCHAR, account_id VARCHAR, content_id VARCHAR,
  t_raw VARCHAR, raw_member VARCHAR, raw_offset BIGINT, raw_length BIGINT, reply_id VARCHAR, text VARCHAR, urls VARCHAR
)";

constexpr std::string_view k_reject = R"(
  file_id INTEGER NOT NULL, member VARCHAR, line BIGINT, byte_offset BIGINT, byte_length BIGINT, record_no BIGINT,
  reason VARCHAR NOT NULL, field VARCHAR, detail VARCHAR, excerpt VARCHAR
)";

constexpr std::string_view k_label = R"(
  subject_type VARCHAR NOT NULL, platform VARCHAR, subject_id VARCHAR NOT NULL, label VARCHAR NOT NULL, value VARCHAR,
  source VARCHAR NOT NULL, source_version VARCHAR, asserted_us TIMESTAMP, confidence DOUBLE, note VARCHAR,
  raw_file INTEGER, raw_member VARCHAR, raw_offset BIGINT, raw_length BIGINT
)";

constexpr std::string_view k_media = R"(
  media_key VARCHAR NOT NULL, type VARCHAR NOT NULL, url VARCHAR, path VARCHAR, alt VARCHAR, width BIGINT, height BIGINT,
  duration_s DOUBLE, bytes BIGINT, sha256 VARCHAR, phash BLOB, phash_quality INTEGER, cid VARCHAR, raw_file INTEGER,
  raw_member VARCHAR, raw_offset BIGINT, raw_length BIGINT
)";

constexpr std::string_view k_post_media = R"(
  platform VARCHAR NOT NULL, post_id VARCHAR NOT NULL, media_key VARCHAR NOT NULL, position INTEGER
)";

constexpr std::string_view k_transcript = R"(
  media_key VARCHAR, platform VARCHAR, post_id VARCHAR, segment INTEGER, start_ms BIGINT, end_ms BIGINT, speaker VARCHAR,
  text VARCHAR, lang VARCHAR, source VARCHAR, confidence DOUBLE, raw_file INTEGER, raw_member VARCHAR, raw_offset BIGINT,
  raw_length BIGINT
)";

constexpr std::array k_tables{
    TableDefinition{"meta", k_meta},
    TableDefinition{"import_file", k_import_file},
    TableDefinition{"account", k_account},
    TableDefinition{"account_snapshot", k_account_snapshot},
    TableDefinition{"post", k_post},
    TableDefinition{"sighting", k_sighting},
    TableDefinition{"post_target", k_post_target},
    TableDefinition{"bare_row", k_bare_row},
    TableDefinition{"reject", k_reject},
    TableDefinition{"label", k_label},
    TableDefinition{"media", k_media},
    TableDefinition{"post_media", k_post_media},
    TableDefinition{"transcript", k_transcript},
};

}  // namespace

std::span<const TableDefinition> data_tables() {
  return k_tables;
}

}  // namespace unisono::store
