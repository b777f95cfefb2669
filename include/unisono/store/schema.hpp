// The schema of a case file, version 1: every table and view with its SQL. Column order here is the order of an
// Appender. Described for people in docs/store.md; a test compares the two.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unisono::store {

struct TableDefinition {
  std::string_view name;
  std::string_view columns;  // what stands between the parentheses of CREATE TABLE
};

struct ViewDefinition {
  std::string name;
  std::string select;
};

std::span<const TableDefinition> data_tables();    // what an import writes
std::span<const TableDefinition> result_tables();  // what a run writes
std::vector<ViewDefinition> views();               // `action`, `post_source`

// All statements that turn an empty database into a case of the current version, in order.
std::vector<std::string> schema_statements();

}  // namespace unisono::store
