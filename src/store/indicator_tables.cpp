#include "unisono/store/indicator_tables.hpp"

#include <fmt/format.h>

#include <span>

#include "row_cells.hpp"

namespace unisono::store {
namespace {

void add(Appender& row, const std::optional<double>& value) {
  value ? row.real(*value) : row.null();
}

void add(Appender& row, const std::optional<std::int64_t>& value) {
  value ? row.integer(*value) : row.null();
}

void add_row(Appender& row, const BurstCheckRow& check) {
  row.integer(check.width_us);
  row.text(check.verdict);
  row.text(check.reason);
  for (const std::int64_t n : {check.posts, check.accounts, check.bins, check.untested, check.bursts}) row.integer(n);
  row.real(check.alpha);
}

void add_row(Appender& row, const BurstRow& burst) {
  for (const std::int64_t n : {burst.width_us, burst.begin_us, burst.accounts}) row.integer(n);
  for (const double value : {burst.expected, burst.p, burst.q}) row.real(value);
}

void add_row(Appender& row, const BurstAccountRow& account) {
  row.integer(account.width_us);
  row.text(account.platform);
  row.text(account.account_id);
  row.integer(account.bins);
  row.integer(account.bursts);
}

void add_row(Appender& row, const TimelessCheckRow& check) {
  for (const auto* text : {&check.channel, &check.verdict, &check.reason}) row.text(*text);
  for (const std::int64_t n : {check.actions, check.accounts, check.eligible, check.pairs_in_family,
                               check.objects_counted, check.ranked, check.ties})
    row.integer(n);
  row.real(check.alpha);
  row.integer(check.max_sharers);
}

void add_row(Appender& row, const RankedRow& account) {
  row.text(account.channel);
  row.integer(account.place);
  row.text(account.platform);
  row.text(account.account_id);
  for (const double value : {account.score, account.best_triangle, account.idf_sum}) row.real(value);
  for (const std::int64_t n : {account.shared, account.objects, account.partners}) row.integer(n);
  row.real(account.cosine);
}

void add_row(Appender& row, const DegreeTieRow& tie) {
  for (const auto* text : {&tie.channel, &tie.platform_a, &tie.account_a, &tie.platform_b, &tie.account_b})
    row.text(*text);
  row.integer(tie.shared);
  for (const double value : {tie.expected, tie.p, tie.q}) row.real(value);
  row.text(tie.level);
}

void add_row(Appender& row, const SecondOpinionRow& opinion) {
  row.text(opinion.group_id);
  row.text(opinion.channel);
  row.integer(opinion.window_us);
  row.text(opinion.method);
  add(row, opinion.resolution);
  for (const std::int64_t n : {opinion.members, opinion.of, opinion.accounts}) row.integer(n);
  add(row, opinion.objects);
  for (const auto* value :
       {&opinion.jaccard, &opinion.co_assignment, &opinion.rand_index, &opinion.variation, &opinion.density})
    add(row, *value);
  add(row, opinion.copies);
  add(row, opinion.as_dense);
  row.text(opinion.reason);
}

void add_row(Appender& row, const SecondOpinionAccountRow& account) {
  for (const auto* text : {&account.group_id, &account.channel, &account.method}) row.text(*text);
  add(row, account.resolution);
  row.text(account.platform);
  row.text(account.account_id);
}

void read_row(RowReader& r, BurstCheckRow& check) {
  check.width_us = r.integer();
  check.verdict = r.text();
  check.reason = r.text();
  for (auto* n : {&check.posts, &check.accounts, &check.bins, &check.untested, &check.bursts}) *n = r.integer();
  check.alpha = r.optional_real().value_or(0);
}

void read_row(RowReader& r, BurstRow& burst) {
  for (auto* n : {&burst.width_us, &burst.begin_us, &burst.accounts}) *n = r.integer();
  for (auto* value : {&burst.expected, &burst.p, &burst.q}) *value = r.optional_real().value_or(0);
}

void read_row(RowReader& r, BurstAccountRow& account) {
  account.width_us = r.integer();
  account.platform = r.text();
  account.account_id = r.text();
  account.bins = r.integer();
  account.bursts = r.integer();
}

void read_row(RowReader& r, TimelessCheckRow& check) {
  for (auto* text : {&check.channel, &check.verdict, &check.reason}) *text = r.text();
  for (auto* n : {&check.actions, &check.accounts, &check.eligible, &check.pairs_in_family, &check.objects_counted,
                  &check.ranked, &check.ties})
    *n = r.integer();
  check.alpha = r.optional_real().value_or(0);
  check.max_sharers = r.integer();
}

void read_row(RowReader& r, RankedRow& account) {
  account.channel = r.text();
  account.place = r.integer();
  account.platform = r.text();
  account.account_id = r.text();
  for (auto* value : {&account.score, &account.best_triangle, &account.idf_sum}) *value = r.optional_real().value_or(0);
  for (auto* n : {&account.shared, &account.objects, &account.partners}) *n = r.integer();
  account.cosine = r.optional_real().value_or(0);
}

void read_row(RowReader& r, DegreeTieRow& tie) {
  for (auto* text : {&tie.channel, &tie.platform_a, &tie.account_a, &tie.platform_b, &tie.account_b}) *text = r.text();
  tie.shared = r.integer();
  for (auto* value : {&tie.expected, &tie.p, &tie.q}) *value = r.optional_real().value_or(0);
  tie.level = r.text();
}

void read_row(RowReader& r, SecondOpinionRow& opinion) {
  opinion.group_id = r.text();
  opinion.channel = r.text();
  opinion.window_us = r.integer();
  opinion.method = r.text();
  opinion.resolution = r.optional_real();
  for (auto* n : {&opinion.members, &opinion.of, &opinion.accounts}) *n = r.integer();
  opinion.objects = r.optional_integer();
  for (auto* value :
       {&opinion.jaccard, &opinion.co_assignment, &opinion.rand_index, &opinion.variation, &opinion.density})
    *value = r.optional_real();
  opinion.copies = r.optional_integer();
  opinion.as_dense = r.optional_integer();
  opinion.reason = r.text();
}

void read_row(RowReader& r, SecondOpinionAccountRow& account) {
  for (auto* text : {&account.group_id, &account.channel, &account.method}) *text = r.text();
  account.resolution = r.optional_real();
  account.platform = r.text();
  account.account_id = r.text();
}

template <typename Row>
Result<void> write(CaseFile& file, std::string_view table, std::string_view run_id, const std::vector<Row>& rows) {
  const Cell key = std::string(run_id);
  UNISONO_CHECK(file.execute(fmt::format("DELETE FROM {} WHERE run_id = $1", table), std::span(&key, 1)));
  UNISONO_TRY(Appender appender, file.append_to(table));
  for (const Row& row : rows) {
    appender.text(run_id);
    add_row(appender, row);
    UNISONO_CHECK(appender.end_row());
  }
  return appender.close();
}

template <typename Row>
Result<void> read(CaseFile& file, std::string_view table, std::string_view run_id, std::vector<Row>& rows) {
  const Cell key = std::string(run_id);
  UNISONO_TRY(const Table found,
              file.query(fmt::format("SELECT * EXCLUDE (run_id) FROM {} WHERE run_id = $1 ORDER BY rowid", table),
                         std::span(&key, 1)));
  rows.resize(found.rows());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RowReader reader(found, i);
    read_row(reader, rows[i]);
  }
  return {};
}

// Every table with its rows, for writing and for reading alike.
template <typename Rows, typename Each>
Result<void> for_each_table(Rows& rows, const Each& each) {
  UNISONO_CHECK(each("burst_check", rows.bursts.checks));
  UNISONO_CHECK(each("burst", rows.bursts.bursts));
  UNISONO_CHECK(each("burst_account", rows.bursts.accounts));
  UNISONO_CHECK(each("timeless_check", rows.timeless.checks));
  UNISONO_CHECK(each("ranking", rows.timeless.accounts));
  UNISONO_CHECK(each("degree_tie", rows.timeless.ties));
  UNISONO_CHECK(each("second_opinion", rows.second.opinions));
  return each("second_opinion_account", rows.second.accounts);
}

}  // namespace

Result<void> write_indicators(CaseFile& file, std::string_view run_id, const IndicatorRows& rows) {
  return for_each_table(
      rows, [&](std::string_view table, const auto& of_table) { return write(file, table, run_id, of_table); });
}

Result<IndicatorRows> read_indicators(CaseFile& file, std::string_view run_id) {
  IndicatorRows rows;
  UNISONO_CHECK(for_each_table(
      rows, [&](std::string_view table, auto& of_table) { return read(file, table, run_id, of_table); }));
  return rows;
}

}  // namespace unisono::store
