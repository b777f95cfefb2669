#include "network/group_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "network/close_units.hpp"
#include "network/halves.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/core/random.hpp"
#include "unisono/network/leiden.hpp"

namespace unisono::network {
namespace {

constexpr std::uint32_t k_none = std::numeric_limits<std::uint32_t>::max();
constexpr double k_evidence_unit = 1048576.0;  // sums of whole numbers are the same in any order
constexpr std::size_t k_pairs_per_block = 1024;
constexpr int k_most_splits = 6;
// An account with less weight into its community than this share of its members' median is a chance visitor.
constexpr double k_least_share_of_median = 0.05;

bool close(std::int64_t earlier, std::int64_t later, std::uint64_t window_us) {
  return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier) <= window_us;
}

std::vector<std::uint64_t> evidence_of_objects(const Events& half, std::uint64_t window_us) {
  std::vector<std::uint64_t> evidence(half.n_objects, 0);
  for (std::uint32_t o = 0; o < half.n_objects; ++o) {
    const auto sharers = half.of_object(o);
    std::uint64_t close_pairs = 0;
    for (std::size_t i = 0, j = 0; j < sharers.size(); ++j) {
      while (!close(half.t_us[sharers[i]], half.t_us[sharers[j]], window_us)) ++i;
      close_pairs += j - i;
    }
    const auto k = static_cast<double>(sharers.size());
    const double q = std::min(0.9, (static_cast<double>(close_pairs) + 0.1) / (k * (k - 1) / 2 + 10));
    evidence[o] = static_cast<std::uint64_t>(std::llround(-std::log10(q) * k_evidence_unit));
  }
  return evidence;
}

}  // namespace

Result<std::vector<signals::Pair>> candidate_pairs(const Events& half, const GroupOptions& options,
                                                   const Control& control) {
  signals::JoinOptions join;
  join.window_us = options.window_us;
  join.min_shared = options.min_close;
  join.max_coactions = options.max_coactions;
  if (options.declared.empty()) {
    UNISONO_TRY(signals::Join joined, signals::join_with(options.joiner, as_actions(half), join, control));
    return std::move(joined.pairs);
  }
  std::vector<std::uint8_t> keep(half.size());
  for (std::size_t i = 0; i < keep.size(); ++i) keep[i] = options.declared[half.account[i]] == 0 ? 1 : 0;
  const Events undeclared = select_events(half, keep);
  UNISONO_TRY(signals::Join joined, signals::join_with(options.joiner, as_actions(undeclared), join, control));
  return std::move(joined.pairs);
}

namespace {

// The units of candidate pairs and their evidence: scratch of one worker. Pairs come sorted, so that the objects of an
// account are marked once for all its partners.
class PairEvidence {
 public:
  PairEvidence(const Events& half, std::span<const std::uint64_t> evidence, std::uint64_t window_us)
      : half_(half), evidence_(evidence), window_us_(window_us), event_on_(half.n_objects, k_none) {}

  // Units close together and the sum of their evidence. O(events of b), and those of a when a is new.
  std::pair<std::uint32_t, std::uint64_t> of(std::uint32_t a, std::uint32_t b) {
    mark(a);
    coactions_.clear();
    for (std::size_t e = half_.account_begin[b]; e < half_.account_begin[b + std::size_t{1}]; ++e) {
      const std::uint32_t object = half_.object[e];
      const std::uint32_t other = event_on_[object];
      if (other == k_none) continue;
      const auto [earlier, later] = std::minmax(half_.t_us[other], half_.t_us[e]);
      if (close(earlier, later, window_us_))
        coactions_.push_back({0, a, b, half_.post[other], half_.post[e], evidence_[object]});
    }
    std::uint32_t units = 0;
    std::uint64_t sum = 0;
    for_each_close_unit(coactions_, [&](const CloseCoaction&, std::uint64_t evidence) {
      ++units;
      sum += evidence;
    });
    return {units, sum};
  }

 private:
  void mark(std::uint32_t account) {
    if (account == marked_) return;
    if (marked_ != k_none) set_events(marked_, false);
    set_events(account, true);
    marked_ = account;
  }

  void set_events(std::uint32_t account, bool present) {
    for (std::size_t e = half_.account_begin[account]; e < half_.account_begin[account + std::size_t{1}]; ++e)
      event_on_[half_.object[e]] = present ? static_cast<std::uint32_t>(e) : k_none;
  }

  const Events& half_;
  std::span<const std::uint64_t> evidence_;
  std::uint64_t window_us_;
  std::vector<std::uint32_t> event_on_;  // per object, of the marked account
  std::uint32_t marked_ = k_none;
  std::vector<CloseCoaction> coactions_;
};

Result<std::vector<WeightedEdge>> close_pairs(const Events& half, const GroupOptions& options, const Control& control) {
  UNISONO_TRY(const std::vector<signals::Pair> pairs, candidate_pairs(half, options, control));
  constexpr std::size_t k_bytes_per_pair =
      sizeof(signals::Pair) + 5 * sizeof(WeightedEdge);  // once here, twice in the graph
  if (control.memory_bytes != 0 && pairs.size() > control.memory_bytes / k_bytes_per_pair) {
    return fail(
        ErrorCode::memory,
        fmt::format("the screen for groups needs {} for its {} pairs of accounts, the limit is {}",
                    format_bytes(pairs.size() * k_bytes_per_pair), pairs.size(), format_bytes(control.memory_bytes)),
        "use a smaller window, a shorter period (--since, --until), or a larger --memory");
  }

  const std::vector<std::uint64_t> evidence = evidence_of_objects(half, options.window_us);
  const std::size_t n_blocks = (pairs.size() + k_pairs_per_block - 1) / k_pairs_per_block;
  std::vector<std::vector<WeightedEdge>> found(n_blocks);
  std::vector<PairEvidence> scratch(std::max(1U, control.threads), PairEvidence(half, evidence, options.window_us));
  const auto work = [&](std::size_t block, unsigned worker) -> Result<void> {
    const std::size_t last = std::min(pairs.size(), (block + 1) * k_pairs_per_block);
    for (std::size_t i = block * k_pairs_per_block; i < last; ++i) {
      const auto [units, sum] = scratch[worker].of(pairs[i].a, pairs[i].b);
      if (units >= options.min_close && sum > 0)
        found[block].push_back({pairs[i].a, pairs[i].b, static_cast<double>(sum)});
    }
    return {};
  };
  UNISONO_CHECK(for_each_block(n_blocks, control, work));
  std::vector<WeightedEdge> edges;
  for (const auto& part : found) edges.insert(edges.end(), part.begin(), part.end());
  return edges;
}

// Sum of the weights from every node to its own community.
std::vector<double> weights_inside(const Screen& screen, const Communities& communities) {
  const Graph& graph = screen.graph;
  std::vector<double> inside(graph.n, 0.0);
  for (std::uint32_t v = 0; v < graph.n; ++v) {
    for (std::size_t i = graph.begin[v]; i < graph.begin[v + std::size_t{1}]; ++i) {
      if (communities.community[graph.target[i]] == communities.community[v]) inside[v] += graph.weight[i];
    }
  }
  return inside;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Result<Screen> screen_pairs(const Events& half, const GroupOptions& options, const Control& control) {
  UNISONO_TRY(std::vector<WeightedEdge> edges, close_pairs(half, options, control));
  std::vector<std::uint32_t> node(half.n_accounts, k_none);
  for (const WeightedEdge& edge : edges) node[edge.a] = node[edge.b] = 0;
  Screen screen;
  for (std::uint32_t account = 0; account < half.n_accounts; ++account) {
    if (node[account] == k_none) continue;
    node[account] = static_cast<std::uint32_t>(screen.account.size());
    screen.account.push_back(account);
  }
  for (WeightedEdge& edge : edges) edge = {node[edge.a], node[edge.b], edge.weight};
  screen.graph = make_graph(static_cast<std::uint32_t>(screen.account.size()), edges);
  return screen;
}

Result<Communities> find_communities(const Graph& graph, std::uint32_t max_size, std::uint64_t seed,
                                     const Control& control) {
  Communities result{.community = std::vector<std::uint32_t>(graph.n, 0)};
  struct Part {
    std::vector<std::uint32_t> nodes;
    int splits;  // how often its community was split before
  };
  std::vector<Part> waiting(1);
  waiting[0].splits = 0;
  for (std::uint32_t v = 0; v < graph.n; ++v) waiting[0].nodes.push_back(v);

  while (!waiting.empty()) {
    const Part part = std::move(waiting.back());
    waiting.pop_back();
    const Graph inner = part.splits == 0 ? graph : induced_subgraph(graph, part.nodes);
    LeidenOptions options{.resolution = std::ldexp(1.0, part.splits), .seed = seed};
    UNISONO_TRY(const Partition partition, leiden(inner, options, control));
    std::vector<std::vector<std::uint32_t>> groups(partition.n_communities);
    for (std::uint32_t i = 0; i < inner.n; ++i) groups[partition.community[i]].push_back(part.nodes[i]);
    for (std::vector<std::uint32_t>& group : groups) {
      if (group.size() > max_size && part.splits < k_most_splits) {
        waiting.push_back({std::move(group), part.splits + 1});
        continue;
      }
      if (group.size() > max_size) ++result.too_large;
      for (const std::uint32_t v : group) result.community[v] = result.n;
      ++result.n;
    }
  }
  return result;
}

std::vector<std::vector<std::uint32_t>> candidate_groups(const Screen& screen, const Communities& communities,
                                                         const GroupOptions& options) {
  const std::vector<double> inside = weights_inside(screen, communities);
  std::vector<std::vector<double>> of_group(communities.n);
  for (std::size_t v = 0; v < inside.size(); ++v) of_group[communities.community[v]].push_back(inside[v]);
  std::vector<double> least(communities.n);
  for (std::uint32_t c = 0; c < communities.n; ++c) least[c] = k_least_share_of_median * median(of_group[c]);
  std::vector<std::vector<std::uint32_t>> groups(communities.n);
  for (std::size_t v = 0; v < screen.account.size(); ++v) {
    const std::uint32_t c = communities.community[v];
    if (inside[v] >= least[c]) groups[c].push_back(screen.account[v]);
  }
  std::erase_if(groups,
                [&](const auto& group) { return group.size() < options.min_size || group.size() > options.max_size; });
  std::sort(groups.begin(), groups.end());
  return groups;
}

Result<std::vector<double>> stabilities(const Screen& screen, std::span<const std::vector<std::uint32_t>> groups,
                                        const GroupOptions& options, std::uint64_t seed, const Control& control) {
  std::vector<std::vector<std::uint32_t>> nodes(groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const std::uint32_t account : groups[g]) {
      const auto place = std::lower_bound(screen.account.begin(), screen.account.end(), account);
      nodes[g].push_back(static_cast<std::uint32_t>(place - screen.account.begin()));
    }
  }
  std::vector<std::vector<std::uint64_t>> together(options.stability_seeds,
                                                   std::vector<std::uint64_t>(groups.size(), 0));
  const auto work = [&](std::size_t run, unsigned) -> Result<void> {
    UNISONO_TRY(const Communities found,
                find_communities(screen.graph, options.max_size, mix64(seed ^ mix64(run + 1)), control));
    std::vector<std::uint32_t> labels;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      labels.clear();
      for (const std::uint32_t v : nodes[g]) labels.push_back(found.community[v]);
      std::sort(labels.begin(), labels.end());
      for (std::size_t i = 0, j = 0; i < labels.size(); i = j) {
        while (j < labels.size() && labels[j] == labels[i]) ++j;
        together[run][g] += (j - i) * (j - i - 1) / 2;
      }
    }
    return {};
  };
  UNISONO_CHECK(for_each_block(options.stability_seeds, control, work));
  std::vector<double> stability(groups.size(), 1.0);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::uint64_t sum = 0;
    for (const auto& run : together) sum += run[g];
    const std::uint64_t pairs = groups[g].size() * (groups[g].size() - 1) / 2 * options.stability_seeds;
    if (pairs > 0) stability[g] = static_cast<double>(sum) / static_cast<double>(pairs);
  }
  return stability;
}

}  // namespace unisono::network
