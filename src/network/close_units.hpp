// Close co-actions of two accounts, counted in units of posts: objects that were joined by a common post are one
// co-action.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace unisono::network {

// One close co-action: accounts a < b of one group acted on the same object within the window, a in post_a and b in
// post_b.
struct CloseCoaction {
  std::uint32_t group = 0, a = 0, b = 0, post_a = 0, post_b = 0;
  std::uint64_t value = 0;  // a unit takes the largest of its co-actions
};

// Sorts `coactions` and calls unit(coaction, largest value) once for each connected unit: co-actions of one pair that
// share a post of a or a post of b, directly or through others. In ascending order of (group, a, b). O(n log n).
template <typename Unit>
void for_each_close_unit(std::vector<CloseCoaction>& coactions, const Unit& unit);

}  // namespace unisono::network

#include <algorithm>
#include <tuple>

#include "unisono/network/components.hpp"

namespace unisono::network {

template <typename Unit>
void for_each_close_unit(std::vector<CloseCoaction>& coactions, const Unit& unit) {
  const auto key = [](const CloseCoaction& c) { return std::tie(c.group, c.a, c.b, c.post_a, c.post_b, c.value); };
  std::sort(coactions.begin(), coactions.end(),
            [&](const CloseCoaction& x, const CloseCoaction& y) { return key(x) < key(y); });
  std::vector<std::uint32_t> by_post_b;
  std::vector<std::uint64_t> largest;
  for (std::size_t begin = 0, end = 0; begin < coactions.size(); begin = end) {
    const CloseCoaction& first = coactions[begin];
    while (end < coactions.size() && coactions[end].group == first.group && coactions[end].a == first.a &&
           coactions[end].b == first.b)
      ++end;
    if (end - begin == 1) {
      unit(first, first.value);
      continue;
    }
    const auto n = static_cast<std::uint32_t>(end - begin);
    const CloseCoaction* run = coactions.data() + begin;
    DisjointSets sets(n);
    for (std::uint32_t i = 1; i < n; ++i) {
      if (run[i].post_a == run[i - 1].post_a) sets.unite(i, i - 1);
    }
    by_post_b.resize(n);
    for (std::uint32_t i = 0; i < n; ++i) by_post_b[i] = i;
    std::sort(by_post_b.begin(), by_post_b.end(), [&](std::uint32_t i, std::uint32_t j) {
      return run[i].post_b != run[j].post_b ? run[i].post_b < run[j].post_b : i < j;
    });
    for (std::uint32_t k = 1; k < n; ++k) {
      if (run[by_post_b[k]].post_b == run[by_post_b[k - 1]].post_b) sets.unite(by_post_b[k], by_post_b[k - 1]);
    }
    largest.assign(n, 0);
    for (std::uint32_t i = 0; i < n; ++i) {
      std::uint64_t& most = largest[sets.find(i)];
      most = std::max(most, run[i].value);
    }
    for (std::uint32_t i = 0; i < n; ++i) {
      if (sets.find(i) == i) unit(run[i], largest[i]);
    }
  }
}

}  // namespace unisono::network
