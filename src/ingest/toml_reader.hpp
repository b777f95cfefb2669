// Typed values out of a TOML table. Every method gives a value or an Error{bad_input} that names file and line; a key
// that is absent gives the empty value.
#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/ingest/path.hpp"

namespace unisono::ingest {

using Strings = std::vector<std::string>;

class TomlReader {
 public:
  explicit TomlReader(std::string_view file) : file_(file) {}

  tl::unexpected<Error> mistake(const toml::node& at, std::string message, std::string advice = {}) const {
    Error error{ErrorCode::bad_input, std::move(message), std::move(advice), std::string(file_), {}, {}};
    if (at.source().begin.line > 0) error.line = at.source().begin.line;
    return fail(std::move(error));
  }
  Result<void> only_keys(const toml::table& table, std::string_view where, const Strings& known) const;
  Result<std::string> string_at(const toml::table& table, std::string_view key) const;
  Result<bool> bool_at(const toml::table& table, std::string_view key, bool otherwise) const;
  Result<Strings> strings(const toml::node& node) const;
  Result<Strings> strings_at(const toml::table& table, std::string_view key) const;
  Result<std::vector<Path>> paths(const toml::node& node) const;
  Result<std::vector<Path>> paths_at(const toml::table& table, std::string_view key) const;
  template <typename Item, typename Read>
  Result<void> each_table(const toml::table& root, std::string_view key, std::vector<Item>& into, Read read) const;

 private:
  std::string_view file_;
};

template <typename Item, typename Read>
Result<void> TomlReader::each_table(const toml::table& root, std::string_view key, std::vector<Item>& into,
                                    Read read) const {
  const toml::node* node = root.get(key);
  if (node == nullptr) return {};
  const toml::array* list = node->as_array();
  if (list == nullptr) return mistake(*node, fmt::format("write [[...{}]] with double brackets", key));
  for (const toml::node& item : *list) {
    const toml::table* table = item.as_table();
    if (table == nullptr) return mistake(item, fmt::format("write [[...{}]] with double brackets", key));
    UNISONO_TRY(Item value, read(*table));
    into.push_back(std::move(value));
  }
  return {};
}

}  // namespace unisono::ingest
