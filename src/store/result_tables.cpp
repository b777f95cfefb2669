#include "unisono/store/result_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "row_cells.hpp"

namespace unisono::store {
namespace {

constexpr std::array<std::string_view, 7> k_levels = {"0", "T1", "T2", "T3", "G0", "G1", "G2"};

// Appends optional cells.
class RowWriter {
 public:
  explicit RowWriter(Appender& appender) : appender_(appender) {}

  RowWriter& text(std::string_view value) {
    appender_.text(value);
    return *this;
  }
  RowWriter& optional_text(const std::optional<std::string>& value) {
    value ? appender_.text(*value) : appender_.null();
    return *this;
  }
  RowWriter& integer(OptionalInteger value) {
    value ? appender_.integer(*value) : appender_.null();
    return *this;
  }
  RowWriter& real(OptionalReal value) {
    value ? appender_.real(*value) : appender_.null();
    return *this;
  }
  RowWriter& boolean(bool value) {
    appender_.boolean(value);
    return *this;
  }
  template <typename Wide>
  RowWriter& huge(Wide value) {
    appender_.huge(value);
    return *this;
  }
  Result<void> end() { return appender_.end_row(); }

 private:
  Appender& appender_;
};

Result<void> write_row(RowWriter& w, std::string_view run, const ChannelCheckRow& r) {
  w.text(run)
      .text(r.channel)
      .integer(r.window_us)
      .integer(r.n_eligible)
      .integer(r.family_k)
      .real(r.c_bar)
      .real(r.habit_f);
  w.real(r.background).real(r.publication).text(r.verdict).text(r.reason).integer(r.n_events).integer(r.n_accounts);
  w.integer(r.n_objects).integer(r.n_shared_objects).integer(r.n_pairs).real(r.least_p).integer(r.smallest_group);
  return w.end();
}

Result<void> write_row(RowWriter& w, std::string_view run, const TieRow& r) {
  w.text(run).text(r.channel).integer(r.window_us).text(r.test).text(r.platform_a).text(r.account_a).text(r.platform_b);
  w.text(r.account_b).integer(r.n_objects).integer(r.n_actions).integer(r.w_t).integer(r.w_x).real(r.lambda_t);
  w.real(r.lambda_x).real(r.p_t).real(r.p_x).real(r.p).real(r.q).real(r.p_half1).real(r.p_half2).boolean(r.in_family);
  w.integer(r.gap_min_us).integer(r.gap_max_us).huge(r.gap_sum_us).integer(r.median_lag_us).integer(r.first_us);
  w.integer(r.last_us).integer(r.n_days).boolean(r.lower_bound).text(r.level);
  return w.end();
}

Result<void> write_row(RowWriter& w, std::string_view run, const GroupRow& r) {
  return w.text(run).text(r.group_id).integer(r.n).text(r.level).text(r.reasons_json).real(r.stability).end();
}

Result<void> write_row(RowWriter& w, std::string_view run, const GroupMemberRow& r) {
  return w.text(run).text(r.group_id).text(r.platform).text(r.account_id).text(r.how).end();
}

Result<void> write_row(RowWriter& w, std::string_view run, const GroupTestRow& r) {
  w.text(run).text(r.group_id).text(r.channel).integer(r.window_us).text(r.direction).text(r.test).integer(r.n_tested);
  w.integer(r.w).real(r.expected).real(r.lift).real(r.lo).real(r.hi).real(r.p).real(r.q).integer(r.objects);
  w.integer(r.days).boolean(r.passed).text(r.reason).integer(r.accounts).integer(r.skipped_objects);
  return w.end();
}

Result<void> write_row(RowWriter& w, std::string_view run, const JoiningRow& r) {
  w.text(run).text(r.group_id).text(r.channel).integer(r.window_us).text(r.platform).text(r.account_id);
  w.integer(r.marked).integer(r.posts).real(r.expected).real(r.p).real(r.q).integer(r.objects).integer(r.days);
  return w.end();
}

Result<void> write_row(RowWriter& w, std::string_view run, const FindingRow& r) {
  w.text(r.finding_id)
      .text(run)
      .text(r.analysis)
      .text(r.subject_type)
      .text(r.subject_id)
      .text(r.level)
      .text(r.statement);
  return w.text(r.numbers_json).text(r.method_json).text(r.status).end();
}

Result<void> write_row(RowWriter& w, std::string_view, const EvidenceRow& r) {
  w.text(r.finding_id).integer(r.ord).text(r.platform).text(r.post_id).integer(r.raw_file).optional_text(r.raw_member);
  return w.integer(r.raw_offset).integer(r.raw_length).end();
}

template <typename Row>
Result<void> write_rows(CaseFile& file, std::string_view table, std::string_view run, const std::vector<Row>& rows) {
  UNISONO_TRY(Appender appender, file.append_to(table));
  RowWriter writer(appender);
  for (const Row& row : rows) UNISONO_CHECK(write_row(writer, run, row));
  return appender.close();
}

Result<void> check_levels(const RunResults& results) {
  std::vector<std::string_view> used;
  for (const TieRow& row : results.ties) used.push_back(row.level);
  for (const GroupRow& row : results.groups) used.push_back(row.level);
  for (const FindingRow& row : results.findings) used.push_back(row.level);
  for (const DegreeTieRow& row : results.indicators.timeless.ties) used.push_back(row.level);
  const auto wrong = std::find_if_not(used.begin(), used.end(), is_level);
  if (wrong == used.end()) return {};
  return fail(ErrorCode::usage,
              fmt::format("there is no level \"{}\"; levels are {}", *wrong, fmt::join(k_levels, ", ")));
}

Result<void> check_evidence(const RunResults& results) {
  std::set<std::string_view> findings;
  for (const FindingRow& row : results.findings) findings.insert(row.finding_id);
  for (const EvidenceRow& row : results.evidence) {
    if (findings.contains(row.finding_id)) continue;
    return fail(ErrorCode::usage,
                fmt::format("evidence row {} belongs to finding {}, which is not there", row.ord, row.finding_id));
  }
  return {};
}

// Evidence rows name their finding and no run: a finding_id may occur once in a case.
Result<void> check_finding_ids(CaseFile& file, const RunResults& results) {
  std::set<std::string_view> seen;
  for (const FindingRow& row : results.findings) {
    if (!seen.insert(row.finding_id).second)
      return fail(ErrorCode::usage, fmt::format("finding {} is there twice", row.finding_id));
    const Cell id = row.finding_id;
    UNISONO_TRY(const std::int64_t n,
                file.count("SELECT count(*) FROM finding WHERE finding_id = $1", std::span(&id, 1)));
    if (n != 0) return fail(ErrorCode::usage, fmt::format("finding {} belongs to another run already", row.finding_id));
  }
  return {};
}

Result<void> delete_results(CaseFile& file, std::string_view run) {
  const Cell key = std::string(run);
  UNISONO_CHECK(
      file.execute("DELETE FROM evidence WHERE finding_id IN (SELECT finding_id FROM finding WHERE run_id = $1)",
                   std::span(&key, 1)));
  for (const std::string_view table :
       {"channel_check", "tie", "group_", "group_member", "group_test", "joining", "finding"}) {
    UNISONO_CHECK(file.execute(fmt::format("DELETE FROM {} WHERE run_id = $1", table), std::span(&key, 1)));
  }
  return {};
}

void read_row(RowReader& r, ChannelCheckRow& row) {
  row.channel = r.text();
  row.window_us = r.optional_integer();
  row.n_eligible = r.optional_integer();
  row.family_k = r.optional_integer();
  for (auto* field : {&row.c_bar, &row.habit_f, &row.background, &row.publication}) *field = r.optional_real();
  row.verdict = r.text();
  row.reason = r.text();
  for (auto* field : {&row.n_events, &row.n_accounts, &row.n_objects, &row.n_shared_objects, &row.n_pairs}) {
    *field = r.optional_integer();
  }
  row.least_p = r.optional_real();
  row.smallest_group = r.optional_integer();
}

__extension__ using Signed128 = __int128;

// A HUGEINT column comes as integers, or as text if one value is wide.
Signed128 wide_of(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  Signed128 value = 0;
  for (const char c : digits.substr(negative ? 1 : 0)) value = value * 10 + (c - '0');
  return negative ? -value : value;
}

void read_row(RowReader& r, TieRow& row) {
  row.channel = r.text();
  row.window_us = r.optional_integer();
  for (auto* field : {&row.test, &row.platform_a, &row.account_a, &row.platform_b, &row.account_b}) *field = r.text();
  for (auto* field : {&row.n_objects, &row.n_actions, &row.w_t, &row.w_x}) *field = r.optional_integer();
  for (auto* field : {&row.lambda_t, &row.lambda_x, &row.p_t, &row.p_x, &row.p, &row.q, &row.p_half1, &row.p_half2}) {
    *field = r.optional_real();
  }
  row.in_family = r.boolean();
  row.gap_min_us = r.optional_integer();
  row.gap_max_us = r.optional_integer();
  row.gap_sum_us = wide_of(r.text());
  row.median_lag_us = r.optional_integer();
  row.first_us = r.optional_integer();
  row.last_us = r.optional_integer();
  row.n_days = r.optional_integer();
  row.lower_bound = r.boolean();
  row.level = r.text();
}

void read_row(RowReader& r, GroupRow& row) {
  row.group_id = r.text();
  row.n = r.integer();
  row.level = r.text();
  row.reasons_json = r.text();
  row.stability = r.optional_real();
}

void read_row(RowReader& r, GroupMemberRow& row) {
  for (auto* field : {&row.group_id, &row.platform, &row.account_id, &row.how}) *field = r.text();
}

void read_row(RowReader& r, GroupTestRow& row) {
  row.group_id = r.text();
  row.channel = r.text();
  row.window_us = r.optional_integer();
  row.direction = r.text();
  row.test = r.text();
  row.n_tested = r.optional_integer();
  row.w = r.optional_integer();
  for (auto* field : {&row.expected, &row.lift, &row.lo, &row.hi, &row.p, &row.q}) *field = r.optional_real();
  row.objects = r.optional_integer();
  row.days = r.optional_integer();
  row.passed = r.boolean();
  row.reason = r.text();
  row.accounts = r.optional_integer();
  row.skipped_objects = r.optional_integer();
}

void read_row(RowReader& r, JoiningRow& row) {
  row.group_id = r.text();
  row.channel = r.text();
  row.window_us = r.optional_integer();
  row.platform = r.text();
  row.account_id = r.text();
  row.marked = r.optional_integer();
  row.posts = r.optional_integer();
  for (auto* field : {&row.expected, &row.p, &row.q}) *field = r.optional_real();
  row.objects = r.optional_integer();
  row.days = r.optional_integer();
}

void read_row(RowReader& r, FindingRow& row) {
  for (auto* field : {&row.finding_id, &row.analysis, &row.subject_type, &row.subject_id, &row.level, &row.statement,
                      &row.numbers_json, &row.method_json, &row.status}) {
    *field = r.text();
  }
}

void read_row(RowReader& r, EvidenceRow& row) {
  row.finding_id = r.text();
  row.ord = r.integer();
  row.platform = r.text();
  row.post_id = r.text();
  row.raw_file = r.optional_integer();
  row.raw_member = r.optional_text();
  row.raw_offset = r.optional_integer();
  row.raw_length = r.optional_integer();
}

template <typename Row>
Result<void> read_rows(CaseFile& file, std::string_view columns, std::string_view from, std::string_view run,
                       std::vector<Row>& rows) {
  const Cell key = std::string(run);
  UNISONO_TRY(const Table table,
              file.query(fmt::format("SELECT {} FROM {} ORDER BY rowid", columns, from), std::span(&key, 1)));
  rows.resize(table.rows());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RowReader reader(table, i);
    read_row(reader, rows[i]);
  }
  return {};
}

}  // namespace

bool is_level(std::string_view level) {
  return std::find(k_levels.begin(), k_levels.end(), level) != k_levels.end();
}

Result<std::string> write_results(CaseFile& file, const Run& run, const RunResults& results) {
  UNISONO_CHECK(check_levels(results));
  UNISONO_CHECK(check_evidence(results));
  UNISONO_TRY(Step step, file.begin_step());
  UNISONO_TRY(const std::string id, record_run(file, run));
  UNISONO_CHECK(delete_results(file, id));
  UNISONO_CHECK(check_finding_ids(file, results));
  UNISONO_CHECK(write_rows(file, "channel_check", id, results.checks));
  UNISONO_CHECK(write_rows(file, "tie", id, results.ties));
  UNISONO_CHECK(write_rows(file, "group_", id, results.groups));
  UNISONO_CHECK(write_rows(file, "group_member", id, results.members));
  UNISONO_CHECK(write_rows(file, "group_test", id, results.tests));
  UNISONO_CHECK(write_rows(file, "joining", id, results.joining));
  UNISONO_CHECK(write_rows(file, "finding", id, results.findings));
  UNISONO_CHECK(write_rows(file, "evidence", id, results.evidence));
  UNISONO_CHECK(write_calibration(file, id, results.calibration));
  UNISONO_CHECK(write_indicators(file, id, results.indicators));
  UNISONO_CHECK(step.commit());
  return id;
}

Result<RunResults> read_results(CaseFile& file, std::string_view run) {
  RunResults r;
  UNISONO_CHECK(
      read_rows(file,
                "channel, window_us, n_eligible, family_k, c_bar, habit_f, background, publication, verdict, reason, "
                "n_events, n_accounts, n_objects, n_shared_objects, n_pairs, least_p, smallest_group",
                "channel_check WHERE run_id = $1", run, r.checks));
  UNISONO_CHECK(read_rows(
      file,
      "channel, window_us, test, platform_a, account_a, platform_b, account_b, n_objects, n_actions, w_t, w_x, "
      "lambda_t, lambda_x, p_t, p_x, p, q, p_half1, p_half2, in_family, gap_min_us, gap_max_us, "
      "CAST(gap_sum_us AS VARCHAR), median_lag_us, first_us, last_us, n_days, lower_bound, level",
      "tie WHERE run_id = $1", run, r.ties));
  UNISONO_CHECK(
      read_rows(file, "group_id, n, level, reasons_json, stability", "group_ WHERE run_id = $1", run, r.groups));
  UNISONO_CHECK(
      read_rows(file, "group_id, platform, account_id, how", "group_member WHERE run_id = $1", run, r.members));
  UNISONO_CHECK(read_rows(
      file,
      "group_id, channel, window_us, direction, test, n_tested, w, expected, lift, lo, hi, p, q, objects, days, "
      "passed, reason, accounts, skipped_objects",
      "group_test WHERE run_id = $1", run, r.tests));
  UNISONO_CHECK(read_rows(file,
                          "group_id, channel, window_us, platform, account_id, marked, posts, expected, p, q, objects, "
                          "days",
                          "joining WHERE run_id = $1", run, r.joining));
  UNISONO_CHECK(read_rows(
      file, "finding_id, analysis, subject_type, subject_id, level, statement, numbers_json, method_json, status",
      "finding WHERE run_id = $1", run, r.findings));
  UNISONO_CHECK(read_rows(file, "finding_id, ord, platform, post_id, raw_file, raw_member, raw_offset, raw_length",
                          "evidence WHERE finding_id IN (SELECT finding_id FROM finding WHERE run_id = $1)", run,
                          r.evidence));
  UNISONO_TRY(r.calibration, read_calibration(file, run));
  UNISONO_TRY(r.indicators, read_indicators(file, run));
  return r;
}

}  // namespace unisono::store
