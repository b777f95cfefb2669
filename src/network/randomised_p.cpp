#include "unisono/network/randomised_p.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

#include "network/close_posts.hpp"
#include "network/degree_model.hpp"
#include "network/eligible.hpp"
#include "network/pair_draw.hpp"
#include "network/pair_tests.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

constexpr std::size_t k_pairs_per_check = 64;

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

namespace {

// Objects that count and that both accounts have; `counted` per object.
std::uint32_t shared_objects(const Events& events, AccountPair pair, std::span<const std::uint8_t> counted,
                             std::vector<std::uint32_t>& of_first, std::vector<std::uint32_t>& of_second) {
  const auto list = [&](std::uint32_t account, std::vector<std::uint32_t>& objects) {
    objects.clear();
    for (std::size_t e = events.account_begin[account]; e < events.account_begin[account + std::size_t{1}]; ++e)
      if (counted[events.object[e]] != 0) objects.push_back(events.object[e]);
    std::sort(objects.begin(), objects.end());
  };
  list(pair.first, of_first), list(pair.second, of_second);
  std::uint32_t shared = 0;
  for (std::size_t i = 0, j = 0; i < of_first.size() && j < of_second.size();) {
    shared += of_first[i] == of_second[j] ? 1U : 0U;
    const bool step_first = of_first[i] <= of_second[j], step_second = of_second[j] <= of_first[i];
    i += step_first ? 1U : 0U, j += step_second ? 1U : 0U;
  }
  return shared;
}

}  // namespace

Result<std::vector<double>> randomised_degrees(const Events& events, const DegreeOptions& options, std::size_t n_pairs,
                                               std::uint64_t seed, std::uint64_t run, const Control& control) {
  std::vector<std::uint32_t> of_account(events.n_accounts), of_object(events.n_objects), from;
  std::vector<std::uint8_t> counted(events.n_objects);
  for (std::uint32_t a = 0; a < events.n_accounts; ++a)
    of_account[a] = static_cast<std::uint32_t>(events.account_begin[a + std::size_t{1}] - events.account_begin[a]);
  for (std::uint32_t o = 0; o < events.n_objects; ++o) {
    of_object[o] = static_cast<std::uint32_t>(events.of_object(o).size());
    counted[o] = options.max_sharers == 0 || of_object[o] <= options.max_sharers ? 1 : 0;
  }
  const std::vector<std::uint8_t> eligible = eligible_accounts(events, options.min_objects, options.declared);
  for (std::uint32_t e = 0; e < events.size(); ++e)
    if (eligible[events.account[e]] != 0) from.push_back(e);
  Random random = Random::stream(seed, run);
  const std::vector<AccountPair> pairs = draw_pairs(events, from, n_pairs, random, [&](std::size_t) {
    return from[static_cast<std::size_t>(random.below(from.size()))];
  });
  std::vector<double> p;
  if (pairs.empty()) return p;
  UNISONO_TRY(const DegreeModel model, DegreeModel::solve(degree_classes(of_account), degree_classes(of_object),
                                                          options.tolerance, options.max_iterations, control));
  if (!model.converged()) return p;
  const std::size_t n_counted = options.max_sharers == 0
                                    ? model.objects().size()
                                    : place_of_degree(model.objects(), std::size_t{options.max_sharers} + 1);
  std::vector<std::uint32_t> first, second;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i % k_pairs_per_check == 0) UNISONO_CHECK(control.check_cancelled());
    const std::uint32_t shared = shared_objects(events, pairs[i], counted, first, second);
    const std::size_t a = place_of_degree(model.accounts(), of_account[pairs[i].first]);
    const std::size_t b = place_of_degree(model.accounts(), of_account[pairs[i].second]);
    const double at_least = degree_tail(model, a, b, n_counted, shared, 1).p;
    const double above = degree_tail(model, a, b, n_counted, shared + 1, 1).p;
    p.push_back(above + random.uniform() * (at_least - above));
  }
  return p;
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

double critical_distance(std::size_t n) {
  const double root = std::sqrt(static_cast<double>(n));
  return 1.358 / (root + 0.12 + 0.11 / root);
}

double quantile(std::span<const double> sorted, double expected) {
  assert(!sorted.empty() && expected > 0 && expected <= 1);
  const auto rank = static_cast<std::size_t>(std::ceil(expected * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

}  // namespace unisono::network
