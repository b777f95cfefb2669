// Connected components: union-find over dense ids.
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace unisono::network {

// Union by smallest id with path halving: the root of a set is always its smallest element, so a partition does not
// depend on the order of the unions.
class DisjointSets {
 public:
  explicit DisjointSets(std::uint32_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0U); }

  std::uint32_t find(std::uint32_t element) {
    while (parent_[element] != element) {
      parent_[element] = parent_[parent_[element]];
      element = parent_[element];
    }
    return element;
  }

  void unite(std::uint32_t a, std::uint32_t b) {
    a = find(a);
    b = find(b);
    if (a == b) return;
    if (b < a) std::swap(a, b);
    parent_[b] = a;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace unisono::network
