#include "unisono/evidence/gap_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "reference/gap_histogram.hpp"
#include "unisono/core/random.hpp"

namespace unisono::evidence {
namespace {

TEST(GapHistogram, AgreesWithEveryChoiceOfMembers) {
  Random random(7);
  const std::vector<std::int64_t> edges = {0, 3, 10, 40};
  for (int round = 0; round < 300; ++round) {
    std::vector<TimeUs> times(2 + random.below(10));
    for (TimeUs& t : times) t = static_cast<TimeUs>(random.below(60));
    std::sort(times.begin(), times.end());
    const std::size_t members = 2 + random.below(times.size() - 1);
    std::vector<double> expected(edges.size() + 1, 0.0);
    add_expected_gaps(times, members, edges, expected);
    const std::vector<double> reference = reference::expected_gaps(times, members, edges);
    for (std::size_t k = 0; k < expected.size(); ++k) EXPECT_NEAR(expected[k], reference[k], 1e-12);
    EXPECT_NEAR(std::accumulate(expected.begin(), expected.end(), 0.0), static_cast<double>(members) - 1, 1e-12);
  }
}

TEST(GapHistogram, ManySharersKeepTheSum) {
  std::vector<TimeUs> times(200'000);
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = static_cast<TimeUs>(i * i % 977 + i * 13);
  std::sort(times.begin(), times.end());
  std::vector<double> expected(gap_edges_us().size() + 1, 0.0);
  add_expected_gaps(times, 10, gap_edges_us(), expected);
  EXPECT_NEAR(std::accumulate(expected.begin(), expected.end(), 0.0), 9.0, 1e-6);
}

TEST(GapHistogram, MembersAloneGiveTheirOwnGaps) {
  const std::vector<TimeUs> times = {0, 2, 2, 50};
  const std::vector<std::int64_t> edges = {0, 10};
  std::vector<double> expected(3, 0.0);
  add_expected_gaps(times, 4, edges, expected);
  EXPECT_NEAR(expected[0], 1, 1e-12);
  EXPECT_NEAR(expected[1], 1, 1e-12);
  EXPECT_NEAR(expected[2], 1, 1e-12);
}

TEST(GapHistogram, NothingToDrawAddsNothing) {
  std::vector<double> expected(1, 0.0);
  add_expected_gaps(std::vector<TimeUs>{1, 2}, 1, {}, expected);
  add_expected_gaps(std::vector<TimeUs>{1, 2}, 3, {}, expected);
  add_expected_gaps({}, 0, {}, expected);
  EXPECT_EQ(expected[0], 0);
}

TEST(GapHistogram, ClassesHoldTheirUpperEnd) {
  const std::vector<std::int64_t> edges = {1, 5};
  EXPECT_EQ(gap_class(0, edges), 0U);
  EXPECT_EQ(gap_class(1, edges), 0U);
  EXPECT_EQ(gap_class(2, edges), 1U);
  EXPECT_EQ(gap_class(6, edges), 2U);
}

}  // namespace
}  // namespace unisono::evidence
