// The null of test X: both accounts shared the object; were they so close in time by chance? The pace of every object,
// with the pace of objects of similar size as a prior. Docs: docs/network/ties.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

// With C_o close pairs of the k_o sharers of o (all accounts), N_o = k_o (k_o - 1) / 2 pairs, and r the share of close
// pairs over all objects with the same floor(log2 k_o):
//   q of a pair, itself left out   min(1, (C_o - close + kappa r) / (N_o - 1 + kappa))
//   q0 of any pair                 (C_o + kappa r) / (N_o + kappa)
class Pace {
 public:
  // O(n). Errors: cancelled.
  static Result<Pace> build(const Events& events, std::uint64_t window_us, double kappa, const Control& control);

  std::uint64_t close_pairs(std::uint32_t object) const { return close_[object]; }         // C_o
  std::uint64_t sharers(std::uint32_t object) const { return sharers_[object]; }           // k_o
  double pool(std::uint32_t object) const { return pool_[size_class(sharers_[object])]; }  // r, 0 for k_o < 2
  double left_out(std::uint32_t object, bool close) const;                                 // q, for k_o >= 2
  double whole(std::uint32_t object) const;                                                // q0, for k_o >= 2
  std::uint64_t n_shared() const { return n_shared_; }  // objects with at least two sharers

  static unsigned size_class(std::uint64_t sharers);  // floor(log2 k), 0 for k < 2

 private:
  double kappa_ = 10.0;
  std::uint64_t n_shared_ = 0;
  std::vector<std::uint64_t> close_;
  std::vector<std::uint32_t> sharers_;
  std::array<double, 64> pool_{};
};

}  // namespace unisono::network
