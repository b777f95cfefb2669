#include "commands/explain_commands.hpp"

#include <fmt/format.h>

#include <array>

#include "unisono/core/quote.hpp"
#include "unisono/core/time.hpp"

namespace unisono::commands {
namespace {

// First actions of both accounts: who, object_id, t.
std::string first_actions(const PairRequest& request, const std::string& channel, std::int64_t window_us) {
  return fmt::format(
      "WITH first AS (SELECT n AS who, object_id, min(t_us) AS t FROM action JOIN account_name USING (platform, "
      "account_id) WHERE n IN ({}, {}) AND {} GROUP BY ALL)",
      request.a.rank, request.b.rank, evidence::tested_actions(request.settings, channel, window_us));
}

std::string count_statement(const PairRequest& request, const std::string& channel, std::int64_t window_us) {
  return fmt::format(
      "{} SELECT (SELECT count(*) FROM first WHERE who = {}) AS actions_a, (SELECT count(*) FROM first WHERE who = {}) "
      "AS "
      "actions_b, count(*) AS common, count(*) FILTER (WHERE abs(epoch_us(x.t) - epoch_us(y.t)) <= {}) AS close FROM "
      "first "
      "x JOIN first y USING (object_id) WHERE x.who = {} AND y.who = {}",
      first_actions(request, channel, window_us), request.a.rank, request.b.rank, window_us, request.a.rank,
      request.b.rank);
}

std::string stored_statement(const PairRequest& request, const std::string& channel, std::int64_t window_us) {
  const auto [low, high] = std::minmax(request.a.rank, request.b.rank);
  return fmt::format(
      "SELECT t.test, t.level, t.w_t, t.lambda_t, t.p_t, t.w_x, t.lambda_x, t.p_x, t.p, t.q FROM tie t JOIN "
      "account_name a "
      "ON a.platform = t.platform_a AND a.account_id = t.account_a JOIN account_name b ON b.platform = t.platform_b "
      "AND "
      "b.account_id = t.account_b WHERE t.run_id = {} AND t.channel = {} AND t.window_us = {} AND a.n = {} AND b.n = "
      "{}",
      quote_sql(request.run_id), quote_sql(channel), window_us, low, high);
}

std::string raw_of(const std::string& case_path, const std::string& platform, const std::string& post_id) {
  return fmt::format("unisono inspect {} --raw={} --platform={} --inputs FOLDER", case_path, quote_shell(post_id),
                     quote_shell(platform));
}

}  // namespace

Table recomputing_commands(const std::filesystem::path& case_path, const PairRequest& request,
                           const std::vector<ChannelExplained>& channels) {
  Table table({{"what", ColumnType::text, {}},
               {"channel", ColumnType::text, {}},
               {"window_s", ColumnType::real, {}},
               {"command", ColumnType::text, {}}});
  const std::string path = quote_shell(case_path.string());
  const auto add = [&](std::string what, Cell channel, Cell window_s, std::string command) {
    table.append_row({std::move(what), std::move(channel), std::move(window_s), std::move(command)});
  };
  const auto query = [&](const std::string& sql) { return fmt::format("unisono query {} {}", path, quote_shell(sql)); };
  add("every test of the run", {}, {}, evidence::detect_command(request.settings, path));
  for (const ChannelExplained& channel : channels) {
    for (const WindowExplained& window : channel.windows) {
      const std::int64_t window_us = window.context.window_us;
      const double window_s = static_cast<double>(window_us) / static_cast<double>(k_us_per_s);
      add("actions, common and close", channel.channel, window_s,
          query(count_statement(request, channel.channel, window_us)));
      add("T, X, p and q of this pair", channel.channel, window_s,
          fmt::format("unisono explain {} {} {} --run {} --channel {} --window {}", path, quote_shell(request.a.label),
                      quote_shell(request.b.label), request.run_id, channel.channel,
                      evidence::window_argument(window_us)));
      if (window.stored)
        add("the tie as stored", channel.channel, window_s,
            query(stored_statement(request, channel.channel, window_us)));
    }
    if (channel.co_actions.empty()) continue;
    const CoAction& first = channel.co_actions.front();
    if (!first.post_a.empty())
      add("bytes of the first row", channel.channel, {}, raw_of(path, first.platform_a, first.post_a));
    if (!first.post_b.empty())
      add("bytes of the first row", channel.channel, {}, raw_of(path, first.platform_b, first.post_b));
  }
  return table;
}

}  // namespace unisono::commands
