#include "unisono/ingest/decision.hpp"

#include <gtest/gtest.h>

namespace unisono::ingest {
namespace {

TimeStatistics seen(std::uint64_t n) {
  TimeStatistics out;
  out.present = out.parsed = n;
  out.patterns[static_cast<std::size_t>(TimePattern::sql)] = n;
  out.zones[static_cast<std::size_t>(ZoneKind::assumed)] = n;
  return out;
}

std::size_t bin(std::int64_t quarters) {
  return static_cast<std::size_t>(static_cast<std::int64_t>(k_offset_bins / 2) + quarters);
}

TEST(DecideTime, PrecisionNeedsAThousandWholeValues) {
  EXPECT_EQ(decide_time(seen(999), {}, {}, "t")->coarsest, std::nullopt);
  EXPECT_EQ(decide_time(seen(1000), {}, {}, "t")->coarsest, Precision::day);
  TimeStatistics hours = seen(1000);
  hours.with_hours = 1;
  EXPECT_EQ(decide_time(hours, {}, {}, "t")->coarsest, Precision::hour);
  hours.with_minutes = 1;
  EXPECT_EQ(decide_time(hours, {}, {}, "t")->coarsest, Precision::min);
  hours.with_seconds = 1;
  EXPECT_EQ(decide_time(hours, {}, {}, "t")->coarsest, std::nullopt);
}

TEST(DecideTime, OrderIsProvenStatedOrAskedFor) {
  TimeStatistics dates = seen(10);
  dates.faults[static_cast<std::size_t>(TimeFault::order_unknown)] = 10;
  const auto open = decide_time(dates, {}, {}, "date");
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code, ErrorCode::needs_decision);
  EXPECT_NE(open.error().advice.find("--date-order"), std::string::npos);

  dates.day_first_proofs = 1;
  EXPECT_EQ(decide_time(dates, {}, {}, "date")->order, DateOrder::day_first);
  dates.month_first_proofs = 1;
  EXPECT_FALSE(decide_time(dates, {}, {}, "date"));  // both are proven: no order fits the column
  EXPECT_EQ(decide_time(dates, {}, {.day_first = false}, "date")->order, DateOrder::month_first);
  TimeSpec spec;
  spec.day_first = true;
  EXPECT_EQ(decide_time(dates, spec, {}, "date")->order, DateOrder::day_first);
}

TEST(DecideTime, TheSameOffsetInNearlyAllRowsIsAHiddenZone) {
  TimeStatistics clock = seen(1000);
  clock.pairs = 1000;
  clock.conflicts = 960;
  clock.offsets[bin(16)] = 950;
  EXPECT_EQ(decide_time(clock, {}, {}, "t")->offset_us, 4 * k_us_per_hour);
  EXPECT_TRUE(decide_time(clock, {}, {}, "t")->id_clock_counts);
  clock.offsets[bin(16)] = 949;
  EXPECT_EQ(decide_time(clock, {}, {}, "t")->offset_us, 0);
  EXPECT_FALSE(decide_time(clock, {}, {}, "t")->id_clock_counts);  // most ids disagree in no regular way: no clock
}

TEST(DecideTime, ZoneOfThePersonBeforeTheFormatBeforeUtc) {
  TimeSpec spec;
  EXPECT_EQ(decide_time(seen(5), spec, {}, "t")->zone_ground, "assumed");
  spec.zone = "Asia/Shanghai";
  EXPECT_EQ(decide_time(seen(5), spec, {}, "t")->zone, "Asia/Shanghai");
  EXPECT_EQ(decide_time(seen(5), spec, {.zone = "-04:00"}, "t")->zone, "-04:00");
}

IdDamage damage_of(const std::vector<std::string>& ids) {
  IdStatistics statistics;
  for (const std::string& id : ids) count_id(id, statistics);
  return decide_ids(statistics);
}

TEST(DecideIds, KnowsDoublesAndExcel) {
  std::vector<std::string> doubles, excel, intact, few;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const std::uint64_t id = 1347361549413978112 + i * 7'777'777'777'777;
    intact.push_back(std::to_string(id | 1));
    doubles.push_back(std::to_string(static_cast<std::uint64_t>(static_cast<double>(id))));
    excel.push_back(std::to_string(id / 10'000 * 10'000));
  }
  few.assign(doubles.begin(), doubles.begin() + 20);
  EXPECT_EQ(damage_of(intact), IdDamage::none);
  EXPECT_EQ(damage_of(doubles), IdDamage::binary);
  EXPECT_EQ(damage_of(excel), IdDamage::decimal);
  EXPECT_EQ(damage_of(few), IdDamage::none);  // ids of X often end in zero bits by nature
  intact.insert(intact.end(), doubles.begin(), doubles.end());
  EXPECT_EQ(damage_of(intact), IdDamage::none);
}

TEST(IsLossy, PerValueAndPerColumn) {
  EXPECT_TRUE(is_lossy("1.347361549413978e+18", IdDamage::none));
  EXPECT_TRUE(is_lossy("1.23456E+18", IdDamage::none));
  EXPECT_TRUE(is_lossy("1347361549413978112.0", IdDamage::none));
  EXPECT_FALSE(is_lossy("2528776985.0", IdDamage::none));
  EXPECT_FALSE(is_lossy("1347361549413978112", IdDamage::none));
  EXPECT_TRUE(is_lossy("1347361549413978112", IdDamage::binary));
  EXPECT_FALSE(is_lossy("1347361549413978113", IdDamage::binary));
  EXPECT_TRUE(is_lossy("1347361549410000", IdDamage::decimal));
  // Hexadecimal hashes with one e and digits only.
  EXPECT_FALSE(is_lossy("12345678e9012345", IdDamage::none));
  EXPECT_FALSE(is_lossy("1e80", IdDamage::none));
  EXPECT_FALSE(is_lossy("", IdDamage::binary));
  EXPECT_FALSE(is_lossy("@handle", IdDamage::binary));
}

TEST(Ids, TailsHashesAndNullWords) {
  EXPECT_EQ(without_float_tail("2528776985.0"), "2528776985");
  EXPECT_EQ(without_float_tail("1347361549413978112.0"), "1347361549413978112.0");
  EXPECT_EQ(without_float_tail("a.0"), "a.0");
  EXPECT_TRUE(looks_hashed("Qm9ndXNIYXNoT2ZBbkFjY291bnRUaGF0SXNOb1JlYWw="));
  EXPECT_FALSE(looks_hashed("4125840934"));
  for (const char* word : {"", "0", "-1", "null", "None", "nan", "absent", "NA"})
    EXPECT_TRUE(is_null_reference(word)) << word;
  EXPECT_FALSE(is_null_word("0"));
  EXPECT_FALSE(is_null_reference("10"));
}

}  // namespace
}  // namespace unisono::ingest
