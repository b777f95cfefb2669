#include "unisono/commands/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "unisono/core/file.hpp"
#include "unisono/evidence/network_view.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/output/arrow.hpp"
#include "unisono/output/csv.hpp"
#include "unisono/output/json.hpp"
#include "unisono/output/network_file.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

struct Context {
  store::CaseFile file;
  store::StoredRun run;
  const ExportOptions& options;
  ExportResult result;

  Result<void> write(std::string_view name, std::string_view bytes) {
    const std::filesystem::path path = options.out / name;
    UNISONO_CHECK(write_file(path, bytes));
    result.files.push_back(path);
    return {};
  }
  Result<Table> query(std::string_view sql) {
    const std::array<Cell, 1> parameters = {run.run_id};
    return file.query(sql, parameters);
  }
};

// What every file says about itself: in the header only, so that the rows of equal results are equal.
std::string header_of(const Context& context) {
  return fmt::format("unisono {}, run {}, data {}\n{}", context.run.run.version, context.run.run_id,
                     context.run.run.input_hash, evidence::list_caveat());
}

bool wants(const ExportOptions& options, ExportFormat format) {
  if (options.formats.empty()) return format != ExportFormat::arrow;  // what `run` writes
  return std::find(options.formats.begin(), options.formats.end(), format) != options.formats.end();
}

// As CSV, as an Arrow stream, or both. Spreadsheets and Gephi read the first line of a CSV file as names of columns, so
// only files for people have a comment above it.
Result<void> write_table(Context& context, const std::string& name, const Table& table, bool with_header) {
  if (wants(context.options, ExportFormat::csv)) {
    const std::string header = header_of(context);
    const output::CsvText csv =
        output::write_csv(table, {context.options.guard, with_header ? std::string_view(header) : std::string_view()});
    context.result.guarded_cells += csv.guarded_cells;
    UNISONO_CHECK(context.write(name + ".csv", csv.text));
  }
  if (!wants(context.options, ExportFormat::arrow)) return {};
  const store::Run& run = context.run.run;
  output::ArrowOptions options;
  options.metadata = {{"unisono.schema", "1"},
                      {"unisono.run_id", context.run.run_id},
                      {"unisono.dataset_hash", run.input_hash},
                      {"unisono.version", run.version},
                      {"unisono.caveat", std::string(evidence::list_caveat())}};
  return context.write(name + ".arrow", output::write_arrow_stream(table, options));
}

// Only where a channel had no usable times.
Result<void> write_timeless(Context& context) {
  UNISONO_TRY(const Table ranking,
              context.query("SELECT r.channel, r.place, n.file_key AS account, r.score, r.best_triangle, r.idf_sum, "
                            "r.shared, r.objects, r.partners, r.cosine FROM ranking r JOIN account_name n USING "
                            "(platform, account_id) WHERE r.run_id = $1 ORDER BY r.channel, r.place"));
  if (ranking.rows() > 0) UNISONO_CHECK(write_table(context, "ranking", ranking, true));
  UNISONO_TRY(const Table ties,
              context.query(
                  "SELECT d.channel, d.level, a.file_key AS account_a, b.file_key AS account_b, d.shared, d.expected, "
                  "d.p, d.q FROM degree_tie d JOIN account_name a ON a.platform = d.platform_a AND a.account_id = "
                  "d.account_a JOIN account_name b ON b.platform = d.platform_b AND b.account_id = d.account_b WHERE "
                  "d.run_id = $1 ORDER BY d.channel, d.q, d.p, a.n, b.n"));
  if (ties.rows() > 0) UNISONO_CHECK(write_table(context, "shared_interest", ties, true));
  return {};
}

Result<void> write_result_tables(Context& context) {
  UNISONO_TRY(
      const Table ties,
      context.query(
          "SELECT t.channel, t.window_us / 1e6 AS window_s, t.test, t.level, a.file_key AS account_a, b.file_key AS "
          "account_b, t.n_objects, t.n_actions, t.w_t, "
          "t.lambda_t AS expected_t, t.w_x, t.lambda_x AS expected_x, t.p_t, t.p_x, t.p, t.q, t.gap_min_us / 1e6 AS "
          "gap_min_s, t.gap_max_us / 1e6 AS gap_max_s, "
          "t.median_lag_us / 1e6 AS median_lag_s, t.n_days, t.first_us AS first_t, t.last_us AS last_t, t.lower_bound "
          "FROM tie t JOIN account_name a ON a.platform = t.platform_a AND a.account_id = t.account_a "
          "JOIN account_name b ON b.platform = t.platform_b AND b.account_id = t.account_b WHERE t.run_id = $1 "
          "ORDER BY t.channel, t.window_us, t.test, a.n, b.n"));
  UNISONO_CHECK(write_table(context, "ties", ties, true));
  UNISONO_TRY(const Table groups,
              context.query("SELECT g.group_id, g.n AS accounts, g.level, g.stability, t.channel, t.window_us / 1e6 AS "
                            "window_s, t.test, t.direction, t.n_tested, t.w, t.expected, t.lift, "
                            "t.lo AS lift_low, t.hi AS lift_high, t.p, t.q, t.objects, t.days, t.passed, t.reason "
                            "FROM group_ g JOIN group_test t USING (run_id, group_id) WHERE g.run_id = $1 "
                            "ORDER BY g.n DESC, g.group_id, t.channel, t.window_us, t.direction, t.test, t.w, t.p"));
  UNISONO_CHECK(write_table(context, "groups", groups, true));
  UNISONO_TRY(const Table members, context.query("SELECT m.group_id, n.file_key AS account, m.how FROM group_member m "
                                                 "JOIN account_name n USING (platform, account_id) WHERE m.run_id = $1 "
                                                 "ORDER BY m.group_id, n.n"));
  UNISONO_CHECK(write_table(context, "members", members, true));
  UNISONO_TRY(
      const Table bursts,
      context.query("SELECT width_us / 1e6 AS width_s, begin_us AS begin_t, accounts, expected, p, q FROM burst "
                    "WHERE run_id = $1 ORDER BY width_us, begin_us"));
  UNISONO_CHECK(write_table(context, "bursts", bursts, true));
  return write_timeless(context);
}

Result<void> write_findings(Context& context) {
  UNISONO_TRY(Table findings, context.query("SELECT f.finding_id, f.analysis, f.subject_type, f.subject_id, f.level, "
                                            "f.statement, f.numbers_json, f.method_json, f.status, "
                                            "(SELECT count(*) FROM evidence e WHERE e.finding_id = f.finding_id) AS "
                                            "evidence_rows FROM finding f WHERE f.run_id = $1 ORDER BY f.rowid"));
  if (context.options.names == evidence::NamePolicy::pseudonyms) {
    // The subject of a tie is made of account ids; the statement names the pair by its labels.
    for (std::size_t row = 0; row < findings.rows(); ++row) {
      if (to_text(findings.columns()[2].cells[row], ColumnType::text) == "tie")
        findings.columns()[3].cells[row] = std::monostate{};
    }
  }
  UNISONO_TRY(Table checks,
              context.query("SELECT * EXCLUDE (run_id) FROM channel_check WHERE run_id = $1 ORDER BY rowid"));
  output::JsonDocument document;
  document.verb = "findings";
  document.run_json =
      fmt::format(R"({{"id":{},"version":{},"seed":{},"inputs":{},"options":{}}})",
                  output::quote_json(context.run.run_id), output::quote_json(context.run.run.version),
                  context.run.run.seed, output::quote_json(context.run.run.input_hash), context.run.run.options_json);
  document.tables.emplace_back("findings", std::move(findings));
  document.tables.emplace_back("checks", std::move(checks));
  document.notes.emplace_back(evidence::list_caveat());
  document.notes.emplace_back(evidence::similarity_caveat());
  return context.write("findings.json", output::write_json(document));
}

output::NetworkFile network_file(const Context& context, evidence::NetworkView view) {
  output::NetworkFile network;
  network.creator = "unisono " + context.run.run.version;
  network.description = std::string(evidence::list_caveat());
  network.keywords = fmt::format("run {}, data {}", context.run.run_id, context.run.run.input_hash);
  for (std::size_t node = 0; node < view.x.size(); ++node) {
    const Column* degree = view.nodes.find("degree");
    const auto* value = degree == nullptr ? nullptr : std::get_if<std::int64_t>(&degree->cells[node]);
    network.size.push_back(6.0 + 2.0 * std::sqrt(static_cast<double>(value == nullptr ? 0 : *value)));
  }
  network.nodes = std::move(view.nodes);
  network.edges = std::move(view.edges);
  network.x = std::move(view.x);
  network.y = std::move(view.y);
  network.group = std::move(view.group);
  return network;
}

}  // namespace

Result<ExportResult> export_results(const ExportOptions& options, const Control& control) {
  store::OpenOptions open;
  open.threads = control.threads;
  open.read_only = true;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  UNISONO_TRY(store::StoredRun run, store::find_run(file, "detect", options.run_id));
  UNISONO_CHECK(evidence::prepare_account_names(file, options.names));
  UNISONO_CHECK(make_directory(options.out));
  Context context{std::move(file), std::move(run), options, {}};
  UNISONO_TRY(evidence::NetworkView view, evidence::network_view(context.file, context.run.run_id));

  if (wants(options, ExportFormat::csv) || wants(options, ExportFormat::arrow)) {
    UNISONO_CHECK(write_result_tables(context));
    UNISONO_CHECK(write_table(context, "nodes", view.nodes, false));
    UNISONO_CHECK(write_table(context, "edges", view.edges, false));
  }
  if (wants(options, ExportFormat::json)) UNISONO_CHECK(write_findings(context));
  if (!wants(options, ExportFormat::gexf) && !wants(options, ExportFormat::graphml)) return std::move(context.result);
  const output::NetworkFile network = network_file(context, std::move(view));
  if (wants(options, ExportFormat::gexf)) UNISONO_CHECK(context.write("net.gexf", output::write_gexf(network)));
  if (wants(options, ExportFormat::graphml))
    UNISONO_CHECK(context.write("net.graphml", output::write_graphml(network)));
  return std::move(context.result);
}

}  // namespace unisono::commands
