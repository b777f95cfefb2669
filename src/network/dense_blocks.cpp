#include "unisono/network/dense_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <queue>
#include <utility>

#include "network/close_posts.hpp"
#include "network/fastball.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

constexpr std::size_t k_most_links = std::size_t{1} << 28;  // the sum of their weights then fits 64 bits
constexpr double k_unit = 68719476736.0;                    // 2^36
constexpr std::size_t k_steps_per_check = 1 << 14;

__extension__ using Wide = unsigned __int128;

// Accounts and objects as nodes 0, 1, ...: accounts first, each kind in order of its ids. A node that was taken away
// stays in the rows of others.
class Table {
 public:
  explicit Table(std::span<const Link> links) {
    for (const Link& link : links) {
      accounts_.push_back(link.account);
      objects_.push_back(link.object);
    }
    for (auto* ids : {&accounts_, &objects_}) {
      std::sort(ids->begin(), ids->end());
      ids->erase(std::unique(ids->begin(), ids->end()), ids->end());
    }
    begin_.assign(size() + 1, 0);
    for (const Link& link : links)
      for (const std::size_t node : {account_node(link), object_node(link)}) ++begin_[node + 1];
    for (std::size_t v = 0; v < size(); ++v) begin_[v + 1] += begin_[v];
    std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
    target_.resize(2 * links.size());
    for (const Link& link : links) {
      const std::size_t a = account_node(link), o = object_node(link);
      target_[next[a]++] = static_cast<std::uint32_t>(o);
      target_[next[o]++] = static_cast<std::uint32_t>(a);
    }
  }

  std::size_t size() const { return accounts_.size() + objects_.size(); }
  bool is_object(std::size_t node) const { return node >= accounts_.size(); }
  std::uint32_t id(std::size_t node) const {
    return is_object(node) ? objects_[node - accounts_.size()] : accounts_[node];
  }
  std::size_t degree(std::size_t node) const { return begin_[node + 1] - begin_[node]; }
  std::span<const std::uint32_t> neighbours(std::size_t node) const {
    return std::span(target_).subspan(begin_[node], degree(node));
  }
  std::size_t account_node(const Link& link) const {
    return static_cast<std::size_t>(std::lower_bound(accounts_.begin(), accounts_.end(), link.account) -
                                    accounts_.begin());
  }
  std::size_t object_node(const Link& link) const {
    return accounts_.size() +
           static_cast<std::size_t>(std::lower_bound(objects_.begin(), objects_.end(), link.object) - objects_.begin());
  }

 private:
  std::vector<std::uint32_t> accounts_, objects_, target_;
  std::vector<std::size_t> begin_;
};

// The weight of a link by its object: what the object has in the whole table decides, also in later blocks.
std::vector<std::uint64_t> weights_of(const Table& table) {
  std::vector<std::uint64_t> weights(table.size(), 0);
  for (std::size_t v = 0; v < table.size(); ++v)
    if (table.is_object(v))
      weights[v] =
          static_cast<std::uint64_t>(std::llround(k_unit / std::log(static_cast<double>(table.degree(v)) + 5.0)));
  return weights;
}

class Peeling {
 public:
  // `gone`: per link of every account, in the order of neighbours(), which were taken away with earlier blocks.
  Peeling(const Table& table, const std::vector<std::uint64_t>& weights, const std::vector<std::vector<char>>& gone)
      : table_(table), weights_(weights), gone_(gone), strength_(table.size(), 0), removed_(table.size(), 1) {
    for_each_link([&](std::size_t account, std::size_t object) {
      for (const std::size_t node : {account, object}) {
        strength_[node] += weights_[object];
        removed_[node] = 0;
      }
      total_ += weights_[object];
    });
    for (std::size_t v = 0; v < table.size(); ++v) {
      if (removed_[v] != 0) continue;
      ++left_;
      heap_.emplace(strength_[v], v);
    }
  }

  // The nodes of the densest remainder, ascending; empty if there is no link.
  Result<std::vector<std::size_t>> densest(double& density, const Control& control) {
    std::vector<std::size_t> order;
    std::vector<std::size_t> nodes;
    std::uint64_t best_total = total_;
    std::size_t best_left = left_, best_step = 0;
    std::vector<char> present(removed_.size(), 0);
    for (std::size_t v = 0; v < present.size(); ++v) present[v] = removed_[v] == 0 ? 1 : 0;
    while (left_ > 1) {
      if (order.size() % k_steps_per_check == 0) UNISONO_CHECK(control.check_cancelled());
      const std::size_t node = next();
      remove(node);
      order.push_back(node);
      if (Wide{total_} * best_left >= Wide{best_total} * left_) {
        best_total = total_;
        best_left = left_;
        best_step = order.size();
      }
    }
    for (std::size_t i = 0; i < best_step; ++i) present[order[i]] = 0;
    if (best_total == 0) return nodes;
    for (std::size_t v = 0; v < present.size(); ++v)
      if (present[v] != 0) nodes.push_back(v);
    density = static_cast<double>(best_total) / k_unit / static_cast<double>(best_left);
    return nodes;
  }

 private:
  template <typename Each>
  void for_each_link(const Each& each) const {
    for (std::size_t v = 0; v < table_.size() && !table_.is_object(v); ++v) {
      const auto objects = table_.neighbours(v);
      for (std::size_t i = 0; i < objects.size(); ++i)
        if (gone_[v][i] == 0) each(v, std::size_t{objects[i]});
    }
  }

  // The heap holds old strengths too: an entry counts only if it is the present one.
  std::size_t next() {
    for (;;) {
      const auto [strength, node] = heap_.top();
      heap_.pop();
      if (removed_[node] == 0 && strength_[node] == strength) return node;
    }
  }

  void remove(std::size_t node) {
    removed_[node] = 1;
    --left_;
    total_ -= strength_[node];
    const auto others = table_.neighbours(node);
    for (std::size_t i = 0; i < others.size(); ++i) {
      const std::size_t other = others[i];
      if (removed_[other] != 0 || is_gone(node, other, i)) continue;
      strength_[other] -= weights_[table_.is_object(node) ? node : other];
      heap_.emplace(strength_[other], other);
    }
  }

  bool is_gone(std::size_t node, std::size_t other, std::size_t i) const {
    if (!table_.is_object(node)) return gone_[node][i] != 0;
    const auto objects = table_.neighbours(other);  // ascending
    const auto place = std::lower_bound(objects.begin(), objects.end(), static_cast<std::uint32_t>(node));
    return gone_[other][static_cast<std::size_t>(place - objects.begin())] != 0;
  }

  using Entry = std::pair<std::uint64_t, std::size_t>;  // strength, node: of equal ones accounts, then small ids
  const Table& table_;
  const std::vector<std::uint64_t>& weights_;
  const std::vector<std::vector<char>>& gone_;
  std::vector<std::uint64_t> strength_;
  std::vector<char> removed_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
  std::uint64_t total_ = 0;
  std::size_t left_ = 0;
};

DenseBlock block_of(const Table& table, std::span<const std::size_t> nodes, double density) {
  DenseBlock block{.accounts = {}, .objects = {}, .density = density};
  for (const std::size_t node : nodes)
    (table.is_object(node) ? block.objects : block.accounts).push_back(table.id(node));
  return block;
}

void take_links_away(const Table& table, std::span<const std::size_t> nodes, std::vector<std::vector<char>>& gone) {
  for (const std::size_t node : nodes) {
    if (table.is_object(node)) continue;
    const auto objects = table.neighbours(node);
    for (std::size_t i = 0; i < objects.size(); ++i)
      if (std::binary_search(nodes.begin(), nodes.end(), std::size_t{objects[i]})) gone[node][i] = 1;
  }
}

}  // namespace

Result<std::vector<DenseBlock>> find_dense_blocks(std::span<const Link> links, const DenseBlockOptions& options,
                                                  const Control& control) {
  if (links.size() > k_most_links)
    return fail(ErrorCode::too_large, fmt::format("{} links, at most {} are possible", links.size(), k_most_links),
                "cut the data with --since and --until");
  std::vector<Link> sorted(links.begin(), links.end());
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    return fail(ErrorCode::usage,
                fmt::format("account {} has object {} twice; links must differ", twice->account, twice->object));
  const Table table(sorted);
  const std::vector<std::uint64_t> weights = weights_of(table);
  std::vector<std::vector<char>> gone(table.size());
  for (std::size_t v = 0; v < table.size() && !table.is_object(v); ++v) gone[v].assign(table.degree(v), 0);
  std::vector<DenseBlock> blocks;
  for (std::uint32_t round = 0; round < options.max_blocks; ++round) {
    double density = 0;
    UNISONO_TRY(const std::vector<std::size_t> nodes, Peeling(table, weights, gone).densest(density, control));
    if (nodes.empty()) break;
    DenseBlock block = block_of(table, nodes, density);
    take_links_away(table, nodes, gone);
    if (block.accounts.size() >= options.min_accounts && block.objects.size() >= options.min_objects)
      blocks.push_back(std::move(block));
  }
  return blocks;
}

Events close_events(const Events& events, std::uint64_t window_us) {
  std::vector<std::uint8_t> keep(events.size(), 0);
  for (std::uint32_t object = 0; object < events.n_objects; ++object) {
    const auto sharers = events.of_object(object);  // in order of time, each account once
    for (std::size_t i = 1; i < sharers.size(); ++i)
      if (gap_us(events.t_us[sharers[i - 1]], events.t_us[sharers[i]]) <= window_us)
        keep[sharers[i - 1]] = keep[sharers[i]] = 1;
  }
  return select_events(events, keep);
}

std::vector<Link> links_of(const Events& events) {
  std::vector<Link> links;
  links.reserve(events.size());
  for (std::size_t e = 0; e < events.size(); ++e) links.push_back({events.account[e], events.object[e]});
  return links;
}

Result<std::vector<double>> random_densities(const Events& events, std::uint32_t copies, std::uint64_t seed,
                                             const Control& control) {
  std::vector<double> densities(copies, 0.0);
  Control inner = control;
  inner.progress = {};
  UNISONO_CHECK(for_each_block(copies, control, [&](std::size_t copy, unsigned) -> Result<void> {
    Random random = Random::stream(seed, copy);
    UNISONO_TRY(const std::vector<std::uint32_t> object, trade_objects(events, random, inner));
    std::vector<Link> links;
    links.reserve(object.size());
    for (std::size_t e = 0; e < object.size(); ++e) links.push_back({events.account[e], object[e]});
    UNISONO_TRY(const std::vector<DenseBlock> blocks,
                find_dense_blocks(links, {.max_blocks = 1, .min_accounts = 1, .min_objects = 1}, inner));
    if (!blocks.empty()) densities[copy] = blocks.front().density;
    return {};
  }));
  return densities;
}

}  // namespace unisono::network
