#include "unisono/signals/compat_coortweet.hpp"

#include <gtest/gtest.h>

#include "reference/compat_coortweet_case.hpp"
#include "unisono/core/random.hpp"

namespace unisono {
namespace {

using reference::MaybeText;
using reference::SharedCase;
using reference::SharedRow;
using signals::CoortweetOptions;
using signals::CoortweetPair;
using signals::CoortweetThreshold;

SharedRow row(const std::string& object, const std::string& account, const std::string& content, double t) {
  return {object, account, content, t};
}

// Few objects, accounts and contents, so that every rule is met: ties, repeats, loops, an object that is a content,
// missing and empty texts, fractions of a second, a comma, missing times.
std::vector<SharedRow> random_rows(std::uint64_t seed) {
  Random random(seed);
  const std::uint64_t n = random.below(60), n_accounts = 1 + random.below(9), n_objects = 1 + random.below(7);
  const double step = random.below(2) == 0 ? 1.0 : 0.5;
  std::vector<SharedRow> rows;
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto text = [&](const char* letter, std::uint64_t of) -> MaybeText {
      switch (random.below(16)) {
        case 0:
          return {};
        case 1:
          return "";
        case 2:
          return "o,1";
        default:
          return letter + std::to_string(random.below(of));
      }
    };
    SharedRow r;
    r.object = text("o", n_objects);
    r.content = random.below(8) == 0 ? r.object : text(random.below(6) == 0 ? "o" : "c", n);
    r.account = "a" + std::to_string(random.below(n_accounts));
    if (random.below(20) != 0) r.t = step * static_cast<double>(random.below(60)) - 10;
    rows.push_back(r);
    if (random.below(10) == 0) rows.push_back(r);
  }
  return rows;
}

TEST(CompatCoortweet, AgreesWithItsDefinition) {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    const SharedCase world(random_rows(seed));
    CoortweetOptions options;
    options.window_s = static_cast<double>(seed % 4) * 2.5;
    options.min_participation = static_cast<std::uint32_t>(seed % 5);
    options.keep_loops = seed % 3 == 0;
    options.edge_weight = static_cast<double>(seed % 11) / 10;
    if (seed % 2 == 0 && options.window_s > 0) options.fast_window_s = options.window_s / 3;
    Control control;
    control.threads = seed % 7 == 0 ? 7 : 1 + static_cast<unsigned>(seed % 2);
    ASSERT_EQ(reference::difference(world, options, control), "") << "seed " << seed;
  }
}

TEST(CompatCoortweet, WindowIsClosedAndMayBeZero) {
  const SharedCase world(
      {row("o", "a", "1", 5), row("o", "b", "2", 15), row("o", "a", "3", 15.5), row("o", "b", "4", 5)});
  const auto pairs = [&](double window) {
    return signals::coortweet_pairs(world.view(), {.window_s = window, .min_participation = 1}, {}).value();
  };
  EXPECT_EQ(pairs(0), (std::vector<CoortweetPair>{{0, 3, 0, false}}));
  EXPECT_EQ(pairs(10).size(), 3U);
  EXPECT_EQ(pairs(10.5).size(), 4U);
}

// Of equal times the row that stands first, account by account, is the older side.
TEST(CompatCoortweet, TiesGoByOrderOfAccounts) {
  const SharedCase world({row("o", "b", "1", 5), row("o", "a", "2", 5)});
  const auto pairs = signals::coortweet_pairs(world.view(), {.min_participation = 1}, {}).value();
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].older, 0U);
}

TEST(CompatCoortweet, AccountBelowTheFilterStaysBesideAPartnerAboveIt) {
  // b shares only one object with anybody; a shares two.
  const SharedCase world({row("o", "a", "1", 0), row("o", "b", "2", 1), row("p", "b", "3", 900), row("q", "a", "4", 50),
                          row("q", "c", "5", 51), row("q", "c", "6", 52)});
  const auto pairs = signals::coortweet_pairs(world.view(), {.min_participation = 2}, {}).value();
  EXPECT_EQ(pairs.size(), 3U);
}

TEST(CompatCoortweet, RefusesPairListsAboveTheMemory) {
  constexpr std::uint32_t n = 100'000;
  std::vector<std::uint32_t> object(n, 0), account(n), content(n);
  const std::vector<double> t(n, 7.0);
  for (std::uint32_t i = 0; i < n; ++i) account[i] = i, content[i] = 1 + i;
  Control control;
  control.memory_bytes = std::uint64_t{1} << 30;
  const signals::SharedRows rows{object, account, content, t, n + 1, n};
  const auto refused = signals::coortweet_pairs(rows, {.min_participation = 1}, control);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::memory);
  EXPECT_NE(refused.error().message.find("4999950000 pairs"), std::string::npos) << refused.error().message;
  // One account alone makes no pairs, however often it posts.
  const std::vector<std::uint32_t> one(n, 0);
  EXPECT_TRUE(
      signals::coortweet_pairs({object, one, content, t, n + 1, 1}, {.min_participation = 1}, control).value().empty());
}

TEST(CompatCoortweet, RefusesWhatMakesNoSense) {
  const SharedCase world({row("o", "a", "1", 5), row("o", "b", "2", 5)});
  const auto fails = [&](const CoortweetOptions& options) {
    const auto result = signals::coortweet_pairs(world.view(), options, {});
    return !result && result.error().code == ErrorCode::usage;
  };
  EXPECT_TRUE(fails({.window_s = -1}));
  EXPECT_TRUE(fails({.window_s = std::nan("")}));
  EXPECT_TRUE(fails({.window_s = 10, .fast_window_s = 10}));
  EXPECT_FALSE(signals::coortweet_network(world.view(), {}, {.edge_weight = 1.5}));
  signals::SharedRows bad = world.view();
  bad.n_accounts = 1;
  EXPECT_FALSE(signals::coortweet_pairs(bad, {}, {}));
}

TEST(CompatCoortweet, EmptyInputGivesEmptyTables) {
  const SharedCase world({});
  const auto pairs = signals::coortweet_pairs(world.view(), {}, {}).value();
  EXPECT_TRUE(pairs.empty());
  EXPECT_TRUE(signals::coortweet_network(world.view(), pairs, {}).value().empty());
  EXPECT_TRUE(signals::coortweet_account_stats(world.view(), pairs, {}, CoortweetThreshold::none).empty());
  EXPECT_TRUE(signals::coortweet_group_stats({}, {}, CoortweetThreshold::fast).empty());
}

// The set of pairs does not depend on the order of the rows: only sides of ties, from and to, and object_ids do.
TEST(CompatCoortweet, OrderOfRowsChangesOnlyTheSidesOfTies) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::vector<SharedRow> rows = random_rows(seed);
    std::vector<SharedRow> shuffled = rows;
    Random random(seed + 1);
    random.shuffle(shuffled);
    const auto weights = [](const SharedCase& world) {
      std::map<std::pair<std::string, std::string>, std::pair<std::uint32_t, double>> out;
      const auto pairs = signals::coortweet_pairs(world.view(), {.window_s = 5}, {}).value();
      const auto edges = signals::coortweet_network(world.view(), pairs, {}).value();
      for (const auto& edge : edges)
        out[std::minmax(world.accounts[edge.from], world.accounts[edge.to])] = {
            edge.full.weight, edge.full.avg_time_delta * edge.full.weight};
      return out;
    };
    EXPECT_EQ(weights(SharedCase(rows)), weights(SharedCase(shuffled))) << seed;
  }
}

}  // namespace
}  // namespace unisono
