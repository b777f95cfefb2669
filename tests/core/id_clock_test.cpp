#include "unisono/core/id_clock.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "unisono/core/time_parse.hpp"

namespace unisono {
namespace {

std::string time_of(IdClock clock, std::string_view id) {
  const auto t = id_clock(clock, id);
  return t ? format_iso(*t, precision_of(clock)) : "none";
}

TEST(IdClock, X) {
  EXPECT_EQ(time_of(IdClock::x, "20"), "none");
  EXPECT_EQ(time_of(IdClock::x, "30000000000"), "none");
  EXPECT_EQ(time_of(IdClock::x, "30000000001"), "2010-11-04T01:43:01.809Z");
  // The first id after the change and one with a known millisecond: (id >> 22) + 1288834974657.
  EXPECT_EQ(id_clock(IdClock::x, "1347361549413978112"), ((1347361549413978112 >> 22) + 1288834974657) * 1000);
  EXPECT_EQ(time_of(IdClock::x, "1347361549413978112"), "2021-01-08T01:56:40.804Z");
  EXPECT_EQ(time_of(IdClock::x, "-1"), "none");
  EXPECT_EQ(time_of(IdClock::x, "1347361549413978112.0"), "none");
  EXPECT_EQ(time_of(IdClock::x, "1.347361549413978e+18"), "none");
  EXPECT_EQ(time_of(IdClock::x, ""), "none");
  EXPECT_EQ(time_of(IdClock::x, "18446744073709551615"), "none");
  EXPECT_EQ(time_of(IdClock::x, "99999999999999999999999999"), "none");
}

TEST(IdClock, XBackwards) {
  const TimeUs t = to_us({2020, 6, 9, 12, 0, 0, 123'000});
  for (const std::uint32_t sequence : {0U, 1U, (1U << 22) - 1}) {
    EXPECT_EQ(id_clock(IdClock::x, std::to_string(x_id_at(t, sequence))), t);
  }
  EXPECT_LT(x_id_at(t, (1U << 22) - 1), x_id_at(t + 1000));
}

TEST(IdClock, TikTok) {
  EXPECT_EQ(time_of(IdClock::tiktok, "7281986300348026145"), "2023-09-23T11:45:57Z");
}

TEST(IdClock, Mastodon) {
  EXPECT_EQ(time_of(IdClock::mastodon, "109000000000000000"),
            format_iso((109000000000000000 >> 16) * 1000, Precision::ms));
  EXPECT_EQ(time_of(IdClock::mastodon, "42"), "none");
}

TEST(IdClock, Bluesky) {
  // 2024-01-01T00:00:00.000001Z = 1704067200000001 us, clock id 0, written in the sortable alphabet.
  const std::string_view alphabet = "234567abcdefghijklmnopqrstuvwxyz";
  const std::uint64_t value = std::uint64_t{1704067200000001} << 10;
  std::string key;
  for (int shift = 60; shift >= 0; shift -= 5) key += alphabet[value >> shift & 31];
  EXPECT_EQ(time_of(IdClock::bluesky, key), "2024-01-01T00:00:00.000001Z");
  EXPECT_EQ(time_of(IdClock::bluesky, "at://did:plc:abc/app.bsky.feed.post/" + key), "2024-01-01T00:00:00.000001Z");
  EXPECT_EQ(time_of(IdClock::bluesky, "self"), "none");
  EXPECT_EQ(time_of(IdClock::bluesky, "zzzzzzzzzzzzz"), "none");
  EXPECT_EQ(time_of(IdClock::bluesky, "3JZFCIJPJ2Z2A"), "none");
}

TEST(IdClock, Instagram) {
  const std::uint64_t id = std::uint64_t{1609459200000 - 1314220021721} << 23 | 77;
  EXPECT_EQ(time_of(IdClock::instagram, std::to_string(id)), "2021-01-01T00:00:00.000Z");
  EXPECT_EQ(time_of(IdClock::instagram, std::to_string(id) + "_123456"), "2021-01-01T00:00:00.000Z");
}

// The fields of a file of quoted fields only, row by row.
std::vector<std::vector<std::string>> quoted_csv(const std::string& bytes) {
  std::vector<std::vector<std::string>> rows(1);
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '"') {
      if (quoted && i + 1 < bytes.size() && bytes[i + 1] == '"') {
        field += bytes[i++];
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && (c == ',' || c == '\n')) {
      rows.back().push_back(std::move(field));
      field.clear();
      if (c == '\n') rows.emplace_back();
    } else if (quoted || c != '\r') {
      field += c;
    }
  }
  if (rows.back().size() < 2) rows.pop_back();
  return rows;
}

TEST(IdClock, AgreesWithTheStatedMinutesOfAnArchive) {
  std::ifstream file(UNISONO_SHARED "/data/xinjiang/cnhu_2021_sample.csv", std::ios::binary);
  if (!file) GTEST_SKIP() << "the archive sample is not here";
  std::stringstream bytes;
  bytes << file.rdbuf();
  const auto rows = quoted_csv(bytes.str());
  ASSERT_EQ(rows.size(), 48U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto id = id_clock(IdClock::x, rows[i].at(0));
    const auto stated = parse_time(rows[i].at(13), TimePattern::sql_minute);
    ASSERT_TRUE(id && stated) << rows[i].at(0);
    const std::int64_t length = length_us(Precision::min);
    EXPECT_EQ(*id / length * length, stated->t) << rows[i].at(0);
  }
}

TEST(IdClock, OfPlatforms) {
  EXPECT_EQ(id_clock_of("x"), IdClock::x);
  EXPECT_EQ(id_clock_of("bluesky"), IdClock::bluesky);
  EXPECT_FALSE(id_clock_of("telegram"));
  EXPECT_FALSE(id_clock_of(""));
}

}  // namespace
}  // namespace unisono
