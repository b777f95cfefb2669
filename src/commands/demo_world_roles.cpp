// What a run found of the roles of `demo world`: numbers of the case, names of truth.json.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/commands/demo.hpp"
#include "unisono/core/file.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {
namespace {

Result<nlohmann::ordered_json> roles_in(const std::filesystem::path& truth) {
  UNISONO_TRY(const std::string text, read_file(truth));
  const auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  const auto bad = [&] {
    return fail(ErrorCode::bad_input, fmt::format("{} does not name the roles of a generated world", truth.string()),
                "use the truth.json that `unisono demo world` wrote");
  };
  if (!json.is_object() || !json.contains("roles") || !json["roles"].is_object()) return bad();
  for (const auto& accounts : json["roles"]) {
    if (!accounts.is_array()) return bad();
    for (const auto& account : accounts)
      if (!account.is_string()) return bad();
  }
  return json["roles"];
}

// The accounts that a query gives in its only column.
Result<std::set<std::string>> accounts_of(store::CaseFile& file, std::string_view sql, const std::string& detect_run) {
  UNISONO_TRY(const Table table, file.query(sql, std::vector<Cell>{detect_run}));
  std::set<std::string> accounts;
  for (const Cell& cell : table.columns()[0].cells) accounts.insert(to_text(cell, ColumnType::text));
  return accounts;
}

}  // namespace

Result<Table> world_roles(const std::filesystem::path& case_path, const std::string& detect_run,
                          const std::filesystem::path& truth, const Control& control) {
  UNISONO_TRY(const nlohmann::ordered_json roles, roles_in(truth));
  store::OpenOptions open;
  open.read_only = true;
  open.threads = control.threads;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(case_path, open));
  constexpr std::string_view k_members =
      "SELECT m.account_id FROM group_member m JOIN group_ g USING (run_id, group_id) WHERE m.run_id = $1 AND m.how = "
      "'found'";
  UNISONO_TRY(const std::set<std::string> in_groups, accounts_of(file, k_members, detect_run));
  UNISONO_TRY(const std::set<std::string> in_g1,
              accounts_of(file, fmt::format("{} AND g.level IN ('G1', 'G2')", k_members), detect_run));
  UNISONO_TRY(const std::set<std::string> in_ties,
              accounts_of(file, "SELECT unnest([account_a, account_b]) FROM tie WHERE run_id = $1 AND level <> '0'",
                          detect_run));
  Table table({{"role", ColumnType::text, {}},
               {"accounts", ColumnType::integer, {}},
               {"in_g1", ColumnType::integer, {}},
               {"in_groups", ColumnType::integer, {}},
               {"in_ties", ColumnType::integer, {}}});
  for (const auto& [role, accounts] : roles.items()) {
    const auto count_in = [&](const std::set<std::string>& found) {
      return static_cast<std::int64_t>(std::count_if(accounts.begin(), accounts.end(), [&](const auto& account) {
        return found.contains(account.template get<std::string>());
      }));
    };
    table.append_row(
        {role, static_cast<std::int64_t>(accounts.size()), count_in(in_g1), count_in(in_groups), count_in(in_ties)});
  }
  return table;
}

std::vector<std::string> world_lines(const Table& roles) {
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < roles.rows(); ++row) {
    const auto count_at = [&](std::string_view column) {
      return static_cast<std::uint64_t>(integer_at(roles, row, column));
    };
    const std::string role = text_at(roles, row, "role");
    const std::uint64_t all = count_at("accounts");
    lines.push_back(fmt::format("{}: {}: {} of {} accounts are in groups at G1, {} in groups at any level, {} in ties",
                                role == "squads" ? "recall" : "false alarms", role,
                                evidence::format_count(count_at("in_g1")), evidence::format_count(all),
                                evidence::format_count(count_at("in_groups")),
                                evidence::format_count(count_at("in_ties"))));
  }
  return lines;
}

}  // namespace unisono::commands
