#include "toml_reader.hpp"

#include <algorithm>

#include "nearest_name.hpp"

namespace unisono::ingest {

Result<void> TomlReader::only_keys(const toml::table& table, std::string_view where, const Strings& known) const {
  for (const auto& [key, node] : table) {
    if (std::find(known.begin(), known.end(), std::string(key.str())) != known.end()) continue;
    return mistake(node, fmt::format("unknown key `{}` in {}", key.str(), where), did_you_mean(key.str(), known));
  }
  return {};
}

Result<std::string> TomlReader::string_at(const toml::table& table, std::string_view key) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::string();
  if (const auto text = node->value<std::string>(); text && node->is_string()) return *text;
  return mistake(*node, fmt::format("`{}` must be a string", key));
}

Result<bool> TomlReader::bool_at(const toml::table& table, std::string_view key, bool otherwise) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return otherwise;
  if (const auto* flag = node->as_boolean()) return flag->get();
  return mistake(*node, fmt::format("`{}` must be true or false", key));
}

Result<Strings> TomlReader::strings(const toml::node& node) const {
  Strings out;
  if (const auto* text = node.as_string()) {
    out.push_back(text->get());
  } else if (const auto* list = node.as_array()) {
    for (const toml::node& item : *list) {
      const auto* text_item = item.as_string();
      if (text_item == nullptr) return mistake(item, "expected a string");
      out.push_back(text_item->get());
    }
  } else {
    return mistake(node, "expected a string or a list of strings");
  }
  return out;
}

Result<Strings> TomlReader::strings_at(const toml::table& table, std::string_view key) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return Strings{};
  return strings(*node);
}

Result<std::vector<Path>> TomlReader::paths(const toml::node& node) const {
  UNISONO_TRY(const Strings texts, strings(node));
  std::vector<Path> out;
  for (const std::string& text : texts) {
    Result<Path> path = Path::parse(text);
    if (!path) return mistake(node, path.error().message, path.error().advice);
    out.push_back(std::move(*path));
  }
  return out;
}

Result<std::vector<Path>> TomlReader::paths_at(const toml::table& table, std::string_view key) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::vector<Path>{};
  return paths(*node);
}

}  // namespace unisono::ingest
