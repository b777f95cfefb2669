#include "unisono/core/zone.hpp"

#include <gtest/gtest.h>

namespace unisono {
namespace {

TimeUs at(std::int64_t y, int m, int d, int h, int min = 0, std::int64_t us = 0) {
  return to_us({y, m, d, h, min, 0, us});
}

TEST(Zone, Offsets) {
  EXPECT_TRUE(Zone().is_utc());
  EXPECT_TRUE(Zone::named("UTC")->is_utc());
  EXPECT_EQ(Zone::named("+08:00")->offset_at(0), 8 * 3600);
  EXPECT_EQ(Zone::named("-0430")->offset_at(0), -(4 * 3600 + 30 * 60));
  EXPECT_EQ(Zone::named("+8")->name(), "+08:00");
  EXPECT_EQ(Zone::named("-0430")->name(), "-04:30");
  EXPECT_EQ(Zone::fixed(-4 * 3600).to_utc(at(2021, 1, 1, 0)).t, at(2021, 1, 1, 4));
}

TEST(Zone, RefusesWhatIsNoZone) {
  for (const char* bad : {"", "EST", "CST", "Mars/Olympus", "asia/shanghai", "+19:00", "+08:61", "+", "+0800000",
                          "08:00", "Etc/Unknown", "+8:0"}) {
    const auto zone = Zone::named(bad);
    ASSERT_FALSE(zone) << bad;
    EXPECT_EQ(zone.error().code, ErrorCode::usage);
    EXPECT_NE(zone.error().advice.find("Asia/Shanghai"), std::string::npos);
  }
  EXPECT_FALSE(Zone::named(std::string(1'000'000, '/')));
}

TEST(Zone, NamedPlacesKeepTheirRules) {
  const Zone shanghai = *Zone::named("Asia/Shanghai");
  EXPECT_EQ(shanghai.to_utc(at(2021, 1, 7, 8)).t, at(2021, 1, 7, 0));
  EXPECT_EQ(shanghai.offset_at(at(1988, 7, 1, 0)), 9 * 3600);  // China had summer time from 1986 to 1991
  EXPECT_EQ(Zone::named("Asia/Kathmandu")->offset_at(0), 5 * 3600 + 30 * 60);
  EXPECT_EQ(Zone::named("Asia/Kathmandu")->offset_at(at(2021, 1, 1, 0)), 5 * 3600 + 45 * 60);
  EXPECT_FALSE(shanghai.is_utc());
  EXPECT_EQ(shanghai.name(), "Asia/Shanghai");
}

TEST(Zone, AutumnShowsAnHourTwiceAndSpringNever) {
  const Zone london = *Zone::named("Europe/London");
  const ZonedTime twice = london.to_utc(at(2020, 10, 25, 1, 30));
  EXPECT_TRUE(twice.ambiguous);
  EXPECT_EQ(twice.t, at(2020, 10, 25, 0, 30));
  const ZonedTime never = london.to_utc(at(2021, 3, 28, 1, 30));
  EXPECT_TRUE(never.nonexistent);
  EXPECT_EQ(never.t, at(2021, 3, 28, 1, 30));
  // The edges, to the microsecond.
  EXPECT_FALSE(london.to_utc(at(2020, 10, 25, 1) - 1).ambiguous);
  EXPECT_TRUE(london.to_utc(at(2020, 10, 25, 1)).ambiguous);
  EXPECT_TRUE(london.to_utc(at(2020, 10, 25, 2) - 1).ambiguous);
  EXPECT_FALSE(london.to_utc(at(2020, 10, 25, 2)).ambiguous);
  EXPECT_FALSE(london.to_utc(at(2021, 3, 28, 1) - 1).nonexistent);
  EXPECT_TRUE(london.to_utc(at(2021, 3, 28, 1)).nonexistent);
  EXPECT_TRUE(london.to_utc(at(2021, 3, 28, 2) - 1).nonexistent);
  EXPECT_FALSE(london.to_utc(at(2021, 3, 28, 2)).nonexistent);
}

TEST(Zone, EveryHourOfAYearComesBack) {
  const Zone zone = *Zone::named("America/New_York");
  for (TimeUs t = at(2021, 1, 1, 0); t < at(2022, 1, 1, 0); t += k_us_per_hour) {
    const ZonedTime back = zone.to_utc(t + zone.offset_at(t) * k_us_per_s);
    ASSERT_FALSE(back.nonexistent);
    ASSERT_TRUE(back.t == t || (back.ambiguous && back.t == t - k_us_per_hour));
  }
}

}  // namespace
}  // namespace unisono
