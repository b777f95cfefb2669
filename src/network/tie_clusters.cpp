#include "unisono/network/tie_clusters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "unisono/core/parallel.hpp"
#include "unisono/core/random.hpp"
#include "unisono/network/leiden.hpp"

namespace unisono::network {
namespace {

Result<void> check(const TieClusterOptions& options) {
  if (options.seeds == 0) return fail(ErrorCode::usage, "clusters of 0 seeds are asked for", "use 100");
  if (!(options.min_co_assignment >= 0.0 && options.min_co_assignment <= 1.0))
    return fail(ErrorCode::usage,
                fmt::format("the least co-assignment is {}; it must lie between 0 and 1", options.min_co_assignment),
                "use 0.9");
  return {};
}

// Nodes of every community that has an edge, by (size descending, nodes).
std::vector<std::vector<std::uint32_t>> members_of(const Graph& graph, const Partition& partition) {
  std::vector<std::vector<std::uint32_t>> members(partition.n_communities);
  for (std::uint32_t v = 0; v < graph.n; ++v)
    if (!graph.neighbours(v).empty()) members[partition.community[v]].push_back(v);
  std::erase_if(members, [](const auto& nodes) { return nodes.empty(); });
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  return members;
}

double co_assignment(std::span<const std::uint32_t> nodes, std::span<const Partition> partitions) {
  const auto pairs = [](std::uint64_t n) { return n * (n - 1) / 2; };
  std::uint64_t together = 0;
  std::vector<std::uint32_t> labels;
  for (const Partition& partition : partitions) {
    labels.clear();
    for (const std::uint32_t v : nodes) labels.push_back(partition.community[v]);
    std::sort(labels.begin(), labels.end());
    for (std::size_t i = 0, j = 0; i < labels.size(); i = j) {
      while (j < labels.size() && labels[j] == labels[i]) ++j;
      together += pairs(j - i);
    }
  }
  const std::uint64_t all = pairs(nodes.size()) * partitions.size();
  return all == 0 ? 1.0 : static_cast<double>(together) / static_cast<double>(all);
}

// Sum of -n/N log(n/N) over groups of equal labels.
double entropy(std::vector<std::uint64_t> labels) {
  std::sort(labels.begin(), labels.end());
  double sum = 0;
  for (std::size_t i = 0, j = 0; i < labels.size(); i = j) {
    while (j < labels.size() && labels[j] == labels[i]) ++j;
    const double share = static_cast<double>(j - i) / static_cast<double>(labels.size());
    sum -= share * std::log(share);
  }
  return sum;
}

}  // namespace

double tie_weight(double p) {
  return std::clamp(-std::log10(p), 0.0, k_max_tie_weight);
}

double variation_of_information(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  std::vector<std::uint64_t> both(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) both[i] = (std::uint64_t{a[i]} << 32) | b[i];
  return std::max(0.0, 2 * entropy(std::move(both)) - entropy({a.begin(), a.end()}) - entropy({b.begin(), b.end()}));
}

Result<TieClusters> cluster_ties(const Graph& graph, const TieClusterOptions& options, const Control& control) {
  UNISONO_CHECK(check(options));
  std::vector<Partition> partitions(options.seeds);
  UNISONO_CHECK(for_each_block(options.seeds, control, [&](std::size_t run, unsigned) -> Result<void> {
    const LeidenOptions leiden_options{.resolution = options.resolution, .seed = mix64(options.seed ^ mix64(run + 1))};
    UNISONO_TRY(partitions[run], leiden(graph, leiden_options, control));
    return {};
  }));
  const auto best = std::max_element(partitions.begin(), partitions.end(), [](const Partition& a, const Partition& b) {
    return a.modularity < b.modularity;
  });
  TieClusters result;
  for (std::vector<std::uint32_t>& nodes : members_of(graph, *best)) {
    const double share = co_assignment(nodes, partitions);
    if (share < options.min_co_assignment) {
      ++result.unstable;
    } else if (nodes.size() >= options.min_accounts) {
      result.clusters.push_back({std::move(nodes), share});
    }
  }
  if (options.seeds == 1) return result;
  double rand_index = 0, variation = 0;
  for (const Partition& other : partitions) {
    if (&other == &*best) continue;
    rand_index += adjusted_rand_index(best->community, other.community);
    variation += variation_of_information(best->community, other.community);
  }
  result.rand_index = rand_index / (options.seeds - 1);
  result.variation = variation / (options.seeds - 1);
  return result;
}

}  // namespace unisono::network
