// What the tie tests cost beside the join that proposes their candidates, stage by stage; prints Markdown.
//
//   ties_bench           1M and 10M actions, W = 60 s
//   ties_bench N [W_s]   that size and window
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <string>

#include "../src/network/family.hpp"
#include "generate.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/network/activity.hpp"
#include "unisono/network/habit.hpp"
#include "unisono/network/pace.hpp"
#include "unisono/network/ties.hpp"

namespace {

using namespace unisono;

template <typename Work>
double cpu_seconds(Work&& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void run(std::size_t n, std::uint64_t window_us) {
  const bench::Generated rows = bench::generate(n, 2);
  std::vector<std::uint32_t> post(rows.account.size());
  std::iota(post.begin(), post.end(), 0U);
  signals::Actions actions = rows.view();
  actions.post = post;
  actions.n_posts = static_cast<std::uint32_t>(post.size());
  const Control control;
  network::Events events;
  const double lists = cpu_seconds([&] { events = network::first_events(actions); });
  const auto as = network::as_actions(events);
  signals::JoinOptions join_options;
  join_options.window_us = window_us;
  std::size_t pairs = 0;
  const auto join = [&] { pairs = signals::join_coactions(as, join_options, control)->pairs.size(); };
  const double join_before = cpu_seconds(join);

  Result<network::HourCollisions> hours;
  Result<network::Pace> pace;
  network::PostLists posts;
  const double collisions = cpu_seconds([&] { hours = network::HourCollisions::build(events, window_us, control); });
  const double post_lists = cpu_seconds([&] { posts = network::post_lists(events, *hours); });
  const double paces = cpu_seconds([&] { pace = network::Pace::build(events, window_us, 10.0, control); });
  const std::vector<std::uint8_t> eligible(events.n_accounts, 1);
  network::HabitOptions habit;
  habit.window_us = window_us;
  const double habits =
      cpu_seconds([&] { (void)network::habit_expected_elsewhere(events, posts, *pace, eligible, habit, control); });
  network::TieOptions options;
  options.window_us = window_us;
  network::TieResult result;
  const double whole = cpu_seconds([&] { result = *network::test_ties(events, options, control); });
  const network::FamilyOptions family_options{options.alpha, result.check.n_pairs, options.max_family_coactions};
  const double family =
      cpu_seconds([&] { (void)network::tarone_family(events, *pace, eligible, family_options, control); });
  const double join_cost = (join_before + cpu_seconds(join)) / 2;

  fmt::print(
      "\n{} actions, W = {} s, one thread: {} first actions, {} candidates, {} ties, {} by T alone, K = {}, F = "
      "{:.2f}{}\n\n",
      n, window_us / 1'000'000, events.size(), pairs, result.ties.size(), result.t_alone, result.check.family_k,
      result.check.habit_factor.value_or(0), result.check.habit_sampled ? " (sampled)" : "");
  fmt::print("| stage | CPU s | share of the join |\n|---|---|---|\n");
  const auto row = [&](const char* name, double seconds) {
    fmt::print("| {} | {:.2f} | {:.2f} |\n", name, seconds, seconds / join_cost);
  };
  row("join, m = 2", join_cost);
  row("first actions, both indices", lists);
  row("collisions of hours", collisions);
  row("posts of accounts", post_lists);
  row("pace of objects", paces);
  row("habit factor, expected side", habits);
  row("family", family);
  row("T and X of the candidates", whole - join_cost - collisions - post_lists - paces - habits - family);
  row("test_ties without the join", whole - join_cost);
  fmt::print("\npeak {}\n", format_bytes(peak_resident_bytes()));
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t window_us = argc > 2 ? std::strtoull(argv[2], nullptr, 10) * 1'000'000 : 60'000'000;
  if (argc > 1) {
    run(std::strtoull(argv[1], nullptr, 10), window_us);
    return 0;
  }
  for (const std::size_t n : {1'000'000U, 10'000'000U}) run(n, window_us);
  return 0;
}
