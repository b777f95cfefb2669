#include "unisono/evidence/concentration.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "unisono/core/random.hpp"

namespace unisono::evidence {
namespace {

// The rate whose Poisson distribution without zero has this mean (> 1): rate / (1 - exp(-rate)) = mean, by bisection,
// because the left side grows with the rate and lies between rate and rate + 1.
double rate_of(double mean) {
  double low = mean - 1, high = mean;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    const double at = middle < 1e-9 ? 1 + middle / 2 : middle / -std::expm1(-middle);
    (at < mean ? low : high) = middle;
  }
  return (low + high) / 2;
}

// P(count <= i + first) of the Poisson distribution without zero, from the first count that matters on.
struct Distribution {
  std::uint64_t first = 1;
  std::vector<double> cumulative;
};

Distribution without_zero(double rate) {
  Distribution distribution;
  const double width = 12 * std::sqrt(rate) + 40;
  distribution.first = rate > width ? static_cast<std::uint64_t>(rate - width) : 1;
  const auto last = static_cast<std::uint64_t>(rate + width);
  const double log_none = std::log(-std::expm1(-rate));
  double sum = 0;
  for (std::uint64_t count = distribution.first; count <= last; ++count) {
    const auto n = static_cast<double>(count);
    sum += std::exp(n * std::log(rate) - rate - std::lgamma(n + 1) - log_none);
    distribution.cumulative.push_back(sum);
  }
  return distribution;
}

}  // namespace

TopShare top_share(std::span<const CountClass> classes, std::uint32_t per_mille) {
  assert(per_mille >= 1 && per_mille <= 1000);
  TopShare share;
  share.per_mille = per_mille;
  for (const CountClass& c : classes) {
    share.accounts += c.accounts;
    share.actions += c.accounts * c.count;
  }
  share.k = (share.accounts * per_mille + 999) / 1000;
  for (std::size_t i = classes.size(); i-- > 0;) {
    const CountClass& c = classes[i];
    share.at_or_above += c.accounts;
    share.actions_at_or_above += c.accounts * c.count;
    if (share.at_or_above < share.k) {
      share.above = share.at_or_above;
      share.actions_above = share.actions_at_or_above;
      continue;
    }
    share.cut = c.count;
    share.tied = c.accounts;
    share.top_actions = share.actions_above + (share.k - share.above) * c.count;
    break;
  }
  return share;
}

double gini(std::span<const CountClass> classes) {
  double accounts = 0, actions = 0, weighted = 0;
  for (const CountClass& c : classes) {
    const auto n = static_cast<double>(c.accounts);
    const double sum = n * static_cast<double>(c.count);
    // Ranks accounts + 1 ... accounts + n: their mean is accounts + (n + 1) / 2.
    weighted += sum * (2 * accounts + n + 1);
    accounts += n;
    actions += sum;
  }
  if (actions == 0) return 0;
  return (weighted / actions - (accounts + 1)) / accounts;
}

std::vector<LorenzPoint> lorenz(std::span<const CountClass> classes, std::size_t most) {
  assert(most >= 2);
  std::vector<LorenzPoint> all = {{0, 0}};
  double accounts = 0, actions = 0;
  for (const CountClass& c : classes) {
    accounts += static_cast<double>(c.accounts);
    actions += static_cast<double>(c.accounts) * static_cast<double>(c.count);
    all.push_back({accounts, actions});
  }
  if (classes.empty()) return {{0, 0}, {1, 1}};
  for (LorenzPoint& point : all) {
    point.accounts /= accounts;
    point.actions /= actions;
  }
  if (all.size() <= most) return all;
  std::vector<LorenzPoint> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(all[i * (all.size() - 1) / (most - 1)]);
  return some;
}

EqualAccounts equal_accounts(std::span<const CountClass> classes, std::uint32_t per_mille, std::uint64_t seed) {
  const TopShare observed = top_share(classes, per_mille);
  EqualAccounts equal;
  if (observed.accounts == 0) return equal;
  const double mean = static_cast<double>(observed.actions) / static_cast<double>(observed.accounts);
  const double observed_share = static_cast<double>(observed.top_actions) / static_cast<double>(observed.actions);
  if (observed.actions == observed.accounts) {
    equal.expected = observed_share;  // everybody acted once
    return equal;
  }
  constexpr std::uint64_t k_most_samples = 50'000'000;
  equal.draws = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(k_most_samples / observed.accounts, 99, 199));
  const Distribution distribution = without_zero(rate_of(mean));
  std::uint32_t as_large = 0;
  double sum = 0;
  for (std::uint32_t draw = 0; draw < equal.draws; ++draw) {
    Random random = Random::stream(seed, draw);
    std::vector<std::uint64_t> accounts(distribution.cumulative.size() + 1, 0);
    for (std::uint64_t i = 0; i < observed.accounts; ++i) {
      const auto at = std::upper_bound(distribution.cumulative.begin(), distribution.cumulative.end(),
                                       random.uniform() * distribution.cumulative.back());
      ++accounts[static_cast<std::size_t>(at - distribution.cumulative.begin())];
    }
    std::vector<CountClass> drawn;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      if (accounts[i] > 0) drawn.push_back({distribution.first + i, accounts[i]});
    }
    const TopShare top = top_share(drawn, per_mille);
    const double share = static_cast<double>(top.top_actions) / static_cast<double>(top.actions);
    sum += share;
    if (share >= observed_share) ++as_large;
  }
  equal.expected = sum / equal.draws;
  equal.p = static_cast<double>(1 + as_large) / static_cast<double>(1 + equal.draws);
  return equal;
}

bool is_concentrated(const TopShare& share, const EqualAccounts& equal) {
  if (equal.draws == 0) return false;
  const double observed = static_cast<double>(share.top_actions) / static_cast<double>(share.actions);
  const bool above_all = equal.p * static_cast<double>(1 + equal.draws) < 1.5;
  return above_all && observed >= 2 * equal.expected;
}

}  // namespace unisono::evidence
