#include "unisono/core/time.hpp"

#include <gtest/gtest.h>

namespace unisono {
namespace {

TEST(Time, FormatsAsFineAsThePrecision) {
  const TimeUs t = to_us({2021, 5, 11, 9, 30, 15, 123'456});
  EXPECT_EQ(format_iso(t, Precision::us), "2021-05-11T09:30:15.123456Z");
  EXPECT_EQ(format_iso(t, Precision::ms), "2021-05-11T09:30:15.123Z");
  EXPECT_EQ(format_iso(t), "2021-05-11T09:30:15Z");
  EXPECT_EQ(format_iso(t, Precision::day), "2021-05-11");
  EXPECT_EQ(format_iso(t, Precision::month), "2021-05");
  EXPECT_EQ(format_iso(-1, Precision::us), "1969-12-31T23:59:59.999999Z");
}

TEST(Time, CivilAndBack) {
  for (const TimeUs t : {TimeUs{0}, TimeUs{-1}, TimeUs{1'610'005'273'123'456}, TimeUs{-62'135'596'800'000'000}}) {
    EXPECT_EQ(to_us(to_civil(t)), t);
  }
}

TEST(Time, Durations) {
  EXPECT_EQ(parse_duration("10s"), 10'000'000);
  EXPECT_EQ(parse_duration("5m"), 300'000'000);
  EXPECT_EQ(parse_duration("1.5h"), 5'400'000'000);
  EXPECT_EQ(parse_duration("250ms"), 250'000);
  EXPECT_EQ(parse_duration("60"), 60'000'000);
  for (const char* bad : {"", "s", "-1s", "1y", "10 s", "1e300d", "nan", "10s5"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
  EXPECT_EQ(format_duration(60'000'000), "60 s");
  EXPECT_EQ(format_duration(300'000'000), "5 min");
  EXPECT_EQ(format_duration(3'600'000'000), "1 h");
}

TEST(Time, MomentsOfAPerson) {
  EXPECT_EQ(parse_moment("2021-03-01"), to_us({2021, 3, 1, 0, 0, 0, 0}));
  EXPECT_EQ(parse_moment("2021-03-01T12:30:00Z"), to_us({2021, 3, 1, 12, 30, 0, 0}));
  EXPECT_EQ(parse_moment("2021-03-01T12:30:00+02:00"), to_us({2021, 3, 1, 10, 30, 0, 0}));
  const auto zoneless = parse_moment("2021-03-01T12:30:00");
  ASSERT_FALSE(zoneless);
  EXPECT_EQ(zoneless.error().code, ErrorCode::usage);
  EXPECT_EQ(zoneless.error().advice, "for UTC write 2021-03-01T12:30:00Z");
  for (const char* bad : {"", "yesterday", "2021-02-29", "03/01/2021", "1610005273"})
    EXPECT_FALSE(parse_moment(bad)) << bad;
}

}  // namespace
}  // namespace unisono
