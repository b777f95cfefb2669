// open_source on any bytes, also as the inside of a compressed stream: errors or bytes, within the limits.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "ingest/reading.hpp"

namespace {

using namespace unisono;
using namespace unisono::ingest;

void read_all(std::string_view bytes) {
  const Control control;
  const ingest::testing::MemoryFile file(bytes);
  SourceLimits limits;
  limits.max_unpacked = 1u << 20;
  limits.ratio_floor = 1u << 16;
  auto source = open_source(file.path(), limits, control);
  if (!source) return;
  const auto member = source->next_member();
  if (!member) std::abort();
  (void)sample_text(**member, "", 1000);
  std::vector<char> block(4096);
  std::uint64_t total = 0;
  while (true) {
    const auto got = (*member)->read(block);
    if (!got) return;
    if (*got == 0) break;
    total += *got;
  }
  if (total > limits.max_unpacked + (4u << 20) || total != (*member)->bytes()) std::abort();
  if (!source->finish() || *source->finish() != sha256(bytes)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  // Magic numbers first, so that the decompressors are reached at once.
  const std::string_view magics[] = {
      {"", 0}, {"\x1F\x8B\x08\0\0\0\0\0\0\3", 10}, {"\xFD\x37zXZ\0", 6}, {"\x28\xB5\x2F\xFD", 4}, {"BZh91AY&SY", 10}};
  read_all(std::string(magics[data[0] % 5]) + std::string(bytes));
  return 0;
}
