#include "unisono/output/arrow.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "output/flat_buffer.hpp"

namespace unisono::output {
namespace {

// What another program reads; empty and skipped where it is not installed.
std::string read_by_pyarrow(const std::string& stream, bool& skipped) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("unisono-arrow-" + std::to_string(::getpid()) + ".arrow");
  std::ofstream(path, std::ios::binary) << stream;
  std::string said;
  FILE* pipe = popen(("python3 " UNISONO_SOURCE "/tests/output/read_arrow.py " + path.string() + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) said += buffer.data();
  const int status = pclose(pipe);
  skipped = WIFEXITED(status) && WEXITSTATUS(status) == 77;
  EXPECT_TRUE(skipped || status == 0) << said;
  std::filesystem::remove(path);
  return said;
}

Table every_type() {
  return Table({{"text", ColumnType::text, {std::string("a"), Cell(), std::string("=\xff\x00\"", 4)}},
                {"integer", ColumnType::integer, {std::int64_t{1} << 62, std::int64_t{-1}, Cell()}},
                {"real", ColumnType::real, {0.1, Cell(), -1e300}},
                {"flag", ColumnType::boolean, {true, false, Cell()}},
                {"t", ColumnType::time_us, {std::int64_t{1'620'725'400'000'001}, Cell(), std::int64_t{-1}}},
                {"mixed", ColumnType::real, {std::string("x"), 1.5, std::int64_t{7}}}});
}

constexpr const char* k_every_type =
    "{\"fields\": [[\"text\", \"string\"], [\"integer\", \"int64\"], [\"real\", \"double\"], [\"flag\", \"bool\"], "
    "[\"t\", "
    "\"timestamp[us, tz=UTC]\"], [\"mixed\", \"string\"]], \"batches\": 2, \"metadata\": {\"unisono.run_id\": \"r\"}}\n"
    "{\"text\": \"a\", \"integer\": 4611686018427387904, \"real\": 0.1, \"flag\": true, \"t\": \"2021-05-11 "
    "09:30:00.000001+00:00\", \"mixed\": \"x\"}\n"
    "{\"text\": null, \"integer\": -1, \"real\": null, \"flag\": false, \"t\": null, \"mixed\": \"1.5\"}\n"
    "{\"text\": \"=\\ufffd\\u0000\\\"\", \"integer\": null, \"real\": -1e+300, \"flag\": null, \"t\": \"1969-12-31 "
    "23:59:59.999999+00:00\", \"mixed\": \"7\"}\n";

TEST(Arrow, AnotherProgramReadsEveryType) {
  bool skipped = false;
  const std::string said = read_by_pyarrow(write_arrow_stream(every_type(), {{{"unisono.run_id", "r"}}, 2}), skipped);
  if (skipped) GTEST_SKIP() << said;
  EXPECT_EQ(said, k_every_type);
}

TEST(Arrow, AnotherProgramReadsTablesWithoutRowsOrColumns) {
  bool skipped = false;
  Table empty = every_type();
  for (Column& column : empty.columns()) column.cells.clear();
  const std::string said = read_by_pyarrow(write_arrow_stream(empty), skipped);
  if (skipped) GTEST_SKIP() << said;
  EXPECT_NE(said.find("\"batches\": 0"), std::string::npos) << said;
  EXPECT_NE(read_by_pyarrow(write_arrow_stream(Table()), skipped).find("\"fields\": []"), std::string::npos);
}

TEST(Arrow, AnotherProgramReadsTheSameRowsInBatchesOfAnySize) {
  Table table({{"n", ColumnType::integer, {}}, {"flag", ColumnType::boolean, {}}, {"text", ColumnType::text, {}}});
  for (std::int64_t i = 0; i < 300; ++i)
    table.append_row({i % 7 == 0 ? Cell() : Cell(i), i % 5 == 0 ? Cell() : Cell(i % 3 == 0),
                      i % 11 == 0 ? Cell() : Cell(std::string(static_cast<std::size_t>(i % 13), 'x'))});
  std::string first;
  for (const std::size_t rows : {std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{64}, std::size_t{1000}}) {
    bool skipped = false;
    std::string said = read_by_pyarrow(write_arrow_stream(table, {{}, rows}), skipped);
    if (skipped) GTEST_SKIP() << said;
    said = said.substr(said.find('\n'));  // without the number of batches
    if (first.empty()) first = said;
    EXPECT_EQ(said, first) << rows;
  }
  EXPECT_GT(first.size(), 300U * 20);
}

// The framing, without another program: messages begin at multiples of 8 and end where they say.
TEST(Arrow, MessagesFollowOneAnother) {
  const std::string stream = write_arrow_stream(every_type(), {{}, 1});
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, stream.data() + at, sizeof value);
    return value;
  };
  EXPECT_EQ(stream.size() % 8, 0U);
  EXPECT_EQ(number(0), 0xFFFFFFFFU);
  EXPECT_EQ(number(4) % 8, 0U);
  EXPECT_EQ(number(8 + number(4)), 0xFFFFFFFFU) << "the schema has no body";
  EXPECT_EQ(number(stream.size() - 8), 0xFFFFFFFFU);
  EXPECT_EQ(number(stream.size() - 4), 0U);
  EXPECT_EQ(stream, write_arrow_stream(every_type(), {{}, 1}));
}

TEST(FlatBuffer, ATableIsWhereItsParentSays) {
  FlatBuffer buffer;
  const auto name = buffer.text("abc");
  buffer.open_table();
  buffer.scalar<std::int64_t>(2, 77);
  buffer.reference(0, name);
  const auto root = buffer.close_table();
  const std::string bytes = std::move(buffer).finish(root);
  const auto at = [&]<typename T>(std::size_t place, T) {
    T value{};
    std::memcpy(&value, bytes.data() + place, sizeof value);
    return value;
  };
  EXPECT_EQ(bytes.size() % 8, 0U);
  const std::size_t table = at(0, std::uint32_t{});
  const std::size_t vtable = table - static_cast<std::size_t>(at(table, std::int32_t{}));
  EXPECT_EQ(at(vtable, std::uint16_t{}), 10U) << "two numbers and three fields";
  EXPECT_EQ(at(vtable + 6, std::uint16_t{}), 0U) << "field 1 is not there";
  const std::size_t long_field = table + at(vtable + 8, std::uint16_t{});
  EXPECT_EQ(long_field % 8, 0U);
  EXPECT_EQ(at(long_field, std::int64_t{}), 77);
  const std::size_t text_field = table + at(vtable + 4, std::uint16_t{});
  const std::size_t text = text_field + at(text_field, std::uint32_t{});
  EXPECT_EQ(at(text, std::uint32_t{}), 3U);
  EXPECT_EQ(bytes.substr(text + 4, 4), std::string("abc\0", 4));
}

}  // namespace
}  // namespace unisono::output
