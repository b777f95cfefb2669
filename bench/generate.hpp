// The public generator of the join's benchmarks: a month of actions with skewed accounts and objects and planted
// groups.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "unisono/core/random.hpp"
#include "unisono/core/time.hpp"
#include "unisono/signals/coaction.hpp"

namespace unisono::bench {

struct Generated {
  std::vector<std::uint32_t> account, object;
  std::vector<std::int64_t> t_us;
  std::uint32_t n_accounts = 0, n_objects = 0;

  signals::Actions view() const { return {account, object, {}, t_us, n_accounts, n_objects, 0}; }
};

// Draws an index with probability proportional to its weight.
class WeightedDraw {
 public:
  explicit WeightedDraw(std::vector<double> weights) : upto_(std::move(weights)) {
    std::partial_sum(upto_.begin(), upto_.end(), upto_.begin());
  }
  std::uint32_t operator()(Random& random) const {
    const auto place = std::upper_bound(upto_.begin(), upto_.end(), random.uniform() * upto_.back());
    return static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(place - upto_.begin(), std::ssize(upto_) - 1));
  }

 private:
  std::vector<double> upto_;
};

// About n actions of n / 20 accounts (activity lognormal, sigma 1.5) on n / 5 objects (popularity (rank + 10)^-1.05,
// ids permuted), born uniformly in 30 days, at an exponential age whose scale per object is lognormal (median 12 h,
// sigma 1). 0.5 % of them are groups of 5 to 20 accounts on 10 to 30 objects within 30 s, each account taking part with
// probability 0.8. Rows in random order.
inline Generated generate(std::size_t n, std::uint64_t seed) {
  constexpr std::int64_t start = 1'700'000'000 * k_us_per_s;
  Generated out;
  out.n_accounts = static_cast<std::uint32_t>(n / 20);
  out.n_objects = static_cast<std::uint32_t>(n / 5);
  Random random(seed);

  std::vector<double> activity(out.n_accounts), popularity(out.n_objects), scale(out.n_objects);
  std::vector<std::int64_t> birth(out.n_objects);
  std::vector<std::uint32_t> id(out.n_objects);
  for (double& weight : activity) weight = std::exp(1.5 * random.normal());
  std::iota(id.begin(), id.end(), 0U);
  random.shuffle(id);
  for (std::uint32_t rank = 0; rank < out.n_objects; ++rank) {
    popularity[rank] = std::pow(rank + 10.0, -1.05);
    birth[rank] = start + static_cast<std::int64_t>(random.uniform() * 30.0 * static_cast<double>(k_us_per_day));
    scale[rank] = 12.0 * static_cast<double>(k_us_per_hour) * std::exp(random.normal());
  }

  const auto add = [&](std::uint32_t account, std::uint32_t object, std::int64_t t) {
    out.account.push_back(account);
    out.object.push_back(object);
    out.t_us.push_back(t);
  };
  const std::size_t planted = n / 200;
  while (out.account.size() < planted) {
    std::vector<std::uint32_t> members(5 + random.below(16));
    for (std::uint32_t& member : members) member = static_cast<std::uint32_t>(random.below(out.n_accounts));
    const std::uint64_t tasks = 10 + random.below(21);
    for (std::uint64_t task = 0; task < tasks; ++task) {
      const auto object = static_cast<std::uint32_t>(random.below(out.n_objects));
      const std::int64_t t =
          start + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(30 * k_us_per_day)));
      for (const std::uint32_t member : members)
        if (random.uniform() < 0.8) add(member, object, t + static_cast<std::int64_t>(random.below(30 * k_us_per_s)));
    }
  }
  const WeightedDraw draw_account(std::move(activity)), draw_object(std::move(popularity));
  while (out.account.size() < n) {
    const std::uint32_t rank = draw_object(random);
    const double age = -std::log1p(-random.uniform()) * scale[rank];
    add(draw_account(random), id[rank], birth[rank] + static_cast<std::int64_t>(age));
  }
  for (std::uint64_t i = out.account.size(); i > 1; --i) {
    const std::uint64_t j = random.below(i);
    std::swap(out.account[i - 1], out.account[j]);
    std::swap(out.object[i - 1], out.object[j]);
    std::swap(out.t_us[i - 1], out.t_us[j]);
  }
  return out;
}

}  // namespace unisono::bench
