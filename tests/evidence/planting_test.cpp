#include "unisono/evidence/planting.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace unisono::evidence {
namespace {

store::PlantingRow squads(const std::string& channel, std::int64_t size, std::int64_t tasks, std::int64_t found,
                          std::int64_t draws = 20) {
  return {channel, {}, size, tasks, 30'000'000, draws, found, found, found / 2, 1, 9.0, 0.0, ""};
}

TEST(Planting, FoundIsFourOfFive) {
  EXPECT_TRUE(is_found(squads("repost", 10, 10, 16)));
  EXPECT_FALSE(is_found(squads("repost", 10, 10, 15)));
  EXPECT_TRUE(is_found(squads("repost", 10, 10, 4, 5)));
  EXPECT_FALSE(is_found(squads("repost", 10, 10, 0, 0)));
}

TEST(Planting, SentencesSayTheLargestAndTheSmallestThatWereFound) {
  std::vector<store::PlantingRow> rows = {
      squads("repost", 10, 10, 20), squads("repost", 10, 8, 18), squads("repost", 10, 6, 9), squads("repost", 7, 8, 12),
      squads("repost", 7, 10, 17),  squads("repost", 5, 10, 3),  squads("repost", 20, 8, 20)};
  store::PlantingRow of_window = squads("repost", 3, 3, 20);
  of_window.window_us = 60'000'000;
  rows.push_back(of_window);  // only all windows together count
  rows.push_back(squads("hashtag", 10, 10, 2));
  store::PlantingRow impossible = squads("link", 10, 10, 0, 0);
  impossible.reason = "a squad of 10 accounts needs as many ordinary accounts, there are 4";
  rows.push_back(impossible);
  const std::vector<std::string> sentences = planting_sentences(rows);
  ASSERT_EQ(sentences.size(), 3U);
  EXPECT_NE(sentences[0].find(
                "repost: planted squads of 10 accounts with 10 common things each within 30 s were found in 20 of 20"),
            std::string::npos)
      << sentences[0];
  EXPECT_NE(sentences[0].find("at least 80 % of the draws: 7 accounts with 10 things, 10 accounts with 8 things."),
            std::string::npos)
      << sentences[0];
  EXPECT_NE(sentences[1].find("found in 2 of 20 draws"), std::string::npos);
  EXPECT_NE(sentences[1].find("may be in this data without being found"), std::string::npos);
  EXPECT_NE(sentences[2].find("no squad could be planted"), std::string::npos);
  EXPECT_TRUE(planting_sentences({}).empty());
}

TEST(Planting, TheCommandNamesOnlyWhatIsNoDefault) {
  RunSettings settings;
  settings.channels = {"repost"};
  settings.windows_us = {10'000'000, 60'000'000, 300'000'000, 3'600'000'000};
  EXPECT_EQ(plant_command(settings, {"repost"}), "unisono calibrate case.uni --plant 10x10x30s");
  settings.windows_us = {60'000'000};
  settings.weak = true;
  settings.since = "2021-05-01T00:00:00Z";
  EXPECT_EQ(
      plant_command(settings, {"repost", "link"}),
      "unisono calibrate case.uni --plant 10x10x30s --channel repost --window 60s --since 2021-05-01T00:00:00Z --weak");
}

}  // namespace
}  // namespace unisono::evidence
