#include "unisono/ingest/encoding.hpp"

#include <gtest/gtest.h>

#include "ingest/utf8.hpp"
#include "unisono/core/transcode.hpp"

namespace unisono::ingest {
namespace {

using namespace std::string_literals;

std::string decision(std::string_view sample, std::string_view asked = "") {
  const auto encoding = decide_encoding(sample, true, asked);
  if (!encoding) return std::string(name_of(encoding.error().code)) + ": " + encoding.error().advice;
  return encoding->name + ", " + name_of(encoding->ground);
}

TEST(Encoding, Marks) {
  EXPECT_EQ(decision("\xEF\xBB\xBF"
                     "a"),
            "UTF-8, byte order mark");
  EXPECT_EQ(decision("\xFF\xFE"
                     "a\0"s),
            "UTF-16LE, byte order mark");
  EXPECT_EQ(decision("\xFE\xFF\0a"s), "UTF-16BE, byte order mark");
  EXPECT_EQ(decision("\xFF\xFE\0\0a\0\0\0"s), "UTF-32LE, byte order mark");
  EXPECT_EQ(decision("\0\0\xFE\xFF\0\0\0a"s), "UTF-32BE, byte order mark");
}

TEST(Encoding, DecidesOrAsks) {
  EXPECT_EQ(decision("plain"), "UTF-8, valid UTF-8");
  EXPECT_EQ(decision(""), "UTF-8, valid UTF-8");
  EXPECT_EQ(decision("a,b\n\xE4\xB8\xAD,\xE4\xB8"), "UTF-8, UTF-8 with damage");
  EXPECT_EQ(decision("\xC3\xA9\xC3\xA9 \xE9"), "UTF-8, UTF-8 with damage");
  EXPECT_EQ(decision("{\"a\":\"caf\xE9 \"}"), "UTF-8, UTF-8 with damage");
  EXPECT_EQ(decision("a,\xFF\xFF\xFF,b"), "UTF-8, UTF-8 with damage");
  EXPECT_NE(decision("caf\xE9 \x93quoted\x94").find("--encoding windows-1252"), std::string::npos);
  EXPECT_NE(decision("a\0,\0b\0\n\0\x2d\x4e,\0\x31\0"s).find("--encoding UTF-16LE"), std::string::npos);
  EXPECT_NE(decision("\0a\0,\0b\0\n"s).find("--encoding UTF-16BE"), std::string::npos);
  std::string chinese;  // GB18030: "zhongguo renmin"
  for (int i = 0; i < 30; ++i) chinese += "\xD6\xD0\xB9\xFA\xC8\xCB\xC3\xF1,\xB5\xC4\xCA\xC7\xD4\xDA\n";
  EXPECT_NE(decision(chinese).find("--encoding GB18030"), std::string::npos) << decision(chinese);
}

TEST(Encoding, AsAsked) {
  EXPECT_EQ(decision("caf\xE9", "cp1252"), "windows-1252, given by option");
  EXPECT_EQ(decision("caf\xE9", "utf8"), "UTF-8, given by option");
  EXPECT_EQ(decision("\xFF\xFE"
                     "a\0"s,
                     "UTF-16"),
            "UTF-16LE, given by option");
  EXPECT_EQ(decide_encoding("\xEF\xBB\xBF"
                            "a",
                            true, "UTF-8")
                ->mark_bytes,
            3u);
  EXPECT_TRUE(decision("a", "klingon").starts_with("usage"));
}

TEST(Encoding, Utf8Repair) {
  std::uint64_t replaced = 0;
  EXPECT_EQ(repair_utf8("a\xC0\x80z", replaced), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(replaced, 2u);
  EXPECT_EQ(repair_utf8("\xF0\x9F\x98!\xED\xA0\x80", replaced), "\xEF\xBF\xBD!\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(repair_utf8("\xF0\x9F\x98\x80\xE4", replaced), "\xF0\x9F\x98\x80\xEF\xBF\xBD");
  EXPECT_TRUE(is_valid_utf8("\xF0\x9F\x98\x80"));
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));
}

TEST(Transcode, OriginsForAnyCut) {
  const std::string bytes = "a\xD6\xD0z\x81\x30\x81\x30\xB9\xFA\n";  // GB18030: one, two and four bytes
  std::string whole;
  std::vector<std::uint64_t> whole_origins;
  Transcoder::open("GB18030")->convert(bytes, true, whole, whole_origins);
  EXPECT_EQ(whole, "a\xE4\xB8\xADz\xC2\x80\xE5\x9B\xBD\n");
  EXPECT_EQ(whole_origins, (std::vector<std::uint64_t>{0, 1, 1, 1, 3, 4, 4, 8, 8, 8, 10}));
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    auto transcoder = Transcoder::open("GB18030");
    std::string text;
    std::vector<std::uint64_t> origins;
    transcoder->convert(std::string_view(bytes).substr(0, cut), false, text, origins);
    transcoder->convert(std::string_view(bytes).substr(cut), true, text, origins);
    EXPECT_EQ(text, whole) << cut;
    EXPECT_EQ(origins, whole_origins) << cut;
  }
  std::string text;
  std::vector<std::uint64_t> origins;
  auto transcoder = Transcoder::open("UTF-16LE");
  transcoder->convert(std::string_view("\0\xD8x\0\x3D\xD8\0\xDEq", 9), true, text, origins);
  EXPECT_EQ(text, "\xEF\xBF\xBDx\xF0\x9F\x98\x80\xEF\xBF\xBD");
  EXPECT_EQ(transcoder->replaced(), 2u);
  EXPECT_EQ(origins.back(), 8u);
}

}  // namespace
}  // namespace unisono::ingest
