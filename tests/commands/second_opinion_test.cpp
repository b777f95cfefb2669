// What other methods say of a group that was found: they put the planted squad together, and no level depends on it.
#include <gtest/gtest.h>

#include <string>

#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"

namespace unisono::commands {
namespace {

class SecondOpinion : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(test::write_planted_case(options_.case_path, test::planted_actions({})));
    options_.windows_us = {60'000'000};
  }
  std::int64_t count(const std::string& sql) {
    auto file = store::CaseFile::open(options_.case_path, {});
    const auto n = file->count(sql);
    EXPECT_TRUE(n) << (n ? "" : describe(n.error()));
    return n.value_or(-1);
  }
  test::TemporaryFolder folder_;
  DetectOptions options_{.case_path = folder_ / "a.uni"};
};

// Modularity with a resolution of 2 takes a clique apart that holds all ties there are.
TEST_F(SecondOpinion, EveryMethodButTheFinestPutsTheSquadTogether) {
  const auto result = detect(options_, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(count("SELECT count(*) FROM group_"), 1);
  EXPECT_EQ(result->second_opinions.rows(), 5U) << "pieces, clusters at three resolutions, dense blocks";
  EXPECT_EQ(count("SELECT count(*) FROM second_opinion WHERE members = 10 AND \"of\" = 10 AND reason = ''"), 4);
  EXPECT_EQ(count("SELECT count(*) FROM second_opinion WHERE resolution = 2 AND members = 0 AND reason <> ''"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM second_opinion WHERE method = 'clusters' AND co_assignment >= 0.9"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM second_opinion WHERE method = 'dense' AND copies = 99 AND as_dense = 0 AND "
                  "objects BETWEEN 10 AND 14"),
            1);
  // The counts are those of the accounts that are kept.
  EXPECT_EQ(count("SELECT count(*) FROM second_opinion s WHERE members > 0 AND accounts <> (SELECT count(*) FROM "
                  "second_opinion_account a "
                  "WHERE a.group_id = s.group_id AND a.method = s.method AND a.resolution IS NOT DISTINCT FROM "
                  "s.resolution)"),
            0);
  EXPECT_EQ(count("SELECT count(*) FROM second_opinion_account JOIN group_member USING (run_id, group_id, platform, "
                  "account_id)"),
            40);
}

TEST_F(SecondOpinion, ThreadsChangeNothing) {
  const auto one = detect(options_, Control{.threads = 1});
  const auto seven = detect(options_, Control{.threads = 7});
  ASSERT_TRUE(one && seven);
  for (std::size_t c = 0; c < one->second_opinions.columns().size(); ++c)
    EXPECT_EQ(one->second_opinions.columns()[c].cells, seven->second_opinions.columns()[c].cells);
}

}  // namespace
}  // namespace unisono::commands
