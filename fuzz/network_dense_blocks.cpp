// Dense blocks against their definition: the same blocks, bit for bit, from any small table.
#include <vector>

#include "bytes.hpp"
#include "reference/dense_blocks.hpp"
#include "unisono/network/dense_blocks.hpp"

using namespace unisono;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, std::min<std::size_t>(size, 240));
  const std::uint32_t n_accounts = 1 + bytes.next(16), n_objects = 1 + bytes.next(16), blocks = bytes.next(5);
  reference::LinkSet set;
  std::vector<network::Link> links;
  while (!bytes.empty()) {
    const network::Link link{bytes.next(n_accounts) * 1000, bytes.next(n_objects) * 7};
    if (set.emplace(link.account, link.object).second) links.push_back(link);  // in the order of the bytes
  }
  const network::DenseBlockOptions options{.max_blocks = blocks, .min_accounts = 0, .min_objects = 0};
  const auto found = network::find_dense_blocks(links, options, Control{});
  require(found.has_value(), "a small table was refused");
  const auto twin = reference::dense_blocks(set, blocks);
  require(found->size() == twin.size(), "another number of blocks");
  for (std::size_t i = 0; i < twin.size(); ++i) {
    require((*found)[i].accounts == twin[i].accounts, "other accounts");
    require((*found)[i].objects == twin[i].objects, "other objects");
    require((*found)[i].density == twin[i].density, "another density");
  }
  if (!links.empty()) {
    links.push_back(links.front());
    require(!network::find_dense_blocks(links, options, Control{}), "a link twice was taken");
  }
  return 0;
}
