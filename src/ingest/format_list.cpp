#include "unisono/ingest/format_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "embedded_files.hpp"
#include "nearest_name.hpp"
#include "unisono/core/file.hpp"

namespace unisono::ingest {

std::filesystem::path FormatList::user_folder() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config != '\0') {
    return std::filesystem::path(config) / "unisono" / "formats";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return std::filesystem::path(home) / ".config" / "unisono" / "formats";
  }
  return {};
}

Result<FormatList> FormatList::load(const std::filesystem::path& folder) {
  std::map<std::string, std::pair<Mapping, std::string>> known;
  for (const EmbeddedFile& file : embedded_files()) {
    UNISONO_TRY(Mapping mapping, parse_mapping(file.text, fmt::format("{}.toml", file.name)));
    mapping.source = "built in";
    std::string id = mapping.id;
    known.insert_or_assign(std::move(id), std::pair(std::move(mapping), std::string(file.text)));
  }
  std::error_code ignored;
  std::vector<std::filesystem::path> own;
  if (!folder.empty()) {
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      if (entry.path().extension() == ".toml") own.push_back(entry.path());
    }
  }
  std::sort(own.begin(), own.end());
  for (const std::filesystem::path& path : own) {
    UNISONO_TRY(std::string text, read_file(path, 1U << 20));
    UNISONO_TRY(Mapping mapping, parse_mapping(text, path.string()));
    std::string id = mapping.id;
    known.insert_or_assign(std::move(id), std::pair(std::move(mapping), std::move(text)));
  }
  FormatList list;
  for (auto& [id, entry] : known) {
    list.formats_.push_back(std::move(entry.first));
    list.texts_.push_back(std::move(entry.second));
  }
  return list;
}

const Mapping* FormatList::find(std::string_view id) const {
  for (const Mapping& mapping : formats_) {
    if (mapping.id == id) return &mapping;
  }
  return nullptr;
}

Result<const Mapping*> FormatList::named(std::string_view id) const {
  const Mapping* mapping = find(id);
  if (mapping != nullptr) return mapping;
  std::vector<std::string> ids;
  for (const Mapping& known : formats_) ids.push_back(known.id);
  return fail(ErrorCode::usage, fmt::format("unknown format `{}`", id), did_you_mean(id, ids));
}

std::string_view FormatList::text_of(std::string_view id) const {
  for (std::size_t i = 0; i < formats_.size(); ++i) {
    if (formats_[i].id == id) return texts_[i];
  }
  return {};
}

}  // namespace unisono::ingest
