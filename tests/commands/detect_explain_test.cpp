// detect --explain: the numbers are those of the tests, the words name units, bins, factor and stop rule, and the case
// is not touched.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"

namespace unisono::commands {
namespace {

bool says(const std::vector<std::string>& notes, std::string_view words) {
  for (const std::string& note : notes)
    if (note.find(words) != std::string::npos) return true;
  return false;
}

TEST(ExplainChance, NumbersAreThoseOfTheRun) {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "a.uni";
  ASSERT_TRUE(test::write_planted_case(path, test::planted_actions({})));
  const auto before = std::filesystem::last_write_time(path);
  DetectOptions options;
  options.case_path = path;
  options.windows_us = {60'000'000, 3'600'000'000};
  const auto explained = explain_chance(options, Control{.threads = 2});
  ASSERT_TRUE(explained) << describe(explained.error());
  EXPECT_EQ(std::filesystem::last_write_time(path), before);
  const auto run = detect(options, Control{.threads = 2});
  ASSERT_TRUE(run);
  const Table& chance = explained->chance;
  ASSERT_EQ(chance.rows(), 2U);
  for (std::size_t row = 0; row < 2; ++row) {
    EXPECT_EQ(text_at(chance, row, "channel"), "repost");
    EXPECT_EQ(real_at(chance, row, "alpha"), 0.025);
    EXPECT_EQ(real_at(chance, row, "c_bar"), real_at(run->checks, row, "c_bar"));
    EXPECT_EQ(integer_at(chance, row, "family_k"), integer_at(run->checks, row, "family_k"));
    EXPECT_EQ(integer_at(chance, row, "posts"), integer_at(chance, row, "actions")) << "a repost holds one object";
    EXPECT_EQ(integer_at(chance, row, "posts_of_several"), 0);
    EXPECT_GT(integer_at(chance, row, "close_pairs"), integer_at(chance, row, "co_actions"));
    EXPECT_NEAR(real_at(chance, row, "factor") * static_cast<double>(integer_at(chance, row, "family_k")),
                static_cast<double>(integer_at(chance, row, "n_pairs")),
                1e-6 * static_cast<double>(integer_at(chance, row, "n_pairs")));
  }
  // 12 tasks of 10 accounts within 25 s are 540 co-actions that nobody expects.
  EXPECT_GE(integer_at(chance, 0, "co_actions"), 540);
  EXPECT_LT(real_at(chance, 0, "expected"), 0.6 * static_cast<double>(integer_at(chance, 0, "co_actions")));
  EXPECT_TRUE(says(explained->notes, "repost, 60 s: "));
  for (const char* words : {"The unit is the post", "bins of one hour (UTC)", "multiplied by m / K",
                            "Draws of a group test", "Gate of a group"})
    EXPECT_TRUE(says(explained->notes, words)) << words;
  EXPECT_GE(explained->tests.rows(), 7U);
}

TEST(ExplainChance, CoarseTimesAndEmptyCases) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(test::write_planted_case(folder / "empty.uni", {}));
  DetectOptions options;
  options.case_path = folder / "empty.uni";
  const auto nothing = explain_chance(options, {});
  ASSERT_TRUE(nothing) << describe(nothing.error());
  EXPECT_EQ(nothing->chance.rows(), 0U);

  ASSERT_TRUE(test::write_planted_case(folder / "a.uni", test::planted_actions({})));
  {
    auto file = store::CaseFile::open(folder / "a.uni", {});
    ASSERT_TRUE(file->execute("UPDATE post_target SET t_precision = 'min'"));
  }
  options.case_path = folder / "a.uni";
  options.windows_us = {10'000'000, 60'000'000};
  const auto coarse = explain_chance(options, {});
  ASSERT_TRUE(coarse) << describe(coarse.error());
  EXPECT_EQ(text_at(coarse->chance, 0, "verdict"), "too_coarse");
  EXPECT_EQ(text_at(coarse->chance, 1, "verdict"), "tested");
  options.alpha = 2;
  EXPECT_EQ(explain_chance(options, {}).error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace unisono::commands
