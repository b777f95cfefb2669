#include "unisono/store/schema.hpp"

#include "unisono/store/case_file.hpp"
#include "unisono/store/channel.hpp"

namespace unisono::store {
namespace {

std::string action_select() {
  std::string select;
  for (const Channel& channel : channels()) {
    if (!select.empty()) select += " UNION ALL ";
    const std::string key = key_of(channel);
    select += "SELECT account_id, '" + std::string(channel.name) + "' AS object_kind, " + key +
              " AS object_id, post_id AS content_id, t_us, t_precision, platform, " + std::string(k_lossy_expression) +
              " AS lossy FROM post_target WHERE " + condition_of(channel) + " AND " + key + " IS NOT NULL";
  }
  return select;
}

constexpr std::string_view k_post_source = R"(
  SELECT post.platform, post.post_id,
         {'file_id': raw_file, 'member': raw_member, 'offset': raw_offset, 'length': raw_length} AS raw_ref,
         import_file.name AS file_name, import_file.sha256
  FROM post LEFT JOIN import_file ON import_file.file_id = post.raw_file)";

}  // namespace

std::string account_name_select(bool all_named) {
  return std::string(
             "WITH public_account AS (SELECT DISTINCT platform, subject_id FROM label "
             "WHERE subject_type = 'account' AND label IN ('target', 'public')), "
             "ranked AS (SELECT a.platform, a.account_id, a.handle, "
             "row_number() OVER (ORDER BY a.platform, a.account_id) AS n, ") +
         (all_named ? "true" : "p.subject_id IS NOT NULL") +
         " AS named FROM account a "
         "LEFT JOIN public_account p ON p.platform = a.platform AND p.subject_id = a.account_id) "
         "SELECT platform, account_id, n, named, "
         "CASE WHEN NOT named THEN 'account ' || n WHEN handle IS NOT NULL AND handle <> '' THEN '@' || handle "
         "ELSE platform || ':' || account_id END AS label, "
         "CASE WHEN named THEN platform || ':' || account_id ELSE 'account ' || n END AS file_key FROM ranked";
}

std::vector<ViewDefinition> views() {
  return {{"action", action_select()},
          {"post_source", std::string(k_post_source)},
          {"account_name", account_name_select(false)}};
}

std::vector<std::string> schema_statements() {
  std::vector<std::string> statements;
  for (const auto tables : {data_tables(), result_tables()}) {
    for (const TableDefinition& table : tables) {
      statements.push_back("CREATE TABLE " + std::string(table.name) + " (" + std::string(table.columns) + ")");
    }
  }
  for (const ViewDefinition& view : views()) statements.push_back("CREATE VIEW " + view.name + " AS " + view.select);
  statements.push_back("INSERT INTO meta VALUES (" + std::to_string(k_schema_version) + ")");
  return statements;
}

}  // namespace unisono::store
