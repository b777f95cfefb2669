#include "unisono/ingest/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "ingest/reading.hpp"
#include "reference/csv.hpp"
#include "unisono/core/random.hpp"

namespace unisono::ingest {
namespace {

using testing::CsvReading;
using testing::read_csv;
using Rows = std::vector<std::vector<std::string>>;

CsvReading must_read(std::string_view bytes, const CsvOptions& options = {}) {
  auto reading = read_csv(bytes, options);
  EXPECT_TRUE(reading) << (reading ? "" : describe(reading.error()));
  return reading ? *reading : CsvReading();
}

std::string reasons(const CsvReading& reading) {
  std::string text;
  for (const Reject& reject : reading.rejects) text += (text.empty() ? "" : " ") + std::string(name_of(reject.reason));
  return text;
}

TEST(Csv, ReadsFieldsAndPlaces) {
  const std::string bytes = "id,text\r\n1,hello\r\n2,\"a, \"\"b\"\"\r\nc\"\r\n3,x";
  const CsvReading reading = must_read(bytes);
  EXPECT_EQ(reading.columns, (std::vector<std::string>{"id", "text"}));
  EXPECT_EQ(reading.rows, (Rows{{"1", "hello"}, {"2", "a, \"b\"\r\nc"}, {"3", "x"}}));
  ASSERT_EQ(reading.refs.size(), 3u);
  EXPECT_EQ(reading.refs[1].line, 3u);
  EXPECT_EQ(reading.refs[2].line, 5u);
  EXPECT_EQ(reading.refs[2].record_no, 3u);
  EXPECT_EQ(bytes.substr(reading.refs[1].offset, reading.refs[1].length), "2,\"a, \"\"b\"\"\r\nc\"");
  EXPECT_EQ(bytes.substr(reading.refs[2].offset, reading.refs[2].length), "3,x");
}

TEST(Csv, LineBreaksOfAllKindsMixed) {
  const CsvReading reading = must_read("a,b\n1,2\r3,4\r\n\"5\r\",6\n");
  EXPECT_EQ(reading.rows, (Rows{{"1", "2"}, {"3", "4"}, {"5\r", "6"}}));
  EXPECT_EQ(reading.refs[1].line, 3u);
  EXPECT_EQ(reading.refs[2].line, 4u);
}

TEST(Csv, QuotesElsewhereAreData) {
  EXPECT_EQ(must_read("a,b\n5\" disk,\"x\"y\"\n").rows, (Rows{{"5\" disk", "xy\""}}));
  CsvOptions options;
  options.quote = '\0';
  EXPECT_EQ(must_read("a,b\n\"1,2\"\n", options).rows, (Rows{{"\"1", "2\""}}));
}

TEST(Csv, DetectsTheDelimiter) {
  EXPECT_EQ(must_read("a;b;c\n1,5;2,5;3,5\n").dialect.delimiter, ';');
  EXPECT_EQ(must_read("a\tb\n1,1\t2\n1\t2,2,2\n").dialect.delimiter, '\t');
  EXPECT_EQ(must_read("a|b\n1|2\n").dialect.delimiter, '|');
  EXPECT_EQ(must_read("a,b\n\"x;y;z\",2\n\"x;y\",2\n").dialect.delimiter, ',');
  EXPECT_EQ(must_read("only\n1\n2\n").rows, (Rows{{"1"}, {"2"}}));
  const CsvReading hinted = must_read("sep=|\na|b\n1|2\n");
  EXPECT_EQ(hinted.columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(hinted.refs[0].line, 3u);
}

TEST(Csv, BackslashEscapesOnlyWhenDoubledQuotesFail) {
  const CsvReading escaped =
      must_read("a,b\n1,\"he said \\\"no, no\\\" twice\"\n2,\"c:\\\\dir\\new\"\n3,\"\\\"x\\\", y\"\n");
  EXPECT_EQ(escaped.dialect.escape, '\\');
  EXPECT_EQ(escaped.rows, (Rows{{"1", "he said \"no, no\" twice"}, {"2", "c:\\dir\\new"}, {"3", "\"x\", y"}}));
  const CsvReading doubled = must_read("a,b\n1,\"c:\\\"\n2,\"\"\"x\"\"\"\n");
  EXPECT_EQ(doubled.dialect.escape, '\0');
  EXPECT_EQ(doubled.rows, (Rows{{"1", "c:\\"}, {"2", "\"x\""}}));
}

TEST(Csv, HeaderNamesAreUnique) {
  EXPECT_EQ(must_read("a,b,a,a,a#2\n1,2,3,4,5\n").columns, (std::vector<std::string>{"a", "b", "a#2", "a#3", "a#2#2"}));
  const CsvReading rownames = must_read("\"\",\"x\"\n\"1\",\"p\"\n\"2\",\"q\"\n");
  EXPECT_TRUE(rownames.row_names);
  EXPECT_EQ(rownames.columns.front(), "row_names");
  EXPECT_FALSE(must_read("\"\",\"x\"\n\"7\",\"p\"\n").row_names);
  CsvOptions no_header;
  no_header.header = false;
  const CsvReading bare = must_read("1,2\n3,4\n", no_header);
  EXPECT_EQ(bare.columns, (std::vector<std::string>{"column1", "column2"}));
  EXPECT_EQ(bare.rows, (Rows{{"1", "2"}, {"3", "4"}}));
}

TEST(Csv, RejectsInsteadOfShifting) {
  const CsvReading reading = must_read("a,b,c\n1,2\n1,2,3,4\n1,2,3\na,b,c\n,,\n\n\"a\",b,c\n4,5");
  EXPECT_EQ(reading.rows, (Rows{{"1", "2", "3"}}));
  EXPECT_EQ(reasons(reading),
            "short_row long_row repeated_header empty_record empty_record repeated_header truncated_line");
  EXPECT_EQ(reading.rejects[0].field, "c");
  EXPECT_EQ(reading.rejects[0].detail, "2 fields, expected 3 as in the header");
  EXPECT_EQ(reading.rejects[0].excerpt, "1,2");
  EXPECT_EQ(reading.rejects[5].excerpt, "\"a\",b,c");
  EXPECT_EQ(reading.rejects[6].ref.record_no, 8u);
  EXPECT_EQ(reading.counts.records, 8u);
  EXPECT_EQ(reading.counts.rejects, 7u);
  CsvOptions fill;
  fill.fill_short = true;
  EXPECT_EQ(must_read("a,b,c\n1,2\n1,,\n", fill).rows, (Rows{{"1", "2", "<missing>"}, {"1", "", ""}}));
}

TEST(Csv, OpenQuoteAtTheEndSaysWhereItOpened) {
  const CsvReading reading = must_read("a,b\n1,2\n3,\"x\ny,4\n5,6\n");
  EXPECT_EQ(reading.rows, (Rows{{"1", "2"}}));
  ASSERT_EQ(reasons(reading), "unterminated_quote");
  EXPECT_EQ(reading.rejects[0].ref.line, 3u);
  EXPECT_EQ(reading.rejects[0].ref.length, 13u);
  EXPECT_EQ(reading.rejects[0].field, "b");
  EXPECT_NE(reading.rejects[0].detail.find("line 3, byte 10 "), std::string::npos) << reading.rejects[0].detail;
}

TEST(Csv, RepairsBytesThatAreNoText) {
  using namespace std::string_literals;
  const CsvReading reading = must_read("a,b\n1\0,x\0\0y\n2,caf\xC3\xA9 \xE4\xB8 \xFF\n3,\xC3\xA9\xC3\xA9\xC3\xA9\n"s);
  EXPECT_EQ(reading.rows,
            (Rows{{"1", "xy"}, {"2", "caf\xC3\xA9 \xEF\xBF\xBD \xEF\xBF\xBD"}, {"3", "\xC3\xA9\xC3\xA9\xC3\xA9"}}));
  EXPECT_EQ(reading.counts.nul_bytes, 3u);
  EXPECT_EQ(reading.counts.invalid_utf8, 2u);
  EXPECT_EQ(reading.encoding.ground, EncodingGround::damaged);
}

TEST(Csv, ByteOrderMarksAndEncodings) {
  const CsvReading marked = must_read(
      "\xEF\xBB\xBF"
      "a,b\n1,2\n");
  EXPECT_EQ(marked.columns.front(), "a");
  EXPECT_EQ(marked.refs[0].offset, 7u);

  std::string utf16 = "\xFF\xFE";
  for (const char16_t unit : std::u16string(u"a;b\r\n\"é\";\xD83D\xDE00\r\nx;y\r\n")) {
    utf16 += static_cast<char>(unit & 0xFF);
    utf16 += static_cast<char>(unit >> 8);
  }
  for (const std::size_t batch : {1u, 3u, 4096u}) {
    CsvOptions options;
    options.batch_bytes = batch;
    const CsvReading wide = must_read(utf16, options);
    EXPECT_EQ(wide.rows, (Rows{{"\xC3\xA9", "\xF0\x9F\x98\x80"}, {"x", "y"}}));
    ASSERT_EQ(wide.refs.size(), 2u);
    EXPECT_EQ(wide.refs[0].offset, 12u);
    EXPECT_EQ(wide.refs[0].length, 12u);
    EXPECT_EQ(wide.refs[1].offset, 28u);
    EXPECT_EQ(wide.refs[1].length, 6u);
  }

  const auto guess = read_csv(
      "a,b\nM\xFCnchen,Stra\xDF"
      "e\n");
  ASSERT_FALSE(guess);
  EXPECT_EQ(guess.error().code, ErrorCode::needs_decision);
  EXPECT_NE(guess.error().advice.find("--encoding windows-1252"), std::string::npos);
  CsvOptions latin;
  latin.encoding = "windows-1252";
  const CsvReading decided = must_read(
      "a,b\nM\xFCnchen,Stra\xDF"
      "e\nz,z\n",
      latin);
  EXPECT_EQ(decided.rows[0], (std::vector<std::string>{"M\xC3\xBCnchen",
                                                       "Stra\xC3\x9F"
                                                       "e"}));
  EXPECT_EQ(decided.refs[1].offset, 19u);
}

TEST(Csv, LimitsHoldInAndBeyondMemory) {
  CsvOptions options;
  options.max_field = 100;
  options.max_record = 150;
  const std::string big(101, 'x'), fits(100, 'y');
  const std::string bytes =
      "a,b\n1," + big + "\n2," + fits + "\n3,\"" + big + "\n" + big + "\"\n" + fits + "," + fits + "\n4,z\n";
  for (const std::size_t batch : {1u, 7u, 64u, 4096u}) {
    options.batch_bytes = batch;
    const CsvReading reading = must_read(bytes, options);
    EXPECT_EQ(reading.rows, (Rows{{"2", fits}, {"4", "z"}})) << batch;
    EXPECT_EQ(reasons(reading), "record_too_large record_too_large record_too_large");
    ASSERT_EQ(reading.refs.size(), 2u);
    EXPECT_EQ(reading.refs[1].line, 7u);
    EXPECT_EQ(reading.rejects[1].ref.length, 2u + 2 * 101 + 3);
    EXPECT_EQ(reading.rejects[1].ref.record_no, 3u);
  }
}

TEST(Csv, MillionColumnsAreRefused) {
  const auto reading = read_csv(std::string(1'000'000, ',') + "\n1,2\n");
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code, ErrorCode::too_large);
  EXPECT_NE(reading.error().message.find("1000001 columns"), std::string::npos) << reading.error().message;
  const CsvReading wide = must_read("a,b\n" + std::string(1'000'000, ',') + "x\n1,2\n");
  EXPECT_EQ(reasons(wide), "long_row");
  EXPECT_EQ(wide.rows, (Rows{{"1", "2"}}));
}

TEST(Csv, EmptyFiles) {
  EXPECT_TRUE(must_read("").columns.empty());
  EXPECT_TRUE(must_read("\n\r\n").columns.empty());
  const CsvReading header_only = must_read("a,b\n");
  EXPECT_EQ(header_only.columns.size(), 2u);
  EXPECT_EQ(header_only.counts.records, 0u);
  EXPECT_EQ(read_csv("a,\"b\n1,2\n").error().code, ErrorCode::bad_input);
}

TEST(Csv, OptionText) {
  const auto options = parse_csv_option("delim=;,quote=none,escape=\\,header=no", {});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->delimiter, ';');
  EXPECT_EQ(options->quote, '\0');
  EXPECT_EQ(options->escape, '\\');
  EXPECT_FALSE(options->header);
  EXPECT_EQ(parse_csv_option("delim=,,quote=\"", {})->delimiter, ',');
  EXPECT_EQ(parse_csv_option("delim=tab", {})->delimiter, '\t');
  EXPECT_FALSE(parse_csv_option("delim=ab", {}));
  EXPECT_FALSE(parse_csv_option("delimiter", {}));
  EXPECT_FALSE(parse_csv_option("delim=\",quote=\"", {}));
}

// Random texts out of the bytes that matter.
std::string random_csv(Random& random, std::size_t length, std::string_view alphabet) {
  std::string text = "a,b\n";
  for (std::size_t i = 0; i < length; ++i) text += alphabet[random.below(alphabet.size())];
  return text;
}

void expect_like_twin(const std::string& text, const CsvOptions& options) {
  const CsvReading reading = must_read(text, options);
  std::size_t row = 0, reject = 0, number = 0;
  for (const auto& record : reference::split_csv(text, reading.dialect)) {
    if (record.offset == 0) continue;  // the header
    ++number;
    const bool is_row = row < reading.refs.size() && reading.refs[row].record_no == number;
    ASSERT_TRUE(is_row || reject < reading.rejects.size()) << number;
    const RecordRef& ref = is_row ? reading.refs[row] : reading.rejects[reject].ref;
    ASSERT_EQ(ref.record_no, number);
    ASSERT_EQ(ref.offset, record.offset);
    ASSERT_EQ(ref.length, record.length);
    ASSERT_EQ(ref.line, record.line);
    if (is_row) {
      ASSERT_FALSE(record.open_quote);
      ASSERT_EQ(reading.rows[row], record.fields);
      ++row;
    } else {
      const RejectReason reason = reading.rejects[reject].reason;
      ASSERT_EQ(reason == RejectReason::unterminated_quote, record.open_quote);
      const bool empty =
          std::all_of(record.fields.begin(), record.fields.end(), [](const auto& f) { return f.empty(); });
      ASSERT_EQ(reason == RejectReason::empty_record, empty && !record.open_quote) << name_of(reason);
      ASSERT_EQ(reason == RejectReason::long_row, !empty && !record.open_quote && record.fields.size() > 2);
      ++reject;
    }
  }
  ASSERT_EQ(row, reading.refs.size());
  ASSERT_EQ(reject, reading.rejects.size());
}

TEST(Csv, AgreesWithItsTwinForAnyChunkSize) {
  Random random(4);
  for (int round = 0; round < 1500; ++round) {
    CsvOptions options;
    options.delimiter = ',';
    options.escape = round % 3 == 0 ? '\\' : '\0';
    options.batch_bytes = 1 + random.below(40);
    const std::string text = random_csv(random, random.below(90), round % 2 == 0 ? "x,\"\n" : "xy,,\"\"\n\r\\");
    SCOPED_TRACE(::testing::PrintToString(text));
    expect_like_twin(text, options);
    if (HasFatalFailure()) return;
  }
}

TEST(Csv, CutAnywhereCostsAtMostOneRecord) {
  const std::string bytes = "id,text\r\n1,\"a\r\nb\"\r\n2,\"c \"\"d\"\"\"\r\n3,\xE4\xB8\xAD\r\n4,e\r\n";
  const CsvReading whole = must_read(bytes);
  for (std::size_t cut = 9; cut < bytes.size(); ++cut) {
    const CsvReading part = must_read(std::string_view(bytes).substr(0, cut));
    EXPECT_LE(part.rejects.size(), 1u) << cut;
    for (std::size_t row = 0; row + 1 < part.rows.size(); ++row) EXPECT_EQ(part.rows[row], whole.rows[row]);
  }
}

}  // namespace
}  // namespace unisono::ingest
