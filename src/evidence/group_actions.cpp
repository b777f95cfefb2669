#include "unisono/evidence/group_actions.hpp"

#include <fmt/format.h>

#include <utility>

#include "unisono/core/quote.hpp"

namespace unisono::evidence {

GroupActions::GroupActions(store::CaseFile& file, GroupScope scope, const RunSettings& settings)
    : file_(file), scope_(std::move(scope)), tested_(tested_actions(settings, scope_.channel, scope_.window_us)) {
  relations_ = fmt::format(
      "WITH member AS (SELECT platform, account_id FROM group_member WHERE run_id = {} AND group_id = {} AND how = "
      "'found'), first_action AS (SELECT object_id, platform, account_id, min(t_us) AS t FROM action SEMI JOIN member "
      "USING (platform, account_id) WHERE {} GROUP BY ALL), spaced AS (SELECT object_id, t, epoch_us(t) - "
      "epoch_us(lag(t) OVER next_on_object) AS since_us, epoch_us(lead(t) OVER next_on_object) - epoch_us(t) AS "
      "until_us FROM first_action WINDOW next_on_object AS (PARTITION BY object_id ORDER BY t, platform, account_id)), "
      "shared AS (SELECT object_id, members, count(DISTINCT (platform, account_id)) AS sharers FROM action JOIN "
      "(SELECT object_id, count(*) AS members FROM spaced GROUP BY 1 HAVING count(*) >= 2) USING (object_id) WHERE {} "
      "GROUP BY object_id, members)",
      quote_sql(scope_.run_id), quote_sql(scope_.group_id), tested_, tested_);
}

Result<GroupActions> GroupActions::make(store::CaseFile& file, const GroupScope& scope, const RunSettings& settings) {
  GroupActions actions(file, scope, settings);
  // Under names of their own first: a table may not be read by the statement that replaces it.
  for (const char* name : {"spaced", "shared"}) {
    UNISONO_CHECK(file.execute(fmt::format("DROP TABLE IF EXISTS temp.{}", name)));
  }
  UNISONO_CHECK(
      file.execute(fmt::format("CREATE TEMP TABLE group_spaced AS {} SELECT * FROM spaced", actions.relations_)));
  UNISONO_CHECK(
      file.execute(fmt::format("CREATE TEMP TABLE group_shared AS {} SELECT * FROM shared", actions.relations_)));
  UNISONO_CHECK(file.execute("ALTER TABLE group_spaced RENAME TO spaced"));
  UNISONO_CHECK(file.execute("ALTER TABLE group_shared RENAME TO shared"));
  return actions;
}

std::string GroupActions::close() const {
  return fmt::format("(since_us <= {0} OR until_us <= {0})", scope_.window_us);
}

}  // namespace unisono::evidence
