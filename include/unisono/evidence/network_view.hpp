// The network of a run as a picture and as files: accounts in accepted ties or groups, one edge per pair, finished
// positions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

struct NetworkView {
  Table nodes;               // Id, Label, community, degree, strength, q_value, ...; sorted by rank of the account
  Table edges;               // Source, Target, Type, Weight, Kind, ...; sorted by (Source, Target) rank
  std::vector<double> x, y;  // per node, in [0, 1]
  std::vector<std::int64_t> group;            // per node: index of its first group in order of size, -1 = none
  std::vector<std::uint32_t> source, target;  // per edge: node indices
};

// Needs prepare_account_names(). Deterministic; O(nodes^2) for the layout of at most 2,000 nodes, more nodes are placed
// by group.
Result<NetworkView> network_view(store::CaseFile& file, const std::string& run_id);

}  // namespace unisono::evidence
