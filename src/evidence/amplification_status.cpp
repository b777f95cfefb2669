// B4: how much comes from accounts that were suspended, deleted or protected on a day.
#include <fmt/format.h>

#include "evidence/amplification_questions.hpp"
#include "unisono/evidence/clustered_share.hpp"

namespace unisono::evidence {
namespace {

constexpr std::string_view k_observed = "FROM account_snapshot WHERE status IS NOT NULL AND observed_us IS NOT NULL";

Result<std::optional<TimeUs>> time_of(Questions& questions, const std::string& sql) {
  UNISONO_TRY(const Table row, questions.ask(sql));
  if (row.rows() == 0 || is_missing(row.columns()[0].cells[0])) return std::optional<TimeUs>();
  return std::optional<TimeUs>(std::get<std::int64_t>(row.columns()[0].cells[0]));
}

// The date of B4: what was asked for, else the first snapshot at or after the end of the study. Nothing = refused.
Result<std::optional<TimeUs>> choose_date(Questions& questions) {
  UNISONO_TRY(const std::int64_t snapshots, questions.count(fmt::format("SELECT count(*) {}", k_observed)));
  UNISONO_TRY(
      const std::int64_t undated,
      questions.count("SELECT count(*) FROM account_snapshot WHERE status IS NOT NULL AND observed_us IS NULL"));
  if (undated > 0)
    questions.out().notes.push_back(
        fmt::format("B4: {} statuses without a time of observation were left out.", undated));
  if (snapshots == 0) {
    questions.refuse("B4", "no snapshot of account status with a time is in this data",
                     "give --status FILE with account_id, status and observed_at");
    return std::optional<TimeUs>();
  }
  if (questions.request().status_at) {
    const TimeUs at = *questions.request().status_at;
    const TimeUs end = at % k_us_per_day == 0 ? at + k_us_per_day - 1 : at;
    UNISONO_TRY(const std::int64_t near,
                questions.count(fmt::format("SELECT count(*) {} AND observed_us BETWEEN {} AND {}", k_observed,
                                            quote_sql_time(at - 14 * k_us_per_day), quote_sql_time(end))));
    if (near > 0) return questions.request().status_at;
    questions.refuse("B4",
                     fmt::format("no account was observed in the 14 days up to {}; later observations are never used",
                                 format_iso(at, Precision::day)),
                     R"(choose another --status-at; `SELECT observed_us::DATE, count(*)
      FROM account_snapshot WHERE status IS NOT NULL
      GROUP BY 1` lists the dates)");
    return std::optional<TimeUs>();
  }
  const std::string end = questions.request().until ? quote_sql_time(*questions.request().until)
                                                    : "(SELECT max(t_us) FROM action_on_target)";
  UNISONO_TRY(const std::optional<TimeUs> first,
              time_of(questions, fmt::format("SELECT min(observed_us) {} AND observed_us >= coalesce({}, observed_us)",
                                             k_observed, end)));
  if (first) return std::optional<TimeUs>(*first - *first % k_us_per_day);
  UNISONO_TRY(const std::optional<TimeUs> last,
              time_of(questions, fmt::format("SELECT max(observed_us) {}", k_observed)));
  questions.refuse("B4",
                   fmt::format("the last snapshot of account status is of {}, before the end of the actions",
                               format_iso(last.value_or(0), Precision::day)),
                   "give --status-at with a date of a snapshot, or a snapshot that was made afterwards");
  return std::optional<TimeUs>();
}

Result<void> note_contradictions(Questions& questions) {
  UNISONO_TRY(const std::int64_t contradicting,
              questions.count(fmt::format(R"(SELECT count(*) FROM (SELECT platform, account_id {}
      GROUP BY platform, account_id, CAST(observed_us AS DATE) HAVING count(DISTINCT status) > 1))",
                                          k_observed)));
  if (contradicting > 0) {
    questions.out().notes.push_back(
        fmt::format("B4: {} times an account has different statuses on one day; where that is the last day before the "
                    "date, its status "
                    "is unknown, which widens the bounds.",
                    contradicting));
  }
  UNISONO_TRY(const std::int64_t back, questions.count(fmt::format(
                                           R"(SELECT count(DISTINCT (platform, account_id))
      FROM (SELECT platform, account_id, status, lag(status) OVER (PARTITION BY platform, account_id ORDER BY
          observed_us, status) AS before {}) WHERE status = 'active' AND before IN ('suspended', 'deleted'))",
                                           k_observed)));
  if (back > 0) {
    questions.out().notes.push_back(
        fmt::format("B4: {} accounts are active again after they were suspended or deleted; the last observation up to "
                    "the date counts.",
                    back));
  }
  return {};
}

// Rows of a subject by account with the status: all targets, each target, and the group against everybody else.
std::string status_relation(const Questions& questions) {
  std::string select =
      R"(counted AS (SELECT platform, target_id, account_id, count(*) AS n
      FROM amplification GROUP BY platform, target_id, account_id),
      by_account AS (SELECT 'all targets' AS subject, 0 AS place, platform, account_id, sum(n)::BIGINT AS n
      FROM counted GROUP BY platform, account_id
      UNION ALL SELECT t.target, 1, c.platform, c.account_id, c.n
      FROM counted c JOIN target_name t ON t.platform = c.platform AND t.target_id = c.target_id)";
  if (questions.has_group()) {
    select +=
        R"( UNION ALL SELECT CASE WHEN g.account_id IS NULL THEN 'other accounts' ELSE 'the group' END, 2, c.platform,
          c.account_id, sum(c.n)::BIGINT FROM counted c
      LEFT JOIN group_list g ON g.platform = c.platform AND g.account_id = c.account_id
      GROUP BY ALL)";
  }
  return select +
         R"(), statused AS (SELECT b.*, coalesce(s.status, 'unknown') AS status
      FROM by_account b LEFT JOIN status_at s ON s.platform = b.platform AND s.account_id = b.account_id))";
}

struct Measure {
  const char* name;
  const char* hit;    // SQL over `statused`
  const char* whole;  // rows that are the denominator
  bool only_if_any = false;
};
constexpr std::array<Measure, 6> k_measures = {{
    {"suspended (unknown counted as not suspended)", "status = 'suspended'", "true"},
    {"suspended (unknown counted as suspended)", "status IN ('suspended', 'unknown')", "true"},
    {"suspended (among known)", "status = 'suspended'", "status <> 'unknown'"},
    {"deleted", "status = 'deleted'", "true", true},
    {"protected", "status = 'protected'", "true", true},
    {"unknown", "status = 'unknown'", "true", true},
}};

std::string measure_body(const std::string& relation, const Measure& measure, const std::string& subject) {
  return fmt::format(
      R"(WITH {} SELECT coalesce(sum(n) FILTER (WHERE {}),
      0)::BIGINT AS numerator, coalesce(sum(n),
      0)::BIGINT AS denominator FROM statused WHERE subject = {} AND {})",
      relation, measure.hit, quote_sql(subject), measure.whole);
}

Result<ClusteredShare> interval(Questions& questions, const std::string& relation, const Measure& measure,
                                const std::string& subject) {
  UNISONO_TRY(const Table row,
              questions.ask(fmt::format(
                  R"(WITH {} SELECT count(*) AS accounts, sum(n)::BIGINT AS rows, coalesce(sum(n) FILTER (WHERE {}),
      0)::BIGINT AS hits, sum(n * n)::BIGINT AS squared, coalesce(sum(n * n) FILTER (WHERE {}),
      0)::BIGINT AS hits_squared FROM statused WHERE subject = {} AND {})",
                  relation, measure.hit, measure.hit, quote_sql(subject), measure.whole)));
  const auto at = [&](std::string_view column) { return static_cast<std::uint64_t>(integer_at(row, 0, column)); };
  // All rows of an account share its status, so n y = y^2.
  return clustered_share(
      {at("accounts"), at("rows"), at("hits"), at("squared"), at("hits_squared"), at("hits_squared")});
}

Result<void> add_measures(Questions& questions, const std::string& relation, const std::string& date) {
  const AnalysisTable& status = questions.out().tables.back();
  std::vector<std::string> subjects;
  for (std::size_t row = 0; row < status.table.rows(); ++row) subjects.push_back(text_at(status.table, row, "subject"));
  Table table({{"analysis", ColumnType::text, {}},
               {"subject", ColumnType::text, {}},
               {"measure", ColumnType::text, {}},
               {"actions", ColumnType::integer, {}},
               {"out_of", ColumnType::integer, {}},
               {"share", ColumnType::real, {}},
               {"low", ColumnType::real, {}},
               {"high", ColumnType::real, {}},
               {"design_effect", ColumnType::real, {}}});
  for (const std::string& subject : subjects) {
    for (const Measure& measure : k_measures) {
      UNISONO_TRY(Figure * figure,
                  questions.add_figure({.analysis = "B4",
                                        .subject = subject,
                                        .label = fmt::format("{} by accounts that on {} were {}", questions.rows_name(),
                                                             date, measure.name),
                                        .rows = questions.rows_name()},
                                       measure_body(relation, measure, subject)));
      if (figure->denominator.value_or(0) == 0 || (measure.only_if_any && figure->numerator.value_or(0) == 0)) {
        questions.out().figures.pop_back();
        continue;
      }
      UNISONO_TRY(const ClusteredShare share, interval(questions, relation, measure, subject));
      figure->low = share.low;
      figure->high = share.high;
      figure->command = "unisono amplify";
      table.append_row({std::string("B4"), subject, std::string(measure.name), *figure->numerator, *figure->denominator,
                        share.share, share.low, share.high, share.design_effect});
    }
  }
  const std::uint64_t rows = table.rows();
  questions.out().tables.push_back(
      {"status_intervals", "B4", "Shares with intervals of 95 % (B4)", std::move(table), {}, "unisono amplify", rows});
  return {};
}

Result<void> add_group_status(Questions& questions, const std::string& date) {
  UNISONO_CHECK(
      questions.add_table({"group_status", "B4", fmt::format("Accounts of the group on {}", date), {}, {}, {}, 0},
                          R"(SELECT 'B4' AS analysis, coalesce(s.status, 'unknown') AS status, count(*) AS accounts
      FROM group_list g LEFT JOIN status_at s ON s.platform = g.platform AND s.account_id = g.account_id
      GROUP BY 2 ORDER BY 3 DESC, 2)"));
  for (const char* status : {"suspended", "deleted", "protected", "active", "unknown"}) {
    UNISONO_TRY(
        Figure * figure,
        questions.add_figure(
            {.analysis = "B4",
             .subject = "the group",
             .label = fmt::format("accounts of the group that on {} were {}", date, status),
             .rows = "accounts"},
            fmt::format(
                R"(SELECT count(*) FILTER (WHERE coalesce(s.status, 'unknown') = '{}') AS numerator, count(*) AS denominator
      FROM group_list g LEFT JOIN status_at s ON s.platform = g.platform AND s.account_id = g.account_id)",
                status)));
    if (figure->numerator.value_or(0) == 0) questions.out().figures.pop_back();
  }
  return {};
}

}  // namespace

Result<void> choose_status_date(Questions& questions) {
  UNISONO_TRY(questions.out().status_at, choose_date(questions));
  if (!questions.out().status_at) return {};
  return questions.prepare_status(*questions.out().status_at);
}

Result<void> add_status(Questions& questions) {
  if (!questions.out().status_at) return {};
  const std::string date = format_iso(*questions.out().status_at, Precision::day);
  UNISONO_CHECK(note_contradictions(questions));
  const std::string relation = status_relation(questions);
  UNISONO_CHECK(questions.add_table(
      {"status", "B4", fmt::format("Actions by status of the account on {} (B4)", date), {}, {}, {}, 0},
      fmt::format(
          R"(WITH {} SELECT 'B4' AS analysis, subject, sum(n)::BIGINT AS actions, coalesce(sum(n) FILTER (WHERE status =
          'suspended'), 0)::BIGINT AS suspended, coalesce(sum(n) FILTER (WHERE status = 'deleted'),
      0)::BIGINT AS deleted, coalesce(sum(n) FILTER (WHERE status = 'protected'),
      0)::BIGINT AS protected, coalesce(sum(n) FILTER (WHERE status = 'active'),
      0)::BIGINT AS active, coalesce(sum(n) FILTER (WHERE status = 'unknown'),
      0)::BIGINT AS unknown, suspended / sum(n) AS suspended_low, (suspended + unknown) / sum(n) AS suspended_high,
          suspended / nullif(sum(n) - unknown, 0) AS suspended_among_known, count(*) FILTER (WHERE status =
          'suspended') AS suspended_accounts, count(*) AS accounts
      FROM statused GROUP BY subject, place ORDER BY place, actions DESC, subject)",
          relation),
      200));
  if (questions.out().tables.back().table.rows() == 0) {
    questions.out().tables.pop_back();
  } else {
    UNISONO_CHECK(add_measures(questions, relation, date));
  }
  if (questions.has_group()) UNISONO_CHECK(add_group_status(questions, date));
  return {};
}

}  // namespace unisono::evidence
