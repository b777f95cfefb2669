#include "unisono/network/joining.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "reference/joining.hpp"
#include "support/group_worlds.hpp"
#include "support/vectors.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/permute.hpp"

namespace unisono::network {
namespace {

using Groups = std::vector<std::vector<std::uint32_t>>;

JoiningResult joined(const Events& events, const Groups& groups, const JoiningOptions& options = {},
                     unsigned threads = 1) {
  const auto result = test_joining(events, groups, options, Control{.threads = threads});
  EXPECT_TRUE(result) << describe(result.error());
  return result ? *result : JoiningResult{};
}

struct FollowedWorld {
  Events events;
  Groups groups;
  std::set<std::uint32_t> followers;
};

// A squad of ten in reposts of a public, and `followers` accounts that share each of its tasks, most within a minute,
// besides what they do like everybody else.
FollowedWorld followed_world(std::uint64_t seed, int followers) {
  test::World world = test::noise_world(seed, 300, 200, 6000, 6);
  test::plant_squad(world, seed, 1, 10, 15, 6);
  Random random(seed + 100);
  std::map<std::string, std::int64_t> tasks;
  for (const test::WorldRow& row : world.rows)
    if (row.object.starts_with("task")) tasks.emplace(row.object, row.t_us);
  for (int f = 0; f < followers; ++f) {
    const std::string name = test::numbered("f", static_cast<std::uint64_t>(f));
    for (const auto& [object, t_us] : tasks)
      if (random.uniform() < 0.8)
        world.add_post(name, {object}, t_us + static_cast<std::int64_t>(random.below(50'000'000)));
    for (int i = 0; i < 20; ++i) {
      const test::WorldRow row = world.rows[random.below(6000)];
      world.add_post(name, {row.object}, row.t_us + static_cast<std::int64_t>(random.below(3'600'000'000)));
    }
  }
  const test::Built built = test::build(world);
  FollowedWorld result{.events = built.events, .groups = {{}}, .followers = {}};
  for (std::uint32_t a = 0; a < built.account_names.size(); ++a) {
    if (built.account_names[a].starts_with("s")) result.groups[0].push_back(a);
    if (built.account_names[a].starts_with("f")) result.followers.insert(a);
  }
  return result;
}

// The same with the objects of everybody outside the group permuted inside hours; the members keep theirs.
Events outsiders_permuted(const FollowedWorld& world, std::uint64_t seed) {
  std::vector<std::uint8_t> outside(world.events.size());
  for (std::size_t e = 0; e < outside.size(); ++e)
    outside[e] = std::binary_search(world.groups[0].begin(), world.groups[0].end(), world.events.account[e]) ? 0 : 1;
  const auto permuted = permute(select_events(world.events, outside), Permutation::bins, {}, seed, 0, {});
  EXPECT_TRUE(permuted);
  for (std::uint8_t& one : outside) one = one == 0 ? 1 : 0;
  const Events members = select_events(world.events, outside);
  Events all = *permuted;
  const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  append(all.account, members.account), append(all.object, members.object);
  append(all.post, members.post), append(all.t_us, members.t_us);
  return first_events(as_actions(all));
}

TEST(Joining, PublishedVector) {
  UNISONO_VECTORS(v, "statistics_real.json", "joining");
  // Bins become hours. Account "a" is the one tested; others fill up the counts; a member marks what is marked.
  test::Channel channel;
  std::uint32_t post = 0;
  std::uint64_t filler = 0;
  std::map<std::string, int> own, own_marked;
  const auto add = [&](const std::string& account, const std::string& bin, bool marked) {
    const std::int64_t t = std::stoll(bin) * k_us_per_hour + 1'000'000 + post;
    const std::string object = test::numbered("o", post);
    channel.add(account, object, t, post);
    if (marked) channel.add("member", object, t + 5, 100'000 + post);
    ++post;
  };
  for (const auto& event : v.at("account_events")) {
    const std::string bin = event[0];
    const bool marked = event[1].get<int>() != 0;
    add("a", bin, marked);
    ++own[bin];
    own_marked[bin] += marked ? 1 : 0;
  }
  for (const auto& [bin, counts] : v.at("bins").items()) {
    const int marked = counts.at("marked").get<int>() - own_marked[bin];
    const int events = counts.at("nonmember_events").get<int>() - own[bin];
    for (int i = 0; i < events; ++i) add(test::numbered("x", filler++), bin, i < marked);
  }
  const Events events = first_events(channel.actions());
  const Groups groups = {{channel.account("member")}};
  const JoiningResult result = joined(events, groups, {.alpha = 1.0});
  EXPECT_DOUBLE_EQ(result.marked_share[0], v.at("overall_marked_share").get<double>());
  ASSERT_EQ(result.joined.size(), 1U);
  const Joining& one = result.joined[0];
  EXPECT_EQ(one.account, channel.account("a"));
  EXPECT_EQ(one.marked, v.at("k"));
  EXPECT_EQ(one.posts, v.at("account_events").size());
  EXPECT_NEAR(one.p, v.at("p_value").get<double>(), 1e-14 * v.at("p_value").get<double>());
  double expected = 0;
  for (const double q : v.at("q")) expected += q;
  EXPECT_NEAR(one.expected, expected, 1e-14);
}

TEST(Joining, EqualsTheDefinition) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    test::World world = test::noise_world(seed, 40, 30, 400, 2);
    test::plant_squad(world, seed, 1, 5, 6, 2);
    Random random(seed);
    for (int i = 0; i < 150; ++i)  // posts of several objects
      world.add_post(test::numbered("a", random.below(40)),
                     {test::numbered("o", random.below(30)), test::numbered("p", random.below(6)),
                      test::numbered("task", 1000 + random.below(6))},
                     test::moment(random, 2));
    const Events events = test::build(world).events;
    Groups groups = {{0, 1, 2}, {}, {2, 5, 9, events.n_accounts - 1}, {}};
    for (std::uint32_t a = 0; a < 5; ++a) groups[3].push_back(events.n_accounts - 5 + a);
    for (const std::uint64_t window_us : {0ULL, 60'000'000ULL, 3'600'000'000ULL}) {
      const JoiningOptions options{.window_us = window_us, .alpha = 1.0};
      const JoiningResult result = joined(events, groups, options, 2);
      const auto tests =
          reference::joining(events, groups, {.window_us = static_cast<std::int64_t>(window_us), .min_marked = 2});
      EXPECT_EQ(result.tests, tests.size());
      std::size_t next = 0;
      for (const reference::JoiningTest& test : tests) {
        if (test.marked < 2) continue;
        ASSERT_LT(next, result.joined.size());
        const Joining& one = result.joined[next++];
        ASSERT_EQ(std::pair(one.group, one.account), std::pair(test.group, test.account));
        EXPECT_EQ(one.marked, test.marked);
        EXPECT_EQ(one.posts, test.posts);
        EXPECT_EQ(one.objects, test.objects);
        EXPECT_EQ(one.days, test.days);
        EXPECT_NEAR(one.expected, test.expected, 1e-12);
        EXPECT_NEAR(one.p, test.p, 1e-11 * test.p);
        EXPECT_NEAR(one.q, test.q, 1e-11 * test.q);
      }
      EXPECT_EQ(next, result.joined.size());
    }
    // A smaller alpha accepts exactly those whose q is small enough.
    const auto tests = reference::joining(events, groups, {});
    std::vector<std::pair<std::uint32_t, std::uint32_t>> expected, actual;
    for (const auto& test : tests)
      if (test.marked >= 2 && test.q <= 0.05) expected.emplace_back(test.group, test.account);
    for (const Joining& one : joined(events, groups).joined) actual.emplace_back(one.group, one.account);
    EXPECT_EQ(actual, expected);
  }
}

TEST(Joining, FollowersAreFoundAndOthersAreNot) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const FollowedWorld world = followed_world(seed, 8);
    std::size_t followers = 0, others = 0;
    for (const Joining& one : joined(world.events, world.groups).joined)
      ++(world.followers.contains(one.account) ? followers : others);
    EXPECT_EQ(followers, 8U) << seed;
    EXPECT_LE(others, 1U) << seed;
  }
}

TEST(Joining, NobodyFollowsOnceOutsidersArePermuted) {
  std::size_t accounts = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const FollowedWorld world = followed_world(seed, 8);
    const Events permuted = outsiders_permuted(world, seed);
    EXPECT_GT(permuted.size(), world.events.size() * 99 / 100);
    accounts += joined(permuted, world.groups).joined.size();
  }
  EXPECT_LE(accounts, 1U);
}

// An account that always posts in the group's minutes is marked whenever its hour offers the object, whatever it
// shares.
TEST(Joining, SharedMinutesAloneAreNotEnough) {
  std::size_t accounts = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Random random(seed);
    test::World world;
    for (std::int64_t hour = 0; hour < 120; ++hour) {
      const auto at = [&](std::uint64_t from_s, std::uint64_t until_s) {
        return test::k_world_start_us + hour * k_us_per_hour +
               static_cast<std::int64_t>((from_s + random.below(until_s - from_s)) * 1'000'000);
      };
      const auto object = [&] { return test::numbered("o", static_cast<std::uint64_t>(hour) * 5 + random.below(5)); };
      for (std::uint64_t m = 0; m < 4; ++m) world.add_post(test::numbered("s", m), {object()}, at(0, 60));
      world.add_post("punctual", {object()}, at(0, 60));  // as the group, but of any object
      for (int i = 0; i < 12; ++i) world.add_post(test::numbered("a", random.below(200)), {object()}, at(0, 3600));
    }
    const test::Built built = test::build(world);
    Groups groups(1);
    for (std::uint32_t a = 0; a < built.account_names.size(); ++a)
      if (built.account_names[a].starts_with("s")) groups[0].push_back(a);
    accounts += joined(built.events, groups).joined.size();
  }
  EXPECT_LE(accounts, 1U);
}

TEST(Joining, EqualForAnyNumberOfThreads) {
  const FollowedWorld world = followed_world(3, 8);
  Groups groups = world.groups;
  for (std::uint32_t g = 0; g < 30; ++g) groups.push_back({g, g + 3, g + 50});
  const JoiningResult one = joined(world.events, groups, {.window_us = 600'000'000, .alpha = 1.0});
  ASSERT_GT(one.joined.size(), 20U);
  for (const unsigned threads : {2U, 7U}) {
    const JoiningResult other = joined(world.events, groups, {.window_us = 600'000'000, .alpha = 1.0}, threads);
    EXPECT_EQ(other.marked_share, one.marked_share);
    ASSERT_EQ(other.joined.size(), one.joined.size());
    for (std::size_t i = 0; i < one.joined.size(); ++i) {
      EXPECT_EQ(other.joined[i].account, one.joined[i].account);
      EXPECT_EQ(other.joined[i].p, one.joined[i].p);
      EXPECT_EQ(other.joined[i].q, one.joined[i].q);
    }
  }
}

TEST(Joining, DeclaredAccountsAreComparedWithAndNotTested) {
  const FollowedWorld world = followed_world(2, 8);
  std::vector<std::uint8_t> declared(world.events.n_accounts, 0);
  declared[*world.followers.begin()] = 1;
  const JoiningResult all = joined(world.events, world.groups);
  const JoiningResult without = joined(world.events, world.groups, {.declared = declared});
  EXPECT_EQ(without.tests, all.tests - 1);
  EXPECT_EQ(without.marked_share, all.marked_share);
  EXPECT_EQ(without.joined.size(), all.joined.size() - 1);
}

TEST(Joining, APostOfManyObjectsIsOneAct) {
  test::World world = test::noise_world(1, 100, 60, 2000, 2);
  std::vector<std::string> objects;
  for (std::uint64_t i = 0; i < 20; ++i) objects.push_back(test::numbered("tag", i));
  world.add_post("member", objects, test::k_world_start_us + 1'000'000);
  world.add_post("once", objects, test::k_world_start_us + 2'000'000);
  const test::Built built = test::build(world);
  const auto id = [&](const char* name) {
    return static_cast<std::uint32_t>(std::find(built.account_names.begin(), built.account_names.end(), name) -
                                      built.account_names.begin());
  };
  const Groups groups = {{id("member")}};
  EXPECT_TRUE(joined(built.events, groups, {.alpha = 1.0}).joined.empty()) << "k is 1";
  const JoiningResult one = joined(built.events, groups, {.alpha = 1.0, .min_marked = 1});
  ASSERT_EQ(one.joined.size(), 1U);
  EXPECT_EQ(one.joined[0].marked, 1U);
  EXPECT_EQ(one.joined[0].objects, 20U);
}

TEST(Joining, WhatCannotBeMeantIsRefused) {
  const FollowedWorld world = followed_world(1, 1);
  const auto code = [&](const Groups& groups, const JoiningOptions& options) {
    const auto result = test_joining(world.events, groups, options, {});
    return result ? ErrorCode::internal : result.error().code;
  };
  EXPECT_EQ(code({{3, 2}}, {}), ErrorCode::usage);
  EXPECT_EQ(code({{2, 2}}, {}), ErrorCode::usage);
  EXPECT_EQ(code({{world.events.n_accounts}}, {}), ErrorCode::usage);
  EXPECT_EQ(code({}, {.alpha = 0}), ErrorCode::usage);
  EXPECT_EQ(code({}, {.alpha = 1.5}), ErrorCode::usage);
  EXPECT_EQ(code({}, {.min_marked = 0}), ErrorCode::usage);
  const std::vector<std::uint8_t> one = {1};
  EXPECT_EQ(code({}, {.declared = one}), ErrorCode::usage);

  EXPECT_TRUE(joined(world.events, {}).joined.empty());
  EXPECT_EQ(joined(first_events({}), {{}}).tests, 0U);
  std::vector<std::uint32_t> everybody(world.events.n_accounts);
  for (std::uint32_t a = 0; a < everybody.size(); ++a) everybody[a] = a;
  const JoiningResult inside = joined(world.events, {everybody});
  EXPECT_EQ(inside.tests, 0U);
  EXPECT_EQ(inside.marked_share[0], 0.0);

  std::stop_source stop;
  stop.request_stop();
  const auto stopped = test_joining(world.events, world.groups, {}, Control{.stop = stop.get_token()});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace unisono::network
