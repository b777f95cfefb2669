#include "unisono/evidence/network_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "unisono/network/graph.hpp"
#include "unisono/network/layout.hpp"

namespace unisono::evidence {
namespace {

constexpr std::uint64_t k_layout_seed = 1;

std::int64_t integer_of(const Column& column, std::size_t row) {
  const auto* value = std::get_if<std::int64_t>(&column.cells[row]);
  return value == nullptr ? 0 : *value;
}

// Accounts of ties and groups in order of rank, with what is known of them.
constexpr const char* k_nodes_sql =
    "WITH wanted AS (SELECT platform_a AS platform, account_a AS account_id FROM tie WHERE run_id = $1 AND test = "
    "'rule' "
    "  UNION SELECT platform_b, account_b FROM tie WHERE run_id = $1 AND test = 'rule' "
    "  UNION SELECT platform, account_id FROM group_member WHERE run_id = $1 AND how = 'found'), "
    "ends AS (SELECT platform_a AS platform, account_a AS account_id, platform_b || ':' || account_b AS other, p, q "
    "FROM "
    "tie WHERE run_id = $1 AND test = 'rule' "
    "  UNION ALL SELECT platform_b, account_b, platform_a || ':' || account_a, p, q FROM tie WHERE run_id = $1 AND "
    "test = "
    "'rule'), "
    "degrees AS (SELECT platform, account_id, count(DISTINCT other) AS degree, min(p) AS p, min(q) AS q FROM ends "
    "GROUP BY ALL), "
    "posts AS (SELECT platform, account_id, count(*) AS n FROM post SEMI JOIN wanted USING (platform, account_id) "
    "GROUP "
    "BY ALL) "
    "SELECT n.file_key AS \"Id\", n.label AS \"Label\", CASE WHEN n.named THEN a.handle END AS handle, n.platform, "
    "a.created_us AS created_at, a.status, "
    "  CAST(NULL AS BIGINT) AS community, coalesce(d.degree, 0) AS degree, CAST(0 AS DOUBLE) AS strength, d.q AS "
    "q_value, "
    "  a.first_seen_us AS first_seen, a.last_seen_us AS last_seen, d.p AS p_value, coalesce(c.n, 0) AS posts, "
    "  CASE WHEN n.named THEN a.account_id END AS account_id, CASE WHEN n.named THEN a.display_name END AS "
    "display_name "
    "FROM wanted w JOIN account_name n USING (platform, account_id) JOIN account a USING (platform, account_id) "
    "LEFT JOIN degrees d USING (platform, account_id) LEFT JOIN posts c USING (platform, account_id) ORDER BY n.n";

// One row per pair: its channels, the strongest window of each added up in `Weight`, the smallest q.
constexpr const char* k_edges_sql =
    "WITH best AS (SELECT platform_a, account_a, platform_b, account_b, channel, max(w_t) AS w, min(p) AS p, min(q) AS "
    "q, "
    "max(n_objects) AS n_objects, max(n_days) AS n_days, "
    "  min(first_us) AS first_t, max(last_us) AS last_t, min(median_lag_us) / 1e6 AS median_lag_s, min(gap_min_us) / "
    "1e6 "
    "AS min_lag_s FROM tie WHERE "
    "run_id = $1 AND test = 'rule' GROUP BY ALL) "
    "SELECT a.file_key AS \"Source\", b.file_key AS \"Target\", 'Undirected' AS \"Type\", CAST(sum(e.w) AS DOUBLE) AS "
    "\"Weight\", string_agg(e.channel, ';' ORDER BY e.channel) AS \"Kind\", "
    "  CAST(max(e.n_objects) AS BIGINT) AS n_objects, min(e.median_lag_s) AS median_lag_s, min(e.q) AS q_value, "
    "min(e.first_t) AS first_t, max(e.last_t) AS last_t, "
    "  CAST(max(e.n_days) AS BIGINT) AS n_days, min(e.min_lag_s) AS min_lag_s, min(e.p) AS p_value "
    "FROM best e JOIN account_name a ON a.platform = e.platform_a AND a.account_id = e.account_a "
    "JOIN account_name b ON b.platform = e.platform_b AND b.account_id = e.account_b GROUP BY a.n, b.n, a.file_key, "
    "b.file_key ORDER BY a.n, b.n";

// The part of `Weight` that each channel gives, in the order of the edges.
constexpr const char* k_weights_sql =
    "SELECT a.file_key, b.file_key, t.channel, CAST(max(t.w_t) AS DOUBLE) FROM tie t JOIN account_name a ON a.platform "
    "= "
    "t.platform_a AND a.account_id = t.account_a JOIN account_name b ON b.platform = t.platform_b AND b.account_id = "
    "t.account_b WHERE t.run_id = $1 AND t.test = 'rule' GROUP BY a.n, b.n, a.file_key, b.file_key, t.channel "
    "ORDER BY a.n, b.n, t.channel";

// First group of each account, groups by level and in order of size: the same numbers as in the report.
constexpr const char* k_groups_sql =
    "WITH ordered AS (SELECT group_id, row_number() OVER (ORDER BY level DESC, rowid) - 1 AS i FROM group_ WHERE "
    "run_id = $1) "
    "SELECT n.file_key, min(o.i) FROM group_member m JOIN ordered o USING (group_id) JOIN account_name n USING "
    "(platform, account_id) "
    "WHERE m.run_id = $1 AND m.how = 'found' GROUP BY n.file_key";

using NodeIndex = std::map<std::string, std::uint32_t, std::less<>>;

void add_groups(NetworkView& view, const Table& groups, const NodeIndex& index) {
  view.group.assign(view.nodes.rows(), -1);
  for (std::size_t row = 0; row < groups.rows(); ++row) {
    const auto found = index.find(std::get<std::string>(groups.columns()[0].cells[row]));
    if (found != index.end()) view.group[found->second] = integer_of(groups.columns()[1], row);
  }
  Column& community = view.nodes.columns()[6];
  for (std::size_t node = 0; node < view.group.size(); ++node) {
    if (view.group[node] >= 0) community.cells[node] = view.group[node];
  }
}

void add_edges(NetworkView& view, const NodeIndex& index) {
  Column& strength = view.nodes.columns()[8];
  for (std::size_t row = 0; row < view.edges.rows(); ++row) {
    const std::uint32_t a = index.at(std::get<std::string>(view.edges.columns()[0].cells[row]));
    const std::uint32_t b = index.at(std::get<std::string>(view.edges.columns()[1].cells[row]));
    const double weight = std::get<double>(view.edges.columns()[3].cells[row]);
    view.source.push_back(a);
    view.target.push_back(b);
    for (const std::uint32_t node : {a, b}) strength.cells[node] = std::get<double>(strength.cells[node]) + weight;
  }
}

// One column for each channel, in order of its name: w_link, w_repost.
void add_weights(NetworkView& view, const Table& weights) {
  const auto text = [](const Column& column, std::size_t row) -> const std::string& {
    return std::get<std::string>(column.cells[row]);
  };
  std::map<std::string, std::vector<Cell>, std::less<>> of_channel;
  std::size_t edge = 0;
  for (std::size_t row = 0; row < weights.rows(); ++row) {
    const auto is_at = [&](std::size_t i) {
      return text(view.edges.columns()[0], i) == text(weights.columns()[0], row) &&
             text(view.edges.columns()[1], i) == text(weights.columns()[1], row);
    };
    while (edge < view.edges.rows() && !is_at(edge)) ++edge;  // both are in the order of the pairs
    if (edge == view.edges.rows()) break;
    std::vector<Cell>& cells = of_channel[text(weights.columns()[2], row)];
    cells.resize(view.edges.rows());
    cells[edge] = weights.columns()[3].cells[row];
  }
  for (auto& [channel, cells] : of_channel)
    view.edges.columns().push_back({"w_" + channel, ColumnType::real, std::move(cells)});
}

void place(NetworkView& view) {
  std::vector<network::WeightedEdge> edges;
  for (std::size_t edge = 0; edge < view.source.size(); ++edge)
    edges.push_back({view.source[edge], view.target[edge], 1.0});
  std::vector<std::uint32_t> labels;
  for (const std::int64_t group : view.group)
    labels.push_back(group < 0 ? network::k_ungrouped : static_cast<std::uint32_t>(group));
  const network::Graph graph = network::make_graph(static_cast<std::uint32_t>(view.nodes.rows()), edges);
  for (const network::Position& position : network::layout(graph, labels, k_layout_seed)) {
    view.x.push_back(position.x);
    view.y.push_back(position.y);
  }
}

}  // namespace

Result<NetworkView> network_view(store::CaseFile& file, const std::string& run_id) {
  NetworkView view;
  const std::array<Cell, 1> parameters = {run_id};
  UNISONO_TRY(view.nodes, file.query(k_nodes_sql, parameters));
  UNISONO_TRY(view.edges, file.query(k_edges_sql, parameters));
  UNISONO_TRY(const Table groups, file.query(k_groups_sql, parameters));
  NodeIndex index;
  for (std::size_t node = 0; node < view.nodes.rows(); ++node) {
    index.emplace(std::get<std::string>(view.nodes.columns()[0].cells[node]), static_cast<std::uint32_t>(node));
  }
  add_groups(view, groups, index);
  UNISONO_TRY(const Table weights, file.query(k_weights_sql, parameters));
  add_edges(view, index);
  add_weights(view, weights);
  place(view);
  return view;
}

}  // namespace unisono::evidence
