// detect --explain: what is counted as chance in every channel and window, in numbers and words. Nothing is written.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "commands/channel_plan.hpp"
#include "commands/channel_tests.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/chance_wording.hpp"
#include "unisono/evidence/report_wording.hpp"
#include "unisono/network/chance.hpp"

namespace unisono::commands {
namespace {

Table empty_chance_table() {
  return Table({{"channel", ColumnType::text, {}},
                {"window_s", ColumnType::real, {}},
                {"verdict", ColumnType::text, {}},
                {"alpha", ColumnType::real, {}},
                {"actions", ColumnType::integer, {}},
                {"posts", ColumnType::integer, {}},
                {"posts_of_several", ColumnType::integer, {}},
                {"hours", ColumnType::integer, {}},
                {"c_bar", ColumnType::real, {}},
                {"close_pairs", ColumnType::integer, {}},
                {"co_actions", ColumnType::integer, {}},
                {"expected", ColumnType::real, {}},
                {"shared_pairs", ColumnType::integer, {}},
                {"share_close", ColumnType::real, {}},
                {"habit_f", ColumnType::real, {}},
                {"n_pairs", ColumnType::integer, {}},
                {"family_k", ColumnType::integer, {}},
                {"factor", ColumnType::real, {}},
                {"least_p", ColumnType::real, {}},
                {"reason", ColumnType::text, {}}});
}

Cell integer(std::uint64_t n) {
  return static_cast<std::int64_t>(n);
}

Cell real(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell();
}

std::vector<Cell> row_of(const std::string& channel, double alpha, const network::ChannelCheck& check,
                         const network::ChanceCounts& counts) {
  const std::optional<double> share =
      counts.shared_pairs == 0
          ? std::nullopt
          : std::optional(static_cast<double>(counts.co_actions) / static_cast<double>(counts.shared_pairs));
  const std::optional<double> factor =
      check.family_k == 0 ? std::nullopt
                          : std::optional(static_cast<double>(check.n_pairs) / static_cast<double>(check.family_k));
  return {channel,
          static_cast<double>(check.window_us) / static_cast<double>(k_us_per_s),
          check.verdict,
          alpha,
          integer(check.n_events),
          integer(counts.posts),
          integer(counts.multi_posts),
          integer(counts.hours),
          real(check.collision),
          integer(counts.close_pairs),
          integer(counts.co_actions),
          counts.expected,
          integer(counts.shared_pairs),
          real(share),
          real(check.habit_factor),
          integer(check.n_pairs),
          integer(check.family_k),
          real(factor),
          check.least_p,
          check.reason};
}

std::vector<Cell> too_coarse_row(const std::string& channel, double alpha, const WindowEvents& window) {
  std::vector<Cell> row(empty_chance_table().columns().size());
  row[0] = channel;
  row[1] = static_cast<double>(window.window_us) / static_cast<double>(k_us_per_s);
  row[2] = std::string("too_coarse");
  row[3] = alpha;
  row[4] = integer(window.usable);
  row.back() = fmt::format("times are known to the {} only", name_of(window.coarsest_of_all));
  return row;
}

Result<void> explain_channel(store::CaseFile& file, const std::string& channel, const DetectOptions& options,
                             ChanceExplained& explained, const Control& control) {
  UNISONO_TRY(const store::ActionSet actions,
              store::scan_actions(file, {channel, options.since, options.until, options.allow_lossy}, control));
  note_exclusions(actions, channel, explained.notes);
  UNISONO_TRY(const ChannelPlan plan, plan_channel(file, actions, {}, channel, windows_of(options), control));
  for (const WindowEvents& window : events_of_windows(actions, plan.windows_us)) {
    const double alpha = options.alpha / static_cast<double>(plan.windows_us.size());
    if (!window.events) {
      explained.chance.append_row(too_coarse_row(channel, alpha, window));
      continue;
    }
    UNISONO_TRY(
        const network::TieResult ties,
        network::test_ties(*window.events, tie_options(window.window_us, plan, options, Effort::decisions), control));
    UNISONO_TRY(const network::ChanceCounts counts, network::count_chance(*window.events, window.window_us, control));
    explained.chance.append_row(row_of(channel, alpha, ties.check, counts));
    explained.notes.push_back(evidence::chance_sentence(channel, ties.check, counts));
  }
  return {};
}

Table tests_table() {
  Table table({{"test", ColumnType::text, {}}, {"sentence", ColumnType::text, {}}});
  for (const evidence::MethodText& method : evidence::method_texts())
    table.append_row({std::string(method.name), fmt::format("{} Counts as chance: {} Assumes: {}", method.question,
                                                            method.chance, method.assumes)});
  return table;
}

}  // namespace

Result<ChanceExplained> explain_chance(const DetectOptions& options, const Control& control) {
  UNISONO_CHECK(check_options(options));
  store::OpenOptions open;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes / 4;  // the rest is for the kernels
  open.read_only = true;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  UNISONO_TRY(const std::vector<std::string> channels, channels_of(file, options));
  ChanceExplained explained;
  explained.chance = empty_chance_table();
  explained.tests = tests_table();
  for (const std::string& channel : channels)
    UNISONO_CHECK(explain_channel(file, channel, options, explained, control));
  for (std::string& rule :
       evidence::chance_rules(options.alpha, windows_of(options).size(), options.min_days, options.weak))
    explained.notes.push_back(std::move(rule));
  if (!options.allow.empty() || !options.targets.empty())
    explained.notes.emplace_back(
        "Nothing was written: the lists of --allow and --targets count here only as far as the case holds them "
        "already.");
  return explained;
}

}  // namespace unisono::commands
