// Seeded random cases against the definition, and what must hold between related inputs.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "reference/coaction.hpp"
#include "reference/coaction_case.hpp"
#include "unisono/core/random.hpp"

namespace unisono {
namespace {

using reference::Action;
using signals::Count;
using signals::Join;
using signals::JoinLimits;
using signals::JoinOptions;
using signals::Pair;
using signals::Repeats;

Join run(const std::vector<Action>& actions, const JoinOptions& options, const JoinLimits& limits = {},
         unsigned threads = 1, bool timeless = false) {
  const reference::Columns columns(actions);
  Control control;
  control.threads = threads;
  auto result = signals::join_coactions(columns.view(timeless), options, control, limits);
  if (!result) ADD_FAILURE() << describe(result.error());
  return result ? *result : Join{};
}

// Skewed accounts and objects, repeated rows, times that often fall into one window.
std::vector<Action> world(std::uint64_t seed, std::size_t n = 3000) {
  Random random(seed);
  std::vector<Action> actions;
  while (actions.size() < n) {
    const auto account = static_cast<std::uint32_t>(std::min(random.below(80), random.below(80)));
    const auto object = static_cast<std::uint32_t>(std::min({random.below(120), random.below(120), random.below(120)}));
    actions.push_back({account, object, static_cast<std::int64_t>(random.below(4000))});
    if (random.below(4) == 0) actions.push_back(actions[random.below(actions.size())]);
  }
  return actions;
}

const std::vector<JoinOptions> k_options{
    {.window_us = 60, .min_shared = 2, .repeats = Repeats::all},
    {.window_us = 300, .min_shared = 3, .repeats = Repeats::first},
    {.window_us = 200, .min_shared = 5, .count = Count::action_pairs, .repeats = Repeats::all},
    {.window_us = 15, .min_shared = 1, .repeats = Repeats::all},
};

class EveryOption : public testing::TestWithParam<std::size_t> {
 protected:
  JoinOptions options = k_options[GetParam()];
  std::vector<Action> actions = world(17 + GetParam());
};
INSTANTIATE_TEST_SUITE_P(CoactionJoin, EveryOption, testing::Range<std::size_t>(0, 4));

TEST(CoactionJoin, AgreesWithItsDefinitionOnRandomCases) {
  signals::JoinTrace trace;
  std::uint64_t pairs = 0;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    Random random = Random::stream(11, i);
    std::vector<std::uint8_t> bytes(reference::k_case_header +
                                    reference::k_case_row * random.below(reference::k_case_rows));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next());
    const reference::JoinCase c = reference::join_case(bytes);
    const reference::Columns columns(c.actions);
    Control control;
    control.threads = c.threads;
    signals::Actions view = columns.view(c.timeless);
    if (!c.side.empty()) view.side = std::span(c.side).first(view.n_accounts);
    const auto actual = signals::join_coactions(view, c.options, control, c.limits, &trace);
    ASSERT_TRUE(actual.has_value()) << "case " << i << ": " << describe(actual.error());
    const Join expected = reference::coactions(c.actions, c.options, c.timeless, c.side);
    ASSERT_EQ(reference::difference(expected, *actual), "") << "case " << i;
    pairs += expected.pairs.size();
  }
  EXPECT_GT(pairs, 30'000U);  // the cases must reach every way through the engine
  EXPECT_GT(trace.small_rows, 1000U);
  EXPECT_GT(trace.large_rows, 1000U);
  EXPECT_GT(trace.left_out_groups, 1000U);
  EXPECT_GT(trace.merges, 1000U);
  EXPECT_GT(trace.rescans, 1000U);
  EXPECT_GT(trace.rebases, 1000U);
}

TEST_P(EveryOption, DoesNotDependOnOrderThreadsOrLimits) {
  const Join base = run(actions, options);
  ASSERT_EQ(reference::difference(reference::coactions(actions, options, false), base), "");
  ASSERT_FALSE(base.pairs.empty());
  Random random(1);
  std::vector<Action> shuffled = actions;
  random.shuffle(shuffled);
  EXPECT_EQ(run(shuffled, options).pairs, base.pairs);
  for (const unsigned threads : {2U, 7U})
    EXPECT_EQ(run(shuffled, options, {.bucket_actions = 100}, threads).pairs, base.pairs);
  const std::vector<JoinLimits> same{{.blocks = 1},
                                     {.blocks = 7},
                                     {.prune = false},
                                     {.leave_out_from = 0, .leave_out_ratio = 1},
                                     {.leave_out = false},
                                     {.table_bits = 4},
                                     {.vector_sort = false},
                                     {.small_row = 0},
                                     {.first_stamp = (1U << 24) - 2}};
  for (std::size_t i = 0; i < same.size(); ++i)
    EXPECT_EQ(run(actions, options, same[i]).pairs, base.pairs) << "limits " << i;
}

TEST_P(EveryOption, RenamedIdsRenameTheResult) {
  std::vector<Action> renamed = actions;
  for (Action& x : renamed) {
    x.account = 3 * x.account + 5;
    x.object = 2 * x.object + 1;
  }
  Join expected = run(actions, options);
  for (Pair& pair : expected.pairs) {
    pair.a = 3 * pair.a + 5;
    pair.b = 3 * pair.b + 5;
  }
  EXPECT_EQ(run(renamed, options).pairs, expected.pairs);
}

TEST_P(EveryOption, ShiftedTimesChangeOnlyFirstAndLast) {
  constexpr std::int64_t shift = -9'000'000'000'000'000'000;
  std::vector<Action> shifted = actions;
  for (Action& x : shifted) x.t += shift;
  Join expected = run(actions, options);
  for (Pair& pair : expected.pairs) {
    pair.first_us += shift;
    pair.last_us += shift;
  }
  EXPECT_EQ(run(shifted, options).pairs, expected.pairs);
}

TEST_P(EveryOption, MirroredTimesMirrorFirstAndLast) {
  options.repeats = Repeats::all;  // the first of mirrored times is another action
  std::vector<Action> mirrored = actions;
  for (Action& x : mirrored) x.t = -x.t;
  Join expected = run(actions, options);
  for (Pair& pair : expected.pairs) {
    std::swap(pair.first_us, pair.last_us);
    pair.first_us = -pair.first_us;
    pair.last_us = -pair.last_us;
  }
  EXPECT_EQ(run(mirrored, options).pairs, expected.pairs);
}

// Every pair of `part` is in `whole`, with at least its counts.
void expect_within(const Join& part, const Join& whole) {
  for (const Pair& pair : part.pairs) {
    const auto at = std::lower_bound(whole.pairs.begin(), whole.pairs.end(), pair, [](const Pair& x, const Pair& y) {
      return std::pair(x.a, x.b) < std::pair(y.a, y.b);
    });
    ASSERT_TRUE(at != whole.pairs.end() && at->a == pair.a && at->b == pair.b) << reference::text_of(pair);
    EXPECT_LE(pair.objects, at->objects);
    EXPECT_LE(pair.actions, at->actions);
    EXPECT_GE(pair.min_gap_us, at->min_gap_us);
    EXPECT_LE(pair.max_gap_us, at->max_gap_us);
  }
}

TEST_P(EveryOption, SmallerWindowAndLargerThresholdGiveSubsets) {
  JoinOptions narrow = options, strict = options;
  narrow.window_us /= 2;
  strict.min_shared += 2;
  const Join base = run(actions, options), within_half = run(actions, narrow), stricter = run(actions, strict);
  expect_within(within_half, base);
  expect_within(stricter, base);
  EXPECT_LT(within_half.coactions, base.coactions);
  EXPECT_LT(stricter.pairs.size(), base.pairs.size());
}

TEST_P(EveryOption, ANewAccountChangesNoOldPair) {
  std::vector<Action> more = actions;
  for (std::uint32_t o = 0; o < 50; ++o) more.push_back({500, o, static_cast<std::int64_t>(40 * o)});
  Join with = run(more, options);
  std::erase_if(with.pairs, [](const Pair& pair) { return pair.b == 500; });
  EXPECT_EQ(with.pairs, run(actions, options).pairs);
}

TEST_P(EveryOption, FirstForgetsDuplication) {
  options.repeats = Repeats::first;
  std::vector<Action> more = actions;
  Random random(2);
  for (std::size_t i = 0; i < actions.size(); ++i) {
    more.push_back(actions[i]);
    more.push_back(actions[i]);
    more.back().t += static_cast<std::int64_t>(random.below(100));
  }
  const Join once = run(actions, options), often = run(more, options);
  EXPECT_EQ(often.pairs, once.pairs);
  EXPECT_EQ(often.coactions, once.coactions);
}

TEST_P(EveryOption, EveryCoactionIsInAPairAtThresholdOne) {
  options.min_shared = 1;
  const Join found = run(actions, options);
  std::uint64_t sum = 0;
  for (const Pair& pair : found.pairs) sum += pair.actions;
  EXPECT_EQ(sum, found.coactions);
}

TEST_P(EveryOption, WidestWindowCountsLikeNoTimes) {
  options.window_us = std::numeric_limits<std::uint64_t>::max();
  const Join timed = run(actions, options), timeless = run(actions, options, {}, 1, true);
  ASSERT_EQ(timed.pairs.size(), timeless.pairs.size());
  EXPECT_EQ(timed.coactions, timeless.coactions);
  for (std::size_t i = 0; i < timed.pairs.size(); ++i) {
    EXPECT_EQ(timed.pairs[i].objects, timeless.pairs[i].objects);
    EXPECT_EQ(timed.pairs[i].actions, timeless.pairs[i].actions);
  }
}

}  // namespace
}  // namespace unisono
