// Levels above T2 and G0: fans with notifications act alike in two channels and stay below, squads do not.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "support/notification_case.hpp"
#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"

namespace unisono::commands {
namespace {

using Members = std::map<std::string, std::set<std::string>>;  // of every group of a level

struct Found {
  std::map<std::string, Members> by_level;
  std::vector<std::string> withheld;  // of all findings about groups

  std::size_t of_level(const std::string& level, const std::string& prefix) const {
    std::set<std::string> accounts;
    const auto groups = by_level.find(level);
    if (groups == by_level.end()) return 0;
    for (const auto& [id, members] : groups->second) {
      for (const std::string& member : members) {
        if (member.starts_with(prefix)) accounts.insert(member);
      }
    }
    return accounts.size();
  }
  bool says(const std::string& words) const {
    return std::any_of(withheld.begin(), withheld.end(),
                       [&](const std::string& sentence) { return sentence.find(words) != std::string::npos; });
  }
};

DetectOptions options_for(const std::filesystem::path& path) {
  DetectOptions options;
  options.case_path = path;
  options.windows_us = {60'000'000};
  options.calibrate = true;
  return options;
}

Found found_in(const std::filesystem::path& path, const DetectOptions& options) {
  const auto result = detect(options, Control{.threads = 2});
  EXPECT_TRUE(result) << (result ? "" : describe(result.error()));
  Found found;
  auto file = store::CaseFile::open(path, {});
  if (!result || !file) return found;
  const auto members = file->query(
      "SELECT g.level, g.group_id, m.account_id FROM group_ g JOIN group_member m USING (run_id, group_id) WHERE m.how "
      "= 'found' AND g.run_id = '" +
      result->run_id + "'");
  EXPECT_TRUE(members);
  const auto text = [](const Table& table, std::size_t column, std::size_t row) {
    return std::get<std::string>(table.columns()[column].cells[row]);
  };
  for (std::size_t row = 0; members && row < members->rows(); ++row)
    found.by_level[text(*members, 0, row)][text(*members, 1, row)].insert(text(*members, 2, row));
  const auto methods =
      file->query("SELECT method_json FROM finding WHERE subject_type = 'group' AND run_id = '" + result->run_id + "'");
  EXPECT_TRUE(methods);
  for (std::size_t row = 0; methods && row < methods->rows(); ++row) {
    const nlohmann::json method = nlohmann::json::parse(text(*methods, 0, row));
    for (const auto& sentence : method.at("withheld")) found.withheld.push_back(sentence);
  }
  return found;
}

struct World {
  test::TemporaryFolder folder;
  std::filesystem::path path = folder / "a.uni";

  World(const test::NotificationPlan& plan, int channels = 2, bool publications = true) {
    const auto written = test::write_notification_case(path, test::notification_world(plan), channels, publications);
    EXPECT_TRUE(written) << (written ? "" : describe(written.error()));
  }
  Found find() const { return found_in(path, options_for(path)); }
};

TEST(DetectLevels, SquadsAreCoordinatedAndFansAreNot) {
  const World world({.seed = 2, .posts = 500, .accounts = 1200, .fan_clubs = 2, .squads = 2});
  const Found found = world.find();
  EXPECT_GE(found.of_level("G1", "s"), 18U);
  EXPECT_EQ(found.of_level("G1", "f"), 0U);
  EXPECT_GE(found.of_level("G0", "f"), 15U);  // they act alike
  EXPECT_TRUE(found.says("own habits"));
}

TEST(DetectLevels, WithoutCalibrationNothingIsAboveG0) {
  const World world({.seed = 2, .posts = 500, .accounts = 1200, .fan_clubs = 2, .squads = 2});
  DetectOptions options = options_for(world.path);
  options.calibrate = false;
  const Found found = found_in(world.path, options);
  EXPECT_EQ(found.by_level.count("G1"), 0U);
  EXPECT_GE(found.of_level("G0", "s"), 18U);
  EXPECT_TRUE(found.says("were not tried on permuted data"));
}

TEST(DetectLevels, OneChannelIsNotEnough) {
  const Found found = World({.seed = 2, .posts = 500, .accounts = 1200, .fan_clubs = 2, .squads = 2}, 1).find();
  EXPECT_EQ(found.by_level.count("G1"), 0U);
  EXPECT_GE(found.of_level("G0", "s"), 18U);
  EXPECT_TRUE(found.says("these accounts act in one channel only"));
}

TEST(DetectLevels, WithoutPublicationTimesHabitIsNotTested) {
  const Found found = World({.seed = 2, .posts = 500, .accounts = 1200, .fan_clubs = 2, .squads = 2}, 2, false).find();
  EXPECT_EQ(found.by_level.count("G1"), 0U);
  EXPECT_GE(found.of_level("G0", "s"), 18U);
  EXPECT_TRUE(found.says("publication times are known for 0 % of the objects"));
}

// Every post carries a link and a tag that say the same: the squad acts once, not twice.
TEST(DetectLevels, APostIsEvidenceInOneChannelOnly) {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "a.uni";
  ASSERT_TRUE(test::write_planted_case(path, test::planted_actions({})));
  {
    auto file = store::CaseFile::open(path, {});
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->execute("UPDATE post SET kind = 'post', repost_of = NULL"));
    ASSERT_TRUE(file->execute("UPDATE post_target SET post_kind = 'post', target_kind = 'url', canonical = target_id"));
    ASSERT_TRUE(
        file->execute("INSERT INTO post_target (platform, post_id, account_id, t_us, t_precision, post_kind, "
                      "target_kind, canonical) SELECT platform, post_id, account_id, t_us, t_precision, post_kind, "
                      "'hashtag', 'tag' || canonical FROM post_target"));
  }
  const auto result = detect(options_for(path), {});
  ASSERT_TRUE(result) << describe(result.error());
  auto file = store::CaseFile::open(path, {});
  ASSERT_TRUE(file);
  const auto whole = [&](const std::string& found, const std::string& tested) {
    const auto w =
        file->query("SELECT coalesce(max(w), -1) FROM group_test WHERE direction = 'whole' AND channel = '" + tested +
                    "' AND group_id IN (SELECT group_id FROM group_test WHERE direction <> 'whole' "
                    "AND passed AND channel = '" +
                    found + "')");
    return w ? std::get<std::int64_t>(w->columns()[0].cells[0]) : -2;
  };
  EXPECT_GT(result->groups.rows(), 0U);
  EXPECT_EQ(whole("link", "hashtag"), 0);
  EXPECT_EQ(whole("hashtag", "link"), 0);
}

// No fan in any world. A member of the public may visit the tasks of a squad by chance and be found with it: over all
// worlds at most one in twenty (docs/limits.md).
TEST(DetectLevels, TenWorldsOfTwoChannels_slow) {
  std::size_t squads = 0, visitors = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const World world({.seed = seed});
    const Found found = world.find();
    EXPECT_EQ(found.of_level("G1", "f"), 0U) << "seed " << seed;
    const std::size_t of_squads = found.of_level("G1", "s"), of_public = found.of_level("G1", "a");
    std::printf("seed %d: at G1 %zu of 30 accounts of the squads, %zu of the public\n", static_cast<int>(seed),
                of_squads, of_public);
    squads += of_squads;
    visitors += of_public;
  }
  EXPECT_GE(squads, 10 * 30 * 9 / 10U);
  EXPECT_LE(visitors, (squads + visitors) / 20);
}

}  // namespace
}  // namespace unisono::commands
