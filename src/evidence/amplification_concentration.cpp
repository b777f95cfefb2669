// B1: how few accounts make how much; B2: which accounts these are.
#include <fmt/format.h>

#include "evidence/amplification_questions.hpp"

namespace unisono::evidence {
namespace {

constexpr std::array<std::uint32_t, 3> k_per_mille = {1, 10, 100};
constexpr const char* k_all = "all targets";

const char* name_of_top(std::uint32_t per_mille) {
  return per_mille == 1 ? "0.1 %" : per_mille == 10 ? "1 %" : "10 %";
}

// Subjects with the classes of their accounts, all targets first.
struct Subject {
  std::string name;
  std::vector<CountClass> classes;
};

Result<std::vector<Subject>> subjects(Questions& questions) {
  UNISONO_TRY(const Table table,
              questions.ask(R"(WITH per_account AS (SELECT 'all targets' AS subject, true AS whole, count(*) AS n
      FROM amplification WHERE account_id IS NOT NULL
      GROUP BY platform, account_id UNION ALL SELECT t.target, false, count(*)
      FROM amplification JOIN target_name t USING (platform, target_id)
      WHERE account_id IS NOT NULL GROUP BY t.target, platform, account_id)
      SELECT subject, n, count(*) AS accounts FROM per_account
      GROUP BY subject, whole, n ORDER BY whole DESC, subject, n)"));
  std::vector<Subject> all;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::string name = text_at(table, row, "subject");
    if (all.empty() || all.back().name != name) all.push_back({std::move(name), {}});
    all.back().classes.push_back({static_cast<std::uint64_t>(integer_at(table, row, "n")),
                                  static_cast<std::uint64_t>(integer_at(table, row, "accounts"))});
  }
  return all;
}

Table empty_concentration() {
  return Table({{"analysis", ColumnType::text, {}},
                {"subject", ColumnType::text, {}},
                {"top", ColumnType::text, {}},
                {"accounts", ColumnType::integer, {}},
                {"actions", ColumnType::integer, {}},
                {"k", ColumnType::integer, {}},
                {"top_actions", ColumnType::integer, {}},
                {"share", ColumnType::real, {}},
                {"cut", ColumnType::integer, {}},
                {"tied_at_cut", ColumnType::integer, {}},
                {"share_without_tied", ColumnType::real, {}},
                {"share_with_tied", ColumnType::real, {}},
                {"share_if_equal", ColumnType::real, {}},
                {"p_if_equal", ColumnType::real, {}},
                {"concentrated", ColumnType::boolean, {}},
                {"gini", ColumnType::real, {}}});
}

void add_shares(Questions& questions, const Subject& subject, Table& table) {
  const auto integer = [](std::uint64_t n) { return Cell(static_cast<std::int64_t>(n)); };
  for (const std::uint32_t per_mille : k_per_mille) {
    const TopShare top = top_share(subject.classes, per_mille);
    const EqualAccounts equal = equal_accounts(subject.classes, per_mille, questions.request().seed);
    const auto of_all = [&](std::uint64_t n) { return static_cast<double>(n) / static_cast<double>(top.actions); };
    table.append_row({std::string("B1"), subject.name, std::string(name_of_top(per_mille)), integer(top.accounts),
                      integer(top.actions), integer(top.k), integer(top.top_actions), of_all(top.top_actions),
                      integer(top.cut), integer(top.tied), of_all(top.actions_above), of_all(top.actions_at_or_above),
                      equal.expected, equal.p, is_concentrated(top, equal), gini(subject.classes)});
  }
}

// Ranks with the ids as the last word, so that the number is the same whoever asks.
std::string top_body(const std::string& subject, std::uint32_t per_mille) {
  const std::string rows =
      subject == k_all ? "amplification"
                       : fmt::format("amplification JOIN target_name t USING (platform, target_id) WHERE t.target = {}",
                                     quote_sql(subject));
  const char* with_account = subject == k_all ? " WHERE account_id IS NOT NULL" : " AND account_id IS NOT NULL";
  return fmt::format(
      R"(WITH per_account AS (SELECT platform, account_id, count(*) AS n
      FROM {}{} GROUP BY platform, account_id),
      ranked AS (SELECT n, row_number() OVER (ORDER BY n DESC, platform, account_id) AS r, count(*) OVER () AS
          accounts FROM per_account) SELECT coalesce(sum(n) FILTER (WHERE r <= (accounts * {} + 999) // 1000),
      0)::BIGINT AS numerator, sum(n)::BIGINT AS denominator
      FROM ranked)",
      rows, with_account, per_mille);
}

constexpr const char* k_gini_body =
    R"(WITH per_account AS (SELECT platform, account_id, count(*) AS n
      FROM amplification WHERE account_id IS NOT NULL
      GROUP BY platform, account_id), ranked AS (SELECT n, row_number() OVER (ORDER BY n, platform, account_id) AS r,
          count(*) OVER () AS accounts FROM per_account)
      SELECT sum((2 * r - accounts - 1) * n) / (max(accounts) * sum(n)) AS value
      FROM ranked)";

Result<void> add_figures(Questions& questions, const std::vector<Subject>& all) {
  for (const Subject& subject : all) {
    for (const std::uint32_t per_mille : k_per_mille) {
      UNISONO_TRY(Figure * figure,
                  questions.add_figure({.analysis = "B1",
                                        .subject = subject.name,
                                        .label = fmt::format("{} by the most active {} of the accounts",
                                                             questions.rows_name(), name_of_top(per_mille)),
                                        .rows = questions.rows_name()},
                                       top_body(subject.name, per_mille)));
      figure->command = "unisono amplify";
      if (subject.name != k_all) continue;
      figure->excluded = static_cast<std::int64_t>(questions.out().actions_without_account);
      figure->excluded_why = "rows without a known account";
    }
  }
  UNISONO_CHECK(questions.add_figure(
      {.analysis = "B1", .subject = k_all, .label = "Gini coefficient of the accounts", .rows = questions.rows_name()},
      k_gini_body));
  return {};
}

Result<void> add_spreaders(Questions& questions, std::uint64_t cut) {
  const std::string group =
      questions.has_group()
          ? R"(EXISTS (SELECT 1 FROM group_list g WHERE g.platform = c.platform AND g.account_id = c.account_id) AS in_group, )"
          : "";
  const std::string status = questions.out().status_at ? "coalesce(s.status, 'unknown') AS status, " : "";
  const std::string with_status =
      questions.out().status_at ? "LEFT JOIN status_at s ON s.platform = c.platform AND s.account_id = c.account_id "
                                : "";
  return questions.add_table(
      {"spreaders", "B2", "The most active 1 % of the accounts (B2)", {}, {}, {}, 0},
      fmt::format(
          R"(WITH per_account AS (SELECT platform, account_id, count(*) AS n, count(DISTINCT target_id) AS targets
      FROM amplification WHERE account_id IS NOT NULL
      GROUP BY platform, account_id) SELECT 'B2' AS analysis, coalesce(m.label, 'an unknown account') AS account, c.n
          AS actions, c.n / (SELECT sum(n) FROM per_account) AS share, c.targets, {}{}a.created_us AS created,
          a.followers FROM per_account c LEFT JOIN account a ON a.platform = c.platform AND a.account_id =
          c.account_id LEFT JOIN account_name m ON m.platform = c.platform AND m.account_id = c.account_id {}WHERE c.n
          >= {} ORDER BY c.n DESC, m.n)",
          group, status, with_status, cut),
      questions.request().rows_shown);
}

}  // namespace

Result<void> add_concentration(Questions& questions) {
  UNISONO_TRY(const std::vector<Subject> all, subjects(questions));
  if (all.empty()) {
    questions.refuse(
        "B1, B2", fmt::format("no {} of a target by a known account is in this data and window", questions.rows_name()),
        "choose other --actions, another window, or add an export that holds them");
    return {};
  }
  Table table = empty_concentration();
  for (const Subject& subject : all) add_shares(questions, subject, table);
  const TopShare top = top_share(all.front().classes, 10);
  questions.out().lorenz = lorenz(all.front().classes, 256);
  const std::uint64_t rows = table.rows();
  questions.out().tables.push_back(
      {"concentration", "B1", "How few accounts make how much (B1)", std::move(table), {}, "unisono amplify", rows});
  UNISONO_CHECK(add_figures(questions, all));
  questions.out().notes.push_back(fmt::format(
      "B1, rule for ties: the share counts exactly k accounts, k rounded up; accounts with equal counts weigh the "
      "same, so "
      "it does not matter which of the {} accounts with {} {} at the cut of 1 % are taken. B2 lists all of them.",
      top.tied, top.cut, questions.rows_name()));
  return add_spreaders(questions, top.cut);
}

}  // namespace unisono::evidence
