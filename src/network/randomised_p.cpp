#include "unisono/network/randomised_p.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

#include "network/close_posts.hpp"
#include "network/eligible.hpp"
#include "network/pair_tests.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

using AccountPair = std::pair<std::uint32_t, std::uint32_t>;

constexpr std::size_t k_tries_per_pair = 8;
constexpr std::size_t k_pairs_per_check = 64;

AccountPair ordered(std::uint32_t a, std::uint32_t b) {
  return a < b ? AccountPair(a, b) : AccountPair(b, a);
}

// Draws pairs until there are enough of them or too many draws were in vain. `partner` gives the event of a partner for
// an event, or the event itself.
template <typename Partner>
std::vector<AccountPair> draw_pairs(const Events& events, std::span<const std::uint32_t> from, std::size_t n_pairs,
                                    Random& random, Partner&& partner) {
  std::vector<AccountPair> pairs;
  if (from.empty()) return pairs;
  for (std::size_t i = 0; i < n_pairs * k_tries_per_pair && pairs.size() < n_pairs; ++i) {
    const auto place = static_cast<std::size_t>(random.below(from.size()));
    const std::uint32_t a = events.account[from[place]], b = events.account[partner(place)];
    if (a != b) pairs.push_back(ordered(a, b));
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

std::vector<AccountPair> active_together(const Events& events, std::span<const std::uint8_t> eligible,
                                         std::uint64_t window_us, std::size_t n_pairs, Random& random) {
  std::vector<std::uint32_t> by_time;
  for (std::uint32_t e = 0; e < events.size(); ++e)
    if (eligible[events.account[e]] != 0) by_time.push_back(e);
  std::sort(by_time.begin(), by_time.end(), [&](std::uint32_t x, std::uint32_t y) {
    return events.t_us[x] != events.t_us[y] ? events.t_us[x] < events.t_us[y] : x < y;
  });
  return draw_pairs(events, by_time, n_pairs, random, [&](std::size_t place) {
    const std::int64_t now = events.t_us[by_time[place]];
    const auto first = std::partition_point(by_time.begin(), by_time.end(), [&](std::uint32_t e) {
      return events.t_us[e] < now && gap_us(events.t_us[e], now) > window_us;
    });
    const auto last = std::partition_point(first, by_time.end(), [&](std::uint32_t e) {
      return events.t_us[e] <= now || gap_us(now, events.t_us[e]) <= window_us;
    });
    return *(first + static_cast<std::ptrdiff_t>(random.below(static_cast<std::uint64_t>(last - first))));
  });
}

std::vector<AccountPair> with_shared_objects(const Events& events, std::span<const std::uint8_t> eligible,
                                             std::size_t n_pairs, Random& random) {
  std::vector<std::uint32_t> shared;  // events of eligible accounts, object by object
  std::vector<std::size_t> begin, end;
  for (std::uint32_t o = 0; o < events.n_objects; ++o) {
    const std::size_t first = shared.size();
    for (const std::uint32_t e : events.of_object(o))
      if (eligible[events.account[e]] != 0) shared.push_back(e);
    if (shared.size() - first < 2) shared.resize(first);
    begin.resize(shared.size(), first);
    end.resize(shared.size(), shared.size());
  }
  // The order inside an object is that of time, which must not matter: the draw is uniform over the others.
  return draw_pairs(events, shared, n_pairs, random, [&](std::size_t place) {
    const std::size_t other = begin[place] + static_cast<std::size_t>(random.below(end[place] - begin[place] - 1));
    return shared[other < place ? other : other + 1];
  });
}

}  // namespace

Result<RandomisedP> randomised_p(const Events& events, const TieOptions& options, std::size_t n_pairs,
                                 std::uint64_t seed, std::uint64_t run, const Control& control) {
  RandomisedP result;
  if (events.size() == 0) return result;
  UNISONO_TRY(const HourCollisions hours, HourCollisions::build(events, options.window_us, control));
  const PostLists posts = post_lists(events, hours);
  UNISONO_TRY(const Pace pace, Pace::build(events, options.window_us, options.kappa, control));
  const Nulls nulls{events, hours, posts, pace, options.window_us};
  const std::vector<std::uint8_t> eligible = eligible_accounts(events, options.min_objects, options.declared);
  Random random = Random::stream(seed, run);
  PairTests tests(nulls);
  const auto of_pairs = [&](std::span<const AccountPair> pairs, std::vector<double>& p,
                            double (PairTests::*value)(double)) -> Result<void> {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (i % k_pairs_per_check == 0) UNISONO_CHECK(control.check_cancelled());
      tests.mark(pairs[i].first);
      tests.compare(pairs[i].second);
      p.push_back((tests.*value)(random.uniform()));
    }
    return {};
  };
  const auto active = active_together(events, eligible, options.window_us, n_pairs, random);
  UNISONO_CHECK(of_pairs(active, result.activity, &PairTests::randomised_activity));
  const auto sharing = with_shared_objects(events, eligible, n_pairs, random);
  UNISONO_CHECK(of_pairs(sharing, result.pace, &PairTests::randomised_pace));
  return result;
}

std::optional<double> distance_from_uniform(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double n = static_cast<double>(sorted.size());
  double distance = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    distance = std::max({distance, static_cast<double>(i + 1) / n - sorted[i], sorted[i] - static_cast<double>(i) / n});
  }
  return distance;
}

double quantile(std::span<const double> sorted, double expected) {
  assert(!sorted.empty() && expected > 0 && expected <= 1);
  const auto rank = static_cast<std::size_t>(std::ceil(expected * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

}  // namespace unisono::network
