// A detect whose joins were computed in shards, against detect; and parts that do not fit together.
#include <gtest/gtest.h>

#include <fstream>

#include "support/planted_case.hpp"
#include "unisono/commands/shards.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands {
namespace {

namespace fs = std::filesystem;

std::string text_of(const Table& table) {
  std::string out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (const Column& column : table.columns()) out += to_text(column.cells[row], column.type) + "|";
    out += "\n";
  }
  return out;
}

std::string text_of(const DetectResult& result) {
  std::string out = result.run_id + "\n";
  for (const Table* table :
       {&result.checks, &result.ties, &result.groups, &result.group_tests, &result.members, &result.joining})
    out += text_of(*table) + "\n";
  for (const std::string& note : result.notes) out += note + "\n";
  return out;
}

class Shards : public testing::Test {
 protected:
  void SetUp() override {
    options_.case_path = folder_ / "case.uni";
    options_.windows_us = {10'000'000, 60'000'000};
    ASSERT_TRUE(test::write_planted_case(options_.case_path, test::planted_actions({})));
  }

  std::vector<fs::path> parts(std::uint32_t n) {
    std::vector<fs::path> paths;
    for (std::uint32_t i = 1; i <= n; ++i) {
      paths.push_back(folder_ / fmt::format("part_{}_{}.txt", i, n));
      const auto shard = detect_shard(options_, {i, n}, paths.back(), {.threads = 1 + i % 2});
      EXPECT_TRUE(shard) << describe(shard.error());
    }
    return paths;
  }

  std::string refusal(const std::vector<fs::path>& paths) {
    const auto merged = merge_shards(options_, paths, {});
    return merged ? "" : describe(merged.error());
  }

  test::TemporaryFolder folder_;
  DetectOptions options_;
};

TEST_F(Shards, AnyNumberGivesTheRunOfOneMachine) {
  const auto whole = detect(options_, {});
  ASSERT_TRUE(whole) << describe(whole.error());
  ASSERT_GE(whole->groups.rows(), 1U);
  ASSERT_GE(whole->ties.rows(), 10U);
  for (const std::uint32_t n : {1U, 2U, 7U, 64U}) {
    std::vector<fs::path> paths = parts(n);
    std::reverse(paths.begin(), paths.end());
    const auto merged = merge_shards(options_, paths, {.threads = 2});
    ASSERT_TRUE(merged) << describe(merged.error());
    EXPECT_EQ(text_of(*merged), text_of(*whole)) << n << " shards";
  }
}

// Two shards: the pairs of the parts together are those of one shard, and none of them is in both.
TEST_F(Shards, EveryPairIsInOnePart) {
  const auto count = [&](const fs::path& path) {
    std::ifstream in(path);
    std::size_t pairs = 0;
    for (std::string line; std::getline(in, line);)
      pairs += !line.empty() && line[0] >= '0' && line[0] <= '9' ? 1U : 0U;
    return pairs;
  };
  const std::size_t whole = count(parts(1)[0]);
  const std::vector<fs::path> two = parts(2);
  EXPECT_GT(whole, 40U);
  EXPECT_GT(count(two[0]), 0U);
  EXPECT_EQ(count(two[0]) + count(two[1]), whole);
}

TEST_F(Shards, PartsThatDoNotFitTogetherAreRefused) {
  const std::vector<fs::path> three = parts(3), two = parts(2);
  EXPECT_NE(refusal({three[0], three[2]}).find("these are missing: 2"), std::string::npos);
  EXPECT_NE(refusal({three[0], three[1], three[1]}).find("shard 2 once more"), std::string::npos);
  EXPECT_NE(refusal({three[0], two[1]}).find("one of 2 shards"), std::string::npos);
  EXPECT_NE(refusal({folder_ / "nothing.txt"}).find("nothing.txt"), std::string::npos);
  options_.windows_us = {60'000'000};
  EXPECT_NE(refusal(three).find("belongs to run"), std::string::npos);
}

TEST_F(Shards, ADamagedPartIsRefused) {
  const fs::path path = parts(1)[0];
  const auto text = read_file(path);
  ASSERT_TRUE(text);
  const std::size_t digit = text->find_first_of("12345678", text->find("\njoin ") + 60);
  std::string changed = *text;
  ++changed[digit];
  const std::vector<std::string> damaged = {changed, text->substr(0, text->size() / 2),
                                            text->substr(0, text->size() - 1), "", "x"};
  for (const std::string& bytes : damaged) {
    ASSERT_TRUE(write_file(path, bytes));
    EXPECT_NE(refusal({path}).find("cut or changed"), std::string::npos) << refusal({path});
  }
}

TEST_F(Shards, ShardsThatCannotBe) {
  for (const Shard shard : {Shard{0, 3}, Shard{4, 3}, Shard{1, 5000}}) {
    const auto result = detect_shard(options_, shard, folder_ / "part.txt", {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::usage);
  }
  EXPECT_FALSE(fs::exists(folder_ / "part.txt"));
}

}  // namespace
}  // namespace unisono::commands
