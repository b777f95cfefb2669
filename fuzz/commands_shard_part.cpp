// Parts of a join that other machines wrote: never a crash; what is read is written and read again as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "commands/shard_part.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unisono::commands;
  const auto part = parse_part({reinterpret_cast<const char*>(data), size}, "part.txt");
  if (!part) return 0;
  const auto again = parse_part(to_text(*part), "part.txt");
  if (!again || again->run_id != part->run_id || again->shard != part->shard ||
      again->joins.size() != part->joins.size())
    std::abort();
  for (const auto& [key, join] : part->joins) {
    if (again->joins.at(key).pairs != join.pairs) std::abort();
  }
  return 0;
}
