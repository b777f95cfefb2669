#include "unisono/signals/compat_qut.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "reference/compat_qut_case.hpp"
#include "unisono/core/random.hpp"

namespace unisono {
namespace {

using reference::QutCase;
using reference::QutMessage;
using reference::QutNetwork;
using signals::QutOptions;
using signals::QutWeight;

std::vector<QutMessage> random_messages(std::uint64_t seed, bool reposts) {
  Random random(seed);
  const std::uint64_t n = random.below(70), n_users = 1 + random.below(9), n_keys = 1 + random.below(6);
  std::vector<QutMessage> rows;
  for (std::uint64_t i = 0; i < n; ++i) {
    QutMessage m;
    m.message_id = "m" + std::to_string(i);
    m.user_id = "u" + std::to_string(random.below(n_users));
    if (reposts) m.repost_id = "r" + std::to_string(random.below(n_keys));
    const std::uint64_t length = random.below(8);
    for (std::uint64_t w = 0; w < length; ++w)
      m.message += "w" + std::to_string(std::min(random.below(9), random.below(9))) + " ";
    m.t = 0.5 * static_cast<double>(random.below(90)) - 15;
    rows.push_back(m);
  }
  return rows;
}

TEST(CompatQut, AgreesWithItsDefinition) {
  for (std::uint64_t seed = 0; seed < 900; ++seed) {
    const QutNetwork network = std::array{QutNetwork::retweet, QutNetwork::text, QutNetwork::post}[seed % 3];
    const std::vector<QutMessage> rows = random_messages(seed, network == QutNetwork::retweet);
    const QutCase world(rows, false, network);
    const QutOptions options{static_cast<double>(seed % 5) * 1.5, 1 + static_cast<std::uint32_t>(seed % 3)};
    Control control;
    control.threads = seed % 11 == 0 ? 7 : 1 + static_cast<unsigned>(seed % 2);
    signals::QutRows view = world.view();
    if (network == QutNetwork::post) view.key = {};
    const auto found = signals::qut_network(view, options, control);
    ASSERT_TRUE(found) << describe(found.error());
    EXPECT_TRUE(std::is_sorted(found->begin(), found->end(), [](const QutWeight& a, const QutWeight& b) {
      return std::pair(a.user_1, a.user_2) < std::pair(b.user_1, b.user_2);
    }));
    ASSERT_EQ(world.table(*found), reference::qut_table(rows, network, options.window_s, options.min_weight)) << seed;
  }
}

TEST(CompatQut, SimilarTextsAgreeWithTheirDefinition) {
  for (std::uint64_t seed = 0; seed < 900; ++seed) {
    const std::vector<QutMessage> rows = random_messages(seed, false);
    const QutCase world(rows, true, QutNetwork::similar);
    const QutOptions options{static_cast<double>(seed % 7) * 3, 1 + static_cast<std::uint32_t>(seed % 2)};
    const double similarity = std::array{0.05, 0.2, 1.0 / 3.0, 0.5, 0.6, 0.75, 0.8, 1.0}[seed % 8];
    const std::uint32_t least = static_cast<std::uint32_t>(seed % 4);
    Control control;
    control.threads = 1 + static_cast<unsigned>(seed % 3);
    const auto found = signals::qut_similar_network(
        world.view(), {world.begin, world.token, static_cast<std::uint32_t>(world.words.texts.size())}, options,
        {similarity, least}, control);
    ASSERT_TRUE(found) << describe(found.error());
    ASSERT_EQ(world.table(*found),
              reference::qut_table(rows, QutNetwork::similar, options.window_s, options.min_weight, similarity, least))
        << seed << " " << similarity;
  }
}

// One message has two addresses in a row of another user: it counts once for each user, and never meets itself.
TEST(CompatQut, MessagesCountOnceAndNeverMeetThemselves) {
  const std::vector<std::uint32_t> message = {0, 0, 1, 1, 2}, user = {0, 0, 1, 1, 2}, key = {0, 1, 0, 1, 1};
  const std::vector<double> t = {0, 0, 1, 1, 2};
  const auto rows = signals::qut_network({message, user, key, t, 3, 3, 2}, {5, 1}, {}).value();
  EXPECT_EQ(rows, (std::vector<QutWeight>{{0, 1, 1}, {0, 2, 1}, {1, 0, 1}, {1, 2, 1}, {2, 0, 1}, {2, 1, 1}}));
}

TEST(CompatQut, WeightsAreDirected) {
  const std::vector<std::uint32_t> message = {0, 1, 2, 3}, user = {0, 0, 0, 1}, key = {0, 0, 0, 0};
  const std::vector<double> t = {2000, 2010, 2020, 2030};
  const auto rows = signals::qut_network({message, user, key, t, 4, 2, 1}, {60, 1}, {}).value();
  EXPECT_EQ(rows, (std::vector<QutWeight>{{0, 0, 3}, {0, 1, 3}, {1, 0, 1}}));
}

TEST(CompatQut, RefusesWhatMakesNoSense) {
  const std::vector<std::uint32_t> zero = {0};
  const std::vector<double> t = {0};
  const signals::QutRows rows{zero, zero, zero, t, 1, 1, 1};
  const auto code = [](const auto& result) { return result ? ErrorCode::internal : result.error().code; };
  EXPECT_EQ(code(signals::qut_network(rows, {-1, 1}, {})), ErrorCode::usage);
  EXPECT_EQ(code(signals::qut_network(rows, {1, 0}, {})), ErrorCode::usage);
  const std::vector<double> nowhere = {std::nan("")};
  EXPECT_EQ(code(signals::qut_network({zero, zero, zero, nowhere, 1, 1, 1}, {1, 1}, {})), ErrorCode::usage);
  EXPECT_EQ(code(signals::qut_network({zero, zero, zero, t, 1, 0, 1}, {1, 1}, {})), ErrorCode::usage);
  const std::vector<std::size_t> begin = {0, 0};
  EXPECT_EQ(code(signals::qut_similar_network(rows, {begin, {}, 0}, {1, 1}, {0, 1}, {})), ErrorCode::usage);
  Control small;
  small.memory_bytes = 10;
  EXPECT_EQ(code(signals::qut_network(rows, {1, 1}, small)), ErrorCode::memory);
}

}  // namespace
}  // namespace unisono
