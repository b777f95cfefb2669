// Dense blocks by their definition: in every step the strength of every node is summed anew over the links that are
// left, and the density of every remainder is written down. For tables of a few hundred links.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace unisono::reference {

using LinkSet = std::set<std::pair<std::uint32_t, std::uint32_t>>;  // account, object

struct Block {
  std::vector<std::uint32_t> accounts, objects;
  double density = 0;
};

// 1 / ln(links of the object + 5), in whole numbers of 2^-36.
inline std::map<std::uint32_t, std::uint64_t> link_weights(const LinkSet& links) {
  std::map<std::uint32_t, std::uint64_t> degree, weight;
  for (const auto& [account, object] : links) ++degree[object];
  for (const auto& [object, d] : degree)
    weight[object] =
        static_cast<std::uint64_t>(std::llround(std::ldexp(1.0, 36) / std::log(static_cast<double>(d) + 5.0)));
  return weight;
}

// The densest remainder of greedy peeling. A node is (0, account) or (1, object), so accounts come first.
inline Block densest_block(const LinkSet& links, const std::map<std::uint32_t, std::uint64_t>& weight) {
  using Node = std::pair<int, std::uint32_t>;
  std::set<Node> left;
  for (const auto& [account, object] : links) left.insert({0, account}), left.insert({1, object});
  std::set<Node> best;
  std::uint64_t best_total = 0;
  while (!left.empty()) {
    std::map<Node, std::uint64_t> strength;
    std::uint64_t total = 0;
    for (const Node& node : left) strength[node] = 0;
    for (const auto& [account, object] : links) {
      if (!left.contains({0, account}) || !left.contains({1, object})) continue;
      total += weight.at(object);
      strength[{0, account}] += weight.at(object);
      strength[{1, object}] += weight.at(object);
    }
    __extension__ using Wide = unsigned __int128;
    if (best.empty() || Wide{total} * best.size() >= Wide{best_total} * left.size()) {
      best = left;
      best_total = total;
    }
    const Node* weakest = nullptr;
    for (const auto& [node, s] : strength)
      if (weakest == nullptr || s < strength.at(*weakest)) weakest = &node;
    left.erase(*weakest);
  }
  Block block;
  for (const auto& [kind, id] : best) (kind == 0 ? block.accounts : block.objects).push_back(id);
  if (!best.empty())
    block.density = std::ldexp(static_cast<double>(best_total), -36) / static_cast<double>(best.size());
  return block;
}

// One block after the other; the weights stay those of the whole table.
inline std::vector<Block> dense_blocks(LinkSet links, std::size_t blocks) {
  const auto weight = link_weights(links);
  std::vector<Block> found;
  while (found.size() < blocks && !links.empty()) {
    Block block = densest_block(links, weight);
    const std::set<std::uint32_t> accounts(block.accounts.begin(), block.accounts.end()),
        objects(block.objects.begin(), block.objects.end());
    std::erase_if(links,
                  [&](const auto& link) { return accounts.contains(link.first) && objects.contains(link.second); });
    found.push_back(std::move(block));
  }
  return found;
}

// The largest density of any set of nodes: all are tried, so at most about 16 nodes.
inline double largest_density(const LinkSet& links) {
  const auto weight = link_weights(links);
  std::map<std::pair<int, std::uint32_t>, unsigned> place;
  for (const auto& [account, object] : links) place[{0, account}] = 0, place[{1, object}] = 0;
  unsigned n = 0;
  for (auto& [node, number] : place) number = n++;
  double best = 0;
  for (std::uint32_t chosen = 1; chosen < (1U << n); ++chosen) {
    std::uint64_t total = 0;
    for (const auto& [account, object] : links)
      if ((chosen >> place.at({0, account}) & 1U) != 0 && (chosen >> place.at({1, object}) & 1U) != 0)
        total += weight.at(object);
    const double density = std::ldexp(static_cast<double>(total), -36) / __builtin_popcount(chosen);
    best = density > best ? density : best;
  }
  return best;
}

}  // namespace unisono::reference
