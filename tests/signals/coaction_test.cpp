// Fixed cases of the co-action join: edges of the window, extreme times, saturation, refusals.
#include "unisono/signals/coaction.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <limits>
#include <thread>

#include "hwy/highway.h"
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
using signals::Repeats;

constexpr auto k_least = std::numeric_limits<std::int64_t>::min();
constexpr auto k_most = std::numeric_limits<std::int64_t>::max();

// The join, which must also be what the definition says.
Join join(const std::vector<Action>& actions, const JoinOptions& options, bool timeless = false,
          const JoinLimits& limits = {}, unsigned threads = 1) {
  const reference::Columns columns(actions);
  Control control;
  control.threads = threads;
  auto result = signals::join_coactions(columns.view(timeless), options, control, limits);
  if (!result) {
    ADD_FAILURE() << describe(result.error());
    return {};
  }
  EXPECT_EQ(reference::difference(reference::coactions(actions, options, timeless), *result), "");
  return *result;
}

TEST(CoactionJoin, WindowIsClosed) {
  const std::vector<Action> actions{{0, 0, 100}, {1, 0, 160}, {2, 0, 161}};
  const Join at = join(actions, {.window_us = 60, .min_shared = 1});
  ASSERT_EQ(at.pairs.size(), 2U);  // 0-1 at the gap 60 and 1-2; 0-2 is one microsecond too far
  EXPECT_EQ(at.pairs[0].b, 1U);
  EXPECT_EQ(at.pairs[0].max_gap_us, 60U);
  EXPECT_EQ(at.pairs[1].a, 1U);
  EXPECT_EQ(join(actions, {.window_us = 59, .min_shared = 1}).pairs.size(), 1U);
}

TEST(CoactionJoin, WindowZeroMeansEqualTimes) {
  EXPECT_EQ(join({{0, 0, 5}, {1, 0, 5}, {2, 0, 6}}, {.window_us = 0, .min_shared = 1}).pairs.size(), 1U);
}

TEST(CoactionJoin, ExtremeTimesNeedA65BitSum) {
  std::vector<Action> actions;
  for (std::uint32_t o = 0; o < 3; ++o) {
    actions.push_back({0, o, k_least});
    actions.push_back({1, o, k_most});
  }
  const std::uint64_t widest = std::numeric_limits<std::uint64_t>::max();
  const Join all = join(actions, {.window_us = widest, .min_shared = 2});
  ASSERT_EQ(all.pairs.size(), 1U);
  EXPECT_TRUE(all.pairs[0].gap_sum_us == 3 * signals::Wide{widest});
  EXPECT_EQ(all.pairs[0].first_us, k_least);
  EXPECT_EQ(all.pairs[0].last_us, k_most);
  EXPECT_TRUE(join(actions, {.window_us = widest - 1, .min_shared = 2}).pairs.empty());
}

TEST(CoactionJoin, RepeatsCountActionsOrOnlyTheFirst) {
  const std::vector<Action> actions{{0, 0, 0}, {0, 0, 9}, {1, 0, 5}};
  const Join all = join(actions, {.window_us = 5, .min_shared = 1, .repeats = Repeats::all});
  ASSERT_EQ(all.pairs.size(), 1U);
  EXPECT_EQ(all.pairs[0].objects, 1U);
  EXPECT_EQ(all.pairs[0].actions, 2U);
  EXPECT_EQ(join(actions, {.window_us = 4, .min_shared = 1, .repeats = Repeats::all}).pairs.size(), 1U);
  EXPECT_TRUE(join(actions, {.window_us = 4, .min_shared = 1, .repeats = Repeats::first}).pairs.empty());
}

TEST(CoactionJoin, EqualRowsMultiplyActionsNotObjects) {
  std::vector<Action> actions(3, Action{0, 0, 7});
  actions.insert(actions.end(), 4, Action{1, 0, 7});
  const Join found = join(actions, {.min_shared = 12, .count = Count::action_pairs, .repeats = Repeats::all});
  ASSERT_EQ(found.pairs.size(), 1U);
  EXPECT_EQ(found.pairs[0].actions, 12U);
  EXPECT_EQ(found.pairs[0].objects, 1U);
  EXPECT_TRUE(join(actions, {.min_shared = 13, .count = Count::action_pairs, .repeats = Repeats::all}).pairs.empty());
}

TEST(CoactionJoin, NothingIsNoError) {
  EXPECT_TRUE(join({}, {}).pairs.empty());
  EXPECT_TRUE(join({{0, 0, 1}, {0, 0, 1}, {0, 1, 1}}, {.min_shared = 1, .repeats = Repeats::all}).pairs.empty());
  EXPECT_TRUE(join({{0, 0, 1}, {1, 1, 1}}, {.min_shared = 1}).pairs.empty());
}

// The table counts to 255 only; the result must not notice.
TEST(CoactionJoin, ThresholdsAroundTheSaturationOfTheTable) {
  for (const std::uint32_t common : {254U, 255U, 256U, 300U}) {
    std::vector<Action> actions;
    for (std::uint32_t o = 0; o < common; ++o)
      for (std::uint32_t a = 0; a < 3; ++a)
        if (a < 2 || o % 2 == 0) actions.push_back({a, o, static_cast<std::int64_t>(1000 * o + a)});
    for (const std::uint32_t m : {254U, 255U, 256U, 300U, 301U})
      for (const std::size_t small_row : {std::size_t{0}, std::size_t{1} << 20}) {
        const Join found = join(actions, {.min_shared = m}, false, {.small_row = small_row});
        EXPECT_EQ(found.pairs.size(), common >= m ? 1U : 0U) << common << " common objects, m = " << m;
      }
  }
}

TEST(CoactionJoin, TimelessJoinIgnoresTimes) {
  const std::vector<Action> actions{{0, 0, 0}, {1, 0, 1'000'000'000}, {0, 1, 5}, {1, 1, k_most}};
  const Join found = join(actions, {.window_us = 1, .min_shared = 2}, true);
  ASSERT_EQ(found.pairs.size(), 1U);
  EXPECT_EQ(found.pairs[0].max_gap_us, 0U);
  EXPECT_EQ(found.pairs[0].first_us, 0);
}

// Two objects that everybody shares and few small ones: the large ones are left out of counting, not of the result.
TEST(CoactionJoin, ViralObjectsAreLeftOutOfCountingOnly) {
  std::vector<Action> actions;
  for (std::uint32_t a = 0; a < 400; ++a) {
    actions.push_back({a, 0, a % 7});
    actions.push_back({a, 1 + a / 2, 5000});
  }
  const reference::Columns columns(actions);
  const JoinOptions options{.window_us = 60, .min_shared = 2};
  signals::JoinTrace trace;
  const auto found = signals::join_coactions(columns.view(false), options, {}, {.leave_out_from = 100}, &trace);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(reference::difference(reference::coactions(actions, options, false), *found), "");
  EXPECT_EQ(found->pairs.size(), 200U);
  EXPECT_GT(trace.left_out_groups, 100U);
  EXPECT_EQ(found->largest_object, 0U);
  EXPECT_EQ(found->largest_object_coactions, 400U * 399U / 2U);
}

TEST(CoactionJoin, OneObjectLargerThanASortedPiece) {
  std::vector<std::uint32_t> account, object;
  std::vector<std::int64_t> t;
  Random random(3);
  constexpr std::uint32_t n = 1'200'000;
  for (std::uint32_t i = 0; i < n; ++i) {
    account.push_back(i / 2);
    object.push_back(0);
    t.push_back(static_cast<std::int64_t>(random.below(1U << 30)));
  }
  const signals::Actions actions{account, object, {}, t, n / 2, 1, 0};
  const JoinOptions options{.window_us = 10, .min_shared = 1, .repeats = Repeats::all};
  const auto fast = signals::join_coactions(actions, options, {});
  const auto plain = signals::join_coactions(actions, options, {}, {.vector_sort = false});
  ASSERT_TRUE(fast.has_value() && plain.has_value());
  EXPECT_EQ(fast->pairs, plain->pairs);
  std::uint64_t counted = 0;
  for (const signals::Pair& pair : fast->pairs) counted += pair.actions;
  EXPECT_EQ(counted, fast->coactions);
  EXPECT_GT(counted, 1000U);
}

// A CPU that offers nothing above SSSE3 must not reach the vector sort, which would abort the process there.
TEST(CoactionJoin, SortsWithoutVectorsOnAnOldCpu) {
  std::vector<Action> actions;
  Random random(5);
  for (int i = 0; i < 2000; ++i)
    actions.push_back({static_cast<std::uint32_t>(random.below(50)), static_cast<std::uint32_t>(random.below(60)),
                       static_cast<std::int64_t>(random.below(2000))});
  const JoinOptions options{.window_us = 100, .min_shared = 2};
  const Join now = join(actions, options);
  hwy::SetSupportedTargetsForTest(HWY_SSSE3);
  const Join old = join(actions, options);
  hwy::SetSupportedTargetsForTest(0);
  EXPECT_EQ(now.pairs, old.pairs);
  EXPECT_FALSE(now.pairs.empty());
}

TEST(CoactionJoin, RefusesWhatCannotBeMeant) {
  const std::vector<std::uint32_t> two{0, 1}, one{0};
  const std::vector<std::int64_t> times{0};
  const auto code = [](const signals::Actions& actions, const JoinOptions& options) {
    const auto result = signals::join_coactions(actions, options, {});
    return result ? "fine" : std::string(name_of(result.error().code)) + ": " + result.error().message;
  };
  EXPECT_NE(code({two, two, {}, {}, 2, 2, 0}, {.min_shared = 0}).find("usage"), std::string::npos);
  EXPECT_NE(code({two, one, {}, {}, 2, 2, 0}, {}).find("2 accounts but 1 objects"), std::string::npos);
  EXPECT_NE(code({two, two, {}, times, 2, 2, 0}, {}).find("2 actions but 1 times"), std::string::npos);
  EXPECT_NE(code({two, two, {}, {}, 2, 1, 0}, {}).find("action 1: object 1"), std::string::npos);
  EXPECT_NE(code({two, two, {}, {}, 1, 2, 0}, {}).find("action 1: account 1"), std::string::npos);
}

TEST(CoactionJoin, RefusesMoreCoactionsThanAllowedButNotThoseLeftOut) {
  std::vector<std::uint32_t> account, object;
  for (std::uint32_t a = 0; a < 2000; ++a) {
    account.push_back(a);
    object.push_back(7);
    account.push_back(a);
    object.push_back(10 + a / 2);
  }
  const signals::Actions actions{account, object, {}, {}, 2000, 2000, 0};
  const auto refused = signals::join_coactions(actions, {.min_shared = 1, .max_coactions = 100'000}, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  EXPECT_NE(refused.error().message.find("2000000"), std::string::npos) << refused.error().message;  // 1999000 + 1000
  EXPECT_NE(refused.error().message.find("number 7"), std::string::npos) << refused.error().message;
  const auto left_out =
      signals::join_coactions(actions, {.min_shared = 2, .max_coactions = 100'000}, {}, {.leave_out_from = 100});
  ASSERT_TRUE(left_out.has_value()) << describe(left_out.error());
  EXPECT_EQ(left_out->pairs.size(), 1000U);
}

TEST(CoactionJoin, RefusesMemoryBelowItsNeedWithBothNumbers) {
  const std::vector<Action> actions{{0, 0, 0}, {1, 0, 0}};
  const reference::Columns columns(actions);
  Control control;
  control.memory_bytes = signals::join_memory(2, 2, 1) - 1;
  const auto refused = signals::join_coactions(columns.view(false), {.min_shared = 1}, control);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::memory);
  EXPECT_NE(refused.error().message.find(fmt::format("needs {} bytes", control.memory_bytes + 1)), std::string::npos)
      << refused.error().message;
  control.memory_bytes += 1;
  EXPECT_FALSE(signals::join_coactions(columns.view(false), {.min_shared = 1}, control)
                   .has_value());  // no room for its one pair
  control.memory_bytes += 1000;
  EXPECT_TRUE(signals::join_coactions(columns.view(false), {.min_shared = 1}, control).has_value());
}

// 70,000 actions of each of two accounts on one object would make 4.9e9 action pairs; here the type is made small
// instead.
TEST(CoactionJoin, RefusesActionPairsBeyondTheirType) {
  std::vector<Action> actions(4, Action{0, 0, 7});
  actions.insert(actions.end(), 3, Action{1, 0, 7});
  const reference::Columns columns(actions);
  const JoinOptions options{.min_shared = 1, .repeats = Repeats::all};
  for (const std::size_t small_row : {std::size_t{0}, std::size_t{100}}) {
    EXPECT_TRUE(signals::join_coactions(columns.view(false), options, {}, {.small_row = small_row, .most_actions = 12})
                    .has_value());
    const auto refused =
        signals::join_coactions(columns.view(false), options, {}, {.small_row = small_row, .most_actions = 11});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  }
}

// A join of 2e9 co-actions in one row structure, stopped in the middle.
TEST(CoactionJoin, StopsSoonAfterTheRequest) {
  std::vector<std::uint32_t> account, object;
  for (std::uint32_t a = 0; a < 60'000; ++a)
    for (std::uint32_t o = 0; o < 4; ++o) {
      account.push_back(a);
      object.push_back(o);
    }
  std::stop_source source;
  Control control;
  control.stop = source.get_token();
  control.threads = 2;
  std::uint64_t reports = 0;
  control.progress = [&](const Progress& progress) {
    ++reports;
    EXPECT_LE(progress.done, progress.total);
  };
  std::atomic<std::clock_t> asked{0};  // CPU time of the process, which does not mind a busy machine
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    asked = std::clock();
    source.request_stop();
  });
  const auto result = signals::join_coactions({account, object, {}, {}, 60'000, 4, 0},
                                              {.min_shared = 5, .repeats = Repeats::all}, control, {.prune = false});
  const std::clock_t answered = std::clock();
  stopper.join();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::cancelled);
  // 50 ms by design, on two threads; ten times that for builds with sanitizers.
  EXPECT_LT(static_cast<double>(answered - asked) / CLOCKS_PER_SEC, 0.5);
  EXPECT_GE(reports, 1U);
}

}  // namespace
}  // namespace unisono
