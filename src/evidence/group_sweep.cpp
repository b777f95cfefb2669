#include "unisono/evidence/group_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <utility>

#include "unisono/core/parallel.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/permute.hpp"
#include "unisono/network/sweep.hpp"
#include "unisono/store/action_scan.hpp"

namespace unisono::evidence {
namespace {

using network::Permutation;

constexpr std::array<std::uint64_t, 13> k_windows_s = {1,   2,   5,     10,     30,     60,    120,
                                                       300, 900, 3'600, 14'400, 43'200, 86'400};
constexpr std::uint64_t k_most_events = 4'000'000;  // permuted events of one permutation
constexpr std::uint32_t k_most_copies = 20;

// Who of the group acts in the channel, who is compared with them, and what they did.
struct Subject {
  std::size_t place = 0;
  std::vector<std::uint32_t> members, compared;
};

struct ChannelActions {
  store::ActionSet actions;
  network::Events events;
  std::int64_t coarsest_us = 0;
};

Result<std::optional<TimeUs>> moment(const std::string& iso) {
  if (iso.empty()) return std::optional<TimeUs>();
  UNISONO_TRY(const TimeUs t, parse_moment(iso));
  return std::optional(t);
}

// What at least half of the actions are known to: every window that was tested is at least as long.
std::int64_t usual_precision_us(const store::ActionSet& actions) {
  if (actions.size() == 0) return 0;
  std::vector<std::uint8_t> precision = actions.precision;
  const auto middle = precision.begin() + static_cast<std::ptrdiff_t>((precision.size() - 1) / 2);
  std::nth_element(precision.begin(), middle, precision.end());
  return length_us(static_cast<Precision>(*middle));
}

Result<ChannelActions> read_channel(store::CaseFile& file, const RunSettings& settings, const std::string& channel,
                                    const Control& control) {
  store::ActionSelection selection;
  selection.channel = channel;
  UNISONO_TRY(selection.since, moment(settings.since));
  UNISONO_TRY(selection.until, moment(settings.until));
  selection.allow_lossy = settings.allow_lossy;
  ChannelActions read;
  UNISONO_TRY(read.actions, store::scan_actions(file, selection, control));
  const store::ActionSet& actions = read.actions;
  read.coarsest_us = usual_precision_us(actions);
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (length_us(static_cast<Precision>(actions.precision[i])) > read.coarsest_us) continue;
    account.push_back(actions.account[i]);
    object.push_back(actions.object[i]);
    post.push_back(actions.post[i]);
    t_us.push_back(actions.t_us[i]);
  }
  read.events =
      network::first_events({account, object, post, t_us, static_cast<std::uint32_t>(actions.account_id_of.size()),
                             static_cast<std::uint32_t>(actions.object_key_of.size()),
                             static_cast<std::uint32_t>(actions.post_id_of.size())});
  return read;
}

Result<std::vector<std::uint32_t>> ranks(store::CaseFile& file, const store::ActionSet& actions, std::string_view sql,
                                         const std::vector<Cell>& parameters) {
  UNISONO_TRY(const Table rows, file.query(sql, parameters));
  std::vector<std::uint32_t> found;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const auto rank = store::account_rank(actions, text_at(rows, row, "platform"), text_at(rows, row, "account_id"));
    if (rank) found.push_back(*rank);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::uint32_t least_shared(const RunSettings& settings) {
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(settings.min_objects, 1, UINT32_MAX));
}

double mean_events(const network::Events& events, std::span<const std::uint32_t> accounts) {
  std::uint64_t sum = 0;
  for (const std::uint32_t a : accounts) sum += events.account_begin[a + std::size_t{1}] - events.account_begin[a];
  return accounts.empty() ? 0 : static_cast<double>(sum) / static_cast<double>(accounts.size());
}

std::vector<std::uint64_t> windows_of(const std::vector<SweepPoint>& points) {
  std::vector<std::uint64_t> windows;
  for (const SweepPoint& point : points) windows.push_back(static_cast<std::uint64_t>(point.window_us));
  return windows;
}

// [subject][window] of one copy.
using Counts = std::vector<std::vector<network::SweepCount>>;

Result<std::vector<Counts>> count_in_copies(const network::Events& events, const std::vector<Subject>& subjects,
                                            std::span<const std::uint64_t> windows, const RunSettings& settings,
                                            Permutation permutation, std::uint32_t copies, const Control& control) {
  std::vector<Counts> counts(copies);
  Control inner = control;
  inner.threads = 1;
  inner.progress = {};
  UNISONO_CHECK(for_each_block(copies, control, [&](std::size_t i, unsigned) -> Result<void> {
    UNISONO_TRY(const network::Events copy, network::permute(events, permutation, {}, settings.seed, i + 1, inner));
    for (const Subject& subject : subjects) {
      UNISONO_TRY(std::vector<network::SweepCount> here,
                  network::sweep_windows(copy, subject.members, windows, least_shared(settings), inner));
      counts[i].push_back(std::move(here));
    }
    return {};
  }));
  return counts;
}

SweepNull null_of(const std::vector<Counts>& copies, std::size_t subject, std::size_t window) {
  SweepNull null;
  for (const Counts& copy : copies) {
    const network::SweepCount& count = copy[subject][window];
    null.edges += static_cast<double>(count.edges);
    null.accounts += static_cast<double>(count.accounts);
    null.most_edges = std::max(null.most_edges, count.edges);
  }
  null.edges /= static_cast<double>(copies.size());
  null.accounts /= static_cast<double>(copies.size());
  return null;
}

// All subjects of one channel.
Result<void> sweep_channel(store::CaseFile& file, const std::string& run_id, const RunSettings& settings,
                           std::span<const SweepSubject> wanted, const std::vector<std::size_t>& places,
                           std::vector<GroupSweep>& sweeps, const Control& control) {
  const SweepSubject& first = wanted[places.front()];
  UNISONO_TRY(const ChannelActions channel, read_channel(file, settings, first.channel, control));
  const network::Events& events = channel.events;
  UNISONO_TRY(
      const std::vector<std::uint32_t> barred_accounts,
      ranks(file, channel.actions,
            "SELECT platform, account_id FROM group_member WHERE run_id = $1 UNION SELECT platform, subject_id AS "
            "account_id FROM label WHERE subject_type = 'account' AND label = 'declared'",
            {run_id}));
  std::vector<std::uint8_t> barred(events.n_accounts, 0);
  for (const std::uint32_t account : barred_accounts) barred[account] = 1;

  std::vector<Subject> subjects;
  std::vector<std::uint64_t> windows;
  for (const std::size_t place : places) {
    Subject subject{place, {}, {}};
    UNISONO_TRY(subject.members, ranks(file, channel.actions,
                                       "SELECT platform, account_id FROM group_member WHERE run_id = $1 AND group_id = "
                                       "$2 AND how = 'found'",
                                       {run_id, wanted[place].group_id}));
    subject.compared = network::comparison_accounts(events, subject.members, barred);
    GroupSweep& sweep = sweeps[place];
    sweep.channel = first.channel;
    sweep.members = subject.members.size();
    sweep.compared = subject.compared.size();
    sweep.member_events = mean_events(events, subject.members);
    sweep.compared_events = mean_events(events, subject.compared);
    for (const std::uint64_t window_s : k_windows_s) {
      const auto window_us = static_cast<std::int64_t>(window_s) * k_us_per_s;
      if (window_us < channel.coarsest_us) {
        sweep.too_fine_us.push_back(window_us);
      } else {
        sweep.points.push_back({window_us, {}, {}, {}, {}});
      }
    }
    windows = windows_of(sweep.points);
    for (const bool of_group : {true, false}) {
      UNISONO_TRY(const std::vector<network::SweepCount> counts,
                  network::sweep_windows(events, of_group ? subject.members : subject.compared, windows,
                                         least_shared(settings), control));
      for (std::size_t w = 0; w < counts.size(); ++w)
        (of_group ? sweep.points[w].group : sweep.points[w].comparison) = {counts[w].edges, counts[w].accounts};
    }
    subjects.push_back(std::move(subject));
  }
  const std::uint32_t copies = sweep_copies(events.size());
  if (copies == 0) return {};
  for (const Permutation permutation : {Permutation::bins, Permutation::within}) {
    UNISONO_TRY(const std::vector<Counts> counts,
                count_in_copies(events, subjects, windows, settings, permutation, copies, control));
    for (std::size_t s = 0; s < subjects.size(); ++s) {
      GroupSweep& sweep = sweeps[subjects[s].place];
      sweep.copies = copies;
      for (std::size_t w = 0; w < sweep.points.size(); ++w)
        (permutation == Permutation::bins ? sweep.points[w].bins : sweep.points[w].within) = null_of(counts, s, w);
    }
  }
  return {};
}

}  // namespace

bool has_comparison(const GroupSweep& sweep) {
  return sweep.compared >= 2 && 2 * sweep.compared >= sweep.members;
}

std::uint32_t sweep_copies(std::uint64_t events) {
  if (events == 0) return k_most_copies;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(k_most_copies, k_most_events / events));
}

Result<std::vector<GroupSweep>> sweep_groups(store::CaseFile& file, const std::string& run_id,
                                             const RunSettings& settings, std::span<const SweepSubject> subjects,
                                             const Control& control) {
  std::map<std::string, std::vector<std::size_t>> of_channel;
  for (std::size_t i = 0; i < subjects.size(); ++i) of_channel[subjects[i].channel].push_back(i);
  std::vector<GroupSweep> sweeps(subjects.size());
  for (const auto& [channel, places] : of_channel) {
    UNISONO_CHECK(control.check_cancelled());
    UNISONO_CHECK(sweep_channel(file, run_id, settings, subjects, places, sweeps, control));
  }
  return sweeps;
}

Table sweep_table(std::span<const GroupSweep> sweeps) {
  Table table({{"channel", ColumnType::text, {}},
               {"window_s", ColumnType::real, {}},
               {"edges", ColumnType::integer, {}},
               {"accounts", ColumnType::integer, {}},
               {"compared_edges", ColumnType::integer, {}},
               {"compared_accounts", ColumnType::integer, {}},
               {"bins_edges", ColumnType::real, {}},
               {"bins_most_edges", ColumnType::integer, {}},
               {"bins_accounts", ColumnType::real, {}},
               {"within_edges", ColumnType::real, {}},
               {"within_most_edges", ColumnType::integer, {}},
               {"within_accounts", ColumnType::real, {}}});
  const auto integer = [](std::uint64_t n) { return Cell(static_cast<std::int64_t>(n)); };
  for (const GroupSweep& sweep : sweeps) {
    for (const SweepPoint& point : sweep.points) {
      std::vector<Cell> row = {sweep.channel,
                               static_cast<double>(point.window_us) / static_cast<double>(k_us_per_s),
                               integer(point.group.edges),
                               integer(point.group.accounts),
                               integer(point.comparison.edges),
                               integer(point.comparison.accounts)};
      for (const auto* null : {&point.bins, &point.within}) {
        row.push_back(*null ? Cell((*null)->edges) : Cell());
        row.push_back(*null ? integer((*null)->most_edges) : Cell());
        row.push_back(*null ? Cell((*null)->accounts) : Cell());
      }
      table.append_row(std::move(row));
    }
  }
  return table;
}

}  // namespace unisono::evidence
