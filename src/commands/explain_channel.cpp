#include "commands/explain_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "commands/channel_plan.hpp"
#include "commands/channel_tests.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/pair_explanation.hpp"
#include "unisono/store/action_scan.hpp"

namespace unisono::commands {
namespace {

using evidence::PairVerdict;

std::int64_t integer(const Table& table, std::size_t column, std::size_t row) {
  const auto* value = std::get_if<std::int64_t>(&table.columns()[column].cells[row]);
  return value == nullptr ? 0 : *value;
}

double real(const Table& table, std::size_t column, std::size_t row) {
  const auto* value = std::get_if<double>(&table.columns()[column].cells[row]);
  return value == nullptr ? 1.0 : *value;
}

std::string text(const Table& table, std::size_t column, std::size_t row) {
  return to_text(table.columns()[column].cells[row], table.columns()[column].type);
}

// What the run found about all pairs of the window.
struct RunCheck {
  network::FamilySize family;
  std::string reason;
};

Result<RunCheck> check_of_run(store::CaseFile& file, const PairRequest& request, const std::string& channel,
                              std::int64_t window_us) {
  const std::array<Cell, 3> window = {request.run_id, channel, window_us};
  UNISONO_TRY(const Table check, file.query("SELECT family_k, least_p, reason FROM channel_check WHERE run_id = $1 AND "
                                            "channel = $2 AND window_us = $3",
                                            window));
  if (check.rows() == 0) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("the run {} holds no check of {} at {}", request.run_id, channel, format_duration(window_us)),
        "detect again: `unisono detect CASE`");
  }
  RunCheck found;
  found.family.k = static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer(check, 0, 0)));
  // A family that was counted holds a pair that can pass, so its least p is below 1.
  found.family.all_pairs = found.family.k > 0 && real(check, 1, 0) >= 1.0;
  found.reason = text(check, 2, 0);
  return found;
}

// The pairs that the run accepted in a window: this one, and the p of the others.
struct RunTies {
  std::vector<double> other_p;
  std::optional<StoredTie> stored;
};

Result<RunTies> ties_of_run(store::CaseFile& file, const PairRequest& request, const std::string& channel,
                            std::int64_t window_us, bool blind) {
  const bool in_order = request.a.rank < request.b.rank;
  const FoundAccount& low = in_order ? request.a : request.b;
  const FoundAccount& high = in_order ? request.b : request.a;
  const std::array<Cell, 8> parameters = {
      request.run_id, channel,        window_us,     std::string(blind ? "pace" : "rule"),
      low.platform,   low.account_id, high.platform, high.account_id};
  UNISONO_TRY(
      const Table ties,
      file.query("SELECT platform_a = $5 AND account_a = $6 AND platform_b = $7 AND account_b = $8 AS this, level, "
                 "w_t, w_x, p, q FROM tie WHERE run_id = $1 AND channel = $2 AND window_us = $3 AND test = $4 "
                 "ORDER BY p, q",
                 parameters));
  RunTies found;
  for (std::size_t row = 0; row < ties.rows(); ++row) {
    if (std::get<bool>(ties.columns()[0].cells[row])) {
      found.stored = StoredTie{text(ties, 1, row), integer(ties, 2, row), integer(ties, 3, row), real(ties, 4, row),
                               real(ties, 5, row)};
    } else {
      found.other_p.push_back(real(ties, 4, row));
    }
  }
  return found;
}

Result<WindowExplained> explain_window(store::CaseFile& file, const PairRequest& request, const ChannelPlan& plan,
                                       const WindowEvents& window, std::uint32_t a, std::uint32_t b,
                                       const Control& control) {
  WindowExplained explained;
  evidence::PairContext& context = explained.context;
  const auto window_us = static_cast<std::int64_t>(window.window_us);
  context.a = request.a.label;
  context.b = request.b.label;
  context.channel = plan.channel;
  context.window_us = window_us;
  context.min_objects = request.run.min_objects;
  const network::TieOptions options = tie_options(window.window_us, plan, request.run, Effort::decisions);
  context.alpha = options.alpha;
  UNISONO_TRY(const RunCheck check, check_of_run(file, request, plan.channel, window_us));
  explained.check_reason = check.reason;
  if (!window.events) {
    explained.verdict = PairVerdict::too_coarse;
    explained.reason = check.reason;
    return explained;
  }
  UNISONO_TRY(const network::PairExplainer explainer,
              network::PairExplainer::build(*window.events, options, check.family, control));
  context.blind = explainer.blind();
  UNISONO_TRY(RunTies ties, ties_of_run(file, request, plan.channel, window_us, context.blind));
  explained.figures = explainer.explain(a, b);
  explained.stored = ties.stored;
  context.n_pairs = explainer.n_pairs();
  context.family_k = check.family.k;
  context.others = ties.other_p.size();
  context.collision = explainer.collision();
  context.q = network::q_beside(explained.figures.p, std::move(ties.other_p), check.family.k);
  explained.verdict = evidence::verdict_of(explained.figures, context);
  explained.reason = evidence::reason_of(explained.verdict, explained.figures, context);
  return explained;
}

std::vector<CoAction> co_actions_of(const store::ActionSet& actions, const network::PairFigures& pair) {
  std::vector<network::CommonObject> common = pair.common;
  const auto rank = [](const network::CommonObject& x) {
    const std::int64_t earlier = std::min(x.t_us_a, x.t_us_b);
    return std::tuple(x.close ? 0 : 1, x.close ? 0 : x.gap_us, earlier, x.object);
  };
  std::sort(common.begin(), common.end(), [&](const auto& x, const auto& y) { return rank(x) < rank(y); });
  std::vector<CoAction> result;
  for (const network::CommonObject& x : common) {
    result.push_back({actions.object_key_of[x.object], actions.post_platform_of[x.post_a],
                      actions.post_platform_of[x.post_b], actions.post_id_of[x.post_a], actions.post_id_of[x.post_b],
                      x.t_us_a, x.t_us_b, x.gap_us});
  }
  return result;
}

}  // namespace

bool WindowExplained::same_as_stored() const {
  const bool accepted = verdict == PairVerdict::tie || verdict == PairVerdict::lead;
  if (!stored) return !accepted;
  const bool same_q = std::abs(stored->q - context.q) <= 1e-12 * stored->q;
  return accepted && stored->w_t == figures.w_t && stored->w_x == figures.w_x && stored->p == figures.p && same_q;
}

Result<std::vector<ChannelExplained>> count_actions(store::CaseFile& file, const PairRequest& request,
                                                    const std::vector<std::string>& channels) {
  std::vector<ChannelExplained> explained;
  for (const std::string& channel : channels) explained.push_back({channel, {}, {}, {}, {}});
  const std::array<Cell, 4> parameters = {request.a.platform, request.a.account_id, request.b.platform,
                                          request.b.account_id};
  const std::string outside =
      fmt::format("t_us IS NOT NULL AND ({} OR {})",
                  request.run.since ? fmt::format("epoch_us(t_us) < {}", *request.run.since) : std::string("false"),
                  request.run.until ? fmt::format("epoch_us(t_us) >= {}", *request.run.until) : std::string("false"));
  const std::string damaged =
      request.run.allow_lossy ? "false" : fmt::format("t_us IS NOT NULL AND NOT ({}) AND lossy", outside);
  UNISONO_TRY(
      const Table table,
      file.query(fmt::format("SELECT object_kind, platform = $1 AND account_id = $2 AS is_a, count(*), "
                             "count(*) FILTER (WHERE t_us IS NULL), count(*) FILTER (WHERE {}), count(*) FILTER "
                             "(WHERE {}) FROM action WHERE (platform = $1 AND account_id = $2) OR (platform = $3 "
                             "AND account_id = $4) GROUP BY ALL ORDER BY ALL",
                             damaged, outside),
                 parameters));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto found = std::find_if(explained.begin(), explained.end(),
                                    [&](const ChannelExplained& x) { return x.channel == text(table, 0, row); });
    if (found == explained.end()) continue;
    ActionCount& count = std::get<bool>(table.columns()[1].cells[row]) ? found->a : found->b;
    count.rows = static_cast<std::uint64_t>(integer(table, 2, row));
    count.without_time = static_cast<std::uint64_t>(integer(table, 3, row));
    count.damaged = static_cast<std::uint64_t>(integer(table, 4, row));
    count.outside = static_cast<std::uint64_t>(integer(table, 5, row));
    count.used = count.rows - count.without_time - count.damaged - count.outside;
  }
  return explained;
}

Result<void> explain_channel(store::CaseFile& file, const PairRequest& request,
                             const std::vector<std::int64_t>& windows_us, ChannelExplained& channel,
                             const Control& control) {
  if (channel.a.used == 0 || channel.b.used == 0) return {};
  const DetectOptions& run = request.run;
  UNISONO_TRY(const store::ActionSet actions,
              store::scan_actions(file, {channel.channel, run.since, run.until, run.allow_lossy}, control));
  UNISONO_TRY(const ChannelPlan plan,
              plan_channel(file, actions, request.run_id, channel.channel, run.windows_us, control));
  const std::optional<std::uint32_t> a = store::account_rank(actions, request.a.platform, request.a.account_id),
                                     b = store::account_rank(actions, request.b.platform, request.b.account_id);
  if (!a || !b) return {};
  for (const WindowEvents& window : events_of_windows(actions, windows_us)) {
    UNISONO_CHECK(control.check_cancelled());
    UNISONO_TRY(WindowExplained explained, explain_window(file, request, plan, window, *a, *b, control));
    // The widest window has all actions that any window has.
    if (window.events) channel.co_actions = co_actions_of(actions, explained.figures);
    channel.windows.push_back(std::move(explained));
  }
  return {};
}

}  // namespace unisono::commands
