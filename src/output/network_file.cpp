#include "unisono/output/network_file.hpp"

#include <fmt/format.h>

#include <array>

#include "network_cells.hpp"
#include "unisono/output/html.hpp"

namespace unisono::output {
namespace {

constexpr std::size_t k_first_edge_attribute = 4;  // `Kind` is an XML attribute and a column

// Gephi Lite reads a time without a zone letter; all of ours are UTC.
std::string value_text(const Cell& cell, ColumnType type) {
  std::string text = to_text(cell, type);
  if (type == ColumnType::time_us && text.ends_with('Z')) text.pop_back();
  return text;
}

// The columns from `first` on, as the one <attributes> element of its class.
void write_attribute_list(Html& xml, std::string_view element_class, const Table& table, std::size_t first) {
  xml.open("attributes", {{"class", element_class}, {"mode", "static"}});
  for (std::size_t i = first; i < table.columns().size(); ++i) {
    const Column& column = table.columns()[i];
    xml.empty("attribute",
              {{"id", std::to_string(i - first)}, {"title", column.name}, {"type", attribute_type(column.type)}});
  }
  xml.close();
}

void write_attribute_values(Html& xml, const Table& table, std::size_t first, std::size_t row) {
  xml.open("attvalues");
  for (std::size_t i = first; i < table.columns().size(); ++i) {
    const Column& column = table.columns()[i];
    if (!is_writable(column.cells[row])) continue;
    xml.empty("attvalue", {{"for", std::to_string(i - first)}, {"value", value_text(column.cells[row], column.type)}});
  }
  xml.close();
}

void write_node(Html& xml, const NetworkFile& network, std::size_t row) {
  const auto& columns = network.nodes.columns();
  xml.open("node", {{"id", to_text(columns[0].cells[row], columns[0].type)},
                    {"label", to_text(columns[1].cells[row], columns[1].type)}});
  write_attribute_values(xml, network.nodes, 2, row);
  const Rgb colour = colour_of_group(network.group[row]);
  xml.empty("viz:color",
            {{"r", std::to_string(colour.r)}, {"g", std::to_string(colour.g)}, {"b", std::to_string(colour.b)}});
  xml.empty("viz:size", {{"value", fmt::format("{:.3f}", network.size[row])}});
  xml.empty("viz:position", {{"x", fmt::format("{:.3f}", 1000.0 * network.x[row])},
                             {"y", fmt::format("{:.3f}", 1000.0 * network.y[row])},
                             {"z", "0.0"}});
  xml.close();
}

void write_edge(Html& xml, const NetworkFile& network, std::size_t row) {
  const auto cell = [&](std::size_t i) {
    return to_text(network.edges.columns()[i].cells[row], network.edges.columns()[i].type);
  };
  xml.open(
      "edge",
      {{"id", std::to_string(row)}, {"source", cell(0)}, {"target", cell(1)}, {"weight", cell(3)}, {"kind", cell(4)}});
  write_attribute_values(xml, network.edges, k_first_edge_attribute, row);
  xml.close();
}

}  // namespace

Rgb colour_of_group(std::int64_t group) {
  constexpr std::array<Rgb, 9> k_muted = {{{51, 34, 136},
                                           {136, 204, 238},
                                           {68, 170, 153},
                                           {17, 119, 51},
                                           {153, 153, 51},
                                           {221, 204, 119},
                                           {204, 102, 119},
                                           {136, 34, 85},
                                           {170, 68, 153}}};
  if (group < 0) return {187, 187, 187};
  return k_muted[static_cast<std::size_t>(group) % k_muted.size()];
}

std::string write_gexf(const NetworkFile& network) {
  Html xml;
  xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  xml.open("gexf", {{"xmlns", "http://gexf.net/1.3"}, {"xmlns:viz", "http://gexf.net/1.3/viz"}, {"version", "1.3"}});
  xml.open("meta");
  xml.element("creator", network.creator)
      .element("description", network.description)
      .element("keywords", network.keywords);
  xml.close();
  xml.open("graph", {{"mode", "static"}, {"defaultedgetype", "undirected"}});
  write_attribute_list(xml, "node", network.nodes, 2);
  write_attribute_list(xml, "edge", network.edges, k_first_edge_attribute);
  xml.open("nodes");
  for (std::size_t row = 0; row < network.nodes.rows(); ++row) write_node(xml, network, row);
  xml.close().open("edges");
  for (std::size_t row = 0; row < network.edges.rows(); ++row) write_edge(xml, network, row);
  xml.close().close().close();
  return xml.str();
}

}  // namespace unisono::output
