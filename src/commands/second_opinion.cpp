#include "commands/second_opinion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unisono/network/dense_blocks.hpp"
#include "unisono/network/graph.hpp"
#include "unisono/network/tie_clusters.hpp"

namespace unisono::commands {
namespace {

constexpr double k_resolutions[] = {0.5, 1.0, 2.0};
constexpr std::uint32_t k_most_blocks = 20, k_copies = 99;
constexpr std::size_t k_most_close_actions =
    50'000;  // for random copies: they cost a hundred times as much as one look
constexpr std::size_t k_most_ties = 200'000;

// Accounts that a method puts together, ascending, and what it says of them.
struct Set {
  std::vector<std::uint32_t> accounts;
  std::optional<std::int64_t> objects;
  std::optional<double> co_assignment, density;
  std::optional<std::int64_t> as_dense;
};

// One method in one window.
struct Opinion {
  std::string method;
  std::optional<double> resolution, rand_index, variation;
  std::optional<std::int64_t> copies;
  std::vector<Set> sets;
  std::string reason;  // why there are no sets
};

// The ties of a window as a graph of the accounts that have any.
struct TieGraph {
  std::vector<std::uint32_t> account;  // per node, ascending
  network::Graph graph;

  std::vector<std::uint32_t> accounts_of(std::span<const std::uint32_t> nodes) const {
    std::vector<std::uint32_t> accounts;
    for (const std::uint32_t v : nodes) accounts.push_back(account[v]);
    return accounts;
  }
};

TieGraph tie_graph(std::span<const network::Tie> ties) {
  TieGraph result;
  for (const network::Tie& tie : ties)
    if (tie.test == network::TieTest::rule) result.account.insert(result.account.end(), {tie.a, tie.b});
  std::sort(result.account.begin(), result.account.end());
  result.account.erase(std::unique(result.account.begin(), result.account.end()), result.account.end());
  const auto node = [&](std::uint32_t account) {
    return static_cast<std::uint32_t>(std::lower_bound(result.account.begin(), result.account.end(), account) -
                                      result.account.begin());
  };
  std::vector<network::WeightedEdge> edges;
  for (const network::Tie& tie : ties)
    if (tie.test == network::TieTest::rule) edges.push_back({node(tie.a), node(tie.b), network::tie_weight(tie.p)});
  result.graph = network::make_graph(static_cast<std::uint32_t>(result.account.size()), edges);
  return result;
}

Opinion pieces_of(const TieGraph& ties) {
  Opinion opinion{.method = "pieces"};
  const std::vector<std::uint32_t> piece = network::connected_components(ties.graph);
  for (std::uint32_t v = 0; v < piece.size(); ++v) {
    if (piece[v] >= opinion.sets.size()) opinion.sets.resize(piece[v] + std::size_t{1});
    opinion.sets[piece[v]].accounts.push_back(ties.account[v]);
  }
  if (opinion.sets.empty()) opinion.reason = "no pair of accounts has a tie in this window";
  return opinion;
}

Result<Opinion> clusters_of(const TieGraph& ties, double resolution, std::uint64_t seed, const Control& control) {
  Opinion opinion{.method = "clusters", .resolution = resolution};
  if (ties.graph.edges() == 0) {
    opinion.reason = "no pair of accounts has a tie in this window";
    return opinion;
  }
  if (ties.graph.edges() > k_most_ties) {
    opinion.reason =
        fmt::format("there are {} ties, clusters are looked for among at most {}", ties.graph.edges(), k_most_ties);
    return opinion;
  }
  UNISONO_TRY(const network::TieClusters found,
              network::cluster_ties(ties.graph, {.resolution = resolution, .seed = seed}, control));
  opinion.rand_index = found.rand_index;
  opinion.variation = found.variation;
  for (const network::TieCluster& cluster : found.clusters)
    opinion.sets.push_back({.accounts = ties.accounts_of(cluster.nodes), .co_assignment = cluster.co_assignment});
  if (opinion.sets.empty()) opinion.reason = "no cluster of ties comes out alike whatever the seed";
  return opinion;
}

Result<Opinion> blocks_of(const TestedWindow& window, std::uint64_t seed, const Control& control) {
  Opinion opinion{.method = "dense"};
  const network::Events close = network::close_events(*window.events, window.window_us);
  const std::vector<network::Link> links = network::links_of(close);
  UNISONO_TRY(std::vector<network::DenseBlock> blocks,
              network::find_dense_blocks(links, {.max_blocks = k_most_blocks}, control));
  std::vector<double> random;
  if (!blocks.empty() && links.size() <= k_most_close_actions) {
    UNISONO_TRY(random, network::random_densities(close, k_copies, seed, control));
    opinion.copies = k_copies;
  }
  for (network::DenseBlock& block : blocks) {
    Set set{.accounts = std::move(block.accounts), .objects = static_cast<std::int64_t>(block.objects.size())};
    set.density = block.density;
    if (opinion.copies)
      set.as_dense = std::count_if(random.begin(), random.end(), [&](double d) { return d >= block.density; });
    opinion.sets.push_back(std::move(set));
  }
  if (opinion.sets.empty()) opinion.reason = "no block of three accounts and two objects is dense";
  return opinion;
}

Result<std::vector<Opinion>> opinions_of(const TestedWindow& window, std::uint64_t seed, const Control& control) {
  const TieGraph ties = tie_graph(window.ties.ties);
  std::vector<Opinion> opinions = {pieces_of(ties)};
  for (const double resolution : k_resolutions) {
    UNISONO_TRY(Opinion opinion, clusters_of(ties, resolution, seed, control));
    opinions.push_back(std::move(opinion));
  }
  UNISONO_TRY(Opinion blocks, blocks_of(window, seed, control));
  opinions.push_back(std::move(blocks));
  return opinions;
}

std::size_t common(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  std::vector<std::uint32_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both.size();
}

// The set with most of the members; of equal ones the smallest, then the first. Null where none holds two of them.
const Set* nearest(const Opinion& opinion, std::span<const std::uint32_t> members) {
  const Set* best = nullptr;
  std::size_t most = 1;
  for (const Set& set : opinion.sets) {
    const std::size_t n = common(set.accounts, members);
    if (n > most || (best != nullptr && n == most && set.accounts.size() < best->accounts.size())) {
      most = n;
      best = &set;
    }
  }
  return best;
}

void add_opinion(const Opinion& opinion, const UnitedGroup& group, const std::string& group_id,
                 const store::ActionSet& actions, store::SecondOpinionRow row, store::SecondOpinionRows& rows) {
  row.group_id = group_id;
  row.method = opinion.method;
  row.resolution = opinion.resolution;
  row.of = static_cast<std::int64_t>(group.members.size());
  row.rand_index = opinion.rand_index;
  row.variation = opinion.variation;
  row.reason = opinion.reason;
  const Set* set = nearest(opinion, group.members);
  if (set == nullptr) {
    if (row.reason.empty()) row.reason = "it puts no two members together";
    rows.opinions.push_back(std::move(row));
    return;
  }
  const std::size_t members = common(set->accounts, group.members);
  row.members = static_cast<std::int64_t>(members);
  row.accounts = static_cast<std::int64_t>(set->accounts.size());
  row.objects = set->objects;
  row.jaccard =
      static_cast<double>(members) / static_cast<double>(set->accounts.size() + group.members.size() - members);
  row.co_assignment = set->co_assignment;
  row.density = set->density;
  row.copies = opinion.copies;
  row.as_dense = set->as_dense;
  for (const std::uint32_t account : set->accounts)
    rows.accounts.push_back({group_id, row.channel, row.method, row.resolution, actions.platform_of[account],
                             actions.account_id_of[account]});
  rows.opinions.push_back(std::move(row));
}

}  // namespace

Result<store::SecondOpinionRows> second_opinions(const store::ActionSet& actions, const std::string& channel,
                                                 std::span<const UnitedGroup> groups,
                                                 std::span<const std::string> group_ids,
                                                 std::span<const TestedWindow> windows, std::uint64_t seed,
                                                 const Control& control) {
  store::SecondOpinionRows rows;
  std::vector<std::vector<Opinion>> of_window(windows.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::uint64_t window_us = groups[g].tests.front().window_us;
    const auto window = std::find_if(windows.begin(), windows.end(),
                                     [&](const TestedWindow& tested) { return tested.window_us == window_us; });
    std::vector<Opinion>& opinions = of_window[static_cast<std::size_t>(window - windows.begin())];
    if (opinions.empty()) {
      UNISONO_TRY(opinions, opinions_of(*window, seed, control));
    }
    store::SecondOpinionRow row;
    row.channel = channel;
    row.window_us = static_cast<std::int64_t>(window_us);
    for (const Opinion& opinion : opinions) add_opinion(opinion, groups[g], group_ids[g], actions, row, rows);
  }
  return rows;
}

}  // namespace unisono::commands
