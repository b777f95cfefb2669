#include "unisono/evidence/account_names.hpp"

#include <fmt/format.h>

namespace unisono::evidence {

Result<void> prepare_account_names(store::CaseFile& file, NamePolicy policy) {
  return file.execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE account_name AS "
      "WITH public_account AS (SELECT DISTINCT platform, subject_id FROM label "
      "  WHERE subject_type = 'account' AND label IN ('target', 'public')), "
      "ranked AS (SELECT a.platform, a.account_id, a.handle, row_number() OVER (ORDER BY a.platform, a.account_id) AS "
      "n, "
      "  {} OR p.subject_id IS NOT NULL AS named FROM account a "
      "  LEFT JOIN public_account p ON p.platform = a.platform AND p.subject_id = a.account_id) "
      "SELECT platform, account_id, n, named, "
      "  CASE WHEN NOT named THEN 'account ' || n WHEN handle IS NOT NULL AND handle <> '' THEN '@' || handle "
      "  ELSE platform || ':' || account_id END AS label, "
      "  CASE WHEN named THEN platform || ':' || account_id ELSE 'account ' || n END AS file_key FROM ranked",
      policy == NamePolicy::full ? "true" : "false"));
}

Result<std::vector<std::string>> account_labels(store::CaseFile& file,
                                                std::span<const std::pair<std::string, std::string>> accounts) {
  std::vector<std::string> labels(accounts.size(), "an unknown account");
  UNISONO_TRY(store::Step step, file.begin_step());
  UNISONO_CHECK(
      file.execute("CREATE OR REPLACE TEMP TABLE wanted_account (i BIGINT, platform VARCHAR, account_id VARCHAR)"));
  UNISONO_TRY(store::Appender appender, file.append_to("wanted_account"));
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    appender.integer(static_cast<std::int64_t>(i));
    appender.text(accounts[i].first);
    appender.text(accounts[i].second);
    UNISONO_CHECK(appender.end_row());
  }
  UNISONO_CHECK(appender.close());
  UNISONO_TRY(const Table table,
              file.query("SELECT w.i, n.label FROM wanted_account w JOIN account_name n USING (platform, account_id)"));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto i = static_cast<std::size_t>(std::get<std::int64_t>(table.columns()[0].cells[row]));
    labels[i] = std::get<std::string>(table.columns()[1].cells[row]);
  }
  UNISONO_CHECK(file.execute("DROP TABLE wanted_account"));
  UNISONO_CHECK(step.commit());
  return labels;
}

}  // namespace unisono::evidence
