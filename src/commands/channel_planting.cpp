#include "commands/channel_planting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <set>
#include <utility>

#include "unisono/core/parallel.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/planting.hpp"

namespace unisono::commands {
namespace {

constexpr std::array k_sizes = {3U, 5U, 7U, 10U, 15U, 20U, 30U, 50U, 100U};
constexpr std::array k_tasks = {3U, 4U, 5U, 6U, 8U, 10U, 12U, 15U, 20U, 30U, 50U, 100U};

std::vector<std::uint32_t> steps_up_to(std::span<const std::uint32_t> steps, std::uint32_t largest) {
  std::vector<std::uint32_t> tried;
  for (const std::uint32_t step : steps)
    if (step < largest) tried.push_back(step);
  tried.push_back(largest);
  return tried;
}

// What one window, or all of them together, showed of one squad.
struct Seen {
  bool group = false, habit = false, ties = false;
  std::uint32_t members = 0, others = 0;  // of the group that stands for the squad
};

struct Draw {
  std::vector<Seen> seen;  // all windows together, then one for each tested window
  std::string reason;      // the squad could not be planted
};

// The squad of one draw in every window; windows that share their events in the data share them here.
struct PlantedWindows {
  std::vector<WindowEvents> windows;
  std::vector<std::vector<std::uint32_t>> members;  // per window
  std::string reason;
};

Result<PlantedWindows> plant(std::span<const WindowEvents> windows, network::SquadPlan squad,
                             std::span<const std::uint8_t> barred, std::uint64_t seed, std::uint64_t run) {
  PlantedWindows planted{{windows.begin(), windows.end()}, std::vector<std::vector<std::uint32_t>>(windows.size()), {}};
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (!windows[i].events) continue;
    if (i > 0 && windows[i - 1].events == windows[i].events) {
      planted.windows[i].events = planted.windows[i - 1].events;
      planted.members[i] = planted.members[i - 1];
      continue;
    }
    squad.precision_us = length_us(windows[i].coarsest);
    UNISONO_TRY(network::PlantedSquad here, network::plant_squad(*windows[i].events, squad, barred, seed, run));
    if (!here.reason.empty()) {
      planted.reason = std::move(here.reason);
      return planted;
    }
    planted.windows[i].events = std::make_shared<const network::Events>(std::move(here.events));
    planted.members[i] = std::move(here.members);
  }
  return planted;
}

template <typename Tests>
bool habit_passed(const Tests& tests) {
  return std::any_of(tests.begin(), tests.end(), [](const network::GroupTestResult& test) {
    return test.passed && test.test == network::GroupTest::habit;
  });
}

void look_at_group(std::span<const std::uint32_t> accounts, std::span<const std::uint32_t> members, bool habit,
                   Seen& seen) {
  if (!network::stands_for(accounts, members)) return;
  const std::uint32_t inside = network::members_among(members, accounts);
  seen.habit = seen.habit || habit;
  if (seen.group && inside <= seen.members) return;
  seen.group = true;
  seen.members = inside;
  seen.others = static_cast<std::uint32_t>(accounts.size()) - inside;
}

using Accounts = std::set<std::uint32_t>;

// Members that have a tie with another member.
Accounts tied_members(const network::TieResult& ties, std::span<const std::uint32_t> members) {
  const auto is_member = [&](std::uint32_t account) {
    return std::binary_search(members.begin(), members.end(), account);
  };
  Accounts tied;
  for (const network::Tie& tie : ties.ties)
    if (tie.test == network::TieTest::rule && is_member(tie.a) && is_member(tie.b)) tied.insert({tie.a, tie.b});
  return tied;
}

bool half_of(const Accounts& tied, std::size_t size) {
  return 2 * tied.size() >= size;
}

std::vector<Seen> look(const ChannelTests& tests, const PlantedWindows& planted) {
  std::vector<Seen> seen(tests.windows.size() + 1);
  Accounts tied_anywhere;
  for (std::size_t w = 0; w < tests.windows.size(); ++w) {
    const std::vector<std::uint32_t>& members = planted.members[tests.windows[w].window];
    for (const network::Group& group : tests.groups[w].result.groups)
      look_at_group(group.members, members, habit_passed(group.tests), seen[w + 1]);
    const Accounts tied = tied_members(tests.windows[w].ties, members);
    seen[w + 1].ties = half_of(tied, members.size());
    tied_anywhere.insert(tied.begin(), tied.end());
  }
  if (tests.windows.empty()) return seen;
  // As a run unites its windows; all of them look for the squad of the widest one.
  const std::vector<std::uint32_t>& members = planted.members[tests.windows.back().window];
  for (const UnitedGroup& group : unite_windows(tests.groups)) {
    std::vector<network::GroupTestResult> passed;
    for (const auto* list : {&group.tests, &group.supports})
      for (const UnitedGroup::Test& test : *list) passed.push_back(test.result);
    look_at_group(group.members, members, habit_passed(passed), seen[0]);
  }
  seen[0].ties = half_of(tied_anywhere, members.size());
  return seen;
}

// Tries squads of one size and number of tasks, draw by draw.
class Trial {
 public:
  Trial(std::span<const WindowEvents> windows, const ChannelTester& tester, const PlantPlan& plan,
        std::vector<std::uint8_t> barred, const Control& control)
      : windows_(windows), tester_(tester), plan_(plan), barred_(std::move(barred)), control_(control) {}

  // Appends the rows of the squad; true if it was found in enough of the draws.
  Result<bool> run(std::uint32_t size, std::uint32_t tasks, std::vector<store::PlantingRow>& rows) {
    Control outer = control_, inner = control_;
    outer.threads = copies_at_once(windows_, control_);
    inner.threads = std::max(1U, control_.threads / outer.threads);
    inner.memory_bytes = control_.memory_bytes / outer.threads;
    inner.progress = {};
    std::vector<Draw> draws(plan_.draws);
    std::atomic<std::uint64_t> done{0};
    UNISONO_CHECK(for_each_block(draws.size(), outer, [&](std::size_t i, unsigned worker) -> Result<void> {
      UNISONO_TRY(draws[i], draw(size, tasks, i + 1, inner));
      const std::uint64_t n = ++done;
      if (worker == 0) control_.report("plant", n, draws.size(), "squads");
      return {};
    }));
    add_rows(size, tasks, draws, rows);
    return evidence::is_found(rows[rows.size() - row_count()]);
  }

 private:
  Result<Draw> draw(std::uint32_t size, std::uint32_t tasks, std::uint64_t run, const Control& control) const {
    network::SquadPlan squad = plan_.largest;
    squad.size = size;
    squad.tasks = tasks;
    UNISONO_TRY(const PlantedWindows planted, plant(windows_, squad, barred_, plan_.seed, run));
    if (!planted.reason.empty()) return Draw{{}, planted.reason};
    UNISONO_TRY(const ChannelTests tests, tester_(planted.windows, Effort::decisions, control));
    return Draw{look(tests, planted), {}};
  }

  std::size_t row_count() const {
    return 1 + static_cast<std::size_t>(std::count_if(windows_.begin(), windows_.end(), [](const WindowEvents& window) {
             return window.events != nullptr;
           }));
  }

  void add_rows(std::uint32_t size, std::uint32_t tasks, const std::vector<Draw>& draws,
                std::vector<store::PlantingRow>& rows) const {
    std::vector<std::int64_t> of_row = {0};
    for (const WindowEvents& window : windows_)
      if (window.events) of_row.push_back(static_cast<std::int64_t>(window.window_us));
    for (std::size_t w = 0; w < of_row.size(); ++w) {
      store::PlantingRow row;
      row.channel = plan_.channel;
      if (w > 0) row.window_us = of_row[w];
      row.size = size;
      row.tasks = tasks;
      row.jitter_us = plan_.largest.jitter_us;
      std::uint64_t members = 0, others = 0;
      for (const Draw& draw : draws) {
        if (!draw.reason.empty()) {
          row.reason = draw.reason;
          continue;
        }
        const Seen& seen = draw.seen[w];
        ++row.draws;
        row.found += seen.group || seen.ties ? 1 : 0;
        row.in_groups += seen.group ? 1 : 0;
        row.by_habit += seen.habit ? 1 : 0;
        row.in_ties += seen.ties ? 1 : 0;
        members += seen.members;
        others += seen.others;
      }
      if (row.in_groups > 0) {
        row.members = static_cast<double>(members) / static_cast<double>(row.in_groups);
        row.others = static_cast<double>(others) / static_cast<double>(row.in_groups);
      }
      rows.push_back(std::move(row));
    }
  }

  std::span<const WindowEvents> windows_;
  const ChannelTester& tester_;
  const PlantPlan& plan_;
  std::vector<std::uint8_t> barred_;
  const Control& control_;
};

// Whoever is found already must not be asked to be found again.
std::vector<std::uint8_t> barred_accounts(const ChannelTests& tests, std::span<const std::uint8_t> declared) {
  std::vector<std::uint8_t> barred(tests.windows.front().events->n_accounts, 0);
  std::copy(declared.begin(), declared.end(), barred.begin());
  for (std::size_t w = 0; w < tests.windows.size(); ++w) {
    for (const network::Group& group : tests.groups[w].result.groups)
      for (const std::uint32_t member : group.members) barred[member] = 1;
    for (const network::Tie& tie : tests.windows[w].ties.ties)
      if (tie.test == network::TieTest::rule) barred[tie.a] = barred[tie.b] = 1;
  }
  return barred;
}

}  // namespace

std::vector<std::uint32_t> tried_sizes(std::uint32_t largest) {
  return steps_up_to(k_sizes, largest);
}

std::vector<std::uint32_t> tried_tasks(std::uint32_t largest) {
  return steps_up_to(k_tasks, largest);
}

Result<std::vector<store::PlantingRow>> try_squads(std::span<const WindowEvents> windows, const ChannelTester& tester,
                                                   const PlantPlan& plan, const Control& control) {
  std::vector<store::PlantingRow> rows;
  UNISONO_TRY(const ChannelTests real, tester(windows, Effort::decisions, control));
  if (real.windows.empty()) return rows;
  Trial trial(windows, tester, plan, barred_accounts(real, plan.declared), control);
  const std::vector<std::uint32_t> sizes = tried_sizes(plan.largest.size), tasks = tried_tasks(plan.largest.tasks);
  std::size_t size = sizes.size(), task = tasks.size() - 1;
  UNISONO_TRY(bool found, trial.run(sizes.back(), tasks.back(), rows));
  if (!found || !plan.smallest) return rows;
  // Of the largest size the fewest tasks; each smaller size needs at least as many.
  --size;
  for (bool falling = true; falling && task > 0; task -= falling ? 1 : 0) {
    UNISONO_TRY(falling, trial.run(sizes[size], tasks[task - 1], rows));
  }
  while (size > 0) {
    --size;
    for (found = false; !found && task < tasks.size(); task += found ? 0 : 1) {
      UNISONO_TRY(found, trial.run(sizes[size], tasks[task], rows));
    }
    if (!found) break;
  }
  return rows;
}

Result<ChannelPlanting> plant_channel(store::CaseFile& file, const std::string& channel,
                                      const CalibrateOptions& options, const Control& control) {
  const DetectOptions& detect = options.detect;
  UNISONO_TRY(const store::ActionSet actions,
              store::scan_actions(file, {channel, detect.since, detect.until, detect.allow_lossy}, control));
  UNISONO_TRY(const ChannelPlan plan, plan_channel(file, actions, {}, channel, windows_of(detect), control));
  const std::vector<WindowEvents> windows = events_of_windows(actions, plan.windows_us);
  const std::vector<std::uint64_t> hashes = object_hashes(actions, detect.split_seed);
  const ChannelTester tester = [&](std::span<const WindowEvents> events, Effort effort, const Control& of_draw) {
    return test_channel(events, hashes, plan, detect, effort, of_draw);
  };
  ChannelPlanting result;
  note_exclusions(actions, channel, result.notes);
  for (const WindowEvents& window : windows) {
    if (!window.events)
      result.notes.push_back(fmt::format("{}, {}: nothing was planted, times are known to the {} only.", channel,
                                         format_duration(static_cast<std::int64_t>(window.window_us)),
                                         name_of(window.coarsest_of_all)));
  }
  const PlantPlan squads{channel,      options.plant.value_or(network::SquadPlan{}),
                         options.runs, options.smallest,
                         detect.seed,  plan.declared};
  UNISONO_TRY(result.rows, try_squads(windows, tester, squads, control));
  return result;
}

}  // namespace unisono::commands
