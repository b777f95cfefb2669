#include "unisono/commands/count_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "commands/channel_plan.hpp"
#include "commands/channel_tests.hpp"
#include "unisono/store/action_scan.hpp"

namespace unisono::commands {
namespace {

// How many common objects a column of the table stands for.
struct Sharing {
  const char* column;
  std::size_t from, to;  // [from, to)
};
constexpr Sharing k_sharing[] = {
    {"sharing_1", 1, 2}, {"sharing_2", 2, 3}, {"sharing_3_4", 3, 5}, {"sharing_5_9", 5, 10}, {"sharing_10", 10, 256}};

Cell integer(std::uint64_t n) {
  return static_cast<std::int64_t>(n);
}

Table empty_counts() {
  std::vector<Column> columns = {{"channel", ColumnType::text, {}},
                                 {"window_s", ColumnType::real, {}},
                                 {"actions", ColumnType::integer, {}},
                                 {"too_coarse", ColumnType::integer, {}},
                                 {"accounts", ColumnType::integer, {}},
                                 {"objects", ColumnType::integer, {}},
                                 {"coactions", ColumnType::integer, {}},
                                 {"largest_object", ColumnType::text, {}},
                                 {"largest_coactions", ColumnType::integer, {}},
                                 {"skipped_objects", ColumnType::integer, {}},
                                 {"skipped_coactions", ColumnType::integer, {}},
                                 {"pairs", ColumnType::integer, {}}};
  for (const Sharing& sharing : k_sharing) columns.push_back({sharing.column, ColumnType::integer, {}});
  columns.push_back({"pieces", ColumnType::integer, {}});
  return Table(std::move(columns));
}

Table empty_skipped() {
  return Table({{"channel", ColumnType::text, {}},
                {"window_s", ColumnType::real, {}},
                {"object", ColumnType::text, {}},
                {"actions", ColumnType::integer, {}},
                {"coactions", ColumnType::integer, {}}});
}

void add_counts(const std::string& channel, const Cell& window_s, const WindowEvents& window,
                const store::ActionSet& actions, const signals::Join& join, Table& to) {
  const auto skipped = std::accumulate(join.skipped.begin(), join.skipped.end(), std::uint64_t{0},
                                       [](std::uint64_t sum, const auto& object) { return sum + object.coactions; });
  std::vector<Cell> row = {channel,
                           window_s,
                           integer(window.usable),
                           integer(window.excluded_coarse),
                           integer(actions.account_id_of.size()),
                           integer(actions.object_key_of.size()),
                           integer(join.coactions),
                           join.coactions == 0 ? Cell() : Cell(actions.object_key_of[join.largest_object]),
                           integer(join.largest_object_coactions),
                           integer(join.skipped.size()),
                           integer(skipped),
                           integer(join.n_pairs)};
  for (const Sharing& sharing : k_sharing) {
    row.push_back(integer(std::accumulate(join.pairs_sharing.begin() + static_cast<std::ptrdiff_t>(sharing.from),
                                          join.pairs_sharing.begin() + static_cast<std::ptrdiff_t>(sharing.to),
                                          std::uint64_t{0})));
  }
  row.push_back(integer(join.tiles));
  to.append_row(std::move(row));
}

void add_skipped(const std::string& channel, const Cell& window_s, const store::ActionSet& actions,
                 std::vector<signals::SkippedObject> skipped, Table& to) {
  std::stable_sort(skipped.begin(), skipped.end(),
                   [](const auto& x, const auto& y) { return x.coactions > y.coactions; });
  for (const signals::SkippedObject& object : skipped) {
    to.append_row(
        {channel, window_s, actions.object_key_of[object.object], integer(object.actions), integer(object.coactions)});
  }
}

Result<void> check(const CountPairsOptions& options) {
  UNISONO_CHECK(check_options(options.selection));
  if (options.min_shared == 0)
    return fail(ErrorCode::usage, "--min-shared is 0: that would be every pair of accounts", "write 1 or more");
  if (options.timeless && !options.selection.windows_us.empty())
    return fail(ErrorCode::usage, "--timeless counts without a window, and --window gives one",
                "leave one of them out");
  return {};
}

}  // namespace

Result<CountPairsResult> count_pairs(const CountPairsOptions& options, const Control& control) {
  UNISONO_CHECK(check(options));
  const DetectOptions& selection = options.selection;
  store::OpenOptions open;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes / 4;  // the rest is for the kernels
  open.read_only = true;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(selection.case_path, open));
  UNISONO_TRY(const std::vector<std::string> channels, channels_of(file, selection));
  const std::vector<std::int64_t> windows = options.timeless ? std::vector<std::int64_t>{0} : windows_of(selection);

  CountPairsResult result{empty_counts(), empty_skipped(), {}};
  for (const std::string& channel : channels) {
    store::ActionSelection wanted{channel, selection.since, selection.until, selection.allow_lossy};
    wanted.keep_timeless = options.timeless;
    UNISONO_TRY(const store::ActionSet actions, store::scan_actions(file, wanted, control));
    note_exclusions(actions, channel, result.notes);
    for (const std::int64_t window_us : windows) {
      WindowEvents window{options.timeless ? ~std::uint64_t{0} : static_cast<std::uint64_t>(window_us)};
      const UsableActions usable = usable_actions(actions, window);
      signals::Actions columns = columns_of(usable, actions);
      if (options.timeless) columns.t_us = {};
      const signals::JoinOptions join_options{.window_us = static_cast<std::uint64_t>(window_us),
                                              .min_shared = options.min_shared,
                                              .count = options.count,
                                              .repeats = options.repeats,
                                              .max_coactions = selection.max_coactions,
                                              .cap_object = options.cap_object,
                                              .count_only = true};
      UNISONO_TRY(const signals::Join join, signals::join_coactions(columns, join_options, control));
      const Cell window_s = options.timeless ? Cell() : Cell(static_cast<double>(window_us) / 1e6);
      add_counts(channel, window_s, window, actions, join, result.counts);
      add_skipped(channel, window_s, actions, join.skipped, result.skipped);
    }
  }
  if (result.skipped.rows() > 0) {
    result.notes.push_back(fmt::format(
        "{} objects with more than {} co-actions were left out: the numbers of pairs are lower bounds, and a pair that "
        "is absent may not be called unrelated.",
        result.skipped.rows(), options.cap_object));
  }
  return result;
}

}  // namespace unisono::commands
