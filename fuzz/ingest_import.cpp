// A whole file through detection, mapping and decisions, without a case: any bytes give a receipt whose counts add up,
// or an error that is not a defect.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "unisono/core/file.hpp"
#include "unisono/ingest/file_import.hpp"

using namespace unisono;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto formats = ingest::FormatList::load({});
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("unisono-fuzz-" + std::to_string(::getpid()))).string();
  if (!formats || size < 1) return 0;
  static const char* const k_ids[] = {"auto",     "generic",       "generic-json", "csds",      "io-archive",
                                      "io-users", "538-by-author", "538-trolls",   "x-v2-flat", "x-v2-page"};
  if (!write_file(path, std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1))) return 0;
  ingest::ImportSettings settings;
  settings.format = k_ids[data[0] % 10];
  settings.max_bad = 1;
  settings.imported_at = 1'700'000'000'000'000;
  const auto receipt = ingest::import_file(path, settings, *formats, nullptr, {});
  if (!receipt && receipt.error().code == ErrorCode::internal) std::abort();
  if (receipt && receipt->rows + receipt->duplicates + receipt->skips + receipt->rejected != receipt->records)
    std::abort();
  return 0;
}
