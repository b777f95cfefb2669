#include "unisono/output/json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace unisono::output {
namespace {

TEST(Json, EnvelopeHasTheFourParts) {
  JsonDocument document{"detect", R"({"id":"r1"})", {}, {"a note"}};
  document.tables.emplace_back("ties", Table({{"id", ColumnType::text, {std::string("123")}},
                                              {"t", ColumnType::time_us, {std::int64_t{0}}},
                                              {"p", ColumnType::real, {1e-12}},
                                              {"missing", ColumnType::text, {Cell{}}},
                                              {"numbers_json", ColumnType::text, {std::string(R"({"k":1})")}}}));
  const auto json = nlohmann::json::parse(write_json(document));
  EXPECT_EQ(json["schema"], "unisono.detect/1");
  EXPECT_EQ(json["run"]["id"], "r1");
  EXPECT_EQ(json["notes"][0], "a note");
  const auto& row = json["tables"]["ties"][0];
  EXPECT_EQ(row["id"], "123");
  EXPECT_EQ(row["t"], "1970-01-01T00:00:00Z");
  EXPECT_DOUBLE_EQ(row["p"].get<double>(), 1e-12);
  EXPECT_TRUE(row["missing"].is_null());
  EXPECT_EQ(row["numbers"]["k"], 1);
}

TEST(Json, HostileTextStaysText) {
  JsonDocument document{"query", "{}", {}, {}};
  document.tables.emplace_back("rows", Table({{"x", ColumnType::text, {std::string("\"},{\xff\x00\x1f", 7)}},
                                              {"y", ColumnType::real, {std::nan("")}}}));
  const auto json = nlohmann::json::parse(write_json(document));
  EXPECT_EQ(json["tables"]["rows"].size(), 1U);
  EXPECT_TRUE(json["tables"]["rows"][0]["y"].is_null());
}

}  // namespace
}  // namespace unisono::output
