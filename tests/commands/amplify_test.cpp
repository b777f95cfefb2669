// What amplify prints is counted a second time: by every query that it prints, and from the written rows by plain
// loops.
#include "unisono/commands/amplify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <tuple>

#include "reference/clustered_share.hpp"
#include "reference/concentration.hpp"
#include "support/amplified.hpp"
#include "unisono/commands/demo.hpp"
#include "unisono/core/file.hpp"
#include "unisono/core/id_clock.hpp"

namespace unisono::commands {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

struct Post {
  std::string id, account, kind, of, of_account;
  TimeUs t = 0;
};

std::vector<Post> read_posts(const fs::path& path) {
  std::vector<Post> posts;
  std::set<std::string> seen;
  std::stringstream lines(*read_file(path, 1U << 30));
  for (std::string text; std::getline(lines, text);) {
    const json line = json::parse(text);
    if (!seen.insert(line.at("id")).second) continue;
    Post post{line.at("id"),
              line.at("author_id"),
              "post",
              "",
              "",
              id_clock(IdClock::x, line.at("id").get<std::string>()).value()};
    if (line.contains("referenced_tweets")) {
      const json& reference = line["referenced_tweets"][0];
      post.kind = reference.at("type") == "retweeted" ? "repost" : "reply";
      post.of = reference.at("id");
      post.of_account = reference.at("author_id");
    }
    posts.push_back(std::move(post));
  }
  return posts;
}

struct Uk {
  Folder folder;
  DemoFiles files;
  AmplifyResult result;
  fs::path case_path;

  explicit Uk(std::uint64_t seed) : case_path(folder / "case.uni") {
    files = *write_demo({.name = "uk", .out = folder / "data", .seed = seed}, {});
    import_file(files.posts, case_path);
    AmplifyOptions options;
    options.case_path = case_path;
    options.targets = {files.targets};
    options.status = {files.status};
    options.group = files.groups.string();
    options.since = files.since;
    options.until = files.until;
    auto amplified = amplify(options, {});
    EXPECT_TRUE(amplified) << describe(amplified.error());
    result = std::move(*amplified);
  }
};

void expect_published_numbers(const Uk& uk) {
  const AmplifyResult& r = uk.result;
  EXPECT_EQ(r.amplification.targets_found, 2U);
  EXPECT_EQ(numerator(r, "A1", "all targets", "own posts"), 3'070);
  EXPECT_EQ(numerator(r, "A2", "all targets", "reposts of the targets' posts"), 45'332);
  EXPECT_EQ(numerator(r, "A2", "all targets", "replies of the targets' posts"), 52'733);
  EXPECT_EQ(r.amplification.group_accounts, 62U);
  const auto share = [&](const char* subject, const char* label) {
    const evidence::Figure* f = figure(r, "B7", subject, label);
    return f == nullptr ? -1.0 : *f->value;
  };
  EXPECT_NEAR(share("@demo_ambassador", "reposts by the group"), 0.440, 0.0005);
  EXPECT_NEAR(share("@demo_embassy", "reposts by the group"), 0.300, 0.0005);
  EXPECT_NEAR(share("all targets", "replies by the group"), 0.200, 0.0005);
  EXPECT_EQ(r.date, "2021-03-01");  // the first snapshot at or after the end
  for (const auto& [status, n] : {std::pair{"suspended", 31}, std::pair{"deleted", 2}, std::pair{"active", 29}}) {
    EXPECT_EQ(numerator(r, "B4", "the group", "accounts of the group that on 2021-03-01 were " + std::string(status)),
              n);
  }
  const evidence::Figure* suspended =
      figure(r, "B4", "@demo_ambassador", "reposts by accounts that on 2021-03-01 were suspended");
  ASSERT_NE(suspended, nullptr);
  EXPECT_EQ(*suspended->numerator, 19'125);
  EXPECT_EQ(*suspended->denominator, 37'500);
  EXPECT_EQ(numerator(r, "B8", "all targets", "accounts that answered at least 75 %"), 3);
  // Most weeks between 30 and 50 % for both accounts.
  const evidence::AnalysisTable* weeks = r.amplification.find("weeks");
  ASSERT_NE(weeks, nullptr);
  std::map<std::string, std::pair<int, int>> in_range;
  for (std::size_t row = 0; row < weeks->table.rows(); ++row) {
    const double value = std::stod(cell(weeks->table, row, "share"));
    auto& [inside, all] = in_range[cell(weeks->table, row, "subject")];
    ++all;
    inside += value >= 0.3 && value <= 0.5 ? 1 : 0;
  }
  EXPECT_EQ(in_range.size(), 3U);
  for (const auto& [subject, n] : in_range) EXPECT_GT(2 * n.first, n.second) << subject;
}

class AmplifyUk : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = std::make_unique<Uk>(1); }
  static void TearDownTestSuite() { world_.reset(); }
  static const Uk& uk() { return *world_; }

 private:
  inline static std::unique_ptr<Uk> world_;
};

TEST_F(AmplifyUk, GivesThePublishedNumbers) {
  expect_published_numbers(uk());
}

TEST_F(AmplifyUk, EveryQueryAgrees_slow) {
  expect_queries_agree(uk().case_path, uk().result);
}

TEST(AmplifyUkSeeds, OtherSeeds_slow) {
  for (std::uint64_t seed = 2; seed <= 10; ++seed) expect_published_numbers(Uk(seed));
}

// The same numbers by loops over the written rows.
TEST_F(AmplifyUk, PlainLoopsAgree) {
  const Uk& uk = AmplifyUk::uk();
  const std::vector<Post> posts = read_posts(uk.files.posts);
  std::set<std::string> targets, members;
  const json truth = json::parse(*read_file(uk.files.truth, 1U << 20));
  for (const auto& id : truth["targets"]) targets.insert(id.get<std::string>());
  for (const auto& id : truth["network"]["accounts"]) members.insert(id.get<std::string>());
  const auto in_window = [&](const Post& p) { return p.t >= uk.files.since && p.t < uk.files.until; };
  std::map<std::string, std::vector<TimeUs>> times;  // reposts by account
  std::map<std::string, const Post*> by_id;
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> weeks;
  std::map<std::string, std::pair<TimeUs, TimeUs>> active;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> answered;
  std::uint64_t soon = 0;
  for (const Post& p : posts) by_id[p.id] = &p;
  for (const Post& p : posts) {
    if (p.kind == "post" || !in_window(p) || !targets.contains(p.of_account)) continue;
    const auto [known, is_new] = active.try_emplace(p.account, p.t, p.t);
    known->second.first = std::min(known->second.first, p.t);
    known->second.second = std::max(known->second.second, p.t);
    if (p.kind == "reply") answered[{p.account, p.of_account}].insert(p.of);
    if (p.kind != "repost") continue;
    times[p.account].push_back(p.t);
    auto& [all, group] = weeks[(p.t / k_us_per_day + 3) / 7];
    ++all;
    group += members.contains(p.account) ? 1 : 0;
    soon += p.t - by_id.at(p.of)->t <= 60 * k_us_per_s ? 1U : 0U;
  }
  const AmplifyResult& r = uk.result;

  // B6.
  const Table& table = r.amplification.find("weeks")->table;
  std::size_t compared = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (cell(table, row, "subject") != "all targets") continue;
    const TimeUs from = std::get<std::int64_t>(table.find("from_t")->cells[row]);
    const auto& [all, group] = weeks.at((from / k_us_per_day + 3) / 7);
    EXPECT_EQ(cell(table, row, "actions"), std::to_string(all));
    EXPECT_EQ(cell(table, row, "by_group"), std::to_string(group));
    const double share = std::stod(cell(table, row, "share"));
    EXPECT_LE(std::stod(cell(table, row, "share_low")), share);
    EXPECT_GE(std::stod(cell(table, row, "share_high")), share);
    ++compared;
  }
  EXPECT_EQ(compared, weeks.size());

  // B1.
  std::vector<std::uint64_t> counts;
  for (const auto& [account, list] : times) counts.push_back(list.size());
  const evidence::TopShare top = reference::top_share(counts, 10);
  EXPECT_EQ(numerator(r, "B1", "all targets", "reposts by the most active 1 %"),
            static_cast<std::int64_t>(top.top_actions));
  EXPECT_NEAR(*figure(r, "B1", "all targets", "Gini")->value, reference::gini(counts), 1e-9);

  // B3.
  std::int64_t gaps = 0, short_gaps = 0;
  for (auto& [account, list] : times) {
    std::sort(list.begin(), list.end());
    for (std::size_t i = 1; i < list.size(); ++i) {
      ++gaps;
      short_gaps += list[i] - list[i - 1] <= 60 * k_us_per_s ? 1 : 0;
    }
  }
  const evidence::Figure* minute = figure(r, "B3", "all targets", "gaps of at most 60 s");
  ASSERT_NE(minute, nullptr);
  EXPECT_EQ(*minute->numerator, short_gaps);
  EXPECT_EQ(*minute->denominator, gaps);
  EXPECT_EQ(numerator(r, "B3", "all targets", "reposts within 60 s after the post"), static_cast<std::int64_t>(soon));
  const Table& rapidity = r.amplification.find("rapidity")->table;
  ASSERT_EQ(rapidity.rows(), 4U);
  EXPECT_EQ(cell(rapidity, 3, "gaps_within"), std::to_string(short_gaps));

  // B8: posts of the target between the first and the last action of the account, and those of them it answered.
  std::set<std::string> devoted;
  std::multiset<std::pair<std::uint64_t, std::uint64_t>> expected;
  for (const auto& [pair, ids] : answered) {
    const auto& [first, last] = active.at(pair.first);
    std::uint64_t all = 0, of_them = 0;
    for (const Post& p : posts) {
      if (p.kind != "post" || p.account != pair.second || !in_window(p) || p.t < first || p.t > last) continue;
      ++all;
      of_them += ids.contains(p.id) ? 1U : 0U;
    }
    if (all < 10 || of_them == 0) continue;
    expected.emplace(of_them, all);
    if (of_them * 4 >= all * 3) devoted.insert(pair.first);
  }
  EXPECT_EQ(numerator(r, "B8", "all targets", "accounts that answered at least 75 %"),
            static_cast<std::int64_t>(devoted.size()));
  const evidence::AnalysisTable* devotion = r.amplification.find("devotion");
  EXPECT_EQ(devotion->total_rows, expected.size());
  for (std::size_t row = 0; row < devotion->table.rows(); ++row) {
    const auto found = expected.find(
        {std::stoull(cell(devotion->table, row, "answered")), std::stoull(cell(devotion->table, row, "posts"))});
    ASSERT_NE(found, expected.end()) << row;
    expected.erase(found);
  }
}

// ---- Concentration. ----

struct Concentration {
  Folder folder;
  DemoFiles files;

  explicit Concentration(std::uint64_t seed) {
    files = *write_demo({.name = "concentration", .out = folder / "data", .seed = seed}, {});
    import_file(files.posts, folder / "case.uni");
    import_file(files.even, folder / "even.uni");
  }
  AmplifyOptions options(const std::string& name) const {
    AmplifyOptions options;
    options.case_path = folder / name;
    options.targets = {files.targets};
    options.since = files.since;
    options.until = files.until;
    return options;
  }
};

TEST(AmplifyConcentration, PlantedSharesAreFoundAndNothingIsFlaggedAmongEquals) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Concentration world(seed);
    AmplifyOptions options = world.options("case.uni");
    options.status = {world.files.status};
    options.status_at = world.files.status_at;
    const auto result = amplify(options, {});
    ASSERT_TRUE(result) << describe(result.error());
    const Table& shares = result->amplification.find("concentration")->table;
    ASSERT_EQ(cell(shares, 1, "top"), "1 %");
    EXPECT_EQ(cell(shares, 1, "share"), "0.48");
    EXPECT_EQ(cell(shares, 1, "k"), "40");
    EXPECT_EQ(cell(shares, 1, "tied_at_cut"), "25");
    EXPECT_EQ(cell(shares, 1, "share_without_tied"), "0.42");
    EXPECT_EQ(cell(shares, 1, "share_with_tied"), "0.57");
    EXPECT_EQ(cell(shares, 1, "concentrated"), "true");
    EXPECT_EQ(result->amplification.find("spreaders")->total_rows, 55U);  // 30 above the cut and all 25 at it
    const Table& status = result->amplification.find("status")->table;
    EXPECT_EQ(cell(status, 0, "suspended_low"), "0.11");
    EXPECT_EQ(cell(status, 0, "suspended_high"), "0.16");
    EXPECT_EQ(cell(status, 0, "suspended_among_known").substr(0, 6), "0.1157");
    EXPECT_EQ(cell(status, 0, "unknown"), "1000");
    EXPECT_TRUE(noted(*result, "different statuses on one day"));
    if (seed == 1) expect_queries_agree(options.case_path, *result);

    const auto even = amplify(world.options("even.uni"), {});
    ASSERT_TRUE(even) << describe(even.error());
    const Table& equal = even->amplification.find("concentration")->table;
    ASSERT_GT(equal.rows(), 3U);
    for (std::size_t row = 0; row < equal.rows(); ++row) {
      EXPECT_EQ(cell(equal, row, "concentrated"), "false") << seed << " " << row;
    }
    EXPECT_TRUE(refused(*even, "B4", "no snapshot"));
  }
}

TEST(AmplifyConcentration, EqualAccountsOfManySeeds_slow) {
  for (std::uint64_t seed = 4; seed <= 20; ++seed) {
    const Concentration world(seed);
    const auto even = amplify(world.options("even.uni"), {});
    ASSERT_TRUE(even);
    const Table& equal = even->amplification.find("concentration")->table;
    for (std::size_t row = 0; row < equal.rows(); ++row)
      EXPECT_EQ(cell(equal, row, "concentrated"), "false") << seed << " " << row;
  }
}

// The interval of B4 from one number per account.
TEST(AmplifyConcentration, IntervalsAgreeWithTheDefinition) {
  const Concentration world(1);
  AmplifyOptions options = world.options("case.uni");
  options.status = {world.files.status};
  options.status_at = world.files.status_at;
  const auto result = amplify(options, {});
  ASSERT_TRUE(result);
  const auto rows =
      query({options.case_path,
             "SELECT count(*)::DOUBLE AS n, bool_or(s.account_id IS NOT NULL) AS suspended FROM post p LEFT JOIN "
             "(SELECT account_id FROM account_snapshot WHERE status IS NOT NULL AND observed_us BETWEEN "
             "TIMESTAMP '2021-02-15' AND TIMESTAMP '2021-03-01 23:59:59' GROUP BY account_id HAVING "
             "count(DISTINCT status) = 1 AND min(status) = 'suspended') s USING (account_id) WHERE p.kind = "
             "'repost' GROUP BY p.account_id",
             0},
            {});
  ASSERT_TRUE(rows) << describe(rows.error());
  std::vector<double> n, hits;
  for (std::size_t row = 0; row < rows->rows(); ++row) {
    n.push_back(std::get<double>(rows->columns()[0].cells[row]));
    hits.push_back(std::get<bool>(rows->columns()[1].cells[row]) ? n.back() : 0);
  }
  ASSERT_EQ(n.size(), 4000U);
  const evidence::ClusteredShare expected = reference::clustered_share(n, hits);
  const evidence::Figure* f = figure(*result, "B4", "all targets",
                                     "reposts by accounts that on 2021-03-01 were suspended (unknown counted as not");
  ASSERT_NE(f, nullptr);
  EXPECT_NEAR(*f->value, expected.share, 1e-12);
  EXPECT_NEAR(*f->low, expected.low, 1e-7);
  EXPECT_NEAR(*f->high, expected.high, 1e-7);
  EXPECT_GT(expected.design_effect, 5);
}

TEST(AmplifyConcentration, EqualForAnyNumberOfThreadsAndForAStoredRequest) {
  const Concentration world(1);
  Control one, seven;
  one.threads = 1;
  seven.threads = 7;
  const auto a = amplify(world.options("case.uni"), one), b = amplify(world.options("case.uni"), seven);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->run_id, b->run_id);
  ASSERT_EQ(a->amplification.tables.size(), b->amplification.tables.size());
  for (std::size_t i = 0; i < a->amplification.tables.size(); ++i) {
    const Table& x = a->amplification.tables[i].table;
    const Table& y = b->amplification.tables[i].table;
    ASSERT_EQ(x.rows(), y.rows());
    for (std::size_t c = 0; c < x.columns().size(); ++c) EXPECT_EQ(x.columns()[c].cells, y.columns()[c].cells);
  }
  const auto request = evidence::amplification_request_from(evidence::to_json(a->request));
  ASSERT_TRUE(request);
  EXPECT_EQ(evidence::to_json(*request), evidence::to_json(a->request));
  EXPECT_EQ(request->since, a->request.since);
  EXPECT_FALSE(evidence::amplification_request_from("[1"));
  const auto stored =
      query({world.folder / "case.uni", "SELECT count(*) FROM finding WHERE level = '0' AND analysis = 'B1'", 0}, {});
  ASSERT_TRUE(stored);
  EXPECT_GT(std::get<std::int64_t>(stored->columns()[0].cells[0]), 3);
}

// ---- Lists that do not fit, data that is missing. ----

}  // namespace
}  // namespace unisono::commands
