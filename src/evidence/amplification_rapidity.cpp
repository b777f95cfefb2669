// B3: how rapidly single accounts act one time after the other, and how soon after the post.
#include <fmt/format.h>

#include <algorithm>

#include "evidence/amplification_questions.hpp"

namespace unisono::evidence {
namespace {

constexpr std::array<std::int64_t, 4> k_thresholds_us = {1 * k_us_per_s, 5 * k_us_per_s, 10 * k_us_per_s,
                                                         60 * k_us_per_s};
constexpr std::array<std::int64_t, 10> k_edges_us = {
    1 * k_us_per_s,    5 * k_us_per_s,    10 * k_us_per_s,    60 * k_us_per_s,  300 * k_us_per_s,
    1 * k_us_per_hour, 6 * k_us_per_hour, 24 * k_us_per_hour, 7 * k_us_per_day, 30 * k_us_per_day};

// Length of a unit of time as it stands in t_precision.
std::string precision_us(std::string_view column) {
  std::string cases = fmt::format("CASE {}", column);
  for (const Precision precision :
       {Precision::us, Precision::ms, Precision::s, Precision::min, Precision::hour, Precision::day, Precision::month})
    cases += fmt::format(" WHEN '{}' THEN {}", name_of(precision), length_us(precision));
  return cases + " END";
}

std::string timed_select() {
  return fmt::format(
      R"(SELECT platform, account_id, epoch_us(t_us) AS us, {} AS g
      FROM amplification WHERE account_id IS NOT NULL AND t_us IS NOT NULL AND t_precision IS NOT NULL)",
      precision_us("t_precision"));
}

struct Timed {
  std::vector<std::uint32_t> account;
  std::vector<std::int64_t> t_us, precision_us;
};

// In slices, so that cells never stand in memory for all rows at once.
Result<Timed> read_timed(Questions& questions) {
  UNISONO_CHECK(questions.file().execute(fmt::format(R"(CREATE OR REPLACE TEMP TABLE timed_action AS
      SELECT dense_rank() OVER (ORDER BY platform, account_id) AS account, us, g
      FROM ({}) ORDER BY account, us, g)",
                                                     timed_select())));
  UNISONO_TRY(const std::int64_t rows, questions.count("SELECT count(*) FROM timed_action"));
  Timed timed;
  constexpr std::int64_t k_slice = 1 << 18;
  for (std::int64_t from = 0; from < rows; from += k_slice) {
    UNISONO_TRY(const Table slice,
                questions.ask(fmt::format(R"(SELECT account, us, g FROM timed_action WHERE rowid >= {} AND rowid < {}
      ORDER BY rowid)",
                                          from, from + k_slice)));
    for (std::size_t row = 0; row < slice.rows(); ++row) {
      timed.account.push_back(static_cast<std::uint32_t>(integer_at(slice, row, "account")));
      timed.t_us.push_back(integer_at(slice, row, "us"));
      timed.precision_us.push_back(integer_at(slice, row, "g"));
    }
  }
  return timed;
}

Result<std::string> label_of_rank(Questions& questions, std::uint32_t account) {
  UNISONO_TRY(const Table row, questions.ask(fmt::format(
                                   R"(SELECT coalesce(n.label, 'an unknown account') AS label
      FROM (SELECT DISTINCT platform, account_id, dense_rank() OVER (ORDER BY platform, account_id) AS i
      FROM ({})) LEFT JOIN account_name n USING (platform, account_id)
      WHERE i = {})",
                                   timed_select(), account)));
  return text_at(row, 0, "label");
}

Table empty_rapidity() {
  return Table({{"analysis", ColumnType::text, {}},
                {"within_s", ColumnType::real, {}},
                {"gaps", ColumnType::integer, {}},
                {"gaps_within", ColumnType::integer, {}},
                {"share", ColumnType::real, {}},
                {"effective_s", ColumnType::real, {}},
                {"longest_burst", ColumnType::integer, {}},
                {"burst_account", ColumnType::text, {}},
                {"burst_first_t", ColumnType::time_us, {}},
                {"burst_s", ColumnType::real, {}}});
}

double in_seconds(std::int64_t us) {
  return static_cast<double>(us) / 1e6;
}

std::string gap_body(std::int64_t threshold_us) {
  return fmt::format(
      R"(WITH timed AS ({0}), gap AS (SELECT us - lag(us) OVER w AS gap_us, greatest(g, lag(g) OVER w) AS g
      FROM timed WINDOW w AS (PARTITION BY platform, account_id ORDER BY us, g))
      SELECT count(*) FILTER (WHERE gap_us <= {1}) AS numerator, count(*) AS denominator
      FROM gap WHERE gap_us IS NOT NULL AND g <= {1})",
      timed_select(), threshold_us);
}

// A run begins where the gap before is not within the threshold.
std::string burst_body(std::int64_t threshold_us) {
  return fmt::format(
      R"(WITH timed AS ({0}), step AS (SELECT platform, account_id, us, g, CASE WHEN us - lag(us) OVER w <= {1} AND
          greatest(g, lag(g) OVER w) <= {1} THEN 0 ELSE 1 END AS begins
      FROM timed WINDOW w AS (PARTITION BY platform, account_id ORDER BY us, g)),
      run AS (SELECT platform, account_id, sum(begins) OVER (PARTITION BY platform, account_id ORDER BY us, g ROWS
          UNBOUNDED PRECEDING) AS i FROM step),
      long AS (SELECT count(*) AS n FROM run GROUP BY platform, account_id, i)
      SELECT max(n) AS numerator FROM long)",
      timed_select(), threshold_us);
}

Result<void> add_gaps(Questions& questions) {
  UNISONO_TRY(const Timed timed, read_timed(questions));
  const TimedActions actions{timed.account, timed.t_us, timed.precision_us};
  const std::vector<GapShare> shares = gap_shares(actions, k_thresholds_us);
  Table table = empty_rapidity();
  for (const GapShare& share : shares) {
    if (share.usable == 0) continue;
    std::vector<Cell> row = {std::string("B3"),
                             in_seconds(share.threshold_us),
                             static_cast<std::int64_t>(share.usable),
                             static_cast<std::int64_t>(share.within),
                             static_cast<double>(share.within) / static_cast<double>(share.usable),
                             in_seconds(share.threshold_us + share.coarsest_us)};
    if (share.burst_actions > 0) {
      UNISONO_TRY(std::string label, label_of_rank(questions, share.burst_account));
      row.insert(row.end(), {static_cast<std::int64_t>(share.burst_actions), std::move(label), share.burst_first_us,
                             in_seconds(share.burst_last_us - share.burst_first_us)});
    } else {
      row.resize(10);
    }
    table.append_row(std::move(row));
    UNISONO_CHECK(
        questions.add_figure({.analysis = "B3",
                              .subject = "all targets",
                              .label = fmt::format("gaps of at most {} between consecutive {} of one account",
                                                   format_duration(share.threshold_us), questions.rows_name()),
                              .rows = "gaps"},
                             gap_body(share.threshold_us)));
    if (share.burst_actions > 0) {
      UNISONO_CHECK(
          questions.add_figure({.analysis = "B3",
                                .subject = "all targets",
                                .label = fmt::format("longest run of {} of one account, each at most {} after the last",
                                                     questions.rows_name(), format_duration(share.threshold_us)),
                                .rows = questions.rows_name()},
                               burst_body(share.threshold_us)));
    }
  }
  std::vector<std::string> coarse;
  for (const GapShare& share : shares) {
    if (share.usable == 0) coarse.push_back(format_duration(share.threshold_us));
  }
  if (!coarse.empty()) {
    const auto fewer = std::adjacent_find(timed.account.begin(), timed.account.end());
    const bool no_gaps = fewer == timed.account.end();
    const std::int64_t finest =
        timed.precision_us.empty() ? 0 : *std::min_element(timed.precision_us.begin(), timed.precision_us.end());
    questions.refuse(
        "B3",
        no_gaps ? fmt::format("no account has two {} with a known time, so there are no gaps", questions.rows_name())
                : fmt::format("the times are known to {} at best, too coarse for gaps of {}", format_duration(finest),
                              fmt::format("{}", fmt::join(coarse, ", "))),
        no_gaps ? "choose other --actions or a longer window" : "use an export whose times have seconds");
  }
  if (table.rows() == 0) return {};
  questions.out().gaps = gap_histogram(actions, k_edges_us);
  const std::uint64_t rows = table.rows();
  questions.out().tables.push_back({"rapidity",
                                    "B3",
                                    "Gaps between consecutive actions of one account (B3)",
                                    std::move(table),
                                    {},
                                    "unisono amplify",
                                    rows});
  return {};
}

// When the post was published: as the data has it, else out of an undamaged id of X, which holds the millisecond.
std::string latency_relation() {
  return fmt::format(
      R"(published AS (SELECT a.platform, a.account_id, a.target_id, a.post_id, a.kind, a.t_us, {0} AS g,
          coalesce(p.t_us, CASE WHEN a.platform = 'x' AND NOT coalesce(a.lossy, false) AND TRY_CAST(a.object_id AS
          BIGINT) > 30000000000 THEN make_timestamp(((TRY_CAST(a.object_id AS BIGINT) >> 22) + 1288834974657) * 1000)
          END) AS post_us, CASE WHEN p.t_us IS NULL THEN 1000 ELSE {1} END AS post_g
      FROM amplification a LEFT JOIN post p ON p.platform = a.platform AND p.post_id = a.object_id
      WHERE a.kind <> 'mention' AND a.t_us IS NOT NULL),
      latency AS (SELECT *, epoch_us(t_us) - epoch_us(post_us) AS us
      FROM published WHERE post_us IS NOT NULL AND greatest(g, post_g) <= 60000000))",
      precision_us("a.t_precision"), precision_us("p.t_precision"));
}

Result<void> add_latency(Questions& questions) {
  const std::string relation = latency_relation();
  UNISONO_TRY(const Table known, questions.ask(fmt::format(
                                     R"(WITH {} SELECT (SELECT count(*) FROM amplification
      WHERE kind <> 'mention') AS rows, (SELECT count(*)
      FROM published WHERE post_us IS NOT NULL) AS published, count(*) AS usable, count(*) FILTER (WHERE us < 0) AS
          negative FROM latency)",
                                     relation)));
  const std::int64_t rows = integer_at(known, 0, "rows"), usable = integer_at(known, 0, "usable"),
                     negative = integer_at(known, 0, "negative");
  if (rows == 0) return {};
  if (usable - negative <= 0) {
    const bool unpublished = integer_at(known, 0, "published") == 0;
    questions.refuse(
        "B3, latency",
        unpublished
            ? fmt::format("of none of {} {} is it known when the post was published", rows, questions.rows_name())
            : "the times are too coarse for 60 s",
        unpublished ? "add an export that holds the targets' posts" : "use an export whose times have seconds");
    return {};
  }
  UNISONO_CHECK(questions.add_table(
      {"latency", "B3", "How soon after the post (B3)", {}, {}, {}, 0},
      fmt::format(
          R"(WITH {}, counted AS (SELECT platform, target_id, GROUPING(target_id) AS no_target, count(*) AS actions, count(*)
          FILTER (WHERE us <= 60000000) AS within_60_s, quantile_cont(us / 1e6, [0.25, 0.5, 0.75]) AS q
      FROM latency WHERE us >= 0 GROUP BY GROUPING SETS ((), (platform, target_id)))
      SELECT 'B3' AS analysis, coalesce(n.target, 'all targets') AS subject, actions, within_60_s, within_60_s /
          actions AS share, q[1] AS q1_s, q[2] AS median_s, q[3] AS q3_s
      FROM counted c LEFT JOIN target_name n ON n.platform = c.platform AND n.target_id = c.target_id
      ORDER BY no_target DESC, actions DESC, n.target)",
          relation),
      200));
  UNISONO_TRY(
      Figure * figure,
      questions.add_figure(
          {.analysis = "B3",
           .subject = "all targets",
           .label = fmt::format("{} within 60 s after the post", questions.rows_name()),
           .rows = questions.rows_name()},
          fmt::format(R"(WITH {} SELECT count(*) FILTER (WHERE us <= 60000000) AS numerator, count(*) AS denominator
      FROM latency WHERE us >= 0)",
                      relation)));
  figure->excluded = rows - usable + negative;
  figure->excluded_why = "rows without a time of publication to the minute, or earlier than the post";
  figure->coverage = static_cast<double>(usable - negative) / static_cast<double>(rows);
  return {};
}

}  // namespace

Result<void> add_rapidity(Questions& questions) {
  UNISONO_CHECK(add_gaps(questions));
  return add_latency(questions);
}

}  // namespace unisono::evidence
