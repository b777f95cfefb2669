// Any bytes as a question to a case: it answers or refuses, and the case stays as it was.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "unisono/store/case_file.hpp"

namespace {

using unisono::store::CaseFile;

CaseFile& scratch_case() {
  // Never destroyed: DuckDB's own statics would be gone before it.
  static CaseFile* const file = [] {
    std::string pattern = (std::filesystem::temp_directory_path() / "unisono-fuzz-XXXXXX").string();
    unisono::store::OpenOptions options;
    options.memory_bytes = 200'000'000;
    auto made = CaseFile::create(std::filesystem::path(mkdtemp(pattern.data())) / "case.uni", options);
    if (!made || !made->execute("INSERT INTO annotation (who) VALUES ('a'), ('b')")) std::abort();
    return new CaseFile(std::move(*made));
  }();
  return *file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 400) return 0;
  CaseFile& file = scratch_case();
  unisono::Control control;
  control.memory_bytes = 10'000'000;
  const auto answer = file.query_read_only({reinterpret_cast<const char*>(data), size}, 10, control);
  if (answer && answer->rows() > 10) std::abort();
  if (!answer && answer.error().code == unisono::ErrorCode::internal) std::abort();
  if (file.count("SELECT count(*) FROM annotation").value_or(-1) != 2) std::abort();
  return 0;
}
