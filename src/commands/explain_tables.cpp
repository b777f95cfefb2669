#include "commands/explain_tables.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "unisono/core/time.hpp"

namespace unisono::commands {
namespace {

using evidence::PairVerdict;

double seconds(std::int64_t us) {
  return static_cast<double>(us) / static_cast<double>(k_us_per_s);
}

Cell integer(std::uint64_t n) {
  return static_cast<std::int64_t>(n);
}

Table empty_pairs_table() {
  std::vector<Column> columns = {{"channel", ColumnType::text, {}},
                                 {"window_s", ColumnType::real, {}},
                                 {"verdict", ColumnType::text, {}},
                                 {"level", ColumnType::text, {}}};
  const auto add = [&](ColumnType type, std::initializer_list<const char*> names) {
    for (const char* name : names) columns.push_back({name, type, {}});
  };
  add(ColumnType::integer, {"actions_a", "actions_b", "common", "close", "w_t"});
  add(ColumnType::real, {"expected_t", "p_t"});
  add(ColumnType::integer, {"w_x"});
  add(ColumnType::real, {"expected_x", "p_x", "p", "q", "q_at_most", "alpha", "enough_p", "least_p"});
  add(ColumnType::boolean, {"in_family"});
  add(ColumnType::integer, {"family_k", "n_pairs", "accepted_others", "days"});
  add(ColumnType::real, {"median_gap_s", "c_bar"});
  add(ColumnType::boolean, {"as_stored"});
  add(ColumnType::text, {"reason"});
  return Table(std::move(columns));
}

void append_window(const ChannelExplained& channel, const WindowExplained& window, Table& table) {
  const network::PairFigures& pair = window.figures;
  const evidence::PairContext& context = window.context;
  const bool accepted = is_accepted(window.verdict);
  std::vector<Cell> row(table.columns().size());
  const auto set = [&](std::string_view name, Cell cell) {
    const Column* column = table.find(name);
    row[static_cast<std::size_t>(column - table.columns().data())] = std::move(cell);
  };
  set("channel", channel.channel);
  set("window_s", seconds(context.window_us));
  set("verdict", std::string(evidence::name_of(window.verdict)));
  set("alpha", context.alpha);
  set("reason", window.reason);
  if (has_figures(window.verdict)) {
    if (accepted && window.stored) set("level", window.stored->level);
    set("actions_a", integer(pair.n_actions_a));
    set("actions_b", integer(pair.n_actions_b));
    set("common", integer(pair.common.size()));
    set("close", integer(pair.n_close));
    set("w_t", integer(pair.w_t));
    set("expected_t", pair.lambda_t);
    if (pair.p_t) set("p_t", *pair.p_t);
    set("w_x", integer(pair.w_x));
    set("expected_x", pair.lambda_x);
    set("p_x", pair.p_x);
    set("p", pair.p);
    set(accepted ? "q" : "q_at_most", context.q);
    set("enough_p", network::enough_p(context.alpha, context.others, context.family_k));
    set("least_p", pair.least_p);
    set("in_family", pair.in_family);
    set("family_k", integer(context.family_k));
    set("n_pairs", integer(context.n_pairs));
    set("accepted_others", integer(context.others));
    set("days", integer(pair.n_days));
    if (pair.n_close > 0) set("median_gap_s", seconds(pair.median_gap_us));
    set("c_bar", context.collision);
    set("as_stored", window.same_as_stored());
  }
  table.append_row(std::move(row));
}

// Where the bytes of posts are, for those that are shown.
struct RawPlace {
  Cell file, offset, length;
};
using RawPlaces = std::map<std::pair<std::string, std::string>, RawPlace>;

Result<RawPlaces> raw_places(store::CaseFile& file, const std::set<std::pair<std::string, std::string>>& posts) {
  RawPlaces places;
  UNISONO_CHECK(file.execute("CREATE OR REPLACE TEMP TABLE shown_post (platform VARCHAR, post_id VARCHAR)"));
  for (const auto& [platform, post_id] : posts) {  // few; an appender would need a case that is open for writing
    const std::array<Cell, 2> parameters = {platform, post_id};
    UNISONO_CHECK(file.execute("INSERT INTO shown_post VALUES ($1, $2)", parameters));
  }
  UNISONO_TRY(
      const Table table,
      file.query("SELECT s.platform, s.post_id, f.name, p.raw_offset, p.raw_length FROM shown_post s JOIN post p "
                 "USING (platform, post_id) JOIN import_file f ON f.file_id = p.raw_file UNION ALL "
                 "SELECT s.platform, s.post_id, f.name, b.raw_offset, b.raw_length FROM shown_post s JOIN bare_row "
                 "b ON b.content_id = s.post_id JOIN import_file f ON f.file_id = b.file_id ORDER BY ALL"));
  UNISONO_CHECK(file.execute("DROP TABLE shown_post"));
  const auto& columns = table.columns();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto key =
        std::pair(to_text(columns[0].cells[row], ColumnType::text), to_text(columns[1].cells[row], ColumnType::text));
    places.emplace(key, RawPlace{columns[2].cells[row], columns[3].cells[row], columns[4].cells[row]});
  }
  return places;
}

}  // namespace

bool is_accepted(PairVerdict verdict) {
  return verdict == PairVerdict::tie || verdict == PairVerdict::lead;
}

bool has_figures(PairVerdict verdict) {
  return verdict != PairVerdict::no_actions && verdict != PairVerdict::too_coarse;
}

Table accounts_table(const ExplainOptions& options, const PairRequest& request) {
  Table table({{"asked", ColumnType::text, {}}, {"account", ColumnType::text, {}}});
  table.append_row({options.a, request.a.label});
  table.append_row({options.b, request.b.label});
  return table;
}

Table actions_table(const PairRequest& request, const std::vector<ChannelExplained>& channels) {
  Table table({{"channel", ColumnType::text, {}},
               {"account", ColumnType::text, {}},
               {"rows", ColumnType::integer, {}},
               {"without_time", ColumnType::integer, {}},
               {"damaged_id", ColumnType::integer, {}},
               {"outside_period", ColumnType::integer, {}},
               {"usable", ColumnType::integer, {}}});
  for (const ChannelExplained& channel : channels) {
    for (const auto& [label, count] :
         {std::pair(&request.a.label, &channel.a), std::pair(&request.b.label, &channel.b)})
      table.append_row({channel.channel, *label, integer(count->rows), integer(count->without_time),
                        integer(count->damaged), integer(count->outside), integer(count->used)});
  }
  return table;
}

std::string reason_of_silence(const PairRequest& request, const ChannelExplained& channel) {
  const bool of_a = channel.a.used == 0;
  const ActionCount& count = of_a ? channel.a : channel.b;
  return evidence::no_actions_reason(of_a ? request.a.label : request.b.label, count.rows, count.without_time,
                                     count.damaged, count.outside);
}

Table pairs_table(const PairRequest& request, const std::vector<ChannelExplained>& channels) {
  Table table = empty_pairs_table();
  for (const ChannelExplained& channel : channels) {
    for (const WindowExplained& window : channel.windows) append_window(channel, window, table);
    if (!channel.windows.empty()) continue;
    std::vector<Cell> row(table.columns().size());
    row.front() = channel.channel;
    row[2] = std::string(evidence::name_of(PairVerdict::no_actions));
    row.back() = reason_of_silence(request, channel);
    table.append_row(std::move(row));
  }
  return table;
}

Result<Table> rows_table(store::CaseFile& file, const std::vector<ChannelExplained>& channels, std::size_t most) {
  std::set<std::pair<std::string, std::string>> posts;
  for (const ChannelExplained& channel : channels) {
    for (std::size_t i = 0; i < std::min(most, channel.co_actions.size()); ++i) {
      posts.emplace(channel.co_actions[i].platform_a, channel.co_actions[i].post_a);
      posts.emplace(channel.co_actions[i].platform_b, channel.co_actions[i].post_b);
    }
  }
  UNISONO_TRY(const RawPlaces places, raw_places(file, posts));
  std::vector<Column> columns = {
      {"channel", ColumnType::text, {}},     {"within_s", ColumnType::real, {}},    {"gap_s", ColumnType::real, {}},
      {"t_a", ColumnType::time_us, {}},      {"t_b", ColumnType::time_us, {}},      {"post_a", ColumnType::text, {}},
      {"post_b", ColumnType::text, {}},      {"object", ColumnType::text, {}},      {"file_a", ColumnType::text, {}},
      {"offset_a", ColumnType::integer, {}}, {"length_a", ColumnType::integer, {}}, {"file_b", ColumnType::text, {}},
      {"offset_b", ColumnType::integer, {}}, {"length_b", ColumnType::integer, {}}};
  Table table(std::move(columns));
  for (const ChannelExplained& channel : channels) {
    for (std::size_t i = 0; i < std::min(most, channel.co_actions.size()); ++i) {
      const CoAction& x = channel.co_actions[i];
      Cell within;  // the narrowest window that holds it
      for (const WindowExplained& window : channel.windows) {
        const bool holds = x.gap_us <= static_cast<std::uint64_t>(window.context.window_us);
        if (holds && is_missing(within)) within = seconds(window.context.window_us);
      }
      const auto place = [&](const std::string& platform, const std::string& post) {
        const auto found = places.find({platform, post});
        return found == places.end() ? RawPlace{} : found->second;
      };
      const RawPlace a = place(x.platform_a, x.post_a), b = place(x.platform_b, x.post_b);
      table.append_row({channel.channel, within, static_cast<double>(x.gap_us) / static_cast<double>(k_us_per_s),
                        x.t_us_a, x.t_us_b, x.post_a, x.post_b, x.object_key, a.file, a.offset, a.length, b.file,
                        b.offset, b.length});
    }
  }
  return table;
}

Result<Table> groups_of_both(store::CaseFile& file, const PairRequest& request) {
  const std::array<Cell, 5> parameters = {request.run_id, request.a.platform, request.a.account_id, request.b.platform,
                                          request.b.account_id};
  return file.query(
      "SELECT g.group_id, g.n AS accounts, g.level, max(CASE WHEN m.platform = $2 AND m.account_id = $3 THEN m.how "
      "END) AS "
      "a, max(CASE WHEN m.platform = $4 AND m.account_id = $5 THEN m.how END) AS b FROM group_ g JOIN group_member m "
      "USING "
      "(run_id, group_id) WHERE g.run_id = $1 AND ((m.platform = $2 AND m.account_id = $3) OR (m.platform = $4 AND "
      "m.account_id = $5)) GROUP BY ALL ORDER BY accounts DESC, g.group_id",
      parameters);
}

}  // namespace unisono::commands
