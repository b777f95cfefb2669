#include "unisono/store/publication_scan.hpp"

#include "temporary_case.hpp"
#include "unisono/core/id_clock.hpp"

namespace unisono::store::testing {
namespace {

class PublicationScanTest : public CaseTest {};

constexpr auto k_none = ObjectPublications::k_unknown_time;
constexpr auto k_nobody = ObjectPublications::k_unknown_source;

void expect_done(const Result<void>& result) {
  EXPECT_TRUE(result) << why(result);
}

TEST_F(PublicationScanTest, PostBeforeClockAndAuthorBeforeTheNamedOne) {
  CaseFile file = make();
  const TimeUs t = to_us({2024, 3, 1, 12, 0, 0, 0});
  const std::string by_clock = std::to_string(x_id_at(t)), coarse = std::to_string(x_id_at(t + 5'000'000));
  auto step = file.begin_step();
  ASSERT_TRUE(step.has_value());
  expect_done(
      file.execute("INSERT INTO post (platform, post_id, account_id, t_us, t_precision, t_source, kind) VALUES "
                   "('x', '11', 'anna', TIMESTAMP '2024-03-01 10:00:00', 's', 'field', 'post'), "
                   "('x', '" +
                   coarse + "', 'ben', TIMESTAMP '2024-03-01 00:00:00', 'day', 'field', 'post')"));
  expect_done(file.execute(
      "INSERT INTO post_target (platform, post_id, account_id, post_kind, target_kind, target_id, target_account) "
      "VALUES "
      "('x', '1', 'c', 'repost', 'repost', '11', 'wrong'), ('x', '2', 'c', 'repost', 'repost', '" +
      by_clock + "', 'ben'), ('x', '3', 'd', 'repost', 'repost', '" + by_clock +
      "', 'ben'), "
      "('x', '4', 'c', 'repost', 'repost', '" +
      coarse +
      "', NULL), "
      "('x', '5', 'c', 'repost', 'repost', '12', 'eve'), ('x', '6', 'd', 'repost', 'repost', '12', 'adam'), "
      "('y', '7', 'd', 'repost', 'repost', '13', NULL)"));
  expect_done(step->commit());

  std::vector<std::string> keys = {"x:11", "x:12", "x:" + by_clock, "x:" + coarse, "y:13"};
  std::sort(keys.begin(), keys.end());
  const auto found = scan_publications(file, "repost", keys, Control{});
  ASSERT_TRUE(found.has_value()) << found.error().message;
  const auto at = [&](const std::string& key) {
    const auto place = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key) - keys.begin());
    return std::pair(found->t_us[place], found->source[place]);
  };
  // Authors: x:anna, x:ben.
  EXPECT_EQ(at("x:11"), std::pair(to_us({2024, 3, 1, 10, 0, 0, 0}), 0U));
  EXPECT_EQ(at("x:" + by_clock), std::pair(t, 1U));
  EXPECT_EQ(at("x:" + coarse), std::pair(t + 5'000'000, 1U));
  EXPECT_EQ(at("x:12"), std::pair(k_none, k_nobody));  // two authors are named: none is believed
  EXPECT_EQ(at("y:13"), std::pair(k_none, k_nobody));
}

TEST_F(PublicationScanTest, OtherChannelsHaveNone) {
  CaseFile file = make();
  const std::vector<std::string> keys = {"#a", "#b"};
  const auto found = scan_publications(file, "hashtag", keys, Control{});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->t_us, std::vector<std::int64_t>(2, k_none));
  EXPECT_EQ(found->source, std::vector<std::uint32_t>(2, k_nobody));
}

}  // namespace
}  // namespace unisono::store::testing
