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
std::vector<ViewDefinition> views();               // `action`, `post_source`, `account_name`

// The view `account_name`: platform, account_id, n (rank of both in bytewise order, from 1), named (the account is on a
// list of targets or public accounts, or all are), label ("@handle" or "platform:id" if named, else "account 12"),
// file_key
// ("x:123" or "account 12"). The pseudonyms of reports and files, so that anybody can run the queries that a report
// prints.
std::string account_name_select(bool all_named);

// All statements that turn an empty database into a case of the current version, in order.
std::vector<std::string> schema_statements();

}  // namespace unisono::store
