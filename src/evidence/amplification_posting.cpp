// Who is amplified, and the overt layer: A1 posts, A2 engagement and how much of it is held, A3 when the targets came
// online.
#include <fmt/format.h>

#include "evidence/amplification_questions.hpp"

namespace unisono::evidence {
namespace {

// First and last day of the study: what was asked for, else the first and last post of a target.
std::string bounds(const AmplificationRequest& request) {
  const auto date = [](TimeUs t) { return fmt::format("DATE '{}'", format_iso(t, Precision::day)); };
  const std::string own = " FROM target_post WHERE in_window AND NOT is_repost)";
  return fmt::format("(SELECT {} AS first_day, {} AS last_day)",
                     request.since ? date(*request.since) : "(SELECT CAST(min(t_us) AS DATE)" + own,
                     request.until ? date(*request.until - 1) : "(SELECT CAST(max(t_us) AS DATE)" + own);
}

Result<void> add_posts(Questions& questions) {
  const std::string body = fmt::format(
      R"(WITH bounds AS {}, counted AS (SELECT p.platform, p.target_id, n.role, GROUPING(p.target_id) AS no_target,
          GROUPING(p.platform) AS no_platform, GROUPING(n.role) AS no_role, count(*) FILTER (WHERE NOT is_repost) AS
          posts, count(*) FILTER (WHERE is_repost) AS reposts_made, min(t_us) AS first_t, max(t_us) AS last_t
      FROM target_post p JOIN target_name n USING (platform, target_id)
      WHERE in_window GROUP BY GROUPING SETS ((), (p.platform), (n.role), (p.platform, p.target_id)))
      SELECT 'A1' AS analysis, CASE WHEN no_target = 0 THEN n.target WHEN no_platform = 0 THEN 'platform ' ||
          c.platform WHEN no_role = 0 THEN 'role ' || c.role ELSE 'all targets' END AS subject, posts,
          date_diff('day', first_day, last_day) AS days, posts / nullif(date_diff('day', first_day, last_day),
      0) AS posts_per_day, posts / (date_diff('day', first_day, last_day) + 1) AS posts_per_day_inclusive,
          reposts_made, first_t, last_t FROM counted c
      CROSS JOIN bounds LEFT JOIN target_name n ON n.platform = c.platform AND n.target_id = c.target_id
      WHERE no_role = 1 OR c.role IS NOT NULL ORDER BY no_target DESC, no_platform + no_role DESC, posts DESC, subject)",
      bounds(questions.request()));
  UNISONO_CHECK(questions.add_table({"posting", "A1", "What the targets posted (A1)", {}, {}, {}, 0}, body, 200));
  UNISONO_CHECK(questions.add_figure(
      {.analysis = "A1", .subject = "all targets", .label = "own posts of the targets", .rows = "posts"},
      "SELECT count(*) AS numerator FROM target_post WHERE in_window AND NOT is_repost"));
  questions.out().notes.emplace_back(
      "A1: posts per day divide by the difference of the first and the last day; the inclusive rule beside it counts "
      "both.");
  return {};
}

Result<void> add_engagement(Questions& questions) {
  UNISONO_CHECK(questions.add_table(
      {"engagement", "A2", "Engagement, and how much of it is in the data (A2)", {}, {}, {}, 0},
      R"(WITH counted AS (SELECT c.platform, c.target_id, kind, GROUPING(c.target_id) AS no_target, count(*) AS posts,
          count(counter) AS posts_with_counter, CAST(sum(counter) AS BIGINT) AS counter_sum, CAST(sum(observed) AS
          BIGINT) AS observed, CAST(sum(observed) FILTER (WHERE counter IS NOT NULL) AS BIGINT) AS
          observed_where_counted, quantile_cont(observed / counter, [0.25, 0.5, 0.75]) FILTER (WHERE counter > 0) AS
          quartiles FROM post_coverage c GROUP BY GROUPING SETS ((kind), (c.platform, c.target_id, kind)))
      SELECT 'A2' AS analysis, coalesce(n.target, 'all targets') AS subject, kind, posts, posts_with_counter,
          counter_sum, observed, observed_where_counted, observed_where_counted / nullif(counter_sum, 0) AS coverage,
          quartiles[1] AS coverage_q1, quartiles[2] AS coverage_median, quartiles[3] AS coverage_q3
      FROM counted c LEFT JOIN target_name n ON n.platform = c.platform AND n.target_id = c.target_id
      ORDER BY no_target DESC, n.target, array_position(['repost', 'reply', 'quote', 'like', 'view'], kind))",
      500));
  for (const std::string kind : {"repost", "reply", "quote"}) {
    const std::string many = kind == "reply" ? "replies" : kind + "s";
    UNISONO_TRY(Figure * observed,
                questions.add_figure({.analysis = "A2",
                                      .subject = "all targets",
                                      .label = many + " of the targets' posts by others, in the window",
                                      .rows = many},
                                     fmt::format(R"(SELECT count(*) AS numerator FROM action_on_target
      WHERE in_window AND NOT by_target AND kind = '{}')",
                                                 kind)));
    if (observed->numerator.value_or(0) == 0) {
      questions.out().figures.pop_back();
      continue;
    }
    UNISONO_CHECK(questions.add_figure(
        {.analysis = "A2",
         .subject = "all targets",
         .label = "coverage: " + many + " held of those that counters state",
         .rows = many},
        fmt::format(R"(SELECT coalesce(sum(observed), 0)::BIGINT AS numerator, coalesce(sum(counter),
      0)::BIGINT AS denominator FROM post_coverage
      WHERE kind = '{}' AND counter IS NOT NULL)",
                    kind)));
  }
  return {};
}

std::string end_of_study(const AmplificationRequest& request) {
  if (request.until) return quote_sql_time(*request.until);
  return "(SELECT max(t_us) FROM action_on_target)";
}

Result<void> add_online(Questions& questions) {
  UNISONO_CHECK(questions.add_table(
      {"online", "A3", "When the targets came online (A3)", {}, {}, {}, 0},
      R"(SELECT 'A3' AS analysis, n.target AS subject, n.role, a.created_us AS created, a.created_precision AS precision,
          row_number() OVER (ORDER BY a.created_us, n.target) AS cumulative
      FROM target_name n JOIN account a ON a.platform = n.platform AND a.account_id = n.target_id
      WHERE a.created_us IS NOT NULL ORDER BY a.created_us, n.target)",
      500));
  const Table& online = questions.out().tables.back().table;
  if (online.rows() == 0) {
    questions.out().tables.pop_back();
    questions.refuse("A3", "no target has a known time of creation in this data",
                     "add an export that holds the profiles of the targets");
    return {};
  }
  UNISONO_TRY(const std::int64_t all, questions.count("SELECT count(*) FROM target_name"));
  UNISONO_TRY(
      Figure * recent,
      questions.add_figure(
          {.analysis = "A3",
           .subject = "all targets",
           .label = "targets created in the 24 months before the end",
           .rows = "targets with a known time of creation"},
          fmt::format(
              R"(SELECT count(*) FILTER (WHERE a.created_us > {} - INTERVAL 24 MONTH) AS numerator, count(*) AS denominator
      FROM target_name n JOIN account a ON a.platform = n.platform AND a.account_id = n.target_id
      WHERE a.created_us IS NOT NULL)",
              end_of_study(questions.request()))));
  recent->excluded = all - recent->denominator.value_or(0);
  recent->excluded_why = "targets without a known time of creation";
  recent->coverage = all == 0 ? std::optional<double>()
                              : static_cast<double>(recent->denominator.value_or(0)) / static_cast<double>(all);
  return {};
}

}  // namespace

// Everybody whose posts others repost, answer, quote or name, on a list or not: only those on a list are named.
Result<void> add_amplified(Questions& questions) {
  questions.out().notes.emplace_back(
      "Only accounts on a list are named: `account 7` is an account of this data, `outside 7` one that it only refers "
      "to. "
      "Coverage is known where the data holds the post and its counter.");
  return questions.add_table({"amplified", "A2", "Who is amplified, and by how many", {}, {}, {}, 0}, R"(
      WITH unlisted AS (
        SELECT r.platform, coalesce(p.account_id, r.target_account) AS owner, r.kind, r.account_id
        FROM pointing r
        LEFT JOIN post p ON p.platform = r.platform AND p.post_id = r.object_id
        LEFT JOIN target_list t ON t.platform = r.platform AND t.ref = r.target_account
        LEFT JOIN target_list o ON o.platform = r.platform AND o.ref = p.account_id
        WHERE r.in_window AND t.ref IS NULL AND o.ref IS NULL),
      counted AS (
        SELECT platform, target_id AS owner, true AS on_list, kind, account_id FROM action_on_target
        WHERE in_window AND NOT by_target
        UNION ALL
        SELECT platform, owner, false, kind, account_id FROM unlisted
        WHERE owner IS NOT NULL AND owner IS DISTINCT FROM account_id),
      summed AS (
        SELECT platform, owner, on_list, CASE WHEN on_list THEN owner END AS target_id,
               count(*) FILTER (WHERE kind = 'repost') AS reposts, count(*) FILTER (WHERE kind = 'reply') AS replies,
               count(*) FILTER (WHERE kind = 'quote') AS quotes, count(*) FILTER (WHERE kind = 'mention') AS mentions,
               count(DISTINCT account_id) AS accounts
        FROM counted GROUP BY platform, owner, on_list),
      referred AS (SELECT DISTINCT platform, target_account AS owner FROM post_target WHERE target_account IS NOT NULL),
      outsider AS (
        SELECT r.platform, r.owner, row_number() OVER (ORDER BY r.platform, r.owner) AS i
        FROM referred r ANTI JOIN account a ON a.platform = r.platform AND a.account_id = r.owner),
      covered AS (
        SELECT platform, target_id, sum(observed) / nullif(sum(counter), 0) AS coverage FROM post_coverage
        WHERE kind = 'repost' AND counter IS NOT NULL GROUP BY platform, target_id)
      SELECT 'A2' AS analysis, coalesce(t.target, n.label, 'outside ' || o.i) AS subject, s.on_list, s.reposts,
             s.replies, s.quotes, s.mentions, s.accounts, c.coverage AS repost_coverage
      FROM summed s
      LEFT JOIN target_name t ON t.platform = s.platform AND t.target_id = s.target_id
      LEFT JOIN account_name n ON n.platform = s.platform AND n.account_id = s.owner
      LEFT JOIN outsider o ON o.platform = s.platform AND o.owner = s.owner
      LEFT JOIN covered c ON c.platform = s.platform AND c.target_id = s.target_id
      ORDER BY s.on_list DESC, s.reposts DESC, s.replies + s.quotes DESC, s.mentions DESC, s.platform, s.owner)",
                             100);
}

Result<void> add_posting(Questions& questions) {
  UNISONO_TRY(const std::int64_t posts, questions.count("SELECT count(*) FROM target_post WHERE in_window"));
  if (posts == 0) {
    questions.refuse("A1, A2", "no post of a target is in this data and window, so posts and coverage are unknown",
                     "add an export of the targets' own posts");
  } else {
    UNISONO_CHECK(add_posts(questions));
    UNISONO_CHECK(add_engagement(questions));
  }
  return add_online(questions);
}

}  // namespace unisono::evidence
