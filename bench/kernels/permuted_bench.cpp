// What a permuted world costs: objects exchanged inside hours, then co-actions and all that decides about ties. Worlds
// run side by side, one to a thread.
//
//   permuted_bench                        20 worlds of 1M actions, W = 60 s, on two threads; Markdown
//   permuted_bench N [WORLDS [THREADS]]   that size, that many worlds and threads
//   permuted_bench --truth                40 worlds of 1M actions, two threads; JSON, for bench/truth
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <string_view>

#include "generate.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/network/permute.hpp"
#include "unisono/network/ties.hpp"

namespace {

using namespace unisono;

constexpr int k_joins = 5;

struct Measured {
  std::size_t events = 0, ties = 0, candidates = 0;
  std::uint64_t worlds = 0;
  double wall_s = 0, cpu_s = 0, permute_share = 0;
  double join_s = 0;  // processor time of the co-actions of one world alone: what others are measured by
};

Result<Measured> run(std::size_t n, std::uint64_t worlds, unsigned threads) {
  const bench::Generated rows = bench::generate(n, 2);
  std::vector<std::uint32_t> post(rows.account.size());
  std::iota(post.begin(), post.end(), 0U);
  signals::Actions actions = rows.view();
  actions.post = post;
  actions.n_posts = static_cast<std::uint32_t>(post.size());
  const network::Events events = network::first_events(actions);
  network::TieOptions options;
  options.report_t_alone = false;
  options.only_ties = true;

  struct World {
    std::size_t ties = 0, candidates = 0;
    double permuting = 0, testing = 0;
  };
  std::vector<World> seen(worlds);
  Control outer, inner;
  outer.threads = threads;
  inner.threads = 1;
  const auto seconds = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  };
  const double begin = seconds();
  const std::clock_t cpu_begin = std::clock();
  const network::Permuter permuter(events, network::Permutation::bins, {}, 1);
  Measured measured{.events = events.size(), .worlds = worlds};
  UNISONO_CHECK(for_each_block(worlds, outer, [&](std::size_t i, unsigned) -> Result<void> {
    const double start = seconds();
    UNISONO_TRY(const network::Events copy, permuter.copy(i + 1, inner));
    const double middle = seconds();
    UNISONO_TRY(const network::TieResult result, network::test_ties(copy, options, inner));
    seen[i] = {result.ties.size(), result.candidates, middle - start, seconds() - middle};
    return {};
  }));
  measured.wall_s = seconds() - begin;
  measured.cpu_s = static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC;
  signals::JoinOptions join;
  join.min_shared = 2;
  const std::clock_t join_begin = std::clock();
  for (int round = 0; round < k_joins; ++round)
    UNISONO_CHECK(signals::join_coactions(network::as_actions(events), join, inner));
  measured.join_s = static_cast<double>(std::clock() - join_begin) / CLOCKS_PER_SEC / k_joins;
  double permuting = 0, testing = 0;
  for (const World& world : seen) {
    measured.ties += world.ties, measured.candidates += world.candidates;
    permuting += world.permuting, testing += world.testing;
  }
  measured.permute_share = permuting / (permuting + testing);
  return measured;
}

}  // namespace

int main(int argc, char** argv) {
  const bool truth = argc > 1 && std::string_view(argv[1]) == "--truth";
  const auto number = [&](int at, std::uint64_t otherwise) {
    return argc > at && !truth ? std::strtoull(argv[at], nullptr, 10) : otherwise;
  };
  const auto threads = static_cast<unsigned>(number(3, 2));
  const auto measured = run(number(1, 1'000'000), number(2, truth ? 40 : 20), threads);
  if (!measured) {
    fmt::print(stderr, "{}\n", describe(measured.error()));
    return 1;
  }
  const Measured& m = *measured;
  const double thousand = 1000.0 / static_cast<double>(m.worlds);
  const double joins = m.cpu_s / static_cast<double>(m.worlds) / m.join_s;
  if (truth) {
    fmt::print(R"({{"worlds": {}, "seconds_1000": {:.1f}, "processor_seconds_1000": {:.1f}, "joins_a_world": {:.1f}, )",
               m.worlds, m.wall_s * thousand, m.cpu_s * thousand, joins);
    fmt::print("\"ties\": {}}}\n", m.ties);
    return 0;
  }
  fmt::print(
      "| first actions | worlds | threads | wall, s | processor, s | of it permuting | 1,000 worlds: wall, s | "
      "processor, s | a world in joins | candidates a world | ties in all | peak |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  fmt::print("| {} | {} | {} | {:.1f} | {:.1f} | {:.0f} % | {:.0f} | {:.0f} | {:.1f} | {} | {} | {} |\n", m.events,
             m.worlds, threads, m.wall_s, m.cpu_s, 100 * m.permute_share, m.wall_s * thousand, m.cpu_s * thousand,
             joins, m.candidates / m.worlds, m.ties, format_bytes(peak_resident_bytes()));
  return 0;
}
