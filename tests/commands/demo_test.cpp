// Every planted fact is counted back from the written rows, by another way than the generator planted it.
#include "unisono/commands/demo.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "unisono/core/file.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/id_clock.hpp"
#include "unisono/core/key.hpp"
#include "unisono/core/time_parse.hpp"

namespace unisono::commands {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

struct Row {
  std::string id, account, kind, of, of_account, text;
  TimeUs t = 0;
  bool has_counters = false;
};

struct Author {
  std::string handle, bio, avatar;
  TimeUs created = 0;
};

// The written files, read back.
struct Read {
  std::vector<Row> rows;  // first occurrences, in file order
  std::map<std::string, Author> authors;
  std::size_t lines = 0;
  json truth;
  std::map<std::string, std::map<std::string, std::string>> status;  // date -> account -> status
  std::vector<std::string> targets, given, allowed;
  TimeUs since = 0, until = 0;
  std::string bytes_hash;
};

std::string slurp(const fs::path& path) {
  return *read_file(path, 1U << 30);
}

std::vector<std::vector<std::string>> plain_csv(const fs::path& path) {
  std::vector<std::vector<std::string>> rows;
  std::stringstream lines(slurp(path));
  for (std::string line; std::getline(lines, line);) {
    std::stringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  rows.erase(rows.begin());
  return rows;
}

Row row_of(const json& line) {
  Row row;
  row.id = line.at("id");
  row.account = line.at("author_id");
  row.text = line.at("text");
  row.kind = "post";
  row.has_counters = line.at("public_metrics").contains("retweet_count");
  if (line.contains("referenced_tweets")) {
    const json& reference = line["referenced_tweets"][0];
    row.kind = reference.at("type") == "retweeted" ? "retweet" : "reply";
    row.of = reference.at("id");
    row.of_account = reference.at("author_id");
  }
  row.t = id_clock(IdClock::x, row.id).value();
  return row;
}

Read read_back(const fs::path& out, std::uint64_t seed) {
  const auto files = write_demo({.name = "uk", .out = out, .seed = seed}, {});
  EXPECT_TRUE(files);
  Read read;
  read.since = files->since;
  read.until = files->until;
  const std::string bytes = slurp(files->posts);
  read.bytes_hash = hex(hash128(bytes)) + hex(hash128(slurp(files->truth))) + hex(hash128(slurp(files->status)));
  std::set<std::string> seen;
  std::stringstream lines(bytes);
  for (std::string text; std::getline(lines, text);) {
    ++read.lines;
    const json line = json::parse(text);
    if (!seen.insert(line.at("id")).second) continue;
    read.rows.push_back(row_of(line));
    // The stated second is the second of the id.
    const auto stated = parse_time(line.at("created_at").get<std::string>(), TimePattern::rfc3339);
    EXPECT_EQ(read.rows.back().t / k_us_per_s * k_us_per_s, stated->t);
    const json& author = line.at("author");
    EXPECT_EQ(author.at("id"), line.at("author_id"));
    read.authors[author.at("id")] = {author.at("username"), author.at("description"), author.at("profile_image_url"),
                                     parse_time(author.at("created_at").get<std::string>(), TimePattern::rfc3339)->t};
  }
  read.truth = json::parse(slurp(files->truth));
  for (const auto& row : plain_csv(files->status)) read.status[row.at(3).substr(0, 10)][row.at(1)] = row.at(2);
  for (const auto& row : plain_csv(files->targets)) read.targets.push_back(row.at(1));
  for (const auto& row : plain_csv(files->groups)) read.given.push_back(row.at(1));
  for (const auto& row : plain_csv(files->allow)) read.allowed.push_back(row.at(1));
  return read;
}

class Demo : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  static const Read& world() {
    static std::map<std::uint64_t, Read> worlds;
    const std::uint64_t seed = GetParam();
    if (!worlds.contains(seed)) {
      const fs::path out =
          fs::temp_directory_path() / ("unisono_demo_test_" + std::to_string(::getpid()) + "_" + std::to_string(seed));
      worlds[seed] = read_back(out, seed);
      fs::remove_all(out);
    }
    return worlds[seed];
  }

  static bool in_window(const Row& row) { return row.t >= world().since && row.t < world().until; }
  static bool on_target(const Row& row, std::size_t i) { return row.of_account == world().targets.at(i); }
  static bool on_targets(const Row& row) { return on_target(row, 0) || on_target(row, 1); }
  static std::set<std::string> network() { return {world().given.begin(), world().given.end()}; }

  template <typename Predicate>
  static std::size_t count(Predicate&& holds) {
    return static_cast<std::size_t>(std::count_if(world().rows.begin(), world().rows.end(), holds));
  }
};

TEST_P(Demo, PostsRetweetsAndRepliesOfTheWindow) {
  ASSERT_EQ(world().targets.size(), 2U);
  for (const auto& [target, posts, retweets] : {std::tuple{0U, 2375U, 37'500U}, std::tuple{1U, 695U, 7'832U}}) {
    EXPECT_EQ(
        count([&](const Row& r) { return r.kind == "post" && in_window(r) && r.account == world().targets[target]; }),
        posts);
    EXPECT_EQ(count([&](const Row& r) { return r.kind == "retweet" && in_window(r) && on_target(r, target); }),
              retweets);
  }
  EXPECT_EQ(count([](const Row& r) { return r.kind == "retweet" && in_window(r) && on_targets(r); }), 45'332U);
  EXPECT_EQ(count([](const Row& r) { return r.kind == "reply" && in_window(r) && on_targets(r); }), 52'733U);
  std::set<TimeUs> days;
  for (const Row& r : world().rows) {
    if (r.kind == "post" && in_window(r) && (r.account == world().targets[0] || r.account == world().targets[1]))
      days.insert(r.t / k_us_per_day);
  }
  EXPECT_EQ(*days.rbegin() - *days.begin() + 1, 237);
}

TEST_P(Demo, SharesOfTheNetwork) {
  const auto members = network();
  ASSERT_EQ(members.size(), 62U);
  const auto of_network = [&](const Row& r, const char* kind) {
    return r.kind == kind && in_window(r) && members.contains(r.account);
  };
  EXPECT_EQ(count([&](const Row& r) { return of_network(r, "retweet") && on_target(r, 0); }), 16'500U);
  EXPECT_EQ(count([&](const Row& r) { return of_network(r, "retweet") && on_target(r, 1); }), 2'350U);
  EXPECT_EQ(count([&](const Row& r) { return of_network(r, "reply") && on_targets(r); }), 10'547U);
}

TEST_P(Demo, NobodyActsTwiceOnOnePostInOneWay) {
  std::set<std::string> seen;
  for (const Row& r : world().rows) {
    if (r.kind != "post") {
      ASSERT_TRUE(seen.insert(r.kind + " " + r.account + " " + r.of).second) << r.id;
    }
  }
  EXPECT_GT(seen.size(), 98'000U);
}

TEST_P(Demo, EveryActionFollowsItsPost) {
  std::map<std::string, const Row*> posts;
  for (const Row& r : world().rows) {
    if (r.kind == "post") posts[r.id] = &r;
  }
  EXPECT_GT(posts.size(), 3'000U);
  EXPECT_GT(world().rows.size(), posts.size() + 98'000U);
  for (const Row& r : world().rows) {
    if (r.kind == "post") continue;
    ASSERT_TRUE(posts.contains(r.of));
    ASSERT_EQ(posts[r.of]->account, r.of_account);
    ASSERT_GT(r.t, posts[r.of]->t);
    ASSERT_GT(r.t, world().authors.at(r.account).created);
  }
}

TEST_P(Demo, StatusesOnBothDates) {
  const auto& before = world().status.at("2021-03-01");
  const auto& after = world().status.at("2021-05-01");
  std::map<std::string, int> now, later, survivors;
  for (const std::string& account : world().given) {
    ++now[before.at(account)];
    ++later[after.at(account)];
    if (before.at(account) == "active") ++survivors[after.at(account)];
  }
  EXPECT_EQ(now, (std::map<std::string, int>{{"suspended", 31}, {"deleted", 2}, {"active", 29}}));
  EXPECT_EQ(later, (std::map<std::string, int>{{"suspended", 60}, {"deleted", 2}}));
  EXPECT_EQ(survivors, (std::map<std::string, int>{{"suspended", 29}}));
  EXPECT_GT(world().authors.size(), 1'000U);
  for (const auto& [account, author] : world().authors) EXPECT_TRUE(before.contains(account));
}

TEST_P(Demo, SuspendedShareOfTheAmbassador) {
  const auto& status = world().status.at("2021-03-01");
  const auto members = network();
  std::size_t inside = 0, outside = 0;
  for (const Row& r : world().rows) {
    if (r.kind != "retweet" || !in_window(r) || !on_target(r, 0) || status.at(r.account) != "suspended") continue;
    ++(members.contains(r.account) ? inside : outside);
  }
  EXPECT_EQ(inside, 9'000U);
  EXPECT_EQ(outside, 10'125U);  // together 51.0 % of 37,500
}

TEST_P(Demo, WeeklySharesOfBothAccounts) {
  const auto members = network();
  for (std::size_t target = 0; target < 2; ++target) {
    std::map<TimeUs, std::pair<double, double>> weeks;
    for (const Row& r : world().rows) {
      if (r.kind != "retweet" || !in_window(r) || !on_target(r, target)) continue;
      auto& [of_network, all] = weeks[(r.t / k_us_per_day + 3) / 7];
      ++all;
      of_network += members.contains(r.account) ? 1 : 0;
    }
    int between = 0;
    for (const auto& [week, counts] : weeks) {
      const double share = counts.first / counts.second;
      between += share >= 0.30 && share <= 0.50 ? 1 : 0;
    }
    EXPECT_GE(weeks.size(), 30U);
    EXPECT_GT(between * 2, static_cast<int>(weeks.size()))
        << "target " << target << ": " << between << " of " << weeks.size();
  }
}

// 20 of 62 in runs with gaps of at most ten minutes, on five days.
TEST_P(Demo, CreationBatches) {
  std::vector<TimeUs> created;
  for (const std::string& account : world().given) created.push_back(world().authors.at(account).created);
  std::sort(created.begin(), created.end());
  std::size_t in_runs = 0;
  std::set<TimeUs> days;
  for (std::size_t i = 0; i < created.size(); ++i) {
    const bool after = i > 0 && created[i] - created[i - 1] <= 600 * k_us_per_s;
    const bool before = i + 1 < created.size() && created[i + 1] - created[i] <= 600 * k_us_per_s;
    if (!after && !before) continue;
    ++in_runs;
    days.insert(created[i] / k_us_per_day);
  }
  EXPECT_EQ(in_runs, 20U);
  EXPECT_EQ(days.size(), 5U);
}

TEST_P(Demo, DevotionOfThreeAccounts) {
  std::map<std::string, std::set<std::string>> answered;
  for (const Row& r : world().rows) {
    if (r.kind == "reply" && in_window(r) && on_target(r, 0) && network().contains(r.account))
      answered[r.account].insert(r.of);
  }
  std::size_t devoted = 0;
  for (const auto& [account, posts] : answered) devoted += posts.size() >= 1'800 ? 1U : 0U;
  EXPECT_EQ(devoted, 3U);
}

TEST_P(Demo, ExclusivityOfFiftyFive) {
  std::set<std::string> elsewhere;
  const auto diplomats = world().truth.at("other_diplomats").get<std::set<std::string>>();
  EXPECT_EQ(diplomats.size(), 10U);
  for (const Row& r : world().rows) {
    if (r.kind == "post" || !network().contains(r.account)) continue;
    EXPECT_TRUE(on_targets(r) || diplomats.contains(r.of_account));
    if (diplomats.contains(r.of_account)) elsewhere.insert(r.account);
  }
  EXPECT_EQ(elsewhere.size(), 7U);
}

TEST_P(Demo, HalfWithinAMinuteAfterAnotherMember) {
  const auto members = network();
  for (const auto& [kind, expected] : {std::pair{"retweet", 9'425U}, std::pair{"reply", 5'274U}}) {
    std::map<std::string, std::vector<TimeUs>> times;
    for (const Row& r : world().rows) {
      if (r.kind == kind && in_window(r) && on_targets(r) && members.contains(r.account)) times[r.of].push_back(r.t);
    }
    std::size_t followers = 0;
    for (auto& [post, list] : times) {
      std::sort(list.begin(), list.end());
      for (std::size_t i = 1; i < list.size(); ++i) followers += list[i] - list[i - 1] <= 60 * k_us_per_s ? 1U : 0U;
    }
    EXPECT_EQ(followers, expected) << kind;
  }
}

TEST_P(Demo, SharedTextIsTheNetworksOnly) {
  const auto members = network();
  const auto organic = world().truth.at("organic_group").get<std::set<std::string>>();
  std::map<std::string, std::set<std::string>> accounts_of_text;
  for (const Row& r : world().rows) {
    if (r.kind == "reply") accounts_of_text[text_form_k1(r.text)].insert(r.account);
  }
  std::size_t shared_by_network = 0;
  for (const auto& [text, accounts] : accounts_of_text) {
    if (accounts.size() < 2) continue;
    const bool one_group =
        std::all_of(accounts.begin(), accounts.end(), [&](const auto& a) { return members.contains(a); }) ||
        std::all_of(accounts.begin(), accounts.end(), [&](const auto& a) { return organic.contains(a); });
    EXPECT_TRUE(one_group) << text;
    shared_by_network += members.contains(*accounts.begin()) ? 1U : 0U;
  }
  EXPECT_GT(shared_by_network, 500U);
}

TEST_P(Demo, Personas) {
  std::size_t templates = 0;
  for (const std::string& account : world().given) {
    const Author& author = world().authors.at(account);
    EXPECT_NE(author.avatar.find("/scenery/"), std::string::npos);
    const bool handle = author.handle.ends_with("atUK") || author.handle.starts_with("UK");
    const bool bio =
        author.bio.find("olitical affairs") != std::string::npos && author.bio.find("London") != std::string::npos;
    templates += handle && bio ? 1U : 0U;
    EXPECT_EQ(handle, bio);
  }
  EXPECT_EQ(templates, 12U);
}

TEST_P(Demo, SurvivorsGoOnAfterTheWindow) {
  const auto& status = world().status.at("2021-03-01");
  std::size_t retweets = 0, replies = 0;
  std::set<std::string> accounts;
  for (const Row& r : world().rows) {
    if (!network().contains(r.account) || r.t < to_us({2021, 3, 1, 0, 0, 0, 0})) continue;
    EXPECT_EQ(status.at(r.account), "active");
    accounts.insert(r.account);
    retweets += r.kind == "retweet" ? 1U : 0U;
    replies += r.kind == "reply" ? 1U : 0U;
    EXPECT_LT(r.t, to_us({2021, 4, 28, 0, 0, 0, 0}));
  }
  EXPECT_EQ(accounts.size(), 29U);
  EXPECT_GT(retweets, 10'000U);
  EXPECT_GT(replies, 6'000U);
}

TEST_P(Demo, PopularityIsHeavyTailed) {
  std::map<std::string, std::size_t> sharers;
  for (const Row& r : world().rows) {
    if (r.kind == "retweet" && in_window(r) && on_targets(r) && !network().contains(r.account)) ++sharers[r.of];
  }
  std::vector<std::size_t> sizes;
  for (const auto& [post, n] : sharers) sizes.push_back(n);
  std::sort(sizes.rbegin(), sizes.rend());
  EXPECT_GE(std::count_if(sizes.begin(), sizes.end(), [](std::size_t n) { return n >= 10; }), 200);
  EXPECT_GT(sizes[10], 8 * sizes[sizes.size() / 2]);
}

TEST_P(Demo, NoiseAroundTheNetwork) {
  const json& truth = world().truth;
  // Duplicates: 1 % of all lines, the same rows met again.
  EXPECT_EQ(world().lines - world().rows.size(), world().rows.size() / 100);
  EXPECT_EQ(truth.at("duplicate_rows"), world().lines - world().rows.size());
  // Counters of half of the targets' posts.
  const std::size_t posts = count([](const Row& r) { return r.kind == "post"; });
  EXPECT_EQ(count([](const Row& r) { return r.kind == "post" && !r.has_counters; }), posts / 2);
  // Two gaps of six hours without any row.
  ASSERT_EQ(truth.at("gaps").size(), 2U);
  for (const json& gap : truth["gaps"]) {
    const TimeUs begin = *parse_moment(gap[0].get<std::string>()), end = *parse_moment(gap[1].get<std::string>());
    EXPECT_EQ(end - begin, 6 * k_us_per_hour);
    EXPECT_EQ(count([&](const Row& r) { return r.t >= begin && r.t < end; }), 0U);
    EXPECT_GT(count([&](const Row& r) { return r.t >= begin - 6 * k_us_per_hour && r.t < begin; }), 20U);
  }
  // Fans share within a minute; the feed shares nearly everything and is declared.
  std::map<std::string, TimeUs> published;
  for (const Row& r : world().rows) published[r.id] = r.t;
  const auto fans = truth.at("fans").get<std::set<std::string>>();
  EXPECT_EQ(count([&](const Row& r) {
              return r.kind == "retweet" && fans.contains(r.account) && r.t - published[r.of] > 60 * k_us_per_s;
            }),
            0U);
  EXPECT_GT(count([&](const Row& r) { return r.kind == "retweet" && fans.contains(r.account); }), 1'000U);
  EXPECT_EQ(world().allowed, truth.at("feed").get<std::vector<std::string>>());
  EXPECT_GT(
      count([&](const Row& r) { return r.kind == "retweet" && in_window(r) && r.account == world().allowed.at(0); }),
      2'900U);
}

TEST_P(Demo, UkHours) {
  // Most of the accounts keep to UK morning and early evening; 20 are less regular.
  const auto jittered = world().truth.at("human_jitter").get<std::set<std::string>>();
  EXPECT_EQ(jittered.size(), 20U);
  const Zone london = *Zone::named("Europe/London");
  std::size_t inside = 0, all = 0;
  for (const Row& r : world().rows) {
    if (!network().contains(r.account) || jittered.contains(r.account) || r.kind != "retweet") continue;
    const int hour = to_civil(r.t + london.offset_at(r.t) * k_us_per_s).hour;
    inside += (hour >= 7 && hour < 12) || (hour >= 16 && hour < 21) ? 1U : 0U;
    ++all;
  }
  EXPECT_GT(static_cast<double>(inside) / static_cast<double>(all), 0.8);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Demo, ::testing::Values(1, 2, 3));

TEST(DemoBytes, EqualForEqualSeedsAndOtherForOthers) {
  const fs::path out = fs::temp_directory_path() / ("unisono_demo_bytes_" + std::to_string(::getpid()));
  const auto hash_of = [&](std::uint64_t seed) {
    const auto files = write_demo({.name = "uk", .out = out, .seed = seed}, {});
    EXPECT_TRUE(files);
    std::string all;
    for (const fs::path& path :
         {files->posts, files->targets, files->status, files->groups, files->allow, files->truth})
      all += hex(sha256(slurp(path)));
    return all;
  };
  const std::string first = hash_of(7);
  EXPECT_EQ(hash_of(7), first);
  EXPECT_NE(hash_of(8), first);
  fs::remove_all(out);
}

TEST(DemoBytes, UnknownNameAndUnwritableFolder) {
  const auto unknown = write_demo({.name = "nyt", .out = "nowhere", .seed = 1}, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::usage);
  EXPECT_FALSE(fs::exists("nowhere"));
  const auto refused = write_demo({.name = "uk", .out = "/dev/null/demo", .seed = 1}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace unisono::commands
