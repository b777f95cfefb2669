#include "unisono/evidence/account_names.hpp"

#include "unisono/store/schema.hpp"

namespace unisono::evidence {

Result<void> prepare_account_names(store::CaseFile& file, NamePolicy policy) {
  return file.execute("CREATE OR REPLACE TEMP TABLE account_name AS " +
                      store::account_name_select(policy == NamePolicy::full));
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
