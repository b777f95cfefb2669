// B8: accounts that answer everything that a target posts while they are active.
#include <fmt/format.h>

#include "evidence/amplification_questions.hpp"

namespace unisono::evidence {
namespace {

// Posts between an account's first and last action on the targets, by running counts instead of a join of all accounts
// with all posts.
constexpr const char* k_devotion = R"(
      seen AS (
        SELECT platform, account_id, min(t_us) AS first_us, max(t_us) AS last_us FROM action_on_target
        WHERE in_window AND NOT by_target AND account_id IS NOT NULL AND t_us IS NOT NULL GROUP BY platform, account_id),
      own AS (
        SELECT platform, target_id, post_id, t_us FROM target_post
        WHERE in_window AND NOT is_repost AND t_us IS NOT NULL),
      running AS (
        SELECT platform, target_id, t_us, sum(count(*)) OVER (PARTITION BY platform, target_id ORDER BY t_us) AS n
        FROM own GROUP BY platform, target_id, t_us),
      reply AS MATERIALIZED (
        SELECT DISTINCT a.platform, a.account_id, o.target_id, o.post_id, o.t_us FROM action_on_target a
        JOIN own o ON o.platform = a.platform AND o.post_id = a.object_id
        WHERE a.kind = 'reply' AND a.in_window AND NOT a.by_target),
      answered AS (
        SELECT s.platform, s.account_id, r.target_id, s.first_us, s.last_us, count(*) AS answered FROM reply r
        JOIN seen s ON s.platform = r.platform AND s.account_id = r.account_id
        WHERE r.t_us BETWEEN s.first_us AND s.last_us
        GROUP BY s.platform, s.account_id, r.target_id, s.first_us, s.last_us),
      devotion AS (
        SELECT a.platform, a.account_id, a.target_id, a.answered, (u.n - coalesce(b.n, 0))::BIGINT AS posts
        FROM answered a
        ASOF LEFT JOIN running u ON u.platform = a.platform AND u.target_id = a.target_id AND a.last_us >= u.t_us
        ASOF LEFT JOIN running b ON b.platform = a.platform AND b.target_id = a.target_id AND a.first_us > b.t_us))";

constexpr int k_fewest_posts = 10;

}  // namespace

Result<void> add_devotion(Questions& questions) {
  UNISONO_TRY(
      const std::int64_t replies,
      questions.count(
          R"(SELECT count(*) FROM action_on_target WHERE in_window AND NOT by_target AND kind = 'reply' AND account_id IS NOT
          NULL)"));
  UNISONO_TRY(
      const std::int64_t posts,
      questions.count("SELECT count(*) FROM target_post WHERE in_window AND NOT is_repost AND t_us IS NOT NULL"));
  if (replies == 0 || posts == 0) {
    questions.refuse("B8",
                     replies == 0 ? "no reply to a target is in this data and window"
                                  : "no post of a target with a time is in this data, so it is unknown what could be "
                                    "answered",
                     replies == 0 ? "add an export that holds replies" : "add an export of the targets' own posts");
    return {};
  }
  const std::string in_group =
      questions.has_group()
          ? R"(, EXISTS (SELECT 1 FROM group_list g WHERE g.platform = d.platform AND g.account_id = d.account_id) AS in_group)"
          : "";
  UNISONO_CHECK(questions.add_table(
      {"devotion", "B8", "Accounts that answer most of a target's posts (B8)", {}, {}, {}, 0},
      fmt::format(
          R"(WITH {} SELECT 'B8' AS analysis, coalesce(m.label, 'an unknown account') AS account, n.target AS subject,
          d.answered, d.posts, d.answered / d.posts AS share{}
      FROM devotion d JOIN target_name n ON n.platform = d.platform AND n.target_id = d.target_id
      LEFT JOIN account_name m ON m.platform = d.platform AND m.account_id = d.account_id
      WHERE d.posts >= {} ORDER BY d.answered / d.posts DESC, d.answered DESC, n.target, m.n)",
          k_devotion, in_group, k_fewest_posts),
      questions.request().rows_shown));
  for (const int percent : {50, 75}) {
    UNISONO_CHECK(questions.add_figure(
        {.analysis = "B8",
         .subject = "all targets",
         .label =
             fmt::format("accounts that answered at least {} % of a target's posts between their first and last action "
                         "(of accounts with a reply and at least {} such posts)",
                         percent, k_fewest_posts),
         .rows = "accounts"},
        fmt::format(
            R"(WITH {} SELECT count(DISTINCT (platform, account_id)) FILTER (WHERE answered * 100 >= posts * {}) AS numerator,
          count(DISTINCT (platform, account_id)) AS denominator
      FROM devotion WHERE posts >= {})",
            k_devotion, percent, k_fewest_posts)));
  }
  return {};
}

}  // namespace unisono::evidence
