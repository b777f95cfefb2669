#include "unisono/evidence/close_posts.hpp"

#include <gtest/gtest.h>

namespace unisono::evidence {
namespace {

// Object 0: accounts 0, 1, 2 at 0, 30 and 200 s; object 1: accounts 0 and 2 at 0 and 60 s. Post = row.
network::Events small_world() {
  static const std::vector<std::uint32_t> account = {0, 1, 2, 0, 2};
  static const std::vector<std::uint32_t> object = {0, 0, 0, 1, 1};
  static const std::vector<std::uint32_t> post = {0, 1, 2, 3, 4};
  static const std::vector<std::int64_t> t_us = {0, 30'000'000, 200'000'000, 0, 60'000'000};
  return network::first_events({account, object, post, t_us, 3, 2, 5});
}

TEST(ClosePosts, TakesPostsOfMembersWithinTheWindow) {
  const std::vector<std::uint8_t> everyone = {1, 1, 1};
  EXPECT_EQ(close_posts(small_world(), everyone, 60'000'000), (std::vector<std::uint32_t>{0, 1, 3, 4}));
  EXPECT_EQ(close_posts(small_world(), everyone, 29'999'999), (std::vector<std::uint32_t>{}));
}

TEST(ClosePosts, OutsidersDoNotCount) {
  const std::vector<std::uint8_t> first_and_last = {1, 0, 1};
  EXPECT_EQ(close_posts(small_world(), first_and_last, 170'000'000), (std::vector<std::uint32_t>{3, 4}));
}

TEST(ClosePosts, OfAPair) {
  EXPECT_EQ(close_posts_of_pair(small_world(), 0, 1, 30'000'000), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(close_posts_of_pair(small_world(), 2, 0, 60'000'000), (std::vector<std::uint32_t>{3, 4}));
  EXPECT_TRUE(close_posts_of_pair(small_world(), 1, 2, 169'999'999).empty());
}

}  // namespace
}  // namespace unisono::evidence
