#include "temporary_case.hpp"

namespace unisono::store::testing {
namespace {

class FetchTest : public CaseTest {
 protected:
  // One value: its column type and how it reads.
  std::pair<ColumnType, std::string> value(const std::string& expression) {
    const auto table = file.query("SELECT " + expression + " AS v");
    EXPECT_TRUE(table) << expression << ": " << why(table);
    if (!table) return {};
    return {table->columns().front().type, rows(*table).front()};
  }
  CaseFile file = make();
};

TEST_F(FetchTest, EveryTypeBecomesACell) {
  using Expected = std::pair<ColumnType, std::string>;
  const std::vector<std::pair<std::string, Expected>> cases = {
      {"true", {ColumnType::boolean, "true"}},
      {"(-5)::TINYINT", {ColumnType::integer, "-5"}},
      {"300::SMALLINT", {ColumnType::integer, "300"}},
      {"255::UTINYINT", {ColumnType::integer, "255"}},
      {"65535::USMALLINT", {ColumnType::integer, "65535"}},
      {"4294967295::UINTEGER", {ColumnType::integer, "4294967295"}},
      {"9223372036854775807", {ColumnType::integer, "9223372036854775807"}},
      {"18446744073709551615::UBIGINT", {ColumnType::text, "18446744073709551615"}},
      {"5::UBIGINT", {ColumnType::integer, "5"}},
      {"(-7)::HUGEINT", {ColumnType::integer, "-7"}},
      {"'-170141183460469231731687303715884105728'::HUGEINT",
       {ColumnType::text, "-170141183460469231731687303715884105728"}},
      {"'340282366920938463463374607431768211455'::UHUGEINT",
       {ColumnType::text, "340282366920938463463374607431768211455"}},
      {"0.5::DOUBLE", {ColumnType::real, "0.5"}},
      {"0.25::FLOAT", {ColumnType::real, "0.25"}},
      {"1.25::DECIMAL(4,2)", {ColumnType::real, "1.25"}},
      {"(-1.5)::DECIMAL(9,1)", {ColumnType::real, "-1.5"}},
      {"1.5::DECIMAL(18,3)", {ColumnType::real, "1.5"}},
      {"1.5::DECIMAL(38,10)", {ColumnType::real, "1.5"}},
      {"TIMESTAMP '2021-05-11 09:30:00'", {ColumnType::time_us, "2021-05-11T09:30:00Z"}},
      {"'2021-05-11 09:30:00'::TIMESTAMP_S", {ColumnType::time_us, "2021-05-11T09:30:00Z"}},
      {"'2021-05-11 09:30:00'::TIMESTAMP_MS", {ColumnType::time_us, "2021-05-11T09:30:00Z"}},
      {"'1969-12-31 23:59:59.0000001'::TIMESTAMP_NS", {ColumnType::time_us, "1969-12-31T23:59:59Z"}},
      {"'2021-05-11 09:30:00+02'::TIMESTAMPTZ", {ColumnType::time_us, "2021-05-11T07:30:00Z"}},
      {"'infinity'::TIMESTAMP", {ColumnType::text, "infinity"}},
      {"DATE '2021-05-11'", {ColumnType::text, "2021-05-11"}},
      {"'-infinity'::DATE", {ColumnType::text, "-infinity"}},
      {"TIME '09:30:01.5'", {ColumnType::text, "09:30:01.500000"}},
      {"INTERVAL '2 months 3 days'", {ColumnType::text, "2 months 3 days 0 us"}},
      {"'short'", {ColumnType::text, "short"}},
      {"repeat('long ', 1000)", {ColumnType::text, std::string()}},
      {"'\\xAB\\x01'::BLOB", {ColumnType::text, "ab01"}},
      {"'eeccb8c5-9943-b2bb-bb5e-222f4e14b687'::UUID", {ColumnType::text, "eeccb8c5-9943-b2bb-bb5e-222f4e14b687"}},
      {"'b'::ENUM('a', 'b')", {ColumnType::text, "b"}},
      {"NULL", {ColumnType::integer, "NULL"}},
      {"NULL::BIGINT", {ColumnType::integer, "NULL"}},
      {"[1, NULL, 3]", {ColumnType::text, "[1, null, 3]"}},
      {"['a', 'b\"c\\d', chr(10)]", {ColumnType::text, "[\"a\", \"b\\\"c\\\\d\", \"\\u000a\"]"}},
      {"[1, 2]::INTEGER[2]", {ColumnType::text, "[1, 2]"}},
      {"{'id': 7, 'name': NULL, 'at': TIMESTAMP '2021-05-11', 'in': [true]}",
       {ColumnType::text, "{\"id\": 7, \"name\": null, \"at\": \"2021-05-11T00:00:00Z\", \"in\": [true]}"}},
      {"MAP {'k': [1.5], 'l': []}", {ColumnType::text, "{\"k\": [1.5], \"l\": []}"}},
      {"NULL::STRUCT(a INTEGER)", {ColumnType::text, "NULL"}},
  };
  for (const auto& [expression, expected] : cases) {
    const auto found = value(expression);
    EXPECT_EQ(found.first, expected.first) << expression;
    EXPECT_TRUE(expected.second.empty() || found.second == expected.second) << expression << ": " << found.second;
  }
  EXPECT_EQ(value("repeat('long ', 1000)").second.size(), 5000U);
}

TEST_F(FetchTest, OneWideValueMakesTheColumnText) {
  const auto table = file.query("SELECT * FROM (VALUES (1::HUGEINT), (NULL), ('18446744073709551616'::HUGEINT)) v(h)");
  ASSERT_TRUE(table) << why(table);
  EXPECT_EQ(table->columns().front().type, ColumnType::text);
  EXPECT_EQ(rows(*table), (std::vector<std::string>{"1", "NULL", "18446744073709551616"}));
}

TEST_F(FetchTest, ManyChunksOfNestedRows) {
  const auto table =
      file.query("SELECT i, [i, i + 1] AS l, {'s': 'text number ' || i} AS s FROM range(10000) r(i) ORDER BY i");
  ASSERT_TRUE(table) << why(table);
  const auto lines = rows(*table);
  ASSERT_EQ(lines.size(), 10000U);
  EXPECT_EQ(lines[9999], "9999|[9999, 10000]|{\"s\": \"text number 9999\"}");
  EXPECT_EQ(lines[2048], "2048|[2048, 2049]|{\"s\": \"text number 2048\"}");
}

TEST_F(FetchTest, StatementsWithoutRowsAndParametersOfAllKinds) {
  const auto none = file.query("SELECT * FROM post");
  ASSERT_TRUE(none);
  EXPECT_EQ(none->rows(), 0U);
  EXPECT_EQ(none->columns()[1].name, "post_id");
  const std::vector<Cell> cells = {std::string("a'b"), std::int64_t{5}, 0.5, true, std::monostate{}};
  const auto table = file.query("SELECT $1, $2, $3, $4, $5", cells);
  ASSERT_TRUE(table) << why(table);
  EXPECT_EQ(rows(*table), std::vector<std::string>{"a'b|5|0.5|true|NULL"});
  EXPECT_FALSE(file.query("SELECT $1, $2", std::vector<Cell>{std::int64_t{1}}));
  EXPECT_FALSE(file.query("SELECT $1", cells));
}

}  // namespace
}  // namespace unisono::store::testing
