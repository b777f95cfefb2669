// The network as files for other programs: nodes and edges with a finished picture (position, colour, size).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/table.hpp"

namespace unisono::output {

struct Rgb {
  std::uint8_t r = 0, g = 0, b = 0;
};

// Colour-blind safe (Paul Tol, "muted"); grey for nodes in no group. O(1).
Rgb colour_of_group(std::int64_t group);  // -1 = none

struct NetworkFile {
  std::string creator;              // "unisono 0.1.0"
  std::string description;          // the caveat
  std::string keywords;             // run id and data-set hash
  Table nodes;                      // first column `Id`, second `Label`; further columns become attributes
  Table edges;                      // `Source`, `Target`, `Type`, `Weight`, `Kind`; further columns become attributes
  std::vector<double> x, y;         // per node, in [0, 1]
  std::vector<double> size;         // per node
  std::vector<std::int64_t> group;  // per node, -1 = none
};

// GEXF 1.3 in the profile that Gephi, Gephi Lite and NetworkX read alike: numeric attribute ids, only string, integer,
// long, double, boolean; viz:color as r g b; no NaN; times as text without a zone letter, in UTC. Characters that
// XML 1.0 forbids are removed. Equal input gives equal bytes.
std::string write_gexf(const NetworkFile& network);

// GraphML without extensions: attributes by the names of the columns (`label`, `weight`, `kind` in small letters),
// types string, long, double, boolean; missing values are left out; positions as x and y. NetworkX and igraph read it.
// Equal input gives equal bytes.
std::string write_graphml(const NetworkFile& network);

}  // namespace unisono::output
