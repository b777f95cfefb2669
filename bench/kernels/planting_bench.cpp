// What planting a squad, a sweep over the windows and the expectation of --explain cost beside one join; prints
// Markdown.
//
//   planting_bench       1M actions, W = 60 s
//   planting_bench N     that size
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <numeric>
#include <vector>

#include "generate.hpp"
#include "unisono/network/chance.hpp"
#include "unisono/network/planting.hpp"
#include "unisono/network/sweep.hpp"

namespace {

using namespace unisono;

template <typename Work>
double cpu_seconds(Work&& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void run(std::size_t n) {
  constexpr std::uint64_t k_window_us = 60'000'000;
  const bench::Generated rows = bench::generate(n, 2);
  std::vector<std::uint32_t> post(rows.account.size());
  std::iota(post.begin(), post.end(), 0U);
  signals::Actions actions = rows.view();
  actions.post = post;
  actions.n_posts = static_cast<std::uint32_t>(post.size());
  const network::Events events = network::first_events(actions);
  signals::JoinOptions join_options;
  join_options.window_us = k_window_us;
  const auto join = [&] { (void)signals::join_coactions(network::as_actions(events), join_options, {}); };
  const double before = cpu_seconds(join);
  const double plant = cpu_seconds([&] { (void)network::plant_squad(events, {10, 10, 30'000'000, 0}, {}, 1, 1); });
  std::vector<std::uint32_t> accounts(std::min<std::uint32_t>(200, events.n_accounts));
  std::iota(accounts.begin(), accounts.end(), 0U);
  const std::vector<std::uint64_t> windows = {1'000'000, 10'000'000, 60'000'000, 3'600'000'000, 86'400'000'000};
  const double sweep = cpu_seconds([&] { (void)network::sweep_windows(events, accounts, windows, 2, {}); });
  const double compare = cpu_seconds([&] { (void)network::comparison_accounts(events, accounts, {}); });
  const double chance = cpu_seconds([&] { (void)network::count_chance(events, k_window_us, {}); });
  const double one_join = (before + cpu_seconds(join)) / 2;
  fmt::print(
      "\n{} actions, {} first actions, one thread\n\n| step | CPU s | share of a join at 60 s |\n|---|---|---|\n", n,
      events.size());
  const auto row = [&](const char* name, double seconds) {
    fmt::print("| {} | {:.3f} | {:.2f} |\n", name, seconds, seconds / one_join);
  };
  row("join, m = 2", one_join);
  row("plant a squad of 10 x 10", plant);
  row("sweep of 200 accounts, five windows", sweep);
  row("accounts to compare with 200 members", compare);
  row("expected co-actions", chance);
}

}  // namespace

int main(int argc, char** argv) {
  run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000U);
  return 0;
}
