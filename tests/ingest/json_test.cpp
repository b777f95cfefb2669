#include "unisono/ingest/json.hpp"

#include <gtest/gtest.h>

#include "ingest/reading.hpp"
#include "reference/json.hpp"
#include "unisono/core/random.hpp"

namespace unisono::ingest {
namespace {

using testing::JsonReading;
using testing::read_json;
using Texts = std::vector<std::string>;

JsonReading must_read(std::string_view bytes, const JsonOptions& options = {}) {
  auto reading = read_json(bytes, options);
  EXPECT_TRUE(reading) << (reading ? "" : describe(reading.error()));
  return reading ? *reading : JsonReading();
}

std::string reasons(const JsonReading& reading) {
  std::string text;
  for (const Reject& reject : reading.rejects) text += (text.empty() ? "" : " ") + std::string(name_of(reject.reason));
  return text;
}

JsonOptions chunks_of(std::size_t bytes) {
  JsonOptions options;
  options.batch_bytes = bytes;
  return options;
}

TEST(Json, LinesWithPlaces) {
  const std::string bytes = "{\"a\":1}\r\n\n  {\"a\":2} \nnot json\n{\"a\":3}";
  for (const std::size_t chunk : {1u, 2u, 5u, 1000u}) {
    const JsonReading reading = must_read(bytes, chunks_of(chunk));
    EXPECT_EQ(reading.layout, JsonLayout::lines);
    EXPECT_EQ(reading.texts, (Texts{"{\"a\":1}", "{\"a\":2}", "{\"a\":3}"}));
    EXPECT_EQ(reading.refs[1].line, 3u);
    EXPECT_EQ(reading.refs[1].offset, 12u);
    EXPECT_EQ(reading.refs[1].length, 7u);
    EXPECT_EQ(reasons(reading), "bad_json");
    EXPECT_EQ(reading.rejects[0].ref.line, 4u);
    EXPECT_EQ(reading.rejects[0].ref.record_no, 3u);
    EXPECT_EQ(reading.rejects[0].detail, "expected a value at byte 0 of the record");
    EXPECT_EQ(reading.counts.blank_lines, 1u);
    EXPECT_EQ(reading.counts.records, 4u);
  }
}

TEST(Json, LastLineThatIsCut) {
  const JsonReading reading = must_read("{\"a\":1}\n{\"a\":\"x");
  EXPECT_EQ(reading.texts.size(), 1u);
  EXPECT_EQ(reasons(reading), "truncated_line");
  EXPECT_EQ(reasons(must_read("{\"a\":1}\n{\"a\":\"x\n")), "bad_json") << "ended by a line break, so it is whole";
}

TEST(Json, Layouts) {
  EXPECT_EQ(detect_json_layout("{\"a\":1}\n{\"b", false), JsonLayout::lines);
  EXPECT_EQ(detect_json_layout("{\"a\":1}", true), JsonLayout::lines);
  EXPECT_EQ(detect_json_layout(" \n[\n{\"a\":1}", true), JsonLayout::array);
  EXPECT_EQ(detect_json_layout("[{\"a\":1", false), JsonLayout::array);
  EXPECT_EQ(detect_json_layout("{\n  \"a\": 1,\n  \"b\": 2\n}\n", true), JsonLayout::values);
  EXPECT_EQ(detect_json_layout("{\"a\": 1, \"te\n{\"a\":2}\n{\"a\":3}\n", true), JsonLayout::lines);
}

TEST(Json, ArraysAndPrettyPrintedValues) {
  const std::string array = "[\n {\"a\": \"]}\\\"\"},\n 5 , \"x\",[1,[2]],{\n\"b\":{}}\n]\n";
  const std::string values = "{\n \"a\": 1\n}\n{\n \"a\": 2}{\"c\":3}";
  for (const std::size_t chunk : {1u, 2u, 3u, 7u, 1000u}) {
    const JsonReading reading = must_read(array, chunks_of(chunk));
    EXPECT_EQ(reading.layout, JsonLayout::array);
    EXPECT_EQ(reading.texts, (Texts{"{\"a\": \"]}\\\"\"}", "5", "\"x\"", "[1,[2]]", "{\n\"b\":{}}"})) << chunk;
    EXPECT_EQ(reading.refs[4].line, 3u);
    EXPECT_EQ(array.substr(reading.refs[3].offset, reading.refs[3].length), "[1,[2]]");
    EXPECT_TRUE(reading.rejects.empty());
    const JsonReading objects = must_read(values, chunks_of(chunk));
    EXPECT_EQ(objects.layout, JsonLayout::values);
    EXPECT_EQ(objects.texts, (Texts{"{\n \"a\": 1\n}", "{\n \"a\": 2}", "{\"c\":3}"})) << chunk;
    EXPECT_EQ(objects.refs[1].line, 4u);
  }
  EXPECT_EQ(must_read("[]").texts.size(), 0u);
  EXPECT_EQ(must_read("").counts.records, 0u);
}

TEST(Json, RecordsInsideOneHugeObject) {
  const std::string bytes =
      "{\"about\": {\"list\": [9]}, \"chats\": {\"list\": [\n{\"id\": 1, \"messages\": [{\"m\":1},\n{\"m\":2}], \"x\": "
      "[{\"m\":0}]},"
      "{\"messages\": [], \"id\": 2}, 7, {\"messages\": [{\"m\":3}]}]}, \"messages\": [{\"m\":0}]}";
  for (const std::size_t chunk : {1u, 4u, 1000u}) {
    JsonOptions options = chunks_of(chunk);
    options.each = "chats.list[].messages";
    const JsonReading reading = must_read(bytes, options);
    EXPECT_EQ(reading.texts, (Texts{"{\"m\":1}", "{\"m\":2}", "{\"m\":3}"})) << chunk;
    EXPECT_EQ(reading.refs[1].line, 3u);
  }
  JsonOptions bad;
  bad.each = "a..b";
  EXPECT_EQ(read_json(bytes, bad).error().code, ErrorCode::usage);
}

TEST(Json, CutArraysGiveOneReject) {
  const std::string bytes = "[{\"a\":1},{\"a\":\"x]\"},{\"a\":[3]}]";
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    const JsonReading reading = must_read(std::string_view(bytes).substr(0, cut), chunks_of(1 + cut % 5));
    EXPECT_EQ(reasons(reading), "truncated_line") << cut;
  }
  EXPECT_EQ(reasons(must_read("[{\"a\":1},{\"a\" 2},{\"a\":3}]")), "bad_json");
}

TEST(Json, LimitsHoldInAndBeyondMemory) {
  const std::string big = "{\"t\":\"" + std::string(100, 'x') + "\"}";
  for (const std::size_t chunk : {1u, 16u, 4000u}) {
    JsonOptions options = chunks_of(chunk);
    options.max_record = 50;
    for (const std::string& bytes : {"{\"a\":1}\n" + big + "\n{\"a\":2}\n", "[{\"a\":1},\n" + big + ",\n{\"a\":2}]"}) {
      const JsonReading reading = must_read(bytes, options);
      EXPECT_EQ(reading.texts, (Texts{"{\"a\":1}", "{\"a\":2}"})) << chunk;
      ASSERT_EQ(reasons(reading), "record_too_large");
      EXPECT_EQ(bytes.substr(reading.rejects[0].ref.offset, reading.rejects[0].ref.length), big);
      EXPECT_EQ(reading.rejects[0].ref.line, 2u);
      EXPECT_EQ(reading.refs[1].line, 3u);
    }
  }
}

// The twin of a finding of the fuzzer: rejects of the reader and of the parser in one file, in the order of the file.
TEST(Json, RejectsStandInTheOrderOfTheFileForAnyBlock) {
  const std::string bytes = std::string(41, 'x') + "\n\"\n\xd0:\n" + std::string(50, 'y') + "\n[";
  for (const std::size_t chunk : {1u, 7u, 44u, 4096u}) {
    JsonOptions options = chunks_of(chunk);
    options.layout = JsonLayout::lines;
    options.encoding = "UTF-8";
    options.max_record = 40;
    const JsonReading reading = must_read(bytes, options);
    ASSERT_EQ(reading.rejects.size(), 5U) << chunk;
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(reading.rejects[i].ref.record_no, i + 1) << chunk;
      EXPECT_EQ(reading.rejects[i].reason == RejectReason::record_too_large, i == 0 || i == 3) << chunk;
    }
  }
}

TEST(Json, DepthLimit) {
  const std::string ok = std::string(256, '[') + std::string(256, ']'), deep = "[" + ok + "]";
  EXPECT_EQ(reasons(must_read("{\"a\":1}\n" + ok + "\n" + deep + "\n")), "depth_limit");
  const JsonReading array = must_read("[" + ok + "," + deep + "]");
  EXPECT_EQ(array.texts.size(), 1u);
  EXPECT_EQ(reasons(array), "depth_limit");
  EXPECT_EQ(reasons(must_read("{}\n" + std::string(1'000'000, '[') + "\n{}\n")), "depth_limit");
}

TEST(Json, RepairsWhatIsMeantAndCounts) {
  JsonParser parser;
  const auto text = [&](std::string_view json) {
    const auto value = parser.parse(json);
    if (!value) return "fault: " + value.error().detail;
    const auto member = value->find("a");
    if (!member) return std::string("no a");
    return member->is_string() ? std::string(member->string()) : std::string(name_of(member->kind()));
  };
  EXPECT_EQ(text("{\"a\":\"\\ud83d x\"}"), "\xEF\xBF\xBD x");
  EXPECT_EQ(text("{\"a\":\"\\udc00\\ud83d\\ude00\"}"), "\xEF\xBF\xBD\xF0\x9F\x98\x80");
  EXPECT_EQ(text("{\"a\":\"caf\xE9 NaN\"}"), "caf\xEF\xBF\xBD NaN");
  EXPECT_EQ(text("{\"a\":NaN,\"b\":-Infinity,\"c\":1e999}"), "null");
  EXPECT_EQ(text("{\"a\":123456789012345678901}"), "123456789012345678901");
  EXPECT_EQ(text("{\"a\":1 \"b\"}"), "fault: expected , or }");
  EXPECT_EQ(parser.counts().repaired_json, 5u);
  EXPECT_EQ(parser.counts().lone_surrogates, 2u);
  EXPECT_EQ(parser.counts().invalid_utf8, 1u);
  EXPECT_EQ(parser.counts().nan_values, 3u);
  EXPECT_EQ(parser.counts().big_integers, 1u);
}

TEST(Json, ValuesComeThroughExactly) {
  JsonParser parser;
  const auto root = parser.parse(
      "{\"i\":-9223372036854775808,\"u\":18446744073709551615,\"id\":1347361549413978112,\"r\":1.347361549413978e18,"
      "\"f\":2.0,"
      "\"s\":\"\\u00e9\\u0000x\",\"t\":true,\"n\":null,\"l\":[1,\"b\",{}],\"i\":5,\"o\":{\"k\":1,\"k\":2}}");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("i")->number_text(), "-9223372036854775808");
  EXPECT_EQ(root->find("u")->number_text(), "18446744073709551615");
  EXPECT_FALSE(root->find("u")->integer());
  EXPECT_EQ(root->find("id")->integer(), 1347361549413978112);
  EXPECT_EQ(root->find("r")->number_text(), "1.347361549413978e+18");
  EXPECT_EQ(root->find("f")->number_text(), "2.0");
  EXPECT_EQ(root->find("s")->string(), std::string_view("\xC3\xA9\0x", 4));
  EXPECT_TRUE(root->find("t")->boolean());
  EXPECT_TRUE(root->find("n")->is_null());
  EXPECT_FALSE(root->find("missing"));
  EXPECT_EQ(root->find("o")->find("k")->integer(), 1);
  EXPECT_EQ(parser.counts().duplicate_keys, 2u);
  std::string members;
  for (JsonMembers each(*root->find("l")); each.next();) members += std::string(name_of(each.value().kind())) + ",";
  EXPECT_EQ(members, "integer,string,object,");
  std::string keys;
  for (JsonMembers each(*root); each.next();) keys += std::string(each.key()) + " ";
  EXPECT_EQ(keys, "i u id r f s t n l i o ");
  EXPECT_EQ(root->size(), 11u);
  EXPECT_EQ(JsonValue().kind(), JsonKind::null);
  EXPECT_EQ(JsonValue().string(), "");
  EXPECT_FALSE(root->find("t")->find("x"));
  EXPECT_EQ(root->find("s")->real(), 0);
}

TEST(Json, ManyKeysAreCountedInTime) {
  std::string json = "{";
  for (int i = 0; i < 200'000; ++i) json += fmt::format("{}\"k{}\":1", i == 0 ? "" : ",", i / 2);
  JsonParser parser;
  ASSERT_TRUE(parser.parse(json + "}"));
  EXPECT_EQ(parser.counts().duplicate_keys, 100'000u);
}

TEST(Json, Utf16Lines) {
  std::string utf16 = "\xFE\xFF";
  for (const char16_t unit : std::u16string(u"{\"a\":\"é\"}\n{\"a\":\"b\"}\n")) {
    utf16 += static_cast<char>(unit >> 8);
    utf16 += static_cast<char>(unit & 0xFF);
  }
  const JsonReading reading = must_read(utf16);
  EXPECT_EQ(reading.texts, (Texts{"{\"a\":\"\xC3\xA9\"}", "{\"a\":\"b\"}"}));
  EXPECT_EQ(reading.refs[1].offset, 22u);
  EXPECT_EQ(reading.refs[1].length, 18u);
}

std::string random_value(Random& random, int depth) {
  switch (random.below(depth > 3 ? 3 : 6)) {
    case 0:
      return fmt::format("{}", random.below(1000));
    case 1:
      return "null";
    case 2:
      return random.below(2) == 0 ? "\"a]}\\\"\\\\ ,{\"" : "\"\"";
    case 3:
      return "[]";
    case 4:
      return fmt::format("[{}, {}]", random_value(random, depth + 1), random_value(random, depth + 1));
    default:
      return fmt::format("{{\"k\":\n {} }}", random_value(random, depth + 1));
  }
}

TEST(Json, AgreesWithItsTwinForAnyChunkSize) {
  Random random(7);
  for (int round = 0; round < 600; ++round) {
    const int depth = static_cast<int>(random.below(2));
    std::string text = depth == 1 ? "[" : "";
    const std::uint64_t n = random.below(6);
    for (std::uint64_t i = 0; i < n; ++i)
      text += random_value(random, 0) + (depth == 1 ? (i + 1 < n ? " ,\n" : "") : "\n");
    if (depth == 1) text += "]\n";
    JsonOptions options = chunks_of(1 + random.below(30));
    options.layout = depth == 1 ? JsonLayout::array : JsonLayout::values;
    SCOPED_TRACE(text);
    const JsonReading reading = must_read(text, options);
    const auto cuts = reference::cut_json_values(text, depth);
    ASSERT_EQ(reading.refs.size(), cuts.size());
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      ASSERT_EQ(reading.refs[i].offset, cuts[i].offset);
      ASSERT_EQ(reading.refs[i].length, cuts[i].length);
      ASSERT_EQ(reading.refs[i].line, cuts[i].line);
    }
    std::string lines;
    for (std::uint64_t i = random.below(80); i > 0; --i) lines += " \r\nab{}\n"[random.below(8)];
    options.layout = JsonLayout::lines;
    const JsonReading of_lines = must_read(lines, options);
    const auto line_cuts = reference::cut_json_lines(lines);
    ASSERT_EQ(of_lines.refs.size() + of_lines.rejects.size(), line_cuts.size());
    std::size_t row = 0, reject = 0;
    for (const auto& cut : line_cuts) {
      const bool is_row = row < of_lines.refs.size() && of_lines.refs[row].offset == cut.offset;
      const RecordRef& ref = is_row ? of_lines.refs[row++] : of_lines.rejects[reject++].ref;
      ASSERT_EQ(ref.offset, cut.offset);
      ASSERT_EQ(ref.length, cut.length);
      ASSERT_EQ(ref.line, cut.line);
    }
  }
}

}  // namespace
}  // namespace unisono::ingest
