// The generated world: what is planted is counted back from the written rows, and a run finds the squads and not those
// who act at the same time for other reasons.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/planted_case.hpp"
#include "unisono/commands/demo.hpp"
#include "unisono/commands/run.hpp"
#include "unisono/core/file.hpp"
#include "unisono/core/id_clock.hpp"

namespace unisono::commands {
namespace {

using nlohmann::json;

DemoOptions small_world(const std::filesystem::path& out, std::uint64_t seed = 1) {
  DemoOptions options;
  options.name = "world";
  options.out = out;
  options.seed = seed;
  options.world = {.squads = 2, .size = 8, .tasks = 12, .jitter_us = 20 * k_us_per_s, .accounts = 300, .days = 6};
  return options;
}

struct Row {
  std::string account, repost_of;
  std::set<std::string> tags;
  TimeUs t = 0;
};

// First meetings of every row, with the time of its id.
std::map<std::string, Row> rows_of(const std::filesystem::path& posts) {
  std::map<std::string, Row> rows;
  std::istringstream lines(*read_file(posts));
  for (std::string line; std::getline(lines, line);) {
    const json one = json::parse(line);
    Row row;
    row.account = one.at("author_id");
    row.t = *id_clock(IdClock::x, one.at("id").get<std::string>());
    if (one.contains("referenced_tweets")) row.repost_of = one["referenced_tweets"][0].at("id");
    if (one.contains("entities"))
      for (const json& tag : one["entities"]["hashtags"]) row.tags.insert(tag.at("tag").get<std::string>());
    rows.emplace(one.at("id").get<std::string>(), row);
  }
  return rows;
}

std::set<std::string> ids(const json& list) {
  return list.get<std::set<std::string>>();
}

TEST(DemoWorld, WhatIsPlantedIsInTheRows) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const test::TemporaryFolder folder;
    const auto files = write_demo(small_world(folder.path(), seed), {});
    ASSERT_TRUE(files) << describe(files.error());
    const json truth = json::parse(*read_file(files->truth));
    const auto rows = rows_of(files->posts);
    for (const auto& [id, row] : rows) {
      EXPECT_GE(row.t, files->since);
      EXPECT_LT(row.t, files->until);
    }

    ASSERT_EQ(truth.at("squads").size(), 2U);
    for (const json& squad : truth["squads"]) {
      const std::set<std::string> members = ids(squad.at("accounts"));
      EXPECT_EQ(members.size(), 8U);
      ASSERT_EQ(squad.at("reposts").size(), 12U);
      ASSERT_EQ(squad.at("hashtags").size(), 12U);
      const auto doers = [&](TimeUs from, const auto& is_task) {
        std::set<std::string> accounts;
        for (const auto& [id, row] : rows)
          if (members.contains(row.account) && row.t >= from && row.t <= from + 20 * k_us_per_s && is_task(row))
            accounts.insert(row.account);
        return accounts.size();
      };
      std::size_t reposts = 0, hashtags = 0;
      for (const json& task : squad["reposts"])
        reposts += doers(*parse_moment(task.at("from").get<std::string>()),
                         [&](const Row& row) { return row.repost_of == task.at("post"); });
      for (const json& task : squad["hashtags"])
        hashtags += doers(*parse_moment(task.at("from").get<std::string>()),
                          [&](const Row& row) { return row.tags.contains(task.at("tag")); });
      EXPECT_GE(reposts, 88U) << "of 96; two tasks may be on one post";
      EXPECT_EQ(hashtags, 96U);
    }

    std::set<std::string> all;
    std::size_t n = 0;
    for (const auto& [role, accounts] : truth.at("roles").items()) {
      n += accounts.size();
      all.merge(ids(accounts));
    }
    EXPECT_EQ(all.size(), n) << "nobody has two roles";
    for (const auto& [id, row] : rows) EXPECT_TRUE(all.contains(row.account));

    std::vector<double> reactions;
    const std::set<std::string> fans = ids(truth["roles"]["fans"]);
    for (const json& club : truth.at("fan_clubs")) {
      for (const auto& [id, row] : rows) {
        if (row.repost_of.empty() || !ids(club).contains(row.account)) continue;
        reactions.push_back(static_cast<double>(row.t - rows.at(row.repost_of).t) / 1e6);
      }
    }
    std::erase_if(reactions, [](double s) { return s > 300; });  // what fans share like everybody else
    ASSERT_GT(reactions.size(), 200U);
    std::nth_element(reactions.begin(), reactions.begin() + std::ssize(reactions) / 2, reactions.end());
    EXPECT_NEAR(reactions[reactions.size() / 2], 40, 8);
  }
}

TEST(DemoWorld, EqualForEqualSeedsAndOtherForOthers) {
  const auto bytes = [](std::uint64_t seed) {
    const test::TemporaryFolder folder;
    const auto files = write_demo(small_world(folder.path(), seed), {});
    EXPECT_TRUE(files);
    return *read_file(files->posts) + *read_file(files->truth) + *read_file(files->allow);
  };
  const std::string first = bytes(4);
  EXPECT_EQ(bytes(4), first);
  EXPECT_NE(bytes(5), first);
}

TEST(DemoWorld, WorldsThatCannotBeMadeAreRefused) {
  const auto refused = [](const DemoWorld& world) {
    DemoOptions options = small_world("nowhere");
    options.world = world;
    const auto files = write_demo(options, {});
    return !files && files.error().code == ErrorCode::usage && !files.error().advice.empty();
  };
  EXPECT_TRUE(refused({.squads = 101}));
  EXPECT_TRUE(refused({.size = 1}));
  EXPECT_TRUE(refused({.tasks = 1'001}));
  EXPECT_TRUE(refused({.jitter_us = -1}));
  EXPECT_TRUE(refused({.accounts = 10}));
  EXPECT_TRUE(refused({.days = 1}));
  EXPECT_TRUE(refused({.accounts = 200'000, .days = 365}));
  EXPECT_FALSE(std::filesystem::exists("nowhere"));
  const test::TemporaryFolder folder;
  DemoOptions nobody = small_world(folder.path());
  nobody.world.squads = 0;
  const auto files = write_demo(nobody, {});
  ASSERT_TRUE(files);
  EXPECT_TRUE(json::parse(*read_file(files->truth)).at("squads").empty());
}

TEST(DemoWorld, SquadsAreFoundAndOthersAreNot) {
  const test::TemporaryFolder folder;
  DemoOptions demo = small_world(folder / "data");
  demo.world = {.squads = 2, .accounts = 600, .days = 8};
  const auto files = write_demo(demo, {});
  ASSERT_TRUE(files) << describe(files.error());
  RunOptions options;
  options.inputs = {files->posts.string()};
  options.out = folder / "out";
  options.detect.allow = {files->allow};
  options.detect.windows_us = {60'000'000};
  const auto done = run(options, Control{.threads = 2});
  ASSERT_TRUE(done) << describe(done.error());
  const auto roles = world_roles(folder / "out" / "case.uni", done->detect.run_id, files->truth, {});
  ASSERT_TRUE(roles) << describe(roles.error());
  std::map<std::string, std::vector<std::int64_t>> found;  // role -> accounts, in_g1, in_groups
  for (std::size_t row = 0; row < roles->rows(); ++row) {
    const auto at = [&](std::size_t column) { return std::get<std::int64_t>(roles->columns()[column].cells[row]); };
    found[std::get<std::string>(roles->columns()[0].cells[row])] = {at(1), at(2), at(3)};
  }
  ASSERT_EQ(found.size(), 7U);
  EXPECT_EQ(found["squads"][0], 20);
  EXPECT_GE(found["squads"][1], 18);
  EXPECT_EQ(found["fans"][0], 40);
  EXPECT_EQ(found["fans"][1], 0);
  EXPECT_GE(found["fans"][2], 30) << "they act alike, and a run says so";
  EXPECT_EQ(found["feed"][2], 0);
  EXPECT_LE(found["public"][1], 3);
  EXPECT_EQ(found["live event"][1], 0);
  const std::vector<std::string> lines = world_lines(*roles);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_TRUE(lines[0].starts_with("recall: squads: ")) << lines[0];
  EXPECT_TRUE(lines[1].starts_with("false alarms: fans: 0 of 40 accounts are in groups at G1")) << lines[1];

  EXPECT_EQ(world_roles(folder / "out" / "case.uni", "", folder / "none.json", {}).error().code, ErrorCode::not_found);
  ASSERT_TRUE(write_file(folder / "bad.json", R"({"roles": {"squads": [7]}})"));
  EXPECT_EQ(world_roles(folder / "out" / "case.uni", "", folder / "bad.json", {}).error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace unisono::commands
