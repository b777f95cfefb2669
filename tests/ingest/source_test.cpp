#include "unisono/ingest/source.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ingest/reading.hpp"

namespace unisono::ingest {
namespace {

using testing::MemoryFile;

// Compressed as a single stream by libarchive; filter = ARCHIVE_FILTER_*.
std::string compress(std::string_view bytes, int filter) {
  std::string packed(bytes.size() + (1u << 20), '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_add_filter(writer, filter);
  archive_write_set_format_raw(writer);
  archive_write_set_bytes_per_block(writer, 0);
  archive_write_open_memory(writer, packed.data(), packed.size(), &used);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_write_header(writer, entry);
  archive_write_data(writer, bytes.data(), bytes.size());
  archive_entry_free(entry);
  archive_write_close(writer);
  archive_write_free(writer);
  packed.resize(used);
  return packed;
}

struct Unpacked {
  std::string bytes, container;
  Sha256 member{}, file{};
  std::optional<Error> damage;
};

Result<Unpacked> unpack(const std::string& path, const SourceLimits& limits = {}) {
  const Control control;
  UNISONO_TRY(Source source, open_source(path, limits, control));
  UNISONO_TRY(Member* const member, source.next_member());
  Unpacked result;
  std::vector<char> block(1000);
  while (true) {
    UNISONO_TRY(const std::size_t got, member->read(block));
    if (got == 0) break;
    result.bytes.append(block.data(), got);
  }
  result.container = source.container();
  result.damage = member->damage();
  UNISONO_TRY(result.member, member->sha256());
  UNISONO_TRY(result.file, source.finish());
  UNISONO_TRY(Member* const none, source.next_member());
  EXPECT_EQ(none, nullptr);
  return result;
}

Error error_of(std::string_view bytes, const SourceLimits& limits = {}) {
  const MemoryFile file(bytes);
  const auto result = unpack(file.path(), limits);
  EXPECT_FALSE(result);
  return result ? Error{} : result.error();
}

std::string numbers(int n) {
  std::string text = "id,text\n";
  for (int i = 0; i < n; ++i) text += fmt::format("{},text {}\n", i, i * 7919 % 1009);
  return text;
}

TEST(Source, PlainAndCompressedAreTheSameBytes) {
  const std::string text = numbers(20'000);
  const std::pair<int, const char*> kinds[] = {{ARCHIVE_FILTER_GZIP, "gz"},
                                               {ARCHIVE_FILTER_XZ, "xz"},
                                               {ARCHIVE_FILTER_ZSTD, "zst"},
                                               {ARCHIVE_FILTER_BZIP2, "bz2"},
                                               {ARCHIVE_FILTER_NONE, "plain"}};
  for (const auto& [filter, name] : kinds) {
    const std::string packed = filter == ARCHIVE_FILTER_NONE ? text : compress(text, filter);
    const MemoryFile file(packed);
    const auto result = unpack(file.path());
    ASSERT_TRUE(result) << describe(result.error());
    EXPECT_EQ(result->container, name);
    EXPECT_TRUE(result->bytes == text) << name;
    EXPECT_EQ(result->member, sha256(text));
    EXPECT_EQ(result->file, sha256(packed));
    EXPECT_EQ(*hash_file(file.path(), {}), sha256(packed));
    EXPECT_FALSE(result->damage);
  }
}

TEST(Source, ConcatenatedStreamsAreOne) {
  for (const int filter : {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD}) {
    const MemoryFile file(compress("a,b\n1,2\n", filter) + compress("3,4\n", filter));
    const auto result = unpack(file.path());
    ASSERT_TRUE(result) << describe(result.error());
    EXPECT_EQ(result->bytes, "a,b\n1,2\n3,4\n") << filter;
  }
}

TEST(Source, NestingHasALimit) {
  std::string packed = "a,b\n1,2\n";
  for (int i = 0; i < 3; ++i) packed = compress(packed, ARCHIVE_FILTER_GZIP);
  const MemoryFile file(packed);
  const auto result = unpack(file.path());
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->container, "gz+gz+gz");
  EXPECT_EQ(result->bytes, "a,b\n1,2\n");
  EXPECT_EQ(error_of(compress(packed, ARCHIVE_FILTER_GZIP)).code, ErrorCode::too_large);
}

TEST(Source, BombsAreStoppedWithBothNumbers) {
  SourceLimits low_floor;
  low_floor.ratio_floor = 1u << 20;
  const Error ratio = error_of(compress(std::string(9u << 20, '0'), ARCHIVE_FILTER_GZIP), low_floor);
  EXPECT_EQ(ratio.code, ErrorCode::too_large);
  EXPECT_NE(ratio.message.find("decompression bomb"), std::string::npos) << ratio.message;
  SourceLimits limits;
  limits.max_unpacked = 1000;
  const Error size = error_of(compress(std::string(2000, 'x'), ARCHIVE_FILTER_XZ), limits);
  EXPECT_EQ(size.code, ErrorCode::too_large);
  EXPECT_NE(size.message.find("more than 1000 bytes"), std::string::npos) << size.message;
}

TEST(Source, RefusesByName) {
  EXPECT_NE(error_of("PK\x03\x04 and more").message.find("a zip archive"), std::string::npos);
  EXPECT_EQ(error_of("PAR1....").code, ErrorCode::unrecognised);
  EXPECT_NE(error_of("12345678DUCK").message.find("DuckDB"), std::string::npos);
  EXPECT_NE(error_of(compress("PAR1....", ARCHIVE_FILTER_GZIP)).message.find("what is inside"), std::string::npos);
  std::string tar(512, 'x');
  tar.replace(257, 5, "ustar");
  EXPECT_NE(error_of(tar).message.find("tar"), std::string::npos);
  EXPECT_EQ(unpack(UNISONO_TEST_DATA).error().code, ErrorCode::io);
  EXPECT_NE(unpack(UNISONO_TEST_DATA).error().message.find("is a directory"), std::string::npos);
  EXPECT_EQ(unpack("/no/such/file.csv").error().code, ErrorCode::not_found);
  EXPECT_EQ(unpack("/dev/zero").error().code, ErrorCode::io);
}

TEST(Source, CutAndDamagedStreams) {
  const std::string text = numbers(30'000);
  for (const int filter : {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_BZIP2}) {
    const std::string packed = compress(text, filter);
    const MemoryFile cut(std::string_view(packed).substr(0, packed.size() * 3 / 4));
    const auto result = unpack(cut.path());
    if (!result) {  // bzip2 and xz may hold all of it in one block
      EXPECT_EQ(result.error().code, ErrorCode::bad_input);
      continue;
    }
    ASSERT_TRUE(result->damage) << filter;
    EXPECT_TRUE(text.starts_with(result->bytes));

    const auto reading = testing::read_csv_file(cut.path());
    ASSERT_TRUE(reading) << describe(reading.error());
    EXPECT_EQ(reading->rejects.size(), 1u);
    EXPECT_EQ(reading->rejects.back().reason, RejectReason::truncated_line);
    EXPECT_EQ(reading->counts.records, reading->rows.size() + reading->rejects.size());
    EXPECT_GT(reading->rows.size(), 1000u) << filter;
  }
  EXPECT_EQ(error_of(std::string("\x1F\x8B\x08", 3) + std::string(30, '\xFF')).code, ErrorCode::bad_input);
}

TEST(Source, SampleDoesNotConsume) {
  const Control control;
  const MemoryFile file("\xEF\xBB\xBF [1,2]");
  auto source = open_source(file.path(), {}, control);
  ASSERT_TRUE(source);
  Member* const member = *source->next_member();
  const auto sample = sample_text(*member, "");
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->text, " [1,2]");
  EXPECT_EQ(sample->family, TextFamily::json);
  EXPECT_TRUE(sample->whole);
  EXPECT_EQ(sample->encoding.ground, EncodingGround::byte_order_mark);
  std::vector<char> bytes(100);
  EXPECT_EQ(*member->read(bytes), 9u);
}

// Standard input and process substitution: a pipe is copied, so that it can be looked at before it is read.
TEST(Source, PipesAreSpooled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string text = numbers(1000);
  ASSERT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(ends[1]);
  const std::string path = fmt::format("/proc/self/fd/{}", ends[0]);
  const auto result = unpack(path);
  ::close(ends[0]);
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->bytes, text);
  EXPECT_EQ(result->file, sha256(text));
}

TEST(Source, StopsWhenAsked) {
  std::stop_source stop;
  Control control;
  control.stop = stop.get_token();
  const MemoryFile file(numbers(10));
  auto source = open_source(file.path(), {}, control);
  ASSERT_TRUE(source);
  stop.request_stop();
  std::vector<char> bytes(100);
  EXPECT_EQ((*source->next_member())->read(bytes).error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace unisono::ingest
