#include "network/group_pace.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "network/halves.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

constexpr std::uint32_t k_least_outside = 10, k_least_members = 2, k_least_objects = 3;
constexpr std::uint64_t k_draws_per_block = 64;
constexpr std::uint64_t k_bootstrap_draws = 400;
constexpr std::uint64_t k_first_draws = 49;
constexpr double k_hopeless_first_p = 0.5;
constexpr double k_weak_p = 0.05;
// How many own delays weigh as much as the pool of other sharers; on the same source one is enough.
constexpr double k_pool_weight = 3.0, k_pool_weight_same_source = 1.0;

// Sharers of every object ordered by (stratum, time), so that the pool of a stratum is a range. What a draw looks at
// stands side by side: nearly all the time of the test goes there.
class Pools {
 public:
  struct Sharer {
    std::int64_t t_us;
    std::uint32_t group;  // its candidate, or k_no_group
  };

  Pools(const Events& half, std::span<const std::uint8_t> stratum, const Candidates& candidates)
      : half_(half), begin_(std::size_t{half.n_objects} * k_strata + 1, half.size()) {
    std::vector<std::uint32_t> order(half.by_object);
    for (std::uint32_t o = 0; o < half.n_objects; ++o) {
      const auto first = order.begin() + static_cast<std::ptrdiff_t>(half.object_begin[o]);
      const auto last = order.begin() + static_cast<std::ptrdiff_t>(half.object_begin[o + std::size_t{1}]);
      std::sort(first, last, [&](std::uint32_t x, std::uint32_t y) {
        const std::uint8_t a = stratum[x], b = stratum[y];
        return std::tie(a, half.t_us[x], x) < std::tie(b, half.t_us[y], y);
      });
      std::size_t at = half.object_begin[o];
      for (std::uint32_t s = 0; s < k_strata; ++s) {
        begin_[std::size_t{o} * k_strata + s] = at;
        while (at < half.object_begin[o + std::size_t{1}] && stratum[order[at]] == s) ++at;
      }
    }
    sharers_.reserve(order.size());
    for (const std::uint32_t e : order) sharers_.push_back({half.t_us[e], candidates.group_of[half.account[e]]});
  }
  std::pair<std::size_t, std::size_t> of(std::uint32_t object, std::uint32_t stratum) const {
    const std::size_t at = std::size_t{object} * k_strata + stratum;
    return {begin_[at], begin_[at + 1]};
  }
  std::pair<std::size_t, std::size_t> of(std::uint32_t object) const {
    return {half_.object_begin[object], half_.object_begin[object + std::size_t{1}]};
  }
  const Sharer& at(std::size_t place) const { return sharers_[place]; }

 private:
  const Events& half_;
  std::vector<Sharer> sharers_;
  std::vector<std::size_t> begin_;
};

struct Member {
  std::uint32_t event;
  std::size_t pool_begin, pool_end;  // holds at least ten outside sharers
  OwnDelays::Of own;                 // G_H only
};

struct TestObject {
  std::uint32_t object;
  std::vector<Member> members;
};

// Scratch of one worker.
struct Drawn {
  std::vector<std::pair<std::int64_t, std::uint32_t>> times;  // (time, index of the member)
  std::vector<CloseCoaction> coactions;
};

class GroupPace {
 public:
  GroupPace(const Events& half, const Candidates& candidates, const Pools& pools, const Habits& habits, bool own_habits,
            std::uint64_t window_us, bool multi, std::uint32_t group)
      : half_(half), pools_(pools), published_(habits.published), window_us_(window_us), multi_(multi), group_(group) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> shared;  // (object, event) of members
    for (const std::uint32_t account : candidates.members[group]) {
      for (std::size_t e = half.account_begin[account]; e < half.account_begin[account + std::size_t{1}]; ++e)
        shared.emplace_back(half.object[e], static_cast<std::uint32_t>(e));
    }
    std::sort(shared.begin(), shared.end());
    for (std::size_t i = 0, j = 0; i < shared.size(); i = j) {
      const std::uint32_t object = shared[i].first;
      while (j < shared.size() && shared[j].first == object) ++j;
      if (j - i < k_least_members) continue;
      if (own_habits && published_.time_of(object) == k_unpublished) continue;
      if (outside(pools.of(object)) < k_least_outside) {
        ++skipped_;
        continue;
      }
      TestObject test{object, {}};
      for (std::size_t k = i; k < j; ++k) {
        const std::uint32_t event = shared[k].second;
        auto pool = pools.of(object, habits.stratum[event]);
        if (outside(pool) < k_least_outside) pool = pools.of(object);
        test.members.push_back(
            {event, pool.first, pool.second, own_habits ? habits.delays(half, event) : OwnDelays::Of{}});
      }
      objects_.push_back(std::move(test));
    }
  }

  const std::vector<TestObject>& objects() const { return objects_; }
  std::uint32_t skipped() const { return skipped_; }
  bool testable() const { return objects_.size() >= k_least_objects; }

  // Adds the close units of one draw to the object that carries them (the last of a unit's), or of the data without
  // `random`.
  std::uint64_t add_units(Random* random, Drawn& drawn, std::vector<std::uint64_t>& per_object) const {
    std::uint64_t units = 0;
    drawn.coactions.clear();
    for (std::size_t k = 0; k < objects_.size(); ++k) {
      const std::vector<Member>& members = objects_[k].members;
      drawn.times.clear();
      for (std::uint32_t m = 0; m < members.size(); ++m)
        drawn.times.emplace_back(
            random ? draw_time(objects_[k].object, members[m], *random) : half_.t_us[members[m].event], m);
      std::sort(drawn.times.begin(), drawn.times.end());
      for (std::size_t first = 0, j = 1; j < drawn.times.size(); ++j) {
        while (static_cast<std::uint64_t>(drawn.times[j].first) - static_cast<std::uint64_t>(drawn.times[first].first) >
               window_us_)
          ++first;
        if (!multi_) {
          per_object[k] += j - first;
          units += j - first;
          continue;
        }
        for (std::size_t i = first; i < j; ++i) {
          std::uint32_t a = members[drawn.times[i].second].event, b = members[drawn.times[j].second].event;
          if (half_.account[b] < half_.account[a]) std::swap(a, b);
          drawn.coactions.push_back({group_, half_.account[a], half_.account[b], half_.post[a], half_.post[b], k});
        }
      }
    }
    for_each_close_unit(drawn.coactions, [&](const CloseCoaction&, std::uint64_t last_object) {
      ++per_object[last_object];
      ++units;
    });
    return units;
  }

 private:
  std::uint32_t outside(std::pair<std::size_t, std::size_t> pool) const {
    std::uint32_t n = 0;
    for (std::size_t i = pool.first; i < pool.second && n < k_least_outside; ++i)
      n += pools_.at(i).group != group_ ? 1U : 0U;
    return n;
  }
  // A member's time under the null: by its own habit on this source, else by its own habit, else that of a sharer
  // outside. Without own delays the pool is all there is.
  std::int64_t draw_time(std::uint32_t object, const Member& member, Random& random) const {
    const auto chosen = [&](std::span<const std::int64_t> own, double pool_weight) {
      const auto k = static_cast<double>(own.size());
      return !own.empty() && random.uniform() < k / (k + pool_weight);
    };
    for (const auto& [own, pool_weight] :
         {std::pair(member.own.same_source, k_pool_weight_same_source), std::pair(member.own.all, k_pool_weight)}) {
      if (!chosen(own, pool_weight)) continue;
      // Wraps like the difference that made the delay: published + (t - published) is t.
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(published_.time_of(object)) +
                                       static_cast<std::uint64_t>(own[random.below(own.size())]));
    }
    return draw_sharer(member, random);
  }
  std::int64_t draw_sharer(const Member& member, Random& random) const {
    for (;;) {
      const Pools::Sharer& sharer = pools_.at(member.pool_begin + random.below(member.pool_end - member.pool_begin));
      if (sharer.group != group_) return sharer.t_us;
    }
  }

  const Events& half_;
  const Pools& pools_;
  const Publications& published_;
  std::uint64_t window_us_;
  bool multi_;
  std::uint32_t group_;
  std::vector<TestObject> objects_;
  std::uint32_t skipped_ = 0;
};

// 95 % interval of the lift when the objects are drawn again with replacement.
Lift bootstrap_lift(const PaceTest& test, std::span<const std::uint64_t> observed, std::span<const std::uint64_t> sums,
                    Random random) {
  const auto lift_of = [](double w, double e) { return (w + 0.5) / (e + 0.5); };
  const auto draws = static_cast<double>(std::max<std::uint64_t>(1, test.count.draws));
  std::vector<double> lifts(k_bootstrap_draws);
  for (double& lift : lifts) {
    std::uint64_t w = 0, sum = 0;
    for (std::size_t i = 0; i < observed.size(); ++i) {
      const std::uint64_t k = random.below(observed.size());
      w += observed[k];
      sum += sums[k];
    }
    lift = lift_of(static_cast<double>(w), static_cast<double>(sum) / draws);
  }
  std::sort(lifts.begin(), lifts.end());
  const auto at = [&](double share) {
    return lifts[static_cast<std::size_t>(std::lround(share * (k_bootstrap_draws - 1)))];
  };
  return {lift_of(static_cast<double>(test.observed.w), test.count.expected()), at(0.025), at(0.975)};
}

// Counts of all draws of all groups, and the sum of each group's units per object.
struct Tally {
  std::vector<NullCount> counts;
  std::vector<std::vector<std::uint64_t>> per_object;
};

Tally empty_tally(std::span<const GroupPace> groups) {
  Tally tally{.counts = std::vector<NullCount>(groups.size()), .per_object = {}};
  for (const GroupPace& group : groups) tally.per_object.emplace_back(group.objects().size(), 0);
  return tally;
}

struct Draws {
  std::span<const GroupPace> groups;
  std::span<const PaceTest> tests;
  std::uint64_t seed;
  const Control& control;
  Tally tally;
  std::uint64_t total;

  Result<void> run(std::uint64_t first, std::uint64_t last, std::span<const std::uint32_t> alive) {
    const std::uint64_t blocks = (last - first + k_draws_per_block - 1) / k_draws_per_block;
    std::vector<Tally> tallies(std::max(1U, control.threads), empty_tally(groups));
    std::vector<Drawn> scratch(tallies.size());
    const auto work = [&](std::size_t block, unsigned worker) -> Result<void> {
      const std::uint32_t g = alive[block / blocks];
      const std::uint64_t begin = first + (block % blocks) * k_draws_per_block;
      const std::uint64_t end = std::min(last, begin + k_draws_per_block);
      NullCount& count = tallies[worker].counts[g];
      for (std::uint64_t draw = begin; draw < end; ++draw) {
        if (draw % 16 == 0) UNISONO_CHECK(control.check_cancelled());
        Random random = Random::stream(seed, draw * groups.size() + g);
        const std::uint64_t w = groups[g].add_units(&random, scratch[worker], tallies[worker].per_object[g]);
        count.add_draw(w, tests[g].observed.w);
      }
      return {};
    };
    UNISONO_CHECK(for_each_block(blocks * alive.size(), control, work));
    for (const Tally& part : tallies) {
      for (std::size_t g = 0; g < groups.size(); ++g) {
        tally.counts[g].add(part.counts[g]);
        for (std::size_t k = 0; k < part.per_object[g].size(); ++k) tally.per_object[g][k] += part.per_object[g][k];
      }
    }
    return {};
  }
};

std::vector<Observed> observe_testable(const Events& half, const Candidates& candidates,
                                       std::span<const GroupPace> groups, std::uint64_t window_us, bool multi) {
  return observe(half, candidates, window_us, multi, [&](std::uint32_t group, std::uint32_t object) {
    const auto& objects = groups[group].objects();
    const auto place = std::lower_bound(objects.begin(), objects.end(), object,
                                        [](const TestObject& test, std::uint32_t o) { return test.object < o; });
    return place != objects.end() && place->object == object;
  });
}

}  // namespace

Result<std::vector<PaceTest>> test_pace(const Events& half, const Candidates& candidates, const Habits& habits,
                                        const PaceOptions& options, const Control& control) {
  const auto n = static_cast<std::uint32_t>(candidates.members.size());
  const bool multi = has_multi_object_posts(half);
  const Pools pools(half, habits.stratum, candidates);
  std::vector<GroupPace> groups;
  groups.reserve(n);
  for (std::uint32_t g = 0; g < n; ++g)
    groups.emplace_back(half, candidates, pools, habits, options.own_habits, options.window_us, multi, g);
  const std::vector<Observed> observed = observe_testable(half, candidates, groups, options.window_us, multi);

  std::vector<PaceTest> tests(n);
  std::uint64_t n_testable = 0;
  std::vector<std::uint32_t> alive;
  for (std::uint32_t g = 0; g < n; ++g) {
    tests[g].testable = groups[g].testable();
    tests[g].observed = observed[g];
    tests[g].skipped_objects = groups[g].skipped();
    if (!tests[g].testable) continue;
    ++n_testable;
    alive.push_back(g);
  }
  Draws draws{groups, tests, options.seed, control, empty_tally(groups), draws_needed(n_testable, options.alpha)};
  // What can no longer pass is dropped early. A candidate whose lift is half of what the gate asks after a few draws
  // will not reach it with more; nor will p fall from above 2 alpha below alpha.
  const auto drop_above = [&](double p) {
    std::erase_if(alive, [&](std::uint32_t g) {
      const NullCount& count = draws.tally.counts[g];
      return count.p() > p ||
             (static_cast<double>(observed[g].w) + 0.5) / (count.expected() + 0.5) < options.min_lift / 2;
    });
  };
  const std::uint64_t middle = std::min(k_least_draws, draws.total);
  UNISONO_CHECK(draws.run(0, k_first_draws, alive));
  drop_above(k_hopeless_first_p);
  UNISONO_CHECK(draws.run(k_first_draws, k_screening_draws, alive));
  drop_above(k_hopeless_p);
  UNISONO_CHECK(draws.run(k_screening_draws, middle, alive));
  drop_above(std::max(k_weak_p, 2 * options.alpha));
  UNISONO_CHECK(draws.run(middle, draws.total, alive));

  Drawn scratch;
  for (std::uint32_t g = 0; g < n; ++g) {
    if (!tests[g].testable) continue;
    tests[g].count = draws.tally.counts[g];
    std::vector<std::uint64_t> per_object(groups[g].objects().size(), 0);
    groups[g].add_units(nullptr, scratch, per_object);
    tests[g].lift = bootstrap_lift(tests[g], per_object, draws.tally.per_object[g], Random::stream(~options.seed, g));
  }
  return tests;
}

}  // namespace unisono::network
