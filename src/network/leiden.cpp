#include "unisono/network/leiden.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

// A graph of one level: the rows without loops, and the strength that a node carries, loops included.
struct Level {
  Graph graph;
  std::vector<double> strength;
};

std::vector<double> strengths_of(const Graph& graph) {
  std::vector<double> strength(graph.n, 0.0);
  for (std::uint32_t v = 0; v < graph.n; ++v) {
    for (const double weight : graph.weights(v)) strength[v] += weight;
  }
  return strength;
}

// Renames labels to 0, 1, ... by first occurrence and returns their number.
std::uint32_t renumber(std::vector<std::uint32_t>& label) {
  constexpr std::uint32_t k_new = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> name(label.size(), k_new);
  std::uint32_t next = 0;
  for (std::uint32_t& value : label) {
    if (name[value] == k_new) name[value] = next++;
    value = name[value];
  }
  return next;
}

// Weights from one node to the clusters around it: a dense array that is cleared through the list of what was touched.
class ClusterWeights {
 public:
  explicit ClusterWeights(std::size_t n) : weight_(n, 0.0) {}

  void add(std::uint32_t cluster, double weight) {
    if (weight_[cluster] == 0.0) touched_.push_back(cluster);
    weight_[cluster] += weight;
  }
  double operator[](std::uint32_t cluster) const { return weight_[cluster]; }
  const std::vector<std::uint32_t>& touched() const { return touched_; }
  void clear() {
    for (const std::uint32_t cluster : touched_) weight_[cluster] = 0.0;
    touched_.clear();
  }

 private:
  std::vector<double> weight_;
  std::vector<std::uint32_t> touched_;
};

class Optimiser {
 public:
  Optimiser(const LeidenOptions& options, const Control& control, double total_strength, std::size_t n_edges)
      : random_(options.seed),
        control_(control),
        gamma_(options.resolution / total_strength),
        temperature_(options.randomness * total_strength / (2.0 * static_cast<double>(n_edges))),
        tolerance_(1e-12 * total_strength) {}

  // One iteration: move, refine, aggregate until every community is one node.
  Result<void> improve(const Graph& base, std::vector<std::uint32_t>& community);

 private:
  Result<void> move_nodes(const Level& level, std::vector<std::uint32_t>& community);
  std::vector<std::uint32_t> refine(const Level& level, const std::vector<std::uint32_t>& community);
  Level aggregate(const Level& level, const std::vector<std::uint32_t>& cluster, std::uint32_t n_clusters) const;

  Random random_;
  const Control& control_;
  double gamma_;  // resolution / 2m
  double temperature_;
  double tolerance_;  // a smaller gain is rounding
};

// Fast local moving: a node is looked at again only when a neighbour has left its community.
Result<void> Optimiser::move_nodes(const Level& level, std::vector<std::uint32_t>& community) {
  const std::uint32_t n = level.graph.n;
  std::vector<double> total(n, 0.0);
  std::vector<std::uint32_t> size(n, 0), empty;
  for (std::uint32_t v = 0; v < n; ++v) {
    total[community[v]] += level.strength[v];
    ++size[community[v]];
  }
  for (std::uint32_t c = n; c-- > 0;) {
    if (size[c] == 0) empty.push_back(c);
  }

  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  random_.shuffle(order);
  std::vector<std::uint32_t> ring = order;  // a queue that never holds a node twice fits a ring of n
  std::vector<std::uint8_t> queued(n, 1);
  std::size_t head = 0, waiting = n, steps = 0;
  ClusterWeights around(n);

  while (waiting > 0) {
    if ((++steps & 0xfffU) == 0) UNISONO_CHECK(control_.check_cancelled());
    const std::uint32_t v = ring[head];
    head = head + 1 == n ? 0 : head + 1;
    --waiting;
    queued[v] = 0;

    const auto neighbours = level.graph.neighbours(v);
    const auto weights = level.graph.weights(v);
    for (std::size_t i = 0; i < neighbours.size(); ++i) around.add(community[neighbours[i]], weights[i]);

    const std::uint32_t old = community[v];
    total[old] -= level.strength[v];
    --size[old];
    std::uint32_t best = old;
    double best_gain = around[old] - gamma_ * level.strength[v] * total[old];
    for (const std::uint32_t c : around.touched()) {
      const double gain = around[c] - gamma_ * level.strength[v] * total[c];
      if (gain > best_gain + tolerance_) {
        best = c;
        best_gain = gain;
      }
    }
    if (best_gain < -tolerance_ && size[old] > 0) best = empty.back();  // alone is better: gain 0
    around.clear();

    total[best] += level.strength[v];
    ++size[best];
    if (best == old) continue;
    if (size[best] == 1) empty.pop_back();
    if (size[old] == 0) empty.push_back(old);
    community[v] = best;
    for (const std::uint32_t u : neighbours) {
      if (queued[u] != 0 || community[u] == best) continue;
      queued[u] = 1;
      ring[(head + waiting) % n] = u;
      ++waiting;
    }
  }
  return {};
}

// Merges nodes inside each community, only where node and cluster are well connected to the rest of the community, and
// to a cluster drawn with a probability that grows with the gain.
std::vector<std::uint32_t> Optimiser::refine(const Level& level, const std::vector<std::uint32_t>& community) {
  const std::uint32_t n = level.graph.n;
  std::vector<double> community_total(n, 0.0), total = level.strength, cut(n, 0.0);
  for (std::uint32_t v = 0; v < n; ++v) {
    community_total[community[v]] += level.strength[v];
    const auto neighbours = level.graph.neighbours(v);
    const auto weights = level.graph.weights(v);
    for (std::size_t i = 0; i < neighbours.size(); ++i) {
      if (community[neighbours[i]] == community[v]) cut[v] += weights[i];
    }
  }
  const auto well_connected = [&](std::uint32_t cluster, double whole) {
    return cut[cluster] + tolerance_ >= gamma_ * total[cluster] * (whole - total[cluster]);
  };

  std::vector<std::uint32_t> cluster(n), size(n, 1), order(n), choices;
  std::iota(cluster.begin(), cluster.end(), 0U);
  std::iota(order.begin(), order.end(), 0U);
  random_.shuffle(order);
  ClusterWeights around(n);
  std::vector<double> mass;
  for (const std::uint32_t v : order) {
    const double whole = community_total[community[v]];
    if (size[v] != 1 || cluster[v] != v || !well_connected(v, whole)) continue;

    const auto neighbours = level.graph.neighbours(v);
    const auto weights = level.graph.weights(v);
    for (std::size_t i = 0; i < neighbours.size(); ++i) {
      if (community[neighbours[i]] == community[v]) around.add(cluster[neighbours[i]], weights[i]);
    }
    choices.assign(1, v);
    mass.assign(1, 0.0);  // gains first, masses below
    for (const std::uint32_t c : around.touched()) {
      const double gain = around[c] - gamma_ * level.strength[v] * total[c];
      if (gain < 0 || !well_connected(c, whole)) continue;
      choices.push_back(c);
      mass.push_back(gain);
    }
    const double largest = *std::max_element(mass.begin(), mass.end());
    double sum = 0;
    for (double& gain : mass) sum += gain = std::exp((gain - largest) / temperature_);
    double left = random_.uniform() * sum;
    std::size_t pick = 0;
    while (pick + 1 < mass.size() && left >= mass[pick]) left -= mass[pick++];

    const std::uint32_t chosen = choices[pick];
    if (chosen != v) {
      cut[chosen] += cut[v] - 2.0 * around[chosen];
      total[chosen] += level.strength[v];
      ++size[chosen];
      size[v] = 0;
      cluster[v] = chosen;
    }
    around.clear();
  }
  return cluster;
}

Level Optimiser::aggregate(const Level& level, const std::vector<std::uint32_t>& cluster,
                           std::uint32_t n_clusters) const {
  std::vector<std::size_t> begin(n_clusters + std::size_t{1}, 0);
  for (const std::uint32_t c : cluster) ++begin[c + std::size_t{1}];
  for (std::size_t c = 0; c < n_clusters; ++c) begin[c + 1] += begin[c];
  std::vector<std::uint32_t> members(level.graph.n);
  std::vector<std::size_t> fill(begin.begin(), begin.end() - 1);
  for (std::uint32_t v = 0; v < level.graph.n; ++v) members[fill[cluster[v]]++] = v;

  Level next{.graph = {.n = n_clusters, .begin = {0}}, .strength = std::vector<double>(n_clusters, 0.0)};
  ClusterWeights around(n_clusters);
  for (std::uint32_t c = 0; c < n_clusters; ++c) {
    for (std::size_t m = begin[c]; m < begin[c + std::size_t{1}]; ++m) {
      const std::uint32_t v = members[m];
      next.strength[c] += level.strength[v];
      const auto neighbours = level.graph.neighbours(v);
      const auto weights = level.graph.weights(v);
      for (std::size_t i = 0; i < neighbours.size(); ++i) {
        if (cluster[neighbours[i]] != c) around.add(cluster[neighbours[i]], weights[i]);
      }
    }
    for (const std::uint32_t other : around.touched()) {
      next.graph.target.push_back(other);
      next.graph.weight.push_back(around[other]);
    }
    next.graph.begin.push_back(next.graph.target.size());
    around.clear();
  }
  return next;
}

Result<void> Optimiser::improve(const Graph& base, std::vector<std::uint32_t>& community) {
  Level level{.graph = base, .strength = strengths_of(base)};
  std::vector<std::uint32_t> node_of(base.n);  // of every node of the base, its node at this level
  std::iota(node_of.begin(), node_of.end(), 0U);
  std::vector<std::uint32_t> current = community;
  for (;;) {
    UNISONO_CHECK(move_nodes(level, current));
    const std::uint32_t n_communities = renumber(current);
    if (n_communities == level.graph.n) break;

    std::vector<std::uint32_t> cluster = refine(level, current);
    std::uint32_t n_clusters = renumber(cluster);
    if (n_clusters ==
        level.graph.n) {  // the refinement merged nothing: aggregate the communities, or we would never end
      cluster = current;
      n_clusters = n_communities;
    }
    std::vector<std::uint32_t> next(n_clusters);
    for (std::uint32_t v = 0; v < level.graph.n; ++v) next[cluster[v]] = current[v];
    for (std::uint32_t& node : node_of) node = cluster[node];
    level = aggregate(level, cluster, n_clusters);
    current = std::move(next);
  }
  for (std::uint32_t v = 0; v < base.n; ++v) community[v] = current[node_of[v]];
  return {};
}

}  // namespace

Result<Partition> leiden(const Graph& graph, const LeidenOptions& options, const Control& control) {
  if (!(options.resolution > 0) || !std::isfinite(options.resolution)) {
    return fail(ErrorCode::usage, fmt::format("the resolution is {}, it must be a number above 0", options.resolution),
                "use 1 for plain modularity");
  }
  Partition result;
  result.community.resize(graph.n);
  std::iota(result.community.begin(), result.community.end(), 0U);
  const std::vector<double> strength = strengths_of(graph);
  const double total = std::accumulate(strength.begin(), strength.end(), 0.0);
  if (graph.edges() > 0) {
    Optimiser optimiser(options, control, total, graph.edges());
    for (std::uint32_t i = 0; i < options.iterations; ++i) {
      const std::vector<std::uint32_t> before = result.community;
      UNISONO_CHECK(optimiser.improve(graph, result.community));
      split_disconnected(graph, result.community);
      if (result.community == before) break;
    }
  }
  result.n_communities = renumber(result.community);
  result.modularity = modularity(graph, result.community, options.resolution);
  return result;
}

double modularity(const Graph& graph, std::span<const std::uint32_t> community, double resolution) {
  std::vector<double> inside(graph.n, 0.0), total(graph.n, 0.0);
  double all = 0;
  for (std::uint32_t v = 0; v < graph.n; ++v) {
    const auto neighbours = graph.neighbours(v);
    const auto weights = graph.weights(v);
    for (std::size_t i = 0; i < neighbours.size(); ++i) {
      if (community[neighbours[i]] == community[v]) inside[community[v]] += weights[i];
      total[community[v]] += weights[i];
      all += weights[i];
    }
  }
  if (all == 0) return 0;
  double q = 0;
  for (std::uint32_t c = 0; c < graph.n; ++c) q += inside[c] / all - resolution * (total[c] / all) * (total[c] / all);
  return q;
}

std::uint32_t split_disconnected(const Graph& graph, std::vector<std::uint32_t>& community) {
  constexpr std::uint32_t k_none = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> part(graph.n, k_none), parts_of(graph.n, 0), stack;
  std::uint32_t n_parts = 0;
  for (std::uint32_t start = 0; start < graph.n; ++start) {
    if (part[start] != k_none) continue;
    ++parts_of[community[start]];
    part[start] = n_parts;
    stack.assign(1, start);
    while (!stack.empty()) {
      const std::uint32_t v = stack.back();
      stack.pop_back();
      for (const std::uint32_t u : graph.neighbours(v)) {
        if (part[u] != k_none || community[u] != community[v]) continue;
        part[u] = n_parts;
        stack.push_back(u);
      }
    }
    ++n_parts;
  }
  community = std::move(part);
  return static_cast<std::uint32_t>(
      std::count_if(parts_of.begin(), parts_of.end(), [](std::uint32_t k) { return k > 1; }));
}

double adjusted_rand_index(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  const auto pairs = [](double k) { return k * (k - 1) / 2; };
  const auto sum_of_pairs = [&](std::vector<std::uint64_t> labels) {
    std::sort(labels.begin(), labels.end());
    double sum = 0;
    for (std::size_t i = 0, j = 0; i < labels.size(); i = j) {
      while (j < labels.size() && labels[j] == labels[i]) ++j;
      sum += pairs(static_cast<double>(j - i));
    }
    return sum;
  };
  std::vector<std::uint64_t> both(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) both[i] = (std::uint64_t{a[i]} << 32) | b[i];
  const double together = sum_of_pairs(both);
  const double in_a = sum_of_pairs({a.begin(), a.end()});
  const double in_b = sum_of_pairs({b.begin(), b.end()});
  const double all = pairs(static_cast<double>(a.size()));
  const double expected = all > 0 ? in_a * in_b / all : 0;
  const double largest = (in_a + in_b) / 2;
  return largest == expected ? 1.0 : (together - expected) / (largest - expected);
}

}  // namespace unisono::network
