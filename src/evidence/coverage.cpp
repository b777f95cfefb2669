#include "unisono/evidence/coverage.hpp"

#include <fmt/format.h>

namespace unisono::evidence {

std::string gaps_sql() {
  return fmt::format(
      "SELECT \"from\", \"to\", date_diff('hour', \"from\", \"to\") AS hours FROM (SELECT hour + INTERVAL 1 hour AS "
      "\"from\", lead(hour) OVER (ORDER BY hour) AS \"to\" FROM (SELECT DISTINCT date_trunc('hour', t_us)::TIMESTAMP "
      "AS hour FROM {})) WHERE \"to\" > \"from\" ORDER BY hours DESC, \"from\"",
      k_moments);
}

std::string id_health_sql() {
  return "SELECT 'post' AS of, flag, count(*) AS rows FROM (SELECT unnest(flags) AS flag FROM post) GROUP BY ALL UNION "
         "ALL SELECT 'account', flag, count(*) FROM (SELECT unnest(id_flags) AS flag FROM account) GROUP BY ALL UNION "
         "ALL SELECT 'target', flag, count(*) FROM (SELECT unnest(flags) AS flag FROM post_target) GROUP BY ALL ORDER "
         "BY ALL";
}

}  // namespace unisono::evidence
