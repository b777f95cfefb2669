#include "evidence/amplification_questions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "unisono/store/channel.hpp"

namespace unisono::evidence {
namespace {

std::string quoted_list(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(quote_sql(text));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

// `row` is "" or an alias with its dot.
std::string in_window(const AmplificationRequest& request, const std::string& row) {
  std::vector<std::string> conditions;
  if (request.since) conditions.push_back(row + "t_us >= " + quote_sql_time(*request.since));
  if (request.until) conditions.push_back(row + "t_us < " + quote_sql_time(*request.until));
  if (conditions.empty()) return "true";
  return fmt::format("coalesce({}, false)", fmt::join(conditions, " AND "));
}

// An account on a list of targets is known by its id, or only as it is referred to ("@handle"); both are one target.
std::string target_list_select(const AmplificationRequest& request) {
  const std::string lists = request.target_lists.empty()
                                ? std::string()
                                : fmt::format(" AND l.source_version IN ({})", quoted_list(request.target_lists));
  return fmt::format(R"(
      SELECT l.platform, l.subject_id AS ref, coalesce(min(a.account_id), l.subject_id) AS target_id, min(l.value) AS role
      FROM label l
      LEFT JOIN account a ON a.platform = l.platform AND '@' || a.handle_folded = l.subject_id
      WHERE l.subject_type = 'account' AND l.label = 'target'{}
      GROUP BY l.platform, l.subject_id)",
                     lists);
}

// Counters of a repost may be those of its original.
constexpr std::string_view k_target_post = R"(
      SELECT p.platform, p.post_id, t.target_id, p.t_us, p.t_precision, p.kind IN ('repost', 'forward') AS is_repost,
             {} AS in_window, own.repost, own.reply, own.quote, own."like", own.view
      FROM post p
      JOIN target_list t ON t.platform = p.platform AND t.ref = p.account_id
      LEFT JOIN post own ON own.platform = p.platform AND own.post_id = p.post_id
           AND NOT coalesce(list_contains(own.flags, 'metrics_of_original'), false))";

// The rows of post_target that point at a post or name an account.
constexpr std::string_view k_pointing = R"(
      SELECT platform, post_id, account_id, t_us, t_precision, target_account,
             CASE WHEN target_kind <> 'mention' THEN target_id END AS object_id,
             CASE target_kind WHEN 'forward' THEN 'repost' ELSE target_kind END AS kind,
             list_contains(flags, 'ref_lossy') AS lossy, {} AS in_window
      FROM post_target
      WHERE target_kind IN ('repost', 'forward', 'reply', 'quote')
         OR (target_kind = 'mention' AND (post_kind IS NULL OR post_kind NOT IN ('repost', 'forward'))))";

// An action leads to a target if the row names it, or if the data holds the post and the target is its author.
constexpr std::string_view k_action_on_target = R"(
      SELECT DISTINCT x.platform, x.post_id, x.kind, x.account_id, x.t_us, x.t_precision, x.object_id, x.lossy,
             t.target_id, s.ref IS NOT NULL AS by_target, x.in_window
      FROM (SELECT platform, post_id, kind, account_id, t_us, t_precision, object_id, lossy, in_window,
                   target_account AS owner
            FROM pointing
            UNION
            SELECT r.platform, r.post_id, r.kind, r.account_id, r.t_us, r.t_precision, r.object_id, r.lossy, r.in_window,
                   p.account_id
            FROM pointing r JOIN post p ON p.platform = r.platform AND p.post_id = r.object_id) x
      JOIN target_list t ON t.platform = x.platform AND t.ref = x.owner
      LEFT JOIN target_list s ON s.platform = x.platform AND s.ref = x.account_id)";

constexpr std::string_view k_target_name = R"(
      SELECT t.platform, t.target_id, min(t.role) AS role,
             coalesce(min(n.label), CASE WHEN starts_with(t.target_id, '@') THEN t.target_id
                                         ELSE t.platform || ':' || t.target_id END) AS target
      FROM target_list t
      LEFT JOIN account_name n ON n.platform = t.platform AND n.account_id = t.target_id
      GROUP BY t.platform, t.target_id)";

// Per own post of a target in the window and kind of counter: what the platform counted (NULL = not known), and the
// rows of this kind in the data, by anybody and at any time.
constexpr std::string_view k_post_coverage = R"(
      SELECT c.platform, c.post_id, c.target_id, c.t_us, c.kind, c.counter,
             CASE WHEN c.kind IN ('repost', 'reply', 'quote') THEN coalesce(o.n, 0) END AS observed
      FROM (SELECT platform, post_id, target_id, t_us,
                   unnest(['repost', 'reply', 'quote', 'like', 'view']) AS kind,
                   unnest([repost, reply, quote, "like", view]) AS counter
            FROM target_post WHERE in_window AND NOT is_repost) c
      LEFT JOIN (SELECT platform, object_id, kind, count(*) AS n FROM action_on_target WHERE kind <> 'mention'
                 GROUP BY platform, object_id, kind) o
           ON o.platform = c.platform AND o.object_id = c.post_id AND o.kind = c.kind)";

std::string group_list_select(const AmplificationRequest& request) {
  if (!request.group_id.empty()) {
    return fmt::format(
        "SELECT DISTINCT platform, account_id FROM group_member WHERE run_id = {} AND group_id = {} AND how <> 'other "
        "window'",
        quote_sql(request.group_run), quote_sql(request.group_id));
  }
  return fmt::format(
      R"(SELECT DISTINCT platform, subject_id AS account_id
         FROM label WHERE subject_type = 'account' AND label = 'group' AND source_version = {})",
      quote_sql(request.group_list));
}

bool uses(const std::string& text, const std::string& name) {
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !in_word(text[at - 1])) && (end == text.size() || !in_word(text[end]))) return true;
  }
  return false;
}

// Line breaks and indentation of the source are no part of a printed query; what stands between quotes is left alone.
std::string on_one_line(const std::string& sql) {
  std::string line;
  bool quoted = false;
  for (const char c : sql) {
    if (c == '\'') quoted = !quoted;
    if (quoted || (c != ' ' && c != '\n')) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace

std::string quote_sql_time(TimeUs t) {
  const Precision precision = t % k_us_per_s == 0 ? Precision::s : Precision::us;
  return "TIMESTAMP " + quote_sql(format_iso(t, precision));
}

Result<void> Questions::make(std::string name, std::string select) {
  UNISONO_CHECK(control_.check_cancelled());
  UNISONO_CHECK(file_.execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} AS {}", name, select)));
  relations_.push_back({std::move(name), std::move(select)});
  return {};
}

Result<void> Questions::prepare() {
  UNISONO_CHECK(make("target_list", target_list_select(request_)));
  UNISONO_CHECK(make("target_name", std::string(k_target_name)));
  UNISONO_CHECK(make("target_post", fmt::format(fmt::runtime(k_target_post), in_window(request_, "p."))));
  UNISONO_CHECK(make("pointing", fmt::format(fmt::runtime(k_pointing), in_window(request_, ""))));
  UNISONO_CHECK(make("action_on_target", std::string(k_action_on_target)));
  UNISONO_CHECK(make("amplification",
                     fmt::format("SELECT * FROM action_on_target WHERE in_window AND NOT by_target AND kind IN ({})",
                                 quoted_list(request_.actions))));
  UNISONO_CHECK(make("post_coverage", std::string(k_post_coverage)));
  if (has_group()) UNISONO_CHECK(make("group_list", group_list_select(request_)));
  return {};
}

// The last day with an observation counts; what was seen on that day must agree.
Result<void> Questions::prepare_status(TimeUs at) {
  const TimeUs end = at % k_us_per_day == 0 ? at + k_us_per_day - 1 : at;
  constexpr TimeUs k_reach = 14 * k_us_per_day;
  return make(
      "status_at",
      fmt::format(
          R"(SELECT platform, account_id, CASE WHEN count(DISTINCT status) = 1 THEN min(status) ELSE 'unknown' END AS status
      FROM (SELECT platform, account_id, status, CAST(observed_us AS DATE) AS on_day, max(CAST(observed_us AS DATE))
          OVER (PARTITION BY platform, account_id) AS last_day
      FROM account_snapshot WHERE status IS NOT NULL AND observed_us BETWEEN {} AND {})
      WHERE on_day = last_day GROUP BY platform, account_id)",
          quote_sql_time(at - k_reach), quote_sql_time(end)));
}

Result<Table> Questions::ask(const std::string& body) {
  UNISONO_CHECK(control_.check_cancelled());
  return file_.query(body);
}

Result<std::int64_t> Questions::count(const std::string& body) {
  UNISONO_CHECK(control_.check_cancelled());
  return file_.count(body);
}

std::string Questions::printed(const std::string& body) const {
  return on_one_line(with_relations(on_one_line(body)));
}

std::string Questions::with_relations(const std::string& body) const {
  std::string needed = body;
  std::vector<const Relation*> used;
  for (std::size_t i = relations_.size(); i-- > 0;) {
    if (!uses(needed, relations_[i].name)) continue;
    needed += ' ' + relations_[i].select;
    used.push_back(&relations_[i]);
  }
  std::string before;
  for (std::size_t i = used.size(); i-- > 0;)
    before += fmt::format("{}{} AS MATERIALIZED ({})", before.empty() ? "WITH " : ", ", used[i]->name, used[i]->select);
  if (before.empty()) return body;
  constexpr std::string_view k_with = "WITH ";
  if (body.starts_with(k_with)) return before + ", " + body.substr(k_with.size());
  return before + " " + body;
}

Result<void> Questions::add_table(AnalysisTable described, const std::string& body, std::size_t shown) {
  UNISONO_TRY(described.table, ask(body));
  described.total_rows = described.table.rows();
  described.sql = printed(body);
  if (shown > 0 && described.table.rows() > shown) {
    for (Column& column : described.table.columns()) column.cells.resize(shown);
  }
  out_.tables.push_back(std::move(described));
  return {};
}

Result<Figure*> Questions::add_figure(Figure described, const std::string& body) {
  UNISONO_TRY(const Table row, ask(body));
  if (has_value(row, 0, "numerator")) described.numerator = integer_at(row, 0, "numerator");
  if (has_value(row, 0, "denominator")) described.denominator = integer_at(row, 0, "denominator");
  if (has_value(row, 0, "value")) described.value = real_at(row, 0, "value");
  if (!described.value && described.numerator && described.denominator.value_or(0) > 0)
    described.value = static_cast<double>(*described.numerator) / static_cast<double>(*described.denominator);
  described.sql = printed(body);
  out_.figures.push_back(std::move(described));
  return &out_.figures.back();
}

void Questions::refuse(std::string analysis, std::string reason, std::string to_do) {
  out_.refused.push_back({std::move(analysis), std::move(reason), std::move(to_do)});
}

std::string Questions::rows_name() const {
  std::vector<std::string> names;
  for (const std::string& action : request_.actions) names.push_back(action == "reply" ? "replies" : action + "s");
  return fmt::format("{}", fmt::join(names, " and "));
}

}  // namespace unisono::evidence
