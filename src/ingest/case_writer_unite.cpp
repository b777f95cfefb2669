// Rows that the case has already: one post stays, its sightings all stay, its targets are united, the latest metrics
// win.
//
// Which row of a post stays does not depend on the order of a file's rows: earlier files first, posts that were
// collected for themselves before posts only included with others, then by the values themselves.
#include <fmt/format.h>

#include "case_writer.hpp"

namespace unisono::ingest {
namespace {

constexpr const char* k_repeated =
    "CREATE OR REPLACE TEMP TABLE repeated AS SELECT platform, post_id FROM post "
    "SEMI JOIN (SELECT platform, post_id FROM post WHERE raw_file = {0}) USING (platform, post_id) "
    "GROUP BY ALL HAVING count(*) > 1";

constexpr const char* k_ranked =
    "CREATE OR REPLACE TEMP TABLE ranked AS SELECT rowid AS row, post.*, row_number() OVER (PARTITION BY platform, "
    "post_id "
    "ORDER BY CASE WHEN raw_file = {0} THEN 1 ELSE 0 END, coalesce(collected_from, '') = 'reference', collected_us "
    "NULLS LAST, "
    "t_us NULLS LAST, account_id NULLS LAST, kind, repost_of NULLS LAST, text NULLS LAST, raw_offset, rowid) AS place "
    "FROM post SEMI JOIN repeated USING (platform, post_id)";

// A column whose first value is missing takes the first one that is there.
constexpr const char* k_filled[] = {
    "account_id",    "repost_of",    "quote_of", "reply_to",  "root_id",     "repost_account", "quote_account",
    "reply_account", "root_account", "text",     "lang",      "lang_source", "text_truncated", "text_of_original",
    "client",        "geo_lat",      "geo_lon",  "geo_place", "edited_us",   "deleted_us",     "t_witness_us"};

constexpr const char* k_metrics[] = {"\"like\"", "repost", "reply", "quote", "view", "save", "share"};

}  // namespace

Result<void> CaseWriter::unite_posts(WriteSummary& summary) {
  UNISONO_CHECK(file_->execute(fmt::format(k_repeated, file_id_)));
  UNISONO_CHECK(file_->execute(fmt::format(k_ranked, file_id_)));
  UNISONO_TRY(const std::int64_t surplus, file_->count("SELECT count(*) FROM ranked WHERE place > 1"));
  if (surplus == 0) return file_->execute("DROP TABLE repeated; DROP TABLE ranked");
  summary.duplicates = static_cast<std::uint64_t>(surplus);
  summary.rows -= summary.duplicates;
  UNISONO_TRY(const std::int64_t conflicts,
              file_->count("SELECT count(*) FROM (SELECT platform, post_id FROM ranked GROUP BY ALL HAVING "
                           "count(DISTINCT account_id) > 1 OR count(DISTINCT t_us) > 1 OR count(DISTINCT text) > 1)"));
  summary.post_conflicts = static_cast<std::uint64_t>(conflicts);

  std::string filled;
  for (const char* column : k_filled) {
    filled += fmt::format("{0} = coalesce(post.{0}, united.{0}), ", column);
  }
  std::string firsts;
  for (const char* column : k_filled) firsts += fmt::format("arg_min({0}, place) AS {0}, ", column);
  std::string latest, set_latest;
  for (const char* column : k_metrics) {
    latest += fmt::format("arg_max({0}, stamp) AS {0}, ", column);
    set_latest += fmt::format("{0} = latest.{0}, ", column);
  }
  UNISONO_CHECK(
      file_->execute("INSERT INTO sighting SELECT platform, post_id, collected_us, collected_from, NULL, \"like\", "
                     "repost, reply, quote, view, "
                     "save, share, metrics_extra, metrics_us, raw_file, raw_member, raw_offset, raw_length FROM ranked "
                     "ANTI JOIN sighting USING (platform, post_id, raw_file, raw_offset) ORDER BY ALL"));
  // First the deletion: an update may move a row, and then its row id is another one.
  UNISONO_CHECK(file_->execute("DELETE FROM post WHERE rowid IN (SELECT row FROM ranked WHERE place > 1)"));
  UNISONO_CHECK(file_->execute(fmt::format(
      "UPDATE post SET {} flags = united.flags FROM (SELECT platform, post_id, {} "
      "list_sort(list_distinct(flatten(list(flags)))) AS flags FROM ranked GROUP BY platform, post_id) AS united "
      "WHERE post.platform = united.platform AND post.post_id = united.post_id",
      filled, firsts)));
  UNISONO_CHECK(file_->execute(fmt::format(
      "UPDATE post SET {} metrics_us = latest.metrics_us FROM (SELECT platform, post_id, {} max(metrics_us) AS "
      "metrics_us "
      "FROM (SELECT sighting.*, row(coalesce(metrics_us, collected_us, TIMESTAMP '0001-01-01'), import_file.sha256, "
      "raw_offset) "
      "AS stamp FROM sighting SEMI JOIN repeated USING (platform, post_id) LEFT JOIN import_file ON raw_file = "
      "file_id) "
      "GROUP BY platform, post_id) AS latest "
      "WHERE post.platform = latest.platform AND post.post_id = latest.post_id",
      set_latest, latest)));

  // Every target once, with the account, time and kind of the row that stayed.
  UNISONO_CHECK(
      file_->execute("CREATE OR REPLACE TEMP TABLE pointed AS SELECT DISTINCT p.platform, p.post_id, p.account_id, "
                     "p.t_us, p.t_precision, "
                     "p.kind AS post_kind, target_kind, position, raw, target_id, target_account, canonical, domain, "
                     "target.flags AS flags "
                     "FROM post_target AS target SEMI JOIN repeated USING (platform, post_id) "
                     "JOIN post AS p ON p.platform = target.platform AND p.post_id = target.post_id ORDER BY ALL"));
  UNISONO_CHECK(
      file_->execute("DELETE FROM post_target USING repeated WHERE post_target.platform = repeated.platform AND "
                     "post_target.post_id = repeated.post_id"));
  UNISONO_CHECK(file_->execute("INSERT INTO post_target SELECT * FROM pointed"));
  return file_->execute("DROP TABLE repeated; DROP TABLE ranked; DROP TABLE pointed");
}

Result<void> CaseWriter::unite_actions(WriteSummary& summary) {
  // Only equal in all four columns: a repeated content id with another object or account is an action of its own.
  UNISONO_TRY(const std::int64_t before, file_->count("SELECT count(*) FROM post_target"));
  UNISONO_CHECK(file_->execute(
      "CREATE OR REPLACE TEMP TABLE surplus AS SELECT rowid AS row FROM (SELECT rowid, row_number() OVER (PARTITION BY "
      "platform, target_id, account_id, post_id, t_us ORDER BY rowid) AS place FROM post_target "
      "WHERE target_kind = 'generic' AND post_id IS NOT NULL AND account_id IS NOT NULL AND t_us IS NOT NULL) WHERE "
      "place > 1"));
  UNISONO_CHECK(file_->execute("DELETE FROM post_target WHERE rowid IN (SELECT row FROM surplus)"));
  UNISONO_TRY(const std::int64_t after, file_->count("SELECT count(*) FROM post_target"));
  summary.duplicates = static_cast<std::uint64_t>(before - after);
  summary.rows -= summary.duplicates;
  return file_->execute("DROP TABLE surplus");
}

Result<void> CaseWriter::repair_references(WriteSummary& summary) {
  if (n_lossy_references_ == 0) return {};
  // A double keeps 53 bits: the true id lies within half a step. Exactly one intact post there repairs the reference.
  UNISONO_CHECK(file_->execute(
      "CREATE OR REPLACE TEMP TABLE damaged AS SELECT DISTINCT platform, target_kind, target_id, "
      "CAST(TRY_CAST(target_id AS DOUBLE) AS HUGEINT) AS middle, "
      "CAST(pow(2, greatest(0, floor(log2(greatest(TRY_CAST(target_id AS DOUBLE), 1))) - 53)) AS HUGEINT) AS half "
      "FROM post_target WHERE list_contains(flags, 'ref_lossy') AND target_kind IN ('repost', 'quote', 'reply') AND "
      "TRY_CAST(target_id AS DOUBLE) BETWEEN 1 AND 1e19"));
  UNISONO_CHECK(file_->execute(
      "CREATE OR REPLACE TEMP TABLE repaired AS SELECT platform, target_kind, target_id, count(*) AS n, min(post_id) "
      "AS post_id "
      "FROM damaged JOIN (SELECT platform AS p, post_id, TRY_CAST(post_id AS HUGEINT) AS number FROM post WHERE NOT "
      "list_contains(flags, 'id_lossy')) ON p = platform AND number BETWEEN middle - half AND middle + half GROUP BY "
      "ALL"));
  UNISONO_CHECK(file_->execute(
      "UPDATE post_target SET target_id = repaired.post_id, flags = list_append(list_filter(flags, f -> f <> "
      "'ref_lossy'), "
      "'id_repaired') FROM repaired WHERE n = 1 AND post_target.platform = repaired.platform AND "
      "post_target.target_kind = repaired.target_kind AND post_target.target_id = repaired.target_id AND "
      "list_contains(flags, 'ref_lossy')"));
  for (const auto& [kind, column] :
       {std::pair{"repost", "repost_of"}, std::pair{"quote", "quote_of"}, std::pair{"reply", "reply_to"}}) {
    UNISONO_CHECK(file_->execute(fmt::format(
        "UPDATE post SET {1} = repaired.post_id FROM repaired WHERE n = 1 AND target_kind = '{0}' AND post.platform = "
        "repaired.platform AND post.{1} = repaired.target_id AND list_contains(flags, 'ref_lossy')",
        kind, column)));
  }
  UNISONO_CHECK(file_->execute(
      "UPDATE post SET flags = list_append(CASE WHEN lossy THEN flags ELSE list_filter(flags, f -> f <> 'ref_lossy') "
      "END, "
      "'id_repaired') FROM (SELECT platform, post_id, bool_or(list_contains(flags, 'ref_lossy')) AS lossy FROM "
      "post_target GROUP BY ALL HAVING bool_or(list_contains(flags, 'id_repaired'))) AS state WHERE post.platform = "
      "state.platform AND post.post_id = state.post_id AND NOT list_contains(post.flags, 'id_repaired')"));
  UNISONO_TRY(const std::int64_t one, file_->count("SELECT count(*) FROM repaired WHERE n = 1"));
  UNISONO_TRY(const std::int64_t several, file_->count("SELECT count(*) FROM repaired WHERE n > 1"));
  summary.repaired_references = static_cast<std::uint64_t>(one);
  summary.ambiguous_references = static_cast<std::uint64_t>(several);
  return file_->execute("DROP TABLE damaged; DROP TABLE repaired");
}

}  // namespace unisono::ingest
