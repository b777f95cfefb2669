#include "unisono/network/ties.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <tuple>

#include "eligible.hpp"
#include "family.hpp"
#include "pair_tests.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/habit.hpp"
#include "unisono/network/multiplicity.hpp"

namespace unisono::network {

namespace {

constexpr std::size_t k_pairs_per_block = 2048;

// What is kept of every candidate: enough to decide. The figures that are shown are computed again for the few
// accepted.
struct Tested {
  double p_t = 1.0, p_x = 1.0;
  bool in_family = false;
};

Result<void> check_options(const Events& events, const TieOptions& options) {
  if (!(options.alpha > 0.0 && options.alpha < 1.0))
    return fail(ErrorCode::usage, fmt::format("alpha is {}; it must lie between 0 and 1", options.alpha), "use 0.05");
  if (!(options.kappa >= 0.0))
    return fail(ErrorCode::usage, fmt::format("kappa is {}; it must be at least 0", options.kappa), "use 10");
  UNISONO_CHECK(check_declared(events, options.declared));
  return {};
}

Result<void> check_memory(const Events& events, const Control& control) {
  const std::uint64_t need = 56 * events.size() + 20 * std::uint64_t{events.n_objects} +
                             (16 + 24 * std::uint64_t{control.threads}) * events.n_accounts;
  if (control.memory_bytes == 0 || need <= control.memory_bytes) return {};
  return fail(ErrorCode::memory,
              fmt::format("the tie tests of {} actions need {}; the limit is {}", events.size(), format_bytes(need),
                          format_bytes(control.memory_bytes)),
              "raise --memory or test fewer channels at a time");
}

ChannelCheck count(const Events& events, std::span<const std::uint8_t> eligible, const TieOptions& options) {
  ChannelCheck check;
  check.window_us = options.window_us;
  check.n_events = events.size();
  for (std::uint32_t a = 0; a < events.n_accounts; ++a)
    check.n_accounts += events.account_begin[std::size_t{a} + 1] > events.account_begin[a] ? 1U : 0U;
  check.n_eligible = static_cast<std::uint64_t>(std::count(eligible.begin(), eligible.end(), std::uint8_t{1}));
  check.n_below_minimum = check.n_accounts - check.n_eligible;
  for (std::uint32_t o = 0; o < events.n_objects; ++o) check.n_objects += events.of_object(o).empty() ? 0U : 1U;
  check.n_pairs = check.n_eligible < 2 ? 0 : check.n_eligible * (check.n_eligible - 1) / 2;
  return check;
}

// Pairs of eligible accounts that are close on at least two objects, sorted by (a, b).
Result<std::vector<signals::Pair>> find_candidates(const Events& events, std::span<const std::uint8_t> eligible,
                                                   const TieOptions& options, const Control& control) {
  signals::JoinOptions join;
  join.window_us = options.window_us;
  join.min_shared = 2;
  join.repeats = signals::Repeats::first;
  join.max_coactions = options.max_coactions;
  const auto runs = [&](const Events& of_eligible) {
    return signals::join_with(options.joiner, as_actions(of_eligible), join, control);
  };
  bool left_out = false;  // accounts with one object are in no such pair, so they need no copy
  for (std::uint32_t a = 0; a < events.n_accounts; ++a)
    left_out = left_out || (eligible[a] == 0 && events.account_begin[std::size_t{a} + 1] - events.account_begin[a] > 1);
  if (!left_out) {
    UNISONO_TRY(signals::Join joined, runs(events));
    return std::move(joined.pairs);
  }
  std::vector<std::uint8_t> keep(events.size());
  for (std::size_t i = 0; i < keep.size(); ++i) keep[i] = eligible[events.account[i]];
  UNISONO_TRY(signals::Join joined, runs(select_events(events, keep)));
  return std::move(joined.pairs);
}

// The account with more events is marked, the other one's list is read: the cost is that of the shorter lists.
std::pair<std::uint32_t, std::uint32_t> marked_first(const Events& events, const signals::Pair& pair) {
  const auto size = [&](std::uint32_t a) { return events.account_begin[std::size_t{a} + 1] - events.account_begin[a]; };
  return size(pair.a) >= size(pair.b) ? std::pair(pair.a, pair.b) : std::pair(pair.b, pair.a);
}

// Runs T and X of every candidate, in blocks of marked accounts, and the observed side of the habit factor.
class CandidateTests {
 public:
  CandidateTests(const Nulls& nulls, const Family& family, const ChannelCheck& check, const TieOptions& options,
                 std::span<const signals::Pair> pairs)
      : nulls_(nulls), family_(family), options_(options), pairs_(pairs), blind_(check.blind) {
    const double m = static_cast<double>(std::max<std::uint64_t>(check.n_pairs, 1));
    // The largest p_T that the rule can accept, and that T alone can accept when all candidates pass.
    most_rule_ = options.alpha * static_cast<double>(family.k) / m;
    most_alone_ = std::max(most_rule_, options.alpha * static_cast<double>(pairs.size()) / m);
  }

  Result<std::vector<Tested>> run(const Control& control, HabitSums& habit) const {
    struct Place {
      std::pair<std::uint32_t, std::uint32_t> marked_and_other;
      std::size_t pair;
      auto operator<=>(const Place&) const = default;
    };
    std::vector<Place> order;
    order.reserve(pairs_.size());
    for (std::size_t i = 0; i < pairs_.size(); ++i) order.push_back({marked_first(nulls_.events, pairs_[i]), i});
    std::sort(order.begin(), order.end());
    std::vector<Tested> tested(pairs_.size());
    const std::size_t n_blocks = (order.size() + k_pairs_per_block - 1) / k_pairs_per_block;
    std::vector<HabitSums> sums(n_blocks);
    std::vector<std::unique_ptr<PairTests>> scratch(std::max(1U, control.threads));
    UNISONO_CHECK(for_each_block(n_blocks, control, [&](std::size_t block, unsigned worker) -> Result<void> {
      if (!scratch[worker]) scratch[worker] = std::make_unique<PairTests>(nulls_);
      const std::size_t end = std::min(order.size(), (block + 1) * k_pairs_per_block);
      for (std::size_t i = block * k_pairs_per_block; i < end; ++i) {
        if (control.cancelled()) return control.check_cancelled();
        tested[order[i].pair] = test(*scratch[worker], order[i].marked_and_other, sums[block]);
      }
      return {};
    }));
    for (const HabitSums& sum : sums) {
      habit.observed += sum.observed;
      habit.expected += sum.expected;
    }
    return tested;
  }

 private:
  Tested test(PairTests& pair_tests, std::pair<std::uint32_t, std::uint32_t> pair, HabitSums& habit) const {
    pair_tests.mark(pair.first);
    pair_tests.compare(pair.second);
    const ObjectPairs repeated = pair_tests.object_pairs();
    if (repeated.all > 0) {
      habit.observed += static_cast<double>(repeated.close) / static_cast<double>(repeated.all);
      habit.expected += repeated.expected / static_cast<double>(repeated.all);
    }

    Tested result;
    std::uint64_t weight = 0;
    for (const SharedObject& object : pair_tests.shared()) weight += family_.weight[object.object];
    result.in_family = family_.k > 0 && weight >= family_.threshold;
    if (result.in_family) result.p_x = pair_tests.pace_tail(options_.alpha);
    if (blind_) return result;
    if (options_.report_t_alone)
      result.p_t = pair_tests.activity_tail(most_alone_);
    else if (result.in_family && result.p_x <= options_.alpha)
      result.p_t = pair_tests.activity_tail(most_rule_);
    return result;
  }

  const Nulls& nulls_;
  const Family& family_;
  const TieOptions& options_;
  std::span<const signals::Pair> pairs_;
  bool blind_;
  double most_rule_ = 0.0, most_alone_ = 0.0;
};

std::uint64_t count_accounts(std::span<const signals::Pair> pairs, std::span<const std::size_t> chosen) {
  std::vector<std::uint32_t> accounts;
  for (const std::size_t i : chosen) accounts.insert(accounts.end(), {pairs[i].a, pairs[i].b});
  std::sort(accounts.begin(), accounts.end());
  return static_cast<std::uint64_t>(std::unique(accounts.begin(), accounts.end()) - accounts.begin());
}

void count_alone(std::span<const signals::Pair> pairs, std::span<const Tested> tested, double alpha,
                 TieResult& result) {
  std::vector<double> p;
  for (const Tested& one : tested) p.push_back(one.p_t);
  const std::vector<double> q = benjamini_hochberg(p, std::max<std::uint64_t>(result.check.n_pairs, p.size()));
  std::vector<std::size_t> accepted;
  for (std::size_t i = 0; i < q.size(); ++i)
    if (q[i] <= alpha) accepted.push_back(i);
  result.t_alone = accepted.size();
  result.t_alone_accounts = count_accounts(pairs, accepted);
}

// The ties with all that is shown of them, in the order of the candidates.
void accept(const Nulls& nulls, std::span<const signals::Pair> pairs, std::span<const Tested> tested,
            const Family& family, double alpha, TieResult& result) {
  const bool blind = result.check.blind;
  const double factor =
      static_cast<double>(result.check.n_pairs) / static_cast<double>(std::max<std::uint64_t>(family.k, 1));
  std::vector<std::size_t> members;
  std::vector<double> p;
  for (std::size_t i = 0; i < tested.size(); ++i) {
    if (!tested[i].in_family) continue;
    members.push_back(i);
    p.push_back(blind ? tested[i].p_x : std::max(std::min(1.0, tested[i].p_t * factor), tested[i].p_x));
  }
  const std::uint64_t m = std::max<std::uint64_t>(family.k, p.size());
  const std::vector<double> q = benjamini_hochberg(p, m), q_any = benjamini_yekutieli(p, m);
  std::vector<std::size_t> any;
  PairTests pair_tests(nulls);
  for (std::size_t k = 0; k < members.size(); ++k) {
    if (q[k] > alpha) continue;
    const signals::Pair& pair = pairs[members[k]];
    if (q_any[k] <= alpha) any.push_back(members[k]);
    pair_tests.mark(pair.a);
    pair_tests.compare(pair.b);
    Tie tie{pair.a,
            pair.b,
            blind ? TieTest::pace : TieTest::rule,
            pair,
            pair_tests.close_posts(),
            pair_tests.close_units()};
    tie.lambda_t = pair_tests.expected_posts();
    tie.lambda_x = pair_tests.expected_units();
    tie.p_t = tested[members[k]].p_t;
    tie.p_x = tested[members[k]].p_x;
    tie.p = p[k];
    tie.q = q[k];
    tie.median_lag_us = pair_tests.median_gap_us();
    tie.n_days = pair_tests.n_days();
    result.ties.push_back(tie);
  }
  result.ties_by = any.size();
  result.ties_by_accounts = count_accounts(pairs, any);
}

// A tie at rank i of the rule has p_T m / K <= alpha i / K, and so have the i - 1 before it: then T alone, with
// Benjamini-Hochberg over all m pairs, accepts at least i.
Result<bool> t_accepts_any(const Nulls& nulls, std::span<const signals::Pair> pairs, const ChannelCheck& check,
                           TieOptions options, const Control& control) {
  constexpr double k_rounding = 1e-9;
  options.alpha *= 1 + k_rounding;
  options.report_t_alone = true;
  Family none;
  none.weight.assign(nulls.events.n_objects, 0);
  HabitSums sums;
  UNISONO_TRY(const std::vector<Tested> tested, CandidateTests(nulls, none, check, options, pairs).run(control, sums));
  std::vector<double> p;
  for (const Tested& one : tested) p.push_back(one.p_t);
  std::sort(p.begin(), p.end());
  const double step = options.alpha / static_cast<double>(std::max<std::uint64_t>(check.n_pairs, 1));
  for (std::size_t i = 0; i < p.size(); ++i)
    if (p[i] <= step * static_cast<double>(i + 1)) return true;
  return false;
}

void say_blind(ChannelCheck& check, const TieOptions& options) {
  check.verdict = "blind";
  check.reason =
      options.collected_by_object
          ? "the data was collected by object, so activity cannot be separated from content: no ties, only leads by "
            "pace"
          : fmt::format(
                "activity cannot be separated from content in this data: two actions of one hour hit the same object "
                "with chance {:.2f}, at most {:.2f} can be tested; no ties, only leads and groups by pace",
                *check.collision, options.max_collision);
}

void say_tested(ChannelCheck& check, const TieOptions& options) {
  if (check.n_eligible < 2) {
    check.verdict = "too_little_data";
    check.reason = fmt::format("{} of {} accounts acted on at least {} objects; a pair needs two", check.n_eligible,
                               check.n_accounts, options.min_objects);
  } else if (check.family_k == 0) {
    check.verdict = "too_little_data";
    check.reason = fmt::format(
        "none of the {} pairs of {} accounts shares enough objects to be significant at {}: too little data "
        "for ties, group tests only",
        check.n_pairs, check.n_eligible, options.alpha);
  } else {
    check.verdict = "tested";
    check.reason = check.family_is_all_pairs
                       ? fmt::format(
                             "all {} pairs of {} accounts were tested: finding those with too few common objects would "
                             "have cost more "
                             "than {} comparisons",
                             check.n_pairs, check.n_eligible, options.max_family_coactions)
                       : fmt::format("{} of {} pairs of {} accounts share enough objects to be tested",
                                     check.family_pairs, check.n_pairs, check.n_eligible);
  }
}

// Verdicts that need no computation; true when there is nothing more to do.
bool refused(ChannelCheck& check, const TieOptions& options) {
  if (check.n_events == 0) {
    check.verdict = "no_events";
    check.reason = "no account acted on any object of this channel at a known time";
    return true;
  }
  if (options.precision_us > options.window_us) {
    check.verdict = "too_coarse";
    check.reason = fmt::format("times are known to {}, the window is {}; use a window of at least {}",
                               format_duration(static_cast<std::int64_t>(options.precision_us)),
                               format_duration(static_cast<std::int64_t>(options.window_us)),
                               format_duration(static_cast<std::int64_t>(options.precision_us)));
    return true;
  }
  return false;
}

Result<void> find_habit(const Nulls& nulls, std::span<const std::uint8_t> eligible, const TieOptions& options,
                        HabitSums sums, ChannelCheck& check, const Control& control) {
  const HabitOptions habit{options.window_us, options.seed, options.max_habit_visits};
  UNISONO_TRY(const HabitExpected elsewhere,
              habit_expected_elsewhere(nulls.events, nulls.posts, nulls.pace, eligible, habit, control));
  sums.expected += elsewhere.value;
  check.habit_factor = sums.factor();
  check.habit_double = static_cast<std::uint64_t>(std::llround(sums.observed));
  check.habit_sampled = elsewhere.sampled;
  return {};
}

}  // namespace

Result<std::vector<signals::Pair>> tie_candidates(const Events& events, const TieOptions& options,
                                                  const Control& control) {
  UNISONO_CHECK(check_options(events, options));
  return find_candidates(events, eligible_accounts(events, options.min_objects, options.declared), options, control);
}

Result<TieResult> test_ties(const Events& events, const TieOptions& options, const Control& control) {
  UNISONO_CHECK(check_options(events, options));
  UNISONO_CHECK(check_memory(events, control));
  TieResult result;
  ChannelCheck& check = result.check;
  const std::vector<std::uint8_t> eligible = eligible_accounts(events, options.min_objects, options.declared);
  check = count(events, eligible, options);
  if (refused(check, options)) return result;

  control.report("test", 0, 5, "steps");
  UNISONO_TRY(const HourCollisions hours, HourCollisions::build(events, options.window_us, control));
  const PostLists posts = post_lists(events, hours);
  UNISONO_TRY(const Pace pace, Pace::build(events, options.window_us, options.kappa, control));
  const Nulls nulls{events, hours, posts, pace, options.window_us};
  check.n_shared_objects = pace.n_shared();
  check.collision = hours.collision_index();
  check.blind = options.collected_by_object || *check.collision > options.max_collision;

  control.report("test", 1, 5, "steps");
  std::vector<signals::Pair> candidates;
  if (check.n_pairs > 0) {
    UNISONO_TRY(candidates, find_candidates(events, eligible, options, control));
  }
  result.candidates = candidates.size();
  control.report("test", 2, 5, "steps");
  if (options.only_ties) {
    bool possible = !check.blind;
    if (possible) {
      UNISONO_TRY(possible, t_accepts_any(nulls, candidates, check, options, control));
    }
    if (!possible) {
      check.verdict = check.blind ? "blind" : "tested";
      check.reason = "no pair is accepted by activity, so none can be a tie";
      return result;
    }
  }
  UNISONO_TRY(
      const Family family,
      tarone_family(events, pace, eligible, {options.alpha, check.n_pairs, options.max_family_coactions}, control));
  check.family_k = family.k;
  check.family_pairs = family.n_pairs;
  check.family_is_all_pairs = family.all_pairs;
  check.least_p = family.least_p;

  control.report("test", 3, 5, "steps");
  HabitSums sums;
  UNISONO_TRY(const std::vector<Tested> tested,
              CandidateTests(nulls, family, check, options, candidates).run(control, sums));
  control.report("test", 4, 5, "steps");
  UNISONO_CHECK(find_habit(nulls, eligible, options, sums, check, control));
  if (!check.blind && options.report_t_alone) count_alone(candidates, tested, options.alpha, result);
  accept(nulls, candidates, tested, family, options.alpha, result);
  check.blind ? say_blind(check, options) : say_tested(check, options);
  control.report("test", 5, 5, "steps");
  return result;
}

}  // namespace unisono::network
