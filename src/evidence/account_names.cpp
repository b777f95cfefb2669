#include "unisono/evidence/account_names.hpp"

#include <fmt/format.h>

namespace unisono::evidence {
namespace {

std::string cell_text(const Table& table, std::size_t column, std::size_t row) {
  return to_text(table.columns()[column].cells[row], table.columns()[column].type);
}

}  // namespace

Result<AccountNames> AccountNames::load(store::CaseFile& file, std::string_view accounts_sql, NamePolicy policy) {
  const std::string sql = fmt::format(
      "WITH ranked AS (SELECT platform, account_id, handle, row_number() OVER (ORDER BY platform, account_id) AS n FROM account), "
      "public_account AS (SELECT DISTINCT platform, subject_id FROM label WHERE subject_type = 'account' AND label IN ('target', 'public')) "
      "SELECT r.platform, r.account_id, r.n, coalesce(r.handle, ''), p.subject_id IS NOT NULL "
      "FROM ranked r SEMI JOIN ({}) wanted ON r.platform = wanted.platform AND r.account_id = wanted.account_id "
      "LEFT JOIN public_account p ON p.platform = r.platform AND p.subject_id = r.account_id ORDER BY r.n",
      accounts_sql);
  UNISONO_TRY(const Table table, file.query(sql));

  AccountNames names;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    AccountName name;
    std::string platform = cell_text(table, 0, row);
    std::string id = cell_text(table, 1, row);
    name.rank = static_cast<std::uint64_t>(std::get<std::int64_t>(table.columns()[2].cells[row]));
    name.handle = cell_text(table, 3, row);
    name.named = policy == NamePolicy::full || std::get<bool>(table.columns()[4].cells[row]);
    name.key = name.named ? fmt::format("{}:{}", platform, id) : fmt::format("account {}", name.rank);
    name.label = !name.named ? name.key : name.handle.empty() ? name.key : "@" + name.handle;
    names.names_.emplace(std::pair(std::move(platform), std::move(id)), std::move(name));
  }
  return names;
}

const AccountName& AccountNames::of(std::string_view platform, std::string_view account_id) const {
  static const AccountName k_unknown{0, false, "", "an account outside this case", "outside"};
  const auto found = names_.find(std::pair(std::string(platform), std::string(account_id)));
  return found == names_.end() ? k_unknown : found->second;
}

}  // namespace unisono::evidence
