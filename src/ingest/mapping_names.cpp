#include "mapping_names.hpp"

namespace unisono::ingest {

const char* name_of(Family family) {
  for (const auto& [name, value] : k_families) {
    if (value == family) return name;
  }
  return "csv";
}

std::optional<Transform> transform_named(std::string_view name) {
  for (const auto& [known, transform] : k_transforms) {
    if (name == known) return transform;
  }
  return std::nullopt;
}

const char* name_of(Transform transform) {
  for (const auto& [name, known] : k_transforms) {
    if (known == transform) return name;
  }
  return "none";
}

std::vector<std::string> mappable_fields() {
  std::vector<std::string> names(k_text_names.begin(), k_text_names.end());
  names.insert(names.end(), k_int_names.begin(), k_int_names.end());
  names.insert(names.end(), k_bool_names.begin(), k_bool_names.end());
  names.insert(names.end(), k_time_names.begin(), k_time_names.end());
  return names;
}

}  // namespace unisono::ingest
