#include "unisono/ingest/reject.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace unisono::ingest {
namespace {

TEST(Reject, ExcerptIsPrintable) {
  EXPECT_EQ(make_excerpt(std::string_view("a\tb\r\n\0\\\xE9\xC3\xA9", 10)), "a\\tb\\r\\n\\x00\\\\\\xE9\xC3\xA9");
  EXPECT_EQ(make_excerpt(std::string(500, 'x')).size(), 200u);
  EXPECT_EQ(make_excerpt(std::string(199, 'x') + "\xC3\xA9").size(), 199u)
      << "a character cut by the limit is left out";
}

TEST(Reject, NdjsonHoldsAllFields) {
  const Reject reject{RejectReason::short_row, {3, 4, 50, 6}, "c\"", "2 fields, expected 3", "a,\\n\"b"};
  const std::string line = to_ndjson(reject, "bad\xFFname.csv", "abcd", std::nullopt);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json.at("reason"), "short_row");
  EXPECT_EQ(json.at("byte_offset"), 50);
  EXPECT_EQ(json.at("byte_length"), 6);
  EXPECT_EQ(json.at("record_no"), 3);
  EXPECT_EQ(json.at("line"), 4);
  EXPECT_EQ(json.at("field"), "c\"");
  EXPECT_EQ(json.at("excerpt"), "a,\\n\"b");
  EXPECT_TRUE(json.at("member").is_null());
  EXPECT_EQ(json.at("file"), "bad\xEF\xBF\xBDname.csv");
  EXPECT_TRUE(line.starts_with("{\"file\":"));
}

TEST(Reject, ReasonsHaveDifferentNames) {
  std::set<std::string> names;
  for (int i = 0; i < k_reject_reasons; ++i) names.insert(name_of(static_cast<RejectReason>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(k_reject_reasons));
  EXPECT_EQ(names.count("unknown"), 0u);
}

}  // namespace
}  // namespace unisono::ingest
