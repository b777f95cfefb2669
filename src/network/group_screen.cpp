#include "network/group_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

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
constexpr std::uint32_t k_accounts_per_block = 256;
constexpr int k_most_splits = 6;

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

// Rows of the pair matrix, one account at a time: scratch of one worker.
class Row {
 public:
  Row(const Events& half, std::span<const std::uint64_t> evidence, std::span<const std::uint32_t> place, bool multi,
      const GroupOptions& options)
      : half_(half),
        evidence_(evidence),
        place_(place),
        multi_(multi),
        options_(options),
        count_(half.n_accounts, 0),
        sum_(half.n_accounts, 0) {}

  // Appends the pairs (account, later account) that are close often enough, ascending.
  void append(std::uint32_t account, std::vector<WeightedEdge>& edges) {
    if (declared(account)) return;
    partners_.clear();
    for_each_close(account, [&](std::uint32_t event, std::uint32_t other) {
      const std::uint32_t partner = half_.account[other];
      if (count_[partner]++ == 0) partners_.push_back(partner);
      sum_[partner] += evidence_[half_.object[event]];
    });
    std::sort(partners_.begin(), partners_.end());
    if (multi_) count_units(account);
    for (const std::uint32_t partner : partners_) {
      if (count_[partner] >= options_.min_close && sum_[partner] > 0)
        edges.push_back({account, partner, static_cast<double>(sum_[partner])});
      count_[partner] = 0;
      sum_[partner] = 0;
    }
  }

 private:
  bool declared(std::uint32_t account) const { return !options_.declared.empty() && options_.declared[account] != 0; }
  bool pairs_with(std::uint32_t account, std::uint32_t other) const { return other > account && !declared(other); }

  template <typename Visit>
  void for_each_close(std::uint32_t account, const Visit& visit) const {
    for (std::size_t e = half_.account_begin[account]; e < half_.account_begin[account + std::size_t{1}]; ++e) {
      const auto event = static_cast<std::uint32_t>(e);
      const auto sharers = half_.of_object(half_.object[event]);
      const std::int64_t t = half_.t_us[event];
      for (std::size_t i = place_[event]; i > 0 && close(half_.t_us[sharers[i - 1]], t, options_.window_us); --i) {
        if (pairs_with(account, half_.account[sharers[i - 1]])) visit(event, sharers[i - 1]);
      }
      for (std::size_t i = place_[event] + std::size_t{1};
           i < sharers.size() && close(t, half_.t_us[sharers[i]], options_.window_us); ++i) {
        if (pairs_with(account, half_.account[sharers[i]])) visit(event, sharers[i]);
      }
    }
  }

  // Co-actions become units; only of the pairs that could still pass, as there are never more units than co-actions.
  void count_units(std::uint32_t account) {
    coactions_.clear();
    for_each_close(account, [&](std::uint32_t event, std::uint32_t other) {
      const std::uint32_t partner = half_.account[other];
      if (count_[partner] < options_.min_close) return;
      coactions_.push_back({0, account, partner, half_.post[event], half_.post[other], evidence_[half_.object[event]]});
    });
    for (const std::uint32_t partner : partners_) count_[partner] = 0, sum_[partner] = 0;
    for_each_close_unit(coactions_, [&](const CloseCoaction& unit, std::uint64_t evidence) {
      ++count_[unit.b];
      sum_[unit.b] += evidence;
    });
  }

  const Events& half_;
  std::span<const std::uint64_t> evidence_;
  std::span<const std::uint32_t> place_;  // of every event in the list of its object
  bool multi_;
  const GroupOptions& options_;
  std::vector<std::uint32_t> count_, partners_;
  std::vector<std::uint64_t> sum_;
  std::vector<CloseCoaction> coactions_;
};

Result<std::vector<WeightedEdge>> close_pairs(const Events& half, const GroupOptions& options, const Control& control) {
  const bool multi = has_multi_object_posts(half);
  const std::vector<std::uint64_t> evidence = evidence_of_objects(half, options.window_us);
  std::vector<std::uint32_t> place(half.size());
  for (std::uint32_t o = 0; o < half.n_objects; ++o) {
    const auto sharers = half.of_object(o);
    for (std::uint32_t i = 0; i < sharers.size(); ++i) place[sharers[i]] = i;
  }

  // An edge is held once here and twice in the graph.
  constexpr std::size_t k_bytes_per_edge = sizeof(WeightedEdge) * 4;
  const std::size_t n_blocks = (half.n_accounts + k_accounts_per_block - 1) / k_accounts_per_block;
  std::vector<std::vector<WeightedEdge>> found(n_blocks);
  std::atomic<std::uint64_t> bytes{0};
  std::vector<Row> rows(std::max(1U, control.threads), Row(half, evidence, place, multi, options));
  const auto work = [&](std::size_t block, unsigned worker) -> Result<void> {
    const auto first = static_cast<std::uint32_t>(block) * k_accounts_per_block;
    const std::uint32_t last = std::min(half.n_accounts, first + k_accounts_per_block);
    for (std::uint32_t account = first; account < last; ++account) {
      const std::size_t before = found[block].size();
      rows[worker].append(account, found[block]);
      const std::size_t added = (found[block].size() - before) * k_bytes_per_edge;
      const std::uint64_t now = bytes.fetch_add(added, std::memory_order_relaxed) + added;
      if (control.memory_bytes != 0 && now > control.memory_bytes) {
        return fail(ErrorCode::memory,
                    fmt::format("the screen for groups needs more than {} for its pairs of accounts, the limit is {}",
                                format_bytes(control.memory_bytes), format_bytes(control.memory_bytes)),
                    "use a smaller window, a shorter period (--since, --until), or a larger --memory");
      }
      UNISONO_CHECK(control.check_cancelled());
    }
    return {};
  };
  UNISONO_CHECK(for_each_block(n_blocks, control, work));
  std::vector<WeightedEdge> edges;
  for (const auto& part : found) edges.insert(edges.end(), part.begin(), part.end());
  return edges;
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
  std::vector<std::vector<std::uint32_t>> groups(communities.n);
  for (std::size_t v = 0; v < screen.account.size(); ++v) groups[communities.community[v]].push_back(screen.account[v]);
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
