#include "unisono/store/post_times.hpp"

#include <map>
#include <set>
#include <tuple>

#include "temporary_case.hpp"

namespace unisono::store::testing {
namespace {

class PostTimesTest : public CaseTest {
 protected:
  CaseFile some_posts() {
    CaseFile file = make();
    EXPECT_TRUE(file.execute(
        "INSERT INTO post (platform, post_id, account_id, t_us, t_precision, t_source, kind) VALUES "
        "('x', '1', 'b', TIMESTAMP '2024-03-01 10:00:00.5', 'ms', 'field', 'original'), "
        "('x', '2', 'a', TIMESTAMP '2024-03-01 10:00:01', 's', 'field', 'repost'), "
        "('x', '3', 'b', TIMESTAMP '2024-03-01 11:00:00', 'min', 'field', 'original'), "
        "('a', '3', 'z', TIMESTAMP '1969-12-31 23:59:59', NULL, 'field', 'original'), "
        "('x', '4', 'a', NULL, NULL, 'none', 'original'), ('x', '5', NULL, TIMESTAMP '2024-03-01 10:00:00', 's', "
        "'field', 'original')"));
    EXPECT_TRUE(file.execute(
        "INSERT INTO post_target (platform, post_id, account_id, t_us, t_precision, post_kind, target_kind, target_id) "
        "VALUES ('l', 'c1', 'q', TIMESTAMP '2024-03-01 10:00:02', 's', 'other', 'generic', 'o'), "
        "('x', '2', 'a', TIMESTAMP '2024-03-01 10:00:01', 's', 'repost', 'repost', '1')"));
    return file;
  }
};

TEST_F(PostTimesTest, PostsAndRowsOfListsOnceEach) {
  CaseFile file = some_posts();
  const auto posts = scan_post_times(file, {}, {}, Control{});
  ASSERT_TRUE(posts) << why(posts);
  EXPECT_EQ(posts->platform_of, (std::vector<std::string>{"a", "l", "x", "x"}));
  EXPECT_EQ(posts->account_id_of, (std::vector<std::string>{"z", "q", "a", "b"}));
  EXPECT_EQ(posts->excluded_no_time, 1U);
  std::multiset<std::tuple<std::uint32_t, std::int64_t, int>> found;
  for (std::size_t i = 0; i < posts->size(); ++i) found.emplace(posts->account[i], posts->t_us[i], posts->precision[i]);
  const std::int64_t ten = to_us({2024, 3, 1, 10, 0, 0, 0});
  const auto code = [](Precision precision) { return static_cast<int>(precision); };
  EXPECT_EQ(found, (std::multiset<std::tuple<std::uint32_t, std::int64_t, int>>{
                       {0, -1'000'000, code(Precision::s)},
                       {1, ten + 2'000'000, code(Precision::s)},
                       {2, ten + 1'000'000, code(Precision::s)},
                       {3, ten + 500'000, code(Precision::ms)},
                       {3, ten + k_us_per_hour, code(Precision::min)}}));
}

TEST_F(PostTimesTest, SinceAndUntilChooseAndTheLimitOfMemoryHolds) {
  CaseFile file = some_posts();
  const std::int64_t ten = to_us({2024, 3, 1, 10, 0, 0, 0});
  const auto posts = scan_post_times(file, ten + 500'000, ten + 2'000'000, Control{});
  ASSERT_TRUE(posts) << why(posts);
  EXPECT_EQ(posts->size(), 2U);
  EXPECT_EQ(posts->account_id_of, (std::vector<std::string>{"a", "b"}));
  Control little;
  little.memory_bytes = 20;
  const auto refused = scan_post_times(file, {}, {}, little);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::memory);
  CaseFile empty = make("empty.uni");
  EXPECT_EQ(scan_post_times(empty, {}, {}, Control{})->size(), 0U);
}

}  // namespace
}  // namespace unisono::store::testing
