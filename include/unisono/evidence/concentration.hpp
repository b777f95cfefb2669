// How few accounts make how much (B1): shares of the most active accounts, Lorenz curve, Gini coefficient, and what
// accounts that are all alike would give. Pure functions of how many accounts acted how often.
// Docs: docs/amplify.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace unisono::evidence {

// `accounts` accounts acted exactly `count` times each. A list of classes is ascending by count, counts and numbers of
// accounts are at least 1, and no count occurs twice.
struct CountClass {
  std::uint64_t count = 0, accounts = 0;
};

// The share of the k = ceil(per_mille / 1000 * accounts) most active accounts. Tie rule: accounts with equal counts
// weigh the same, so the share does not depend on which of those at the cut are taken; `tied` says how many have the
// count of the last one taken, and both ways of treating them as one are given too.
struct TopShare {
  std::uint32_t per_mille = 0;
  std::uint64_t accounts = 0, actions = 0;                 // all of them
  std::uint64_t k = 0, top_actions = 0;                    // the share is top_actions / actions
  std::uint64_t cut = 0, tied = 0;                         // the k-th account's count; accounts with exactly this count
  std::uint64_t above = 0, actions_above = 0;              // strictly more than `cut`
  std::uint64_t at_or_above = 0, actions_at_or_above = 0;  // at least `cut`
};

// per_mille in 1..1000. No classes: all zero. O(classes).
TopShare top_share(std::span<const CountClass> classes, std::uint32_t per_mille);

// 0 = all alike, towards 1 = one account makes everything; sum_i (2i - n - 1) x_i / (n sum x), x ascending. 0 for
// fewer than one account. O(classes).
double gini(std::span<const CountClass> classes);

struct LorenzPoint {
  double accounts = 0, actions = 0;  // fractions: the least active accounts and what they make together
};

// From (0, 0) to (1, 1); exact at every corner of the curve, or at `most` corners (>= 2) spread over it. O(classes).
std::vector<LorenzPoint> lorenz(std::span<const CountClass> classes, std::size_t most);

// The same number of accounts with equal rates: counts from a Poisson distribution without zero with the observed mean
// (an account that never acted is not in the data). `expected` is the mean share of the top k in `draws` draws, p =
// (1 + draws with at least the observed share) / (1 + draws). 199 draws, fewer above 250,000 accounts (never below 99).
// O(draws * accounts * log(largest count)).
struct EqualAccounts {
  double expected = 0, p = 1;
  std::uint32_t draws = 0;
};
EqualAccounts equal_accounts(std::span<const CountClass> classes, std::uint32_t per_mille, std::uint64_t seed);

// The flag of B1: more concentrated than equal accounts would be in every draw, and at least twice as much.
bool is_concentrated(const TopShare& share, const EqualAccounts& equal);

}  // namespace unisono::evidence
