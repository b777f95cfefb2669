#include "container.hpp"

#include <fmt/format.h>

#include <array>

namespace unisono::ingest {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t at;
  std::string_view bytes;
  const char* what;
  const char* advice;
};

constexpr const char* k_unpack = "unpack it and give the files inside";
constexpr const char* k_convert = "export it as CSV or JSON lines first";

constexpr std::array<Magic, 11> k_unread = {{
    {0, "PK\x03\x04"sv,
     "a zip archive (or an .xlsx, .docx or .ods file, which are zip archives too); zip is not read yet",
     "unpack it and give the files inside; save a spreadsheet as CSV in UTF-8"},
    {0, "PK\x05\x06"sv, "an empty zip archive; zip is not read yet", k_unpack},
    {0, "PAR1"sv, "a Parquet file; Parquet is not read yet", k_convert},
    {0, "ARROW1"sv, "an Arrow file; Arrow is not read yet", k_convert},
    {0, "SQLite format 3\0"sv, "an SQLite database", k_convert},
    {8, "DUCK"sv, "a DuckDB database, perhaps a unisono case", "give it where a case is expected, or export it as CSV"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "a 7z archive", k_unpack},
    {0, "Rar!"sv, "a rar archive", k_unpack},
    {0, "%PDF-"sv, "a PDF document", "a table in it has to be exported as CSV first"},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Office document (.xls)", "save it as CSV in UTF-8"},
    {257, "ustar"sv, "a tar archive; tar is not read yet", k_unpack},
}};

}  // namespace

std::optional<std::string_view> compression_of(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1F\x8B\x08"sv)) return "gz";
  if (first_bytes.starts_with("\xFD\x37zXZ\0"sv)) return "xz";
  if (first_bytes.starts_with("\x28\xB5\x2F\xFD"sv)) return "zst";
  // "BZh", a digit, and the magic number of a block or of the end: plain text may begin with "BZh".
  if (first_bytes.size() >= 10 && first_bytes.starts_with("BZh"sv) && first_bytes[3] >= '1' && first_bytes[3] <= '9' &&
      (first_bytes.substr(4, 6) == "\x31\x41\x59\x26\x53\x59"sv ||
       first_bytes.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv)) {
    return "bz2";
  }
  return std::nullopt;
}

Result<void> refuse_unread_formats(std::string_view first_bytes, std::string_view name) {
  for (const Magic& magic : k_unread) {
    if (first_bytes.size() >= magic.at + magic.bytes.size() &&
        first_bytes.substr(magic.at, magic.bytes.size()) == magic.bytes) {
      return fail(ErrorCode::unrecognised, fmt::format("{} is {}", name, magic.what), magic.advice);
    }
  }
  return {};
}

}  // namespace unisono::ingest
