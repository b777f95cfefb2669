#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands/compat_rows.hpp"
#include "unisono/store/channel.hpp"

namespace unisono::commands {
namespace {

constexpr std::uint32_t k_missing = signals::k_missing_text;

Column text_column(std::string name) {
  return {std::move(name), ColumnType::text, {}};
}
Column integer_column(std::string name) {
  return {std::move(name), ColumnType::integer, {}};
}
Column real_column(std::string name) {
  return {std::move(name), ColumnType::real, {}, true};
}
Cell integer(std::uint64_t n) {
  return static_cast<std::int64_t>(n);
}
Cell optional_real(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell();
}

// What CooRTweet's reader takes as missing: the text NA.
Result<void> forget_na(store::PeerRows& rows, std::vector<std::string>& notes) {
  const auto found = std::lower_bound(rows.texts.begin(), rows.texts.end(), "NA");
  const auto na =
      found != rows.texts.end() && *found == "NA" ? static_cast<std::uint32_t>(found - rows.texts.begin()) : k_missing;
  for (auto* column : {&rows.object, &rows.content}) std::replace(column->begin(), column->end(), na, k_missing);
  const auto account = std::lower_bound(rows.accounts.begin(), rows.accounts.end(), "NA");
  if (account == rows.accounts.end() || *account != "NA") return {};
  std::vector<std::uint8_t> drop(rows.size(), 0);
  for (std::size_t i = 0; i < rows.size(); ++i)
    drop[i] = rows.account[i] == static_cast<std::uint32_t>(account - rows.accounts.begin()) ? 1 : 0;
  notes.push_back(
      fmt::format("{} rows with a missing account (NA) were left out.", std::count(drop.begin(), drop.end(), 1)));
  drop_rows(rows, drop);
  return {};
}

class Tables {
 public:
  Tables(const store::PeerRows& rows, const signals::CoortweetOptions& counted)
      : rows_(rows), counted_(counted), two_windows_(counted.fast_window_s.has_value()) {}

  Table pairs(std::span<const signals::CoortweetPair> pairs) const {
    std::vector<Column> columns = {text_column("object_id"),  text_column("account_id"),   text_column("account_id_y"),
                                   text_column("content_id"), text_column("content_id_y"), real_column("time_delta")};
    if (two_windows_)
      columns.push_back(integer_column(fmt::format("time_window_{}", counted_.fast_window_s.value_or(0))));
    Table table(std::move(columns));
    for (Column& column : table.columns()) column.cells.reserve(pairs.size());
    for (const signals::CoortweetPair& pair : pairs) {
      std::vector<Cell> cells = {text(rows_.object[pair.older]),     account(rows_.account[pair.older]),
                                 account(rows_.account[pair.newer]), text(rows_.content[pair.older]),
                                 text(rows_.content[pair.newer]),    pair.time_delta};
      if (two_windows_) cells.push_back(integer(pair.fast ? 1 : 0));
      table.append_row(std::move(cells));
    }
    return table;
  }

  Table edges(std::span<const signals::CoortweetEdge> edges, const signals::CoortweetSubgraph& part) const {
    std::vector<Column> columns = {text_column("from"), text_column("to")};
    const auto in_each_window = [&](const auto& make, const char* name) {
      if (!two_windows_) return columns.push_back(make(name));
      for (const char* window : {"_full", "_fast"}) columns.push_back(make(std::string(name) + window));
    };
    in_each_window(integer_column, "weight");
    in_each_window(real_column, "avg_time_delta");
    for (const char* window :
         two_windows_ ? std::vector<const char*>{"_full", "_fast"} : std::vector<const char*>{""}) {
      columns.push_back(integer_column(std::string("n_content_id") + window));
      columns.push_back(integer_column(std::string("n_content_id_y") + window));
    }
    in_each_window(real_column, "edge_symmetry_score");
    in_each_window(text_column, "object_ids");
    in_each_window(integer_column, "weight_threshold");
    Table table(std::move(columns));
    for (const std::size_t place : part.edges) table.append_row(edge_cells(edges[place]));
    return table;
  }

  Table accounts(std::span<const signals::CoortweetAccount> accounts) const {
    std::vector<Column> columns = {text_column("account_id")};
    for (const char* name : {"avg_time_delta", "avg_edge_symmetry_score"}) {
      columns.push_back(real_column(name + std::string(two_windows_ ? "_full" : "")));
      if (two_windows_) columns.push_back(real_column(name + std::string("_fast")));
    }
    columns.push_back(integer_column("unique_shares_count"));
    Table table(std::move(columns));
    for (const signals::CoortweetAccount& row : accounts) {
      std::vector<Cell> cells = {account(row.account), row.avg_time_delta};
      if (two_windows_) cells.push_back(optional_real(row.avg_time_delta_fast));
      cells.emplace_back(row.avg_edge_symmetry_score);
      if (two_windows_) cells.push_back(optional_real(row.avg_edge_symmetry_score_fast));
      cells.push_back(integer(row.unique_shares_count));
      table.append_row(std::move(cells));
    }
    return table;
  }

  Table groups(const std::vector<std::pair<std::string, std::uint32_t>>& groups) const {
    Table table({text_column("object_id"), integer_column("num_accounts")});
    for (const auto& [object, n] : groups) table.append_row({object, integer(n)});
    return table;
  }

  // The colours of the third subgraph.
  Table vertices(std::span<const signals::CoortweetEdge> edges, const signals::CoortweetSubgraph& part) const {
    std::vector<std::uint32_t> inside;
    for (const std::size_t place : part.edges) inside.insert(inside.end(), {edges[place].from, edges[place].to});
    std::sort(inside.begin(), inside.end());
    inside.erase(std::unique(inside.begin(), inside.end()), inside.end());
    Table table({text_column("name"), integer_column("color_v")});
    for (const std::uint32_t vertex : inside) {
      const bool seed = std::binary_search(part.seeds.begin(), part.seeds.end(), vertex);
      table.append_row({account(vertex), integer(seed ? 1 : 0)});
    }
    return table;
  }

 private:
  Cell text(std::uint32_t number) const { return number == k_missing ? Cell() : Cell(rows_.texts[number]); }
  Cell account(std::uint32_t number) const { return rows_.accounts[number]; }
  std::string objects(const std::vector<std::uint32_t>& numbers) const {
    std::string joined;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (i > 0) joined += ',';
      joined += numbers[i] == k_missing ? "NA" : rows_.texts[numbers[i]];
    }
    return joined;
  }
  std::vector<Cell> edge_cells(const signals::CoortweetEdge& edge) const {
    std::vector<const signals::CoortweetFigures*> windows = {&edge.full};
    if (two_windows_) windows.push_back(edge.fast ? &*edge.fast : nullptr);
    std::vector<Cell> cells = {account(edge.from), account(edge.to)};
    const auto each = [&](const auto& value) {
      for (const signals::CoortweetFigures* figures : windows)
        cells.push_back(figures == nullptr ? Cell() : value(*figures));
    };
    each([](const auto& f) { return integer(f.weight); });
    each([](const auto& f) { return Cell(f.avg_time_delta); });
    for (const signals::CoortweetFigures* f : windows) {
      cells.push_back(f == nullptr ? Cell() : integer(f->n_content_id));
      cells.push_back(f == nullptr ? Cell() : integer(f->n_content_id_y));
    }
    each([](const auto& f) { return Cell(f.edge_symmetry_score); });
    each([this](const auto& f) { return Cell(objects(f.object_ids)); });
    each([](const auto& f) { return integer(f.weight_threshold ? 1 : 0); });
    return cells;
  }

  const store::PeerRows& rows_;
  const signals::CoortweetOptions& counted_;
  bool two_windows_;
};

Table plan_table(const store::PeerRows& rows, const CompatOptions& options, double window_s) {
  std::vector<std::uint32_t> objects = rows.object;
  std::sort(objects.begin(), objects.end());
  const auto distinct = std::unique(objects.begin(), objects.end()) - objects.begin();
  const auto timeless = std::count_if(rows.t_s.begin(), rows.t_s.end(), [](double t) { return std::isnan(t); });
  Table table({real_column("window_s"), integer_column("min_participation"), integer_column("rows"),
               integer_column("accounts"), integer_column("objects"), integer_column("rows_without_time")});
  table.append_row({window_s, integer(options.coortweet.min_participation), integer(rows.size()),
                    integer(rows.accounts.size()), static_cast<std::int64_t>(distinct),
                    static_cast<std::int64_t>(timeless)});
  return table;
}

Result<store::PeerSelection> selection_of(store::CaseFile& file, const CompatOptions& options) {
  UNISONO_TRY(const bool verbatim, has_verbatim_rows(file));
  if (verbatim && !options.channel.empty() && options.channel != "generic") {
    return fail(ErrorCode::usage,
                fmt::format("--channel {}: the rows of this case name their objects themselves", options.channel),
                "leave --channel out; it chooses the objects in a case of posts");
  }
  if (verbatim) return store::PeerSelection{store::PeerSource::verbatim, "", false, false};
  if (options.channel.empty()) {
    return fail(ErrorCode::usage, "a case of posts has several kinds of objects, and CooRTweet knows one at a time",
                "choose one: --channel repost, reply, text, hashtag, link, domain, media or mention");
  }
  return store::PeerSelection{store::PeerSource::actions, options.channel, false, false};
}

Result<void> check_options(const CompatOptions& options) {
  if (options.subgraph < 0 || options.subgraph > 3)
    return fail(ErrorCode::usage, fmt::format("--subgraph is {}, expected 0, 1, 2 or 3", options.subgraph));
  const bool two_windows = options.coortweet.fast_window_s.has_value();
  if (options.subgraph == 1 && two_windows)
    return fail(ErrorCode::usage, "--subgraph 1 is of one window, but --fast-window names a second one",
                "leave --fast-window out, or use --subgraph 2 (the fast network) or 3 (with its neighbours)");
  if (options.subgraph >= 2 && !two_windows)
    return fail(ErrorCode::usage, fmt::format("--subgraph {} needs the second window", options.subgraph),
                "add --fast-window 10s");
  if (options.statistics == signals::CoortweetThreshold::fast && !two_windows)
    return fail(ErrorCode::usage, "--statistics fast needs the second window", "add --fast-window 10s");
  return {};
}

}  // namespace

Result<CompatResult> compat_coortweet(store::CaseFile& file, const CompatOptions& options, const Control& control) {
  UNISONO_CHECK(check_options(options));
  UNISONO_TRY(const store::PeerSelection selection, selection_of(file, options));
  UNISONO_TRY(store::PeerRows rows, store::scan_peer_rows(file, selection, control));
  CompatResult result;
  result.notes.push_back(compat_label(options));
  keep_period(options, rows, result.notes);
  if (selection.source == store::PeerSource::verbatim) UNISONO_CHECK(forget_na(rows, result.notes));
  UNISONO_CHECK(note_losses(file, rows, result.notes));
  signals::CoortweetOptions counted = options.coortweet;
  counted.window_s = options.window_s.value_or(counted.window_s);
  if (options.dry_run) {
    result.tables.push_back({"plan", plan_table(rows, options, counted.window_s)});
    return result;
  }
  const signals::SharedRows view{rows.object,
                                 rows.account,
                                 rows.content,
                                 rows.t_s,
                                 static_cast<std::uint32_t>(rows.texts.size()),
                                 static_cast<std::uint32_t>(rows.accounts.size())};
  UNISONO_TRY(const std::vector<signals::CoortweetPair> pairs, signals::coortweet_pairs(view, counted, control));
  UNISONO_TRY(const std::vector<signals::CoortweetEdge> edges, signals::coortweet_network(view, pairs, counted));
  if (pairs.empty())
    result.notes.emplace_back(
        "No pair of rows passed (CooRTweet stops with an error where no account has enough rows): the tables are "
        "empty.");
  const signals::CoortweetSubgraph part = signals::coortweet_subgraph(edges, options.subgraph, view.n_accounts);
  const Tables tables(rows, counted);
  result.tables.push_back({"pairs", tables.pairs(pairs)});
  result.tables.push_back({"edges", tables.edges(edges, part)});
  result.tables.push_back(
      {"account_stats", tables.accounts(signals::coortweet_account_stats(view, pairs, edges, options.statistics))});
  result.tables.push_back(
      {"group_stats", tables.groups(signals::coortweet_group_stats(edges, rows.texts, options.statistics))});
  if (options.subgraph == 3) result.tables.push_back({"vertices", tables.vertices(edges, part)});
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ends;
  for (const std::size_t place : part.edges) {
    if (edges[place].from != edges[place].to) ends.emplace_back(std::minmax(edges[place].from, edges[place].to));
  }
  const std::string channel = selection.source == store::PeerSource::actions ? options.channel : "";
  UNISONO_CHECK(compare_with_ties(file, rows, std::move(ends), channel, result));
  return result;
}

}  // namespace unisono::commands
