// What the kernels beside the tests of pairs cost, beside the join of the same data; prints Markdown.
//
//   indicators_bench          1M actions, W = 60 s
//   indicators_bench N [W_s]  that size and window
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <numeric>
#include <string>
#include <vector>

#include "generate.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/network/bursts.hpp"
#include "unisono/network/degrees.hpp"
#include "unisono/network/dense_blocks.hpp"
#include "unisono/network/joining.hpp"
#include "unisono/network/ranking.hpp"

namespace {

using namespace unisono;

template <typename Work>
double cpu_seconds(Work&& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// Forty groups of accounts that follow one another in the list: what is measured does not depend on who they are.
std::vector<std::vector<std::uint32_t>> some_groups(std::uint32_t n_accounts) {
  std::vector<std::vector<std::uint32_t>> groups(40);
  for (std::uint32_t g = 0; g < groups.size(); ++g) {
    groups[g].resize(15);
    std::iota(groups[g].begin(), groups[g].end(), g * (n_accounts / 40));
  }
  return groups;
}

void run(std::size_t n, std::uint64_t window_us) {
  const bench::Generated rows = bench::generate(n, 2);
  std::vector<std::uint32_t> post(rows.account.size());
  std::iota(post.begin(), post.end(), 0U);
  signals::Actions actions = rows.view();
  actions.post = post;
  actions.n_posts = static_cast<std::uint32_t>(post.size());
  const Control control;
  const network::Events events = network::first_events(actions);
  const auto as = network::as_actions(events);
  signals::JoinOptions join_options;
  join_options.window_us = window_us;
  std::size_t pairs = 0;
  const double join = cpu_seconds([&] { pairs = signals::join_coactions(as, join_options, control)->pairs.size(); });
  fmt::print("\n{} actions, W = {} s, one thread: {} first actions, {} candidates; the join takes {:.2f} s\n\n", n,
             window_us / 1'000'000, events.size(), pairs, join);
  fmt::print("| kernel | result | CPU s | share of the join |\n|---|---|---|---|\n");
  const auto row = [&](const char* name, double seconds, const std::string& result) {
    fmt::print("| {} | {} | {:.2f} | {:.2f} |\n", name, result, seconds, seconds / join);
  };
  for (const std::uint64_t seconds : {1U, 10U}) {
    std::size_t bursts = 0, bins = 0;
    const double cost = cpu_seconds([&] {
      const auto found = network::find_bursts(events, {.width_us = seconds * 1'000'000}, control);
      bursts = found->bursts.size(), bins = found->bins;
    });
    row(seconds == 1 ? "bursts, bins of 1 s" : "bursts, bins of 10 s", cost,
        fmt::format("{} of {} bins", bursts, bins));
  }
  std::size_t joined = 0;
  const auto groups = some_groups(events.n_accounts);
  const double joining = cpu_seconds(
      [&] { joined = network::test_joining(events, groups, {.window_us = window_us}, control)->joined.size(); });
  row("joining, 40 groups of 15", joining, fmt::format("{} join", joined));
  network::Events close;
  std::vector<network::DenseBlock> blocks;
  const double dense = cpu_seconds([&] {
    close = network::close_events(events, window_us);
    blocks = *network::find_dense_blocks(network::links_of(close), {.max_blocks = 20}, control);
  });
  row("dense blocks of close actions, 20", dense, fmt::format("{} of {} links", blocks.size(), close.size()));
  const double whole =
      cpu_seconds([&] { blocks = *network::find_dense_blocks(network::links_of(events), {.max_blocks = 1}, control); });
  row("the densest block of all actions", whole,
      fmt::format("{} accounts", blocks.empty() ? 0 : blocks.front().accounts.size()));
  const double random = cpu_seconds([&] { (void)network::random_densities(close, 9, 1, control); });
  row("dense blocks of 9 random tables", random, "");
  std::size_t ranked = 0, ties = 0;
  const double ranking = cpu_seconds([&] { ranked = network::rank_accounts(events, {}, control)->accounts.size(); });
  row("order of accounts", ranking, fmt::format("{} accounts", ranked));
  const double degrees = cpu_seconds([&] { ties = network::test_degrees(events, {}, control)->ties.size(); });
  row("test D, objects of at most 50 sharers", degrees, fmt::format("{} pairs", ties));
  fmt::print("\npeak {}\n", format_bytes(peak_resident_bytes()));
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t window_us = argc > 2 ? std::strtoull(argv[2], nullptr, 10) * 1'000'000 : 60'000'000;
  run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000, window_us);
  return 0;
}
