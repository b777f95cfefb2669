#include "unisono/commands/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "unisono/ingest/account_list.hpp"
#include "unisono/network/evaluation.hpp"
#include "unisono/store/case_file.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

using AccountKey = std::pair<std::string, std::string>;  // platform, account id

AccountKey key_at(const Table& table, std::size_t row) {
  return {text_at(table, row, "platform"), text_at(table, row, "account_id")};
}

// Which of the accounts of the case are meant by the list: by id where it has one, else by handle.
std::set<AccountKey> accounts_on(const ingest::AccountList& list, const Table& accounts, std::size_t& unknown) {
  std::map<std::string, std::vector<AccountKey>> by_id, by_handle;
  for (std::size_t row = 0; row < accounts.rows(); ++row) {
    const AccountKey key = key_at(accounts, row);
    by_id[key.second].push_back(key);
    if (std::string handle = text_at(accounts, row, "handle_folded"); !handle.empty())
      by_handle[std::move(handle)].push_back(key);
  }
  std::set<AccountKey> meant;
  for (const ingest::ListedAccount& listed : list.accounts) {
    const auto& index = listed.account_id.empty() ? by_handle : by_id;
    const auto found = index.find(listed.account_id.empty() ? listed.handle : listed.account_id);
    bool any = false;
    for (const AccountKey& key : found == index.end() ? std::vector<AccountKey>() : found->second) {
      if (!listed.platform.empty() && listed.platform != key.first) continue;
      meant.insert(key);
      any = true;
    }
    if (!any) ++unknown;
  }
  return meant;
}

// A level and what is in it or above, from the least to the highest: an order of accounts.
struct Decision {
  const char* name;
  const char* accounts;  // SQL; $1 = the run
};

constexpr std::array<Decision, 4> k_decisions = {
    {{"T2 or above",
      "SELECT platform_a AS platform, account_a AS account_id FROM tie WHERE run_id = $1 AND level IN ('T2', 'T3') "
      "UNION SELECT platform_b, "
      "account_b FROM tie WHERE run_id = $1 AND level IN ('T2', 'T3')"},
     {"G0 or above", "SELECT DISTINCT platform, account_id FROM group_member WHERE run_id = $1 AND how = 'found'"},
     {"T3",
      "SELECT platform_a AS platform, account_a AS account_id FROM tie WHERE run_id = $1 AND level = 'T3' UNION SELECT "
      "platform_b, account_b "
      "FROM "
      "tie WHERE run_id = $1 AND level = 'T3'"},
     {"G1",
      "SELECT DISTINCT platform, account_id FROM group_member JOIN group_ USING (run_id, group_id) WHERE run_id = $1 "
      "AND "
      "how = 'found' AND level = 'G1'"}}};

Cell integer(std::size_t n) {
  return static_cast<std::int64_t>(n);
}

// A share with its interval as three cells; missing where there is nothing to divide by.
void add_share(std::vector<Cell>& row, std::size_t part, std::size_t whole) {
  if (whole == 0) {
    row.insert(row.end(), 3, Cell{});
    return;
  }
  const network::Interval interval = network::clopper_pearson(part, whole);
  row.insert(row.end(), {static_cast<double>(part) / static_cast<double>(whole), interval.low, interval.high});
}

Table empty_decisions() {
  Table table(
      {{"decision", ColumnType::text, {}}, {"accounts", ColumnType::integer, {}}, {"listed", ColumnType::integer, {}}});
  for (const char* share : {"precision", "recall", "false_positive_rate"}) {
    for (const char* part : {"", "_low", "_high"})
      table.columns().push_back({std::string(share) + part, ColumnType::real, {}});
  }
  return table;
}

Result<Table> judge_groups(store::CaseFile& file, const std::string& run_id, const std::set<AccountKey>& listed,
                           std::optional<double>& weighted) {
  const std::array<Cell, 1> parameters = {run_id};
  UNISONO_TRY(const Table members,
              file.query("SELECT group_id, level, platform, account_id FROM group_ JOIN group_member USING (run_id, "
                         "group_id) WHERE run_id = $1 AND how = 'found' ORDER BY group_.n DESC, group_id",
                         parameters));
  Table table({{"group_id", ColumnType::text, {}},
               {"level", ColumnType::text, {}},
               {"accounts", ColumnType::integer, {}},
               {"listed", ColumnType::integer, {}},
               {"precision", ColumnType::real, {}}});
  std::vector<network::ClusterPrecision> clusters;
  for (std::size_t row = 0; row < members.rows();) {
    const std::string group = text_at(members, row, "group_id"), level = text_at(members, row, "level");
    std::size_t n = 0, right = 0;
    for (; row < members.rows() && text_at(members, row, "group_id") == group; ++row, ++n)
      right += listed.contains(key_at(members, row)) ? 1U : 0U;
    const double precision = static_cast<double>(right) / static_cast<double>(n);
    table.append_row({group, level, integer(n), integer(right), precision});
    clusters.push_back({n, precision});
  }
  weighted = network::weighted_precision(clusters);
  return table;
}

}  // namespace

Result<EvaluateResult> evaluate(const EvaluateOptions& options, const Control& control) {
  UNISONO_TRY(const ingest::AccountList list, ingest::read_account_list(options.truth.string(), control));
  store::OpenOptions open;
  open.threads = control.threads;
  open.read_only = true;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  UNISONO_TRY(const store::StoredRun run, store::find_run(file, "detect", options.run_id));
  EvaluateResult result;
  result.run_id = run.run_id;
  UNISONO_TRY(const Table accounts,
              file.query("SELECT platform, account_id, handle_folded FROM account SEMI JOIN action USING (platform, "
                         "account_id) ORDER BY platform, account_id"));
  std::size_t unknown = 0;
  const std::set<AccountKey> listed = accounts_on(list, accounts, unknown);
  if (listed.empty() || listed.size() == accounts.rows()) {
    Error error{ErrorCode::bad_input,
                fmt::format("{} of the {} accounts that act in this case are on the list; some must be, and some not",
                            listed.size(), accounts.rows()),
                "compare with a case that also holds accounts outside the list",
                options.truth.string(),
                {},
                {}};
    return fail(std::move(error));
  }

  std::map<AccountKey, double> place;
  std::vector<std::uint8_t> positive;
  for (std::size_t row = 0; row < accounts.rows(); ++row) {
    const AccountKey key = key_at(accounts, row);
    place.emplace(key, 0);
    positive.push_back(listed.contains(key) ? 1 : 0);
  }
  result.decisions = empty_decisions();
  const std::array<Cell, 1> parameters = {result.run_id};
  for (std::size_t d = 0; d < k_decisions.size(); ++d) {
    UNISONO_TRY(const Table found, file.query(k_decisions[d].accounts, parameters));
    std::size_t right = 0;
    for (std::size_t row = 0; row < found.rows(); ++row) {
      const AccountKey key = key_at(found, row);
      if (const auto at = place.find(key); at != place.end()) at->second = static_cast<double>(d + 1);
      right += listed.contains(key) ? 1U : 0U;
    }
    std::vector<Cell> row = {std::string(k_decisions[d].name), integer(found.rows()), integer(right)};
    add_share(row, right, found.rows());
    add_share(row, right, listed.size());
    add_share(row, found.rows() - right, accounts.rows() - listed.size());
    result.decisions.append_row(std::move(row));
  }

  std::vector<double> score;
  for (const auto& [key, level] : place) score.push_back(level);
  const network::Judged judged{score, positive};
  UNISONO_TRY(const network::RankingQuality quality, network::ranking_quality(judged));
  UNISONO_TRY(const double at_n, network::precision_at(judged, listed.size()));
  std::optional<double> weighted;
  UNISONO_TRY(result.groups, judge_groups(file, result.run_id, listed, weighted));
  result.order = Table({{"accounts", ColumnType::integer, {}},
                        {"listed", ColumnType::integer, {}},
                        {"auc", ColumnType::real, {}},
                        {"average_precision", ColumnType::real, {}},
                        {"partial_auc_1_percent", ColumnType::real, {}},
                        {"precision_at_listed", ColumnType::real, {}},
                        {"weighted_precision_of_groups", ColumnType::real, {}}});
  result.order.append_row({integer(accounts.rows()), integer(listed.size()), quality.auc, quality.average_precision,
                           quality.partial_auc, at_n, weighted ? Cell(*weighted) : Cell{}});

  if (unknown + list.unusable > 0)
    result.notes.push_back(
        fmt::format("{} of {} listed accounts do not act in this data; they are left out of the recall.",
                    unknown + list.unusable, list.rows));
  result.notes.emplace_back(
      "An account that is not on the list counts as wrong: where the list is not complete, precision is a lower end.");
  return result;
}

}  // namespace unisono::commands
