#include "unisono/core/time_parse.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reference/time_parse.hpp"
#include "unisono/core/random.hpp"

namespace unisono {
namespace {

std::string read(std::string_view text, TimePattern pattern, const TimeContext& context = {}) {
  const auto parsed = parse_time(text, pattern, context);
  if (!parsed) return name_of(parsed.error());
  std::string result = format_iso(parsed->t, Precision::us).substr(0, 26) + " " + name_of(parsed->precision);
  constexpr const char* k_zones[] = {" utc", " offset", " named", " assumed"};
  result += k_zones[static_cast<std::size_t>(parsed->zone)];
  return result + (parsed->ambiguous_local ? " ambiguous" : "");
}

using enum TimePattern;

TEST(TimeParse, TwitterV1) {
  EXPECT_EQ(read("Wed Oct 10 20:19:24 +0000 2018", twitter_v1), "2018-10-10T20:19:24.000000 s utc");
  EXPECT_EQ(read("Mon Jan 1 00:00:00 +0000 2024", twitter_v1), "2024-01-01T00:00:00.000000 s utc");
  EXPECT_EQ(read("Wed Oct 10 20:19:24 -0400 2018", twitter_v1), "2018-10-11T00:19:24.000000 s offset");
  EXPECT_EQ(read("Thu Feb 29 00:00:00 +0000 2024", twitter_v1), "2024-02-29T00:00:00.000000 s utc");
  EXPECT_EQ(read("Wed Feb 29 00:00:00 +0000 2023", twitter_v1), "out_of_range");
  for (const char* bad :
       {"Wed Oct 10 20:19:24 2018", "Wen Oct 10 20:19:24 +0000 2018", "Wed Okt 10 20:19:24 +0000 2018",
        "Wed Oct 10 20:19 +0000 2018", "Wed Oct 10 20:19:24 +0000 18", "Wed Oct 10 20:19:24 +0000 2018x"}) {
    EXPECT_EQ(read(bad, twitter_v1), "malformed") << bad;
  }
}

TEST(TimeParse, Rfc3339) {
  EXPECT_EQ(read("2021-01-07T08:41:13Z", rfc3339), "2021-01-07T08:41:13.000000 s utc");
  EXPECT_EQ(read("2021-01-07T08:41:13.000Z", rfc3339), "2021-01-07T08:41:13.000000 s utc");
  EXPECT_EQ(read("2021-01-07T08:41:13.120Z", rfc3339), "2021-01-07T08:41:13.120000 ms utc");
  EXPECT_EQ(read("2021-01-07T08:41:13.123456789Z", rfc3339), "2021-01-07T08:41:13.123456 us utc");
  EXPECT_EQ(read("2021-01-07T08:41:13.000000001Z", rfc3339), "2021-01-07T08:41:13.000000 us utc");
  EXPECT_EQ(read("2021-01-07T08:41:13.1234567890Z", rfc3339), "malformed");
  EXPECT_EQ(read("2021-01-07T08:41:13.Z", rfc3339), "malformed");
  EXPECT_EQ(read("2021-01-07 08:41:13+08:00", rfc3339), "2021-01-07T00:41:13.000000 s offset");
  EXPECT_EQ(read("2021-01-07T08:41:13-0530", rfc3339), "2021-01-07T14:11:13.000000 s offset");
  EXPECT_EQ(read("2021-01-07 08:41:13 +0000", rfc3339), "2021-01-07T08:41:13.000000 s utc");
  EXPECT_EQ(read("2021-01-07T08:41:13+19:00", rfc3339), "malformed");
  EXPECT_EQ(read("2021-01-07T08:41:13", rfc3339), "malformed");
}

TEST(TimeParse, BoundsOfTheCalendarAndOfTheDay) {
  EXPECT_EQ(read("0001-01-01T00:00:00Z", rfc3339), "0001-01-01T00:00:00.000000 s utc");
  EXPECT_EQ(read("9999-12-31T23:59:59.999999Z", rfc3339), "9999-12-31T23:59:59.999999 us utc");
  EXPECT_EQ(read("1969-12-31T23:59:59.5Z", rfc3339), "1969-12-31T23:59:59.500000 ms utc");
  for (const char* bad :
       {"0000-01-01T00:00:00Z", "2021-00-01T00:00:00Z", "2021-13-01T00:00:00Z", "2021-01-00T00:00:00Z",
        "2021-01-32T00:00:00Z", "2021-04-31T00:00:00Z", "2021-01-01T24:00:00Z", "2021-01-01T23:60:00Z",
        "2021-01-01T23:59:61Z", "2021-01-01T12:00:60Z", "1900-02-29T00:00:00Z", "2021-02-29T00:00:00Z"}) {
    EXPECT_EQ(read(bad, rfc3339), "out_of_range") << bad;
  }
  EXPECT_EQ(read("2000-02-29T00:00:00Z", rfc3339), "2000-02-29T00:00:00.000000 s utc");
  EXPECT_EQ(read("2016-12-31T23:59:60Z", rfc3339), "2017-01-01T00:00:00.000000 s utc");
  EXPECT_EQ(read("2017-01-01T08:59:60+09:00", rfc3339), "2017-01-01T00:00:00.000000 s offset");
  EXPECT_EQ(read("2016-12-31 23:59:60", sql), "out_of_range");
}

TEST(TimeParse, WithoutZone) {
  const Zone new_york = *Zone::named("America/New_York");
  const TimeContext there{.zone = &new_york};
  EXPECT_EQ(read("2021-01-07 08:41:13", sql), "2021-01-07T08:41:13.000000 s assumed");
  EXPECT_EQ(read("2021-01-07 08:41:13", sql, there), "2021-01-07T13:41:13.000000 s assumed");
  EXPECT_EQ(read("2021-07-07 08:41:13.25", sql, there), "2021-07-07T12:41:13.250000 ms assumed");
  EXPECT_EQ(read("2021-11-07 01:30:00", sql, there), "2021-11-07T05:30:00.000000 s assumed ambiguous");
  EXPECT_EQ(read("2021-03-14 02:30:00", sql, there), "2021-03-14T07:30:00.000000 s assumed ambiguous");
  EXPECT_EQ(read("2021-01-07T08:41:13", iso_local), "2021-01-07T08:41:13.000000 s assumed");
  EXPECT_EQ(read("2021-01-07 08:41", sql_minute), "2021-01-07T08:41:00.000000 min assumed");
  EXPECT_EQ(read("2021-01-07", iso_date), "2021-01-07T00:00:00.000000 day assumed");
  EXPECT_EQ(read("20210107", compact_date), "2021-01-07T00:00:00.000000 day assumed");
  EXPECT_EQ(read("20211307", compact_date), "out_of_range");
  EXPECT_EQ(read("2019.12", year_month), "2019-12-01T00:00:00.000000 month assumed");
  EXPECT_EQ(read("2021-1-7 08:41:13", sql), "malformed");
  EXPECT_EQ(read("2021-01-07T08:41:13", sql), "malformed");
}

TEST(TimeParse, SlashDatesNeedAnOrderUnlessAPartProvesIt) {
  const TimeContext month_first{.date_order = DateOrder::month_first};
  const TimeContext day_first{.date_order = DateOrder::day_first};
  EXPECT_EQ(read("3/4/2021 8:05", slash), "order_unknown");
  EXPECT_EQ(read("3/4/2021 8:05", slash, month_first), "2021-03-04T08:05:00.000000 min assumed");
  EXPECT_EQ(read("3/4/2021 8:05", slash, day_first), "2021-04-03T08:05:00.000000 min assumed");
  EXPECT_EQ(read("3/3/2021 8:05", slash), "2021-03-03T08:05:00.000000 min assumed");
  EXPECT_EQ(read("10/13/2017 19:58", slash), "2017-10-13T19:58:00.000000 min assumed");
  EXPECT_EQ(read("13/10/2017 19:58:07", slash), "2017-10-13T19:58:07.000000 s assumed");
  EXPECT_EQ(read("13/10/2017 19:58:07", slash, month_first), "out_of_range");
  EXPECT_EQ(read("10/13/2017", slash), "2017-10-13T00:00:00.000000 day assumed");
  EXPECT_EQ(read("1/31/2017 12:05 AM", slash), "2017-01-31T00:05:00.000000 min assumed");
  EXPECT_EQ(read("1/31/2017 12:05 PM", slash), "2017-01-31T12:05:00.000000 min assumed");
  EXPECT_EQ(read("1/31/2017 13:05 PM", slash), "malformed");
  EXPECT_EQ(read("1/31/17 8:05", slash), "malformed");
  EXPECT_EQ(proven_order("13/1/2021 8:05"), DateOrder::day_first);
  EXPECT_EQ(proven_order("1/13/2021"), DateOrder::month_first);
  EXPECT_EQ(proven_order("1/2/2021"), DateOrder::unknown);
  EXPECT_EQ(proven_order("13/13/2021"), DateOrder::unknown);
}

TEST(TimeParse, CrowdTangleAcrossTheClockChange) {
  EXPECT_EQ(read("2021-03-14 01:59:59 EST", named_zone), "2021-03-14T06:59:59.000000 s named");
  EXPECT_EQ(read("2021-03-14 03:00:00 EDT", named_zone), "2021-03-14T07:00:00.000000 s named");
  EXPECT_EQ(read("2021-11-07 01:30:00 EDT", named_zone), "2021-11-07T05:30:00.000000 s named");
  EXPECT_EQ(read("2021-11-07 01:30:00 EST", named_zone), "2021-11-07T06:30:00.000000 s named");
  EXPECT_EQ(read("2021-11-07 01:30:00 UTC", named_zone), "2021-11-07T01:30:00.000000 s named");
  EXPECT_EQ(read("2021-11-07 01:30:00 CST", named_zone), "zone_unknown");
  const std::vector<ZoneName> names = {{"CST", 8 * 3600}, {"EST", 10 * 3600}};
  EXPECT_EQ(read("2021-11-07 01:30:00 CST", named_zone, {.zone_names = names}), "2021-11-06T17:30:00.000000 s named");
  EXPECT_EQ(read("2021-11-07 01:30:00 EST", named_zone, {.zone_names = names}), "2021-11-06T15:30:00.000000 s named");
  EXPECT_EQ(read("2021-11-07 01:30:00 +0100", named_zone), "malformed");
}

TEST(TimeParse, IntegersByMagnitude) {
  EXPECT_EQ(read("1610005273", integer), "2021-01-07T07:41:13.000000 s utc");
  EXPECT_EQ(read("1610005273120", integer), "2021-01-07T07:41:13.120000 ms utc");
  EXPECT_EQ(read("1610005273000", integer), "2021-01-07T07:41:13.000000 s utc");
  EXPECT_EQ(read("1610005273123456", integer), "2021-01-07T07:41:13.123456 us utc");
  EXPECT_EQ(read("915148800", integer), "1999-01-01T00:00:00.000000 s utc");
  for (const char* bad : {"0", "1", "16100052", "16100052731", "16100052731234", "1610005273123456789", "-1610005273",
                          "0610005273", "161000527x", "1347361549413978112"}) {
    EXPECT_EQ(read(bad, integer), "malformed") << bad;
  }
}

TEST(TimeParse, FloatsKeepOnlyTheDigitsThatAreLeft) {
  EXPECT_EQ(read("1610005273.0", decimal), "2021-01-07T07:41:13.000000 s utc");
  EXPECT_EQ(read("1610005273.", decimal), "2021-01-07T07:41:13.000000 s utc");
  EXPECT_EQ(read("1.610005273e9", decimal), "2021-01-07T07:41:13.000000 s utc");
  EXPECT_EQ(read("1.610005273E+09", decimal), "2021-01-07T07:41:13.000000 s utc");
  EXPECT_EQ(read("1610005273.25", decimal), "2021-01-07T07:41:13.250000 ms utc");
  EXPECT_EQ(read("1610005273.1234567", decimal), "2021-01-07T07:41:13.123456 us utc");
  EXPECT_EQ(read("1.610005273123e12", decimal), "2021-01-07T07:41:13.123000 ms utc");
  EXPECT_EQ(read("1.61000527e9", decimal), "2021-01-07T07:41:10.000000 min utc");
  EXPECT_EQ(read("1.6100052e9", decimal), "2021-01-07T07:40:00.000000 hour utc");
  EXPECT_EQ(read("1.61e9", decimal), "too_coarse");
  for (const char* bad :
       {"1610005273", ".5", "1e9e9", "nan", "inf", "1.6e99", "1.6e-9", "0.0", "-1.6e9", "1..5", "1.5e"}) {
    EXPECT_EQ(read(bad, decimal), "malformed") << bad;
  }
}

TEST(TimeParse, ChineseDates) {
  EXPECT_EQ(read("2021年1月7日 08:41", chinese), "2021-01-07T00:41:00.000000 min named");
  EXPECT_EQ(read("2021年01月07日 08:41:13", chinese), "2021-01-07T00:41:13.000000 s named");
  EXPECT_EQ(read("2021年01月07日", chinese), "2021-01-06T16:00:00.000000 day named");
  EXPECT_EQ(read("01月07日 08:41", chinese), "year_missing");
  EXPECT_EQ(read("01月07日 08:41", chinese, {.year = 2020}), "2020-01-07T00:41:00.000000 min named");
  EXPECT_EQ(read("02月29日 08:41", chinese, {.year = 2021}), "out_of_range");
  const Zone utc;
  EXPECT_EQ(read("2021年1月7日 08:41", chinese, {.zone = &utc}), "2021-01-07T08:41:00.000000 min assumed");
}

TEST(TimeParse, BlanksAroundAValueAndHostileLength) {
  EXPECT_EQ(read("  1610005273\r\n", integer), "2021-01-07T07:41:13.000000 s utc");
  EXPECT_EQ(read("", integer), "malformed");
  EXPECT_EQ(read(std::string(1'000'000, '1'), integer), "malformed");
  EXPECT_EQ(read(std::string("1610005273\0", 11), integer), "malformed");
}

TEST(TimeParse, GuessesTheMostSpecificPattern) {
  const std::vector<std::pair<const char*, const char*>> cases = {{"Wed Oct 10 20:19:24 +0000 2018", "twitter_v1"},
                                                                  {"2021-01-07T08:41:13.123Z", "rfc3339"},
                                                                  {"2021-01-07 08:41:13+08:00", "rfc3339"},
                                                                  {"2021-01-07 08:41:13", "sql"},
                                                                  {"2021-01-07 08:41", "sql_minute"},
                                                                  {"3/4/2021 8:05", "slash"},
                                                                  {"2021-01-07 08:41:13 EST", "named_zone"},
                                                                  {"2021-01-07 08:41:13 CST", "named_zone"},
                                                                  {"2021-01-07T08:41:13", "iso_local"},
                                                                  {"1610005273", "integer"},
                                                                  {"1610005273120", "integer"},
                                                                  {"1610005273.0", "decimal"},
                                                                  {"1.610005273e9", "decimal"},
                                                                  {"01月07日 08:41", "chinese"},
                                                                  {"20210107", "compact_date"},
                                                                  {"2021-01-07", "iso_date"},
                                                                  {"2019.12", "year_month"}};
  for (const auto& [text, name] : cases) {
    const auto guessed = guess_pattern(text);
    ASSERT_TRUE(guessed) << text;
    EXPECT_STREQ(name_of(*guessed), name) << text;
    EXPECT_EQ(pattern_named(name), guessed);
  }
  for (const char* none : {"", "hello", "99999999", "1347361549413978112", "2021", "12:30"}) {
    EXPECT_FALSE(guess_pattern(none)) << none;
  }
}

// Random values of a pattern, and the same with one character changed: the fast parser and its twin agree on both.
TEST(TimeParse, AgreesWithTheTwin) {
  Random random(1);
  const std::vector<std::pair<TimePattern, std::string>> shapes = {{twitter_v1, "Wed Oct DD DD:DD:DD +0D00 DDDD"},
                                                                   {rfc3339, "DDDD-DD-DDTDD:DD:DD.DDDZ"},
                                                                   {rfc3339, "DDDD-DD-DD DD:DD:DD+DD:DD"},
                                                                   {sql, "DDDD-DD-DD DD:DD:DD"},
                                                                   {sql, "DDDD-DD-DD DD:DD:DD.DDDDDD"},
                                                                   {iso_local, "DDDD-DD-DDTDD:DD:DD"},
                                                                   {decimal, "1DDDDDDDDD.DDD"},
                                                                   {decimal, "1.DDDDDDDDDeD"},
                                                                   {decimal, "1.DDDDDDe12"}};
  const std::string_view alphabet = "0123456789-:T Z+.,eE";
  std::size_t accepted = 0;
  for (int round = 0; round < 6'000; ++round) {
    const auto& [pattern, shape] = shapes[random.below(shapes.size())];
    std::string text = shape;
    for (char& c : text) {
      // Small digits most of the time, so that months and hours are often valid.
      if (c == 'D') c = static_cast<char>('0' + random.below(random.below(3) == 0 ? 10 : 3));
    }
    if (random.below(4) == 0) text[random.below(text.size())] = alphabet[random.below(alphabet.size())];
    if (text.front() == ' ' || text.back() == ' ') continue;
    const auto fast = parse_time(text, pattern);
    const auto twin = reference::parse_time(text, pattern);
    ASSERT_EQ(fast.has_value(), twin.has_value()) << text;
    if (!fast) continue;
    ++accepted;
    ASSERT_EQ((reference::TimeValue{fast->t, fast->precision}), *twin) << text;
  }
  EXPECT_GT(accepted, 1'000U);
}

TEST(TimeParse, EveryDayOfTwoCenturiesOnce) {
  TimeUs expected = to_us({.year = 1900});
  for (int year = 1900; year < 2100; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= 31; ++day) {
        char text[16];
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        const auto parsed = parse_time(text, iso_date);
        if (!parsed) continue;
        ASSERT_EQ(parsed->t, expected) << text;
        expected += k_us_per_day;
      }
    }
  }
  EXPECT_EQ(expected, to_us({.year = 2100}));
}

}  // namespace
}  // namespace unisono
