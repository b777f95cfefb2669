// The tables of CooRTweet and of the QUT toolkit against DuckDB's SQL of the same tables on the same rows, one thread
// each, processor time, interleaved in one run; prints Markdown. Whole commands against the tools themselves:
// bench/run_against_peers.
//
//   compat_bench             100,000 and 1,000,000 rows
//   compat_bench 300000      only that size
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "duckdb.hpp"
#include "generate.hpp"
#include "unisono/signals/compat_coortweet.hpp"
#include "unisono/signals/compat_qut.hpp"

namespace {

using namespace unisono;

constexpr std::int64_t k_second = 1'000'000;
constexpr int k_rounds = 3;

// Of the processor: the machine may be busy with other work.
double seconds(const std::function<void()>& work) {
  const std::clock_t begun = std::clock();
  work();
  return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
}

// Every row is a content of its own; times are whole seconds, so that doubles and integers agree.
struct Rows {
  bench::Generated data;
  std::vector<std::uint32_t> content;
  std::vector<double> t_s;

  explicit Rows(std::size_t n) : data(bench::generate(n, 2)) {
    for (std::size_t i = 0; i < data.t_us.size(); ++i) {
      data.t_us[i] = data.t_us[i] / k_second * k_second;
      t_s.push_back(static_cast<double>(data.t_us[i] / k_second));
      content.push_back(data.n_objects + static_cast<std::uint32_t>(i));
    }
  }
};

constexpr const char* k_close =
    "WITH x AS (SELECT a, o, t, rowid AS id, t // 60000000 AS k FROM actions {0}), "
    "r AS (SELECT a, o, t, id, unnest([k - 1, k, k + 1]) AS k FROM x), "
    "p AS (SELECT x.o AS o, x.a AS a, x.id AS i, x.t AS ti, r.a AS b, r.id AS j, r.t AS tj FROM x JOIN r ON x.o = r.o "
    "AND x.k = "
    "r.k "
    "WHERE {1} AND abs(x.t - r.t) <= 60000000)";

std::string coortweet_sql() {
  return fmt::format(fmt::runtime(k_close), "WHERE a IN (SELECT a FROM actions GROUP BY a HAVING count(*) >= 2)",
                     "x.id < r.id AND x.a <> r.a") +
         ", s AS (SELECT DISTINCT id, a FROM (SELECT i AS id, a FROM p UNION ALL SELECT j, b FROM p)), "
         "n AS (SELECT a FROM s GROUP BY a HAVING count(*) >= 2), "
         "e AS (SELECT count(*) AS w, avg(abs(ti - tj)) AS d, list(DISTINCT o) AS objects, count(DISTINCT CASE WHEN ti "
         "> tj THEN j ELSE i END) AS "
         "older, "
         "count(DISTINCT CASE WHEN ti > tj THEN i ELSE j END) AS newer FROM p WHERE a IN (SELECT a FROM n) OR "
         "b IN (SELECT a FROM n) GROUP BY least(a, b), greatest(a, b)) "
         "SELECT count(*), sum(w), sum(d), sum(older), sum(newer), sum(len(objects)) FROM e";
}

std::string qut_sql() {
  return fmt::format(fmt::runtime(k_close), "", "x.id <> r.id") +
         ", e AS (SELECT count(DISTINCT i) AS w FROM p GROUP BY a, b HAVING count(DISTINCT i) >= 2) "
         "SELECT count(*), sum(w) FROM e";
}

struct Totals {
  std::uint64_t rows = 0, weight = 0;
};

Totals coortweet(const Rows& rows) {
  const signals::SharedRows view{rows.data.object,
                                 rows.data.account,
                                 rows.content,
                                 rows.t_s,
                                 rows.data.n_objects + static_cast<std::uint32_t>(rows.content.size()),
                                 rows.data.n_accounts};
  const signals::CoortweetOptions options{.window_s = 60};
  const auto pairs = signals::coortweet_pairs(view, options, {}).value();
  const auto edges = signals::coortweet_network(view, pairs, options).value();
  return {edges.size(), pairs.size()};
}

Totals qut(const Rows& rows) {
  const signals::QutRows view{rows.content,
                              rows.data.account,
                              rows.data.object,
                              rows.t_s,
                              rows.data.n_objects + static_cast<std::uint32_t>(rows.content.size()),
                              rows.data.n_accounts,
                              rows.data.n_objects};
  Totals totals;
  const auto weights = signals::qut_network(view, {60, 2}, {}).value();
  for (const signals::QutWeight& row : weights) totals.weight += row.weight;
  totals.rows = weights.size();
  return totals;
}

bool compare(const Rows& rows, const char* name, const std::function<Totals(const Rows&)>& ours,
             const std::string& sql) {
  bench::DuckDb duckdb(1);
  duckdb.load(rows.data.view());
  double best = 1e300, peer = 1e300;
  Totals totals;
  std::vector<std::string> row;
  for (int round = 0; round < k_rounds; ++round) {
    best = std::min(best, seconds([&] { totals = ours(rows); }));
    peer = std::min(peer, seconds([&] { row = duckdb.query(sql); }));
  }
  if (std::stoull(row[0]) != totals.rows || std::stoull(row[1]) != totals.weight) {
    fmt::print(stderr, "{}: the tables differ: DuckDB {} rows of weight {}, ours {} of {}\n", name, row[0], row[1],
               totals.rows, totals.weight);
    return false;
  }
  fmt::print("| {} | {} | {} | {} | {:.3f} | {:.2f} | **{:.0f}** |\n", name, rows.content.size(), totals.rows,
             totals.weight, best, peer, peer / best);
  std::fflush(stdout);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes = {100'000, 1'000'000};
  if (argc > 1) sizes = {std::strtoull(argv[1], nullptr, 10)};
  fmt::print("| table | rows | rows of the table | sum of weights | ours, s | DuckDB, s | DuckDB : ours |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  for (const std::size_t n : sizes) {
    const Rows rows(n);
    if (!compare(rows, "CooRTweet, edges", coortweet, coortweet_sql()) ||
        !compare(rows, "QUT, co_retweet", qut, qut_sql()))
      return 1;
  }
}
