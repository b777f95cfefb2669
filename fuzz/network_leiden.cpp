// Leiden on any small graph: valid labels, the modularity of the definition, connected communities, no worse than all
// nodes alone, the same result again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "reference/leiden.hpp"
#include "unisono/network/leiden.hpp"

using namespace unisono;
using namespace unisono::network;

static void require(bool condition) {
  if (!condition) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::uint32_t n = data[0] % 48U;
  const double resolution = (1 + data[1] % 40) / 10.0;
  const LeidenOptions options{.resolution = resolution, .seed = data[2], .iterations = 1 + data[2] % 4U};
  std::vector<WeightedEdge> edges;
  for (std::size_t i = 3; i + 2 < size && n > 0; i += 3)
    edges.push_back({data[i] % n, data[i + 1] % n, static_cast<double>(data[i + 2])});
  const Graph graph = make_graph(n, edges);

  const auto found = leiden(graph, options, Control{});
  require(found.has_value());
  require(found->community.size() == n);
  std::vector<std::uint8_t> seen(found->n_communities, 0);
  for (const std::uint32_t c : found->community) {
    require(c < found->n_communities);
    seen[c] = 1;
  }
  for (const std::uint8_t flag : seen) require(flag == 1);
  const double q = reference::modularity(graph, found->community, resolution);
  require(found->modularity - q < 1e-9 && q - found->modularity < 1e-9);
  require(reference::every_community_connected(graph, found->community));
  std::vector<std::uint32_t> alone(n);
  for (std::uint32_t v = 0; v < n; ++v) alone[v] = v;
  require(found->modularity > reference::modularity(graph, alone, resolution) - 1e-9);
  require(leiden(graph, options, Control{})->community == found->community);
  return 0;
}
