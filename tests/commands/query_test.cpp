#include "unisono/commands/query.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "unisono/store/case_file.hpp"

namespace unisono::commands {
namespace {

class QueryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "unisono-query-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    auto file = store::CaseFile::create(folder_ / "case.uni", {});
    ASSERT_TRUE(file) << describe(file.error());
    ASSERT_TRUE(file->execute("INSERT INTO annotation (who) SELECT 'w' || i FROM range(100) r(i)"));
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::filesystem::path folder_;
};

TEST_F(QueryTest, AnswersAndCuts) {
  const auto all = query({folder_ / "case.uni", "SELECT who FROM annotation ORDER BY who", 0}, {});
  ASSERT_TRUE(all) << describe(all.error());
  EXPECT_EQ(all->rows(), 100U);
  const auto cut = query({folder_ / "case.uni", "SELECT who FROM annotation ORDER BY who", 2}, {});
  ASSERT_TRUE(cut);
  ASSERT_EQ(cut->rows(), 2U);
  EXPECT_EQ(std::get<std::string>(cut->columns()[0].cells[1]), "w1");
}

TEST_F(QueryTest, CannotChangeTheCase) {
  const auto before = std::filesystem::last_write_time(folder_ / "case.uni");
  for (const std::string sql : {"DELETE FROM annotation", "SET threads = 2", "COPY annotation TO 'annotation.csv'",
                                "SELECT * FROM read_text('case.uni')"}) {
    const auto refused = query({folder_ / "case.uni", sql, 0}, {});
    EXPECT_FALSE(refused) << sql;
  }
  EXPECT_EQ(query({folder_ / "case.uni", "SELECT 1", 0}, {})->rows(), 1U);
  EXPECT_EQ(std::filesystem::last_write_time(folder_ / "case.uni"), before);
}

TEST_F(QueryTest, SaysWhatIsMissing) {
  EXPECT_EQ(query({folder_ / "none.uni", "SELECT 1", 0}, {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(query({folder_, "SELECT 1", 0}, {}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(query({folder_ / "case.uni", "SELECT nothing", 0}, {}).error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace unisono::commands
