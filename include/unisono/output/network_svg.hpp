// The network as one static picture.
#pragma once

#include "unisono/evidence/network_view.hpp"
#include "unisono/output/html.hpp"

namespace unisono::output {

// Appends an <svg> of nodes and edges to the page: groups by colour and number, at most `max_edges` edges (heaviest
// first; how many were left out is said in the picture's description). Deterministic. O(nodes + edges log edges).
void append_network_svg(Html& page, const evidence::NetworkView& network, std::size_t max_edges = 4000);

}  // namespace unisono::output
