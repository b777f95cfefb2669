// B6: the group's share per week, with what the missing rows could change; B7: by kind of action.
#include <fmt/format.h>

#include "evidence/amplification_questions.hpp"

namespace unisono::evidence {
namespace {

// Missing rows cannot be by the group, or all of it: with coverage c (rows held / rows counted) the share lies between
// c * share and 1 - c * (1 - share). Coverage of a week is that of the posts of the targets published in it.
std::string weeks_body(const AmplificationRequest& request) {
  std::string kinds;
  for (const std::string& action : request.actions) kinds += (kinds.empty() ? "" : ", ") + quote_sql(action);
  return fmt::format(
      R"(WITH week_count AS (SELECT date_trunc('week', a.t_us) AS week, a.platform, a.target_id, GROUPING(a.target_id) AS
          no_target, count(*) AS actions, count(g.account_id) AS by_group
      FROM amplification a LEFT JOIN group_list g ON g.platform = a.platform AND g.account_id = a.account_id
      WHERE a.t_us IS NOT NULL GROUP BY GROUPING SETS ((week), (week, a.platform, a.target_id))),
      week_coverage AS (SELECT date_trunc('week', t_us) AS week, platform, target_id, GROUPING(target_id) AS
          no_target, least(1, sum(observed) / nullif(sum(counter),
      0)) AS coverage FROM post_coverage WHERE kind IN ({}) AND counter IS NOT NULL AND t_us IS NOT NULL
      GROUP BY GROUPING SETS ((week), (week, platform, target_id)))
      SELECT 'B6' AS analysis, strftime(w.week, '%G-W%V') AS week, w.week AS from_t, coalesce(n.target, 'all targets')
          AS subject, w.actions, w.by_group, w.by_group / w.actions AS share, c.coverage, c.coverage * w.by_group /
          w.actions AS share_low, 1 - c.coverage * (1 - w.by_group / w.actions) AS share_high
      FROM week_count w LEFT JOIN week_coverage c ON c.week = w.week AND c.no_target = w.no_target AND (w.no_target =
          1 OR (c.platform = w.platform AND c.target_id = w.target_id))
      LEFT JOIN target_name n ON n.platform = w.platform AND n.target_id = w.target_id
      ORDER BY w.no_target DESC, n.target, w.week)",
      kinds);
}

constexpr const char* k_kinds_body =
    R"(WITH kind_count AS (SELECT a.kind, a.platform, a.target_id, GROUPING(a.target_id) AS no_target, count(*) AS
          actions, count(g.account_id) AS by_group, count(DISTINCT (a.platform, a.account_id)) AS accounts,
          count(DISTINCT (g.platform, g.account_id)) FILTER (WHERE g.account_id IS NOT NULL) AS group_accounts
      FROM action_on_target a LEFT JOIN group_list g ON g.platform = a.platform AND g.account_id = a.account_id
      WHERE a.in_window AND NOT a.by_target GROUP BY GROUPING SETS ((a.kind), (a.kind, a.platform, a.target_id)))
      SELECT 'B7' AS analysis, coalesce(n.target, 'all targets') AS subject, k.kind, k.actions, k.by_group, k.by_group
          / k.actions AS share, k.accounts, k.group_accounts
      FROM kind_count k LEFT JOIN target_name n ON n.platform = k.platform AND n.target_id = k.target_id
      ORDER BY k.no_target DESC, n.target, array_position(['repost', 'reply', 'quote', 'mention'], k.kind))";

Result<void> add_shares(Questions& questions) {
  const AnalysisTable* kinds = questions.out().find("kinds");
  std::vector<std::pair<std::string, std::string>> wanted;  // subject, kind
  for (std::size_t row = 0; row < kinds->table.rows(); ++row)
    wanted.emplace_back(text_at(kinds->table, row, "subject"), text_at(kinds->table, row, "kind"));
  for (const auto& [subject, kind] : wanted) {
    const std::string only =
        subject == "all targets"
            ? std::string()
            : fmt::format(
                  R"( AND EXISTS (SELECT 1 FROM target_name n WHERE n.platform = a.platform AND n.target_id = a.target_id AND n.target
          = {}))",
                  quote_sql(subject));
    const std::string many = kind == "reply" ? "replies" : kind + "s";
    UNISONO_TRY(
        Figure * figure,
        questions.add_figure({.analysis = "B7", .subject = subject, .label = many + " by the group", .rows = many},
                             fmt::format(R"(SELECT count(g.account_id) AS numerator, count(*) AS denominator
      FROM action_on_target a LEFT JOIN group_list g ON g.platform = a.platform AND g.account_id = a.account_id
      WHERE a.in_window AND NOT a.by_target AND a.kind = '{}'{})",
                                         kind, only)));
    UNISONO_TRY(const Table coverage, questions.ask(fmt::format(R"(SELECT sum(observed) / nullif(sum(counter),
      0) AS coverage FROM post_coverage a WHERE kind = '{}' AND counter IS NOT NULL{})",
                                                                kind, only)));
    if (has_value(coverage, 0, "coverage")) figure->coverage = real_at(coverage, 0, "coverage");
  }
  return {};
}

}  // namespace

Result<void> add_group_shares(Questions& questions) {
  if (!questions.has_group()) {
    questions.refuse("B6, B7", "no group was given",
                     "give --group FILE with a list of accounts, or the id of a group of "
                     "`unisono detect`");
    return {};
  }
  UNISONO_TRY(Figure * size,
              questions.add_figure(
                  {.analysis = "B6", .subject = "the group", .label = "accounts of the group", .rows = "accounts"},
                  "SELECT count(*) AS numerator FROM group_list"));
  questions.out().group_accounts = static_cast<std::uint64_t>(size->numerator.value_or(0));
  UNISONO_TRY(const std::int64_t acting, questions.count(R"(SELECT count(*) FROM group_list g WHERE EXISTS (SELECT 1
      FROM action_on_target a WHERE a.platform = g.platform AND a.account_id = g.account_id AND a.in_window AND NOT
          a.by_target))"));
  if (acting == 0) {
    questions.refuse("B6, B7",
                     fmt::format("none of the {} accounts of the group acts on a target in this window",
                                 questions.out().group_accounts),
                     "check the ids in the list, or choose another window");
    return {};
  }
  UNISONO_CHECK(questions.add_table({"weeks", "B6", "The group's share per ISO week (B6)", {}, {}, {}, 0},
                                    weeks_body(questions.request())));
  UNISONO_CHECK(
      questions.add_table({"kinds", "B7", "The group's share by kind of action (B7)", {}, {}, {}, 0}, k_kinds_body));
  return add_shares(questions);
}

}  // namespace unisono::evidence
