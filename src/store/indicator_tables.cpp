#include "unisono/store/indicator_tables.hpp"

#include "row_cells.hpp"

namespace unisono::store {

static Result<void> write_row(RowWriter& w, std::string_view run, const JoiningRow& r) {
  w.text(run).text(r.group_id).text(r.channel).integer(r.window_us).text(r.platform).text(r.account_id);
  w.integer(r.marked).integer(r.posts).real(r.expected).real(r.p).real(r.q).integer(r.objects).integer(r.days);
  return w.end();
}

static Result<void> write_row(RowWriter& w, std::string_view run, const BurstRow& r) {
  w.text(run).text(r.channel).integer(r.width_us).integer(r.begin_us).integer(r.accounts).real(r.background);
  return w.real(r.p).real(r.q).end();
}

static Result<void> write_row(RowWriter& w, std::string_view run, const BurstAccountRow& r) {
  w.text(run).text(r.channel).integer(r.width_us).text(r.platform).text(r.account_id);
  return w.integer(r.bins).integer(r.bursts).end();
}

static Result<void> write_row(RowWriter& w, std::string_view run, const AccountScoreRow& r) {
  w.text(run).text(r.channel).text(r.platform).text(r.account_id).integer(r.place).real(r.score).real(r.triangle);
  return w.real(r.idf_sum).real(r.cosine).integer(r.shared).integer(r.objects).end();
}

static void read_row(RowReader& r, JoiningRow& row) {
  row.group_id = r.text();
  row.channel = r.text();
  row.window_us = r.integer();
  row.platform = r.text();
  row.account_id = r.text();
  row.marked = r.integer();
  row.posts = r.integer();
  for (auto* field : {&row.expected, &row.p, &row.q}) *field = r.real();
  row.objects = r.integer();
  row.days = r.integer();
}

static void read_row(RowReader& r, BurstRow& row) {
  row.channel = r.text();
  row.width_us = r.integer();
  row.begin_us = r.integer();
  row.accounts = r.integer();
  for (auto* field : {&row.background, &row.p, &row.q}) *field = r.real();
}

static void read_row(RowReader& r, BurstAccountRow& row) {
  row.channel = r.text();
  row.width_us = r.integer();
  row.platform = r.text();
  row.account_id = r.text();
  row.bins = r.integer();
  row.bursts = r.integer();
}

static void read_row(RowReader& r, AccountScoreRow& row) {
  row.channel = r.text();
  row.platform = r.text();
  row.account_id = r.text();
  row.place = r.integer();
  for (auto* field : {&row.score, &row.triangle, &row.idf_sum, &row.cosine}) *field = r.real();
  row.shared = r.integer();
  row.objects = r.integer();
}

Result<void> write_indicators(CaseFile& file, std::string_view run_id, const IndicatorRows& rows) {
  const Cell key = std::string(run_id);
  for (const std::string_view table : {"joining", "burst", "burst_account", "account_score"})
    UNISONO_CHECK(file.execute(fmt::format("DELETE FROM {} WHERE run_id = $1", table), std::span(&key, 1)));
  UNISONO_CHECK(write_rows(file, "joining", run_id, rows.joining));
  UNISONO_CHECK(write_rows(file, "burst", run_id, rows.bursts));
  UNISONO_CHECK(write_rows(file, "burst_account", run_id, rows.burst_accounts));
  return write_rows(file, "account_score", run_id, rows.scores);
}

Result<IndicatorRows> read_indicators(CaseFile& file, std::string_view run_id) {
  IndicatorRows rows;
  UNISONO_CHECK(read_rows(file,
                          "group_id, channel, window_us, platform, account_id, marked, posts, expected, p, q, "
                          "objects, days",
                          "joining WHERE run_id = $1", run_id, rows.joining));
  UNISONO_CHECK(read_rows(file, "channel, width_us, begin_us, accounts, background, p, q", "burst WHERE run_id = $1",
                          run_id, rows.bursts));
  UNISONO_CHECK(read_rows(file, "channel, width_us, platform, account_id, bins, bursts",
                          "burst_account WHERE run_id = $1", run_id, rows.burst_accounts));
  UNISONO_CHECK(read_rows(file,
                          "channel, platform, account_id, place, score, triangle, idf_sum, cosine, shared, objects",
                          "account_score WHERE run_id = $1", run_id, rows.scores));
  return rows;
}

}  // namespace unisono::store
