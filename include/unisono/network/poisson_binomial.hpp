// Upper tails of a sum of independent Bernoulli trials with different chances (Poisson-binomial), and how they are
// printed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace unisono::network {

// No tail is given smaller than this: below it the true value is smaller, which only makes a test more cautious.
inline constexpr double k_least_tail = 1e-300;

// P(X >= w) while the trials arrive one by one, by the absorbing recursion f[w] += f[w-1] p; f[h] = f[h] (1-p) + f[h-1]
// p. Only positive terms are added, so the relative error stays near 1e-14 however small the tail is, and the tail
// never falls when a trial is added: a caller may stop as soon as it exceeds what could still matter. The result
// depends on the order of the trials in its last bits, so callers fix an order. O(w) per trial, O(w) memory. One trial
// at a time no library function is called: equal bytes everywhere; blocks of trials (add with n) call exp and log1p.
class TailRecursion {
 public:
  void start(std::uint32_t w);  // forgets all trials
  void add(double chance);      // 0 <= chance <= 1
  // `n` trials of equal chance, by their binomial distribution: O(w^2) for about every 30 expected successes.
  void add(double chance, std::uint64_t n);
  double tail() const;  // of the trials so far, between k_least_tail and 1

 private:
  void add_block(double chance, std::uint64_t n);

  std::vector<double> f_;                   // f_[h] = P(exactly h successes) for h < w; f_[w] = P(at least w)
  std::size_t used_ = 0;                    // f_[h] is zero for w > h > used_
  std::vector<double> exactly_, at_least_;  // of one block, per number of successes
};

// P(X >= w) for the given chances, in their order. O(w n).
double poisson_binomial_tail(std::span<const double> chances, std::uint32_t w);

// P(Poisson(lambda) >= w): an upper bound of the Poisson-binomial tail with the same mean when w >= lambda + 1
// (Hoeffding 1956, doi:10.1214/aoms/1177728178). O(w).
double poisson_tail(double lambda, std::uint32_t w);

}  // namespace unisono::network
