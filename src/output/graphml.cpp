#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "network_cells.hpp"
#include "unisono/output/html.hpp"
#include "unisono/output/network_file.hpp"

namespace unisono::output {
namespace {

// Column names of a spreadsheet, as graph programs call the same things.
std::string attribute_name(std::string_view column) {
  if (column == "Label") return "label";
  if (column == "Weight") return "weight";
  if (column == "Kind") return "kind";
  return std::string(column);
}

// Columns that are part of the structure and no attributes.
bool is_structure(std::string_view column) {
  return column == "Id" || column == "Source" || column == "Target" || column == "Type";
}

struct Key {
  std::string id;
  const Column* column = nullptr;
};

std::vector<Key> declare_keys(Html& xml, std::string_view element_class, char letter, const Table& table) {
  std::vector<Key> keys;
  for (const Column& column : table.columns()) {
    if (is_structure(column.name)) continue;
    keys.push_back({fmt::format("{}{}", letter, keys.size()), &column});
    xml.empty("key", {{"id", keys.back().id},
                      {"for", element_class},
                      {"attr.name", attribute_name(column.name)},
                      {"attr.type", attribute_type(column.type)}});
  }
  return keys;
}

void write_values(Html& xml, const std::vector<Key>& keys, std::size_t row) {
  for (const Key& key : keys) {
    const Cell& cell = key.column->cells[row];
    if (is_writable(cell)) xml.element("data", to_text(cell, key.column->type), {{"key", key.id}});
  }
}

std::string text_at(const Table& table, std::string_view name, std::size_t row) {
  const Column* column = table.find(name);
  return column == nullptr ? std::string() : to_text(column->cells[row], column->type);
}

}  // namespace

std::string write_graphml(const NetworkFile& network) {
  Html xml;
  xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  xml.open("graphml",
           {{"xmlns", "http://graphml.graphdrawing.org/xmlns"},
            {"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"},
            {"xsi:schemaLocation",
             "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd"}});
  xml.element("desc", fmt::format("{}. {}. {}", network.creator, network.keywords, network.description));
  Table place({{"x", ColumnType::real, {}}, {"y", ColumnType::real, {}}});
  for (std::size_t row = 0; row < network.x.size(); ++row)
    place.append_row({1000.0 * network.x[row], 1000.0 * network.y[row]});
  const std::vector<Key> of_nodes = declare_keys(xml, "node", 'n', network.nodes);
  const std::vector<Key> of_places = declare_keys(xml, "node", 'p', place);
  const std::vector<Key> of_edges = declare_keys(xml, "edge", 'e', network.edges);
  xml.open("graph", {{"id", "G"}, {"edgedefault", "undirected"}});
  for (std::size_t row = 0; row < network.nodes.rows(); ++row) {
    xml.open("node", {{"id", text_at(network.nodes, "Id", row)}});
    write_values(xml, of_nodes, row);
    write_values(xml, of_places, row);
    xml.close();
  }
  for (std::size_t row = 0; row < network.edges.rows(); ++row) {
    xml.open("edge", {{"id", fmt::format("edge{}", row)},
                      {"source", text_at(network.edges, "Source", row)},
                      {"target", text_at(network.edges, "Target", row)}});
    write_values(xml, of_edges, row);
    xml.close();
  }
  xml.close().close();
  return xml.str();
}

}  // namespace unisono::output
